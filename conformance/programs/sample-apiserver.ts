import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { run, stop } from '../../e2e/lib/run.ts';
import { prepareTools } from '../../e2e/lib/tools.ts';
import type { Program, Result } from './check.ts';
import { newNamespace, runSteps, type Step } from './steps.ts';

const apiService = 'v1alpha1.wardle.example.com';
const flunder = '{apiVersion: wardle.example.com/v1alpha1, kind: Flunder, metadata: {name: first}}';

/** A Service without selector whose only endpoint is the server's process, and the APIService that leads to it. */
const registration = (address: string, port: number) => `
apiVersion: v1
kind: Service
metadata: {name: wardle, namespace: NS}
spec: {ports: [{name: https, port: 443, targetPort: ${port}}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: wardle, namespace: NS, labels: {kubernetes.io/service-name: wardle}}
addressType: IPv4
ports: [{name: https, port: ${port}}]
endpoints: [{addresses: ["${address}"], conditions: {ready: true}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: ${apiService}}
spec:
  group: wardle.example.com
  version: v1alpha1
  groupPriorityMinimum: 2000
  versionPriority: 200
  insecureSkipTLSVerify: true
  service: {namespace: NS, name: wardle, port: 443}
`;

const steps = (address: string, port: number): Step[] => [
  { line: 'apply -f -', input: registration(address, port), says: /apiservice\S* created/ },
  { line: `wait apiservice/${apiService} --for=condition=Available --timeout=60s` },
  { line: 'api-resources --api-group=wardle.example.com', says: [/^flunders/m, /^fischers/m] },
  {
    line: 'create -n NS -f -',
    input: flunder,
    says: /flunder\.wardle\.example\.com\/first created/,
  },
  { line: 'create -n NS -f -', input: flunder, status: 1, says: /\(AlreadyExists\)/ },
  { line: 'get -n NS flunders', says: /^NAME +CREATED AT\nfirst/m },
  { line: 'get -n NS flunder first -o yaml', says: /kind: Flunder/ },
  { line: 'label -n NS flunder first a=b', says: /labeled/ },
  {
    line: 'apply -n NS --server-side -f -',
    input:
      '{apiVersion: wardle.example.com/v1alpha1, kind: Flunder, metadata: {name: second}, spec: {reference: x, referenceType: Flunder}}',
    says: /serverside-applied/,
  },
  { line: 'get -n NS flunders -l a=b -o name', says: /^flunder\.wardle\.example\.com\/first$/m },
  { line: 'get -n NS flunders --as=nobody', status: 1, says: /cannot list resource "flunders"/ },
  { line: 'get fischers', says: /No resources found/ },
  { line: 'delete -n NS flunder second', says: /deleted/ },
  { line: 'create namespace NS-b', says: /created/ },
  { line: 'create -n NS-b -f -', input: flunder, says: /created/ },
  { line: 'delete namespace NS-b --timeout=60s', says: /deleted/ },
  { line: 'get flunders -A -o name', says: /^flunder\S*\/first\n(?!flunder)/ },
  { line: 'delete -n NS flunders --all', says: /deleted/ },
  { line: `delete apiservice ${apiService}`, says: /deleted/ },
  { line: 'delete namespace NS --timeout=90s', says: /deleted/ },
  { line: 'get flunders -A', status: 1, says: /doesn't have a resource type|\(NotFound\)/ },
];

/** Upstream's sample-apiserver as a process here, aggregated into the API that is judged. */
export const sampleApiServer: Program = {
  name: 'sample-apiserver',
  needsBin: true,
  run: async (surroundings) => {
    const { kubeconfig, bin = '', address = ownAddress() } = surroundings;
    const directory = await mkdtemp(path.join(os.tmpdir(), 'dormice-sample-'));
    const [port, client, peer] = [await freePort(), await freePort(), await freePort()];
    const children = [
      start(bin, 'etcd', [
        `--data-dir=${path.join(directory, 'etcd')}`,
        `--listen-client-urls=http://127.0.0.1:${client}`,
        `--advertise-client-urls=http://127.0.0.1:${client}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-cluster=default=http://127.0.0.1:${peer}`,
        '--unsafe-no-fsync',
      ]),
      start(bin, 'sample-apiserver', [
        `--bind-address=${address}`,
        `--secure-port=${port}`,
        `--cert-dir=${directory}`,
        `--etcd-servers=http://127.0.0.1:${client}`,
        ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
          (name) => `--${name}=${kubeconfig}`,
        ),
      ]),
    ];
    try {
      return await judged(kubeconfig, steps(address, port));
    } finally {
      await Promise.all(children.map((child) => stop(child)));
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function judged(kubeconfig: string, list: Step[]): Promise<Result[]> {
  const { kubectl } = await prepareTools();
  const global = ['--kubeconfig', kubeconfig];
  const namespace = newNamespace();
  await run(kubectl, [...global, 'create', 'namespace', namespace]);
  return runSteps(kubectl, global, list, {
    namespace,
    cleanUp: async () => {
      const gone = ['--ignore-not-found', '--wait=false'];
      await run(kubectl, [...global, 'delete', 'apiservice', apiService, ...gone]);
      await run(kubectl, [...global, 'delete', 'namespace', namespace, ...gone]);
    },
  });
}

const start = (bin: string, name: string, args: string[]): ChildProcess =>
  spawn(path.join(bin, name), args, { stdio: 'ignore' });

/** An endpoint may not be a loopback address. */
function ownAddress(): string {
  const all = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  const found = all.find(({ internal, family }) => !internal && family === 'IPv4');
  if (!found) throw new Error('this machine has no address but loopback; name one with --address');
  return found.address;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
