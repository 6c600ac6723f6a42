import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Kubectl, type Listed, settings, TestDormice } from './lib/dormice.ts';
import { removeLeftovers } from './lib/leftovers.ts';
import { until } from './lib/run.ts';
import { TcpProxy } from './lib/tcp-proxy.ts';

const host = new Kubectl(settings.hostKubeconfig);
const namespace = 'vc-fault';
let dormice: TestDormice;
let proxy: TcpProxy;
let tenant: Kubectl;

/** A kubeconfig of the host that leads through the proxy. */
async function kubeconfigThroughProxy(directory: string): Promise<string> {
  const config = parse(await readFile(settings.hostKubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
  };
  const cluster = config.clusters[0]?.cluster ?? {};
  const url = new URL(cluster['server'] ?? '');
  proxy = new TcpProxy({ host: url.hostname, port: Number(url.port || 443) });
  cluster['server'] = `https://127.0.0.1:${await proxy.listen()}`;
  cluster['tls-server-name'] = url.hostname;
  const file = path.join(directory, 'proxied.kubeconfig');
  await writeFile(file, stringify(config), { mode: 0o600 });
  return file;
}

/** The machine's address as pods see it: the proxy hides it from Dormice. */
async function addressTowardsHost(): Promise<string> {
  const { clusters } = parse(await readFile(settings.hostKubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[];
  };
  const url = new URL(clusters[0]?.cluster.server ?? '');
  const net = await import('node:net');
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(url.port || 443), url.hostname, () => {
      resolve(socket.localAddress ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const pods = async (): Promise<Listed['items']> =>
  (await host.json<Listed>('get', 'pods', '-n', namespace)).items;

const phase = (name: string): Promise<string> =>
  host.ok('get', 'vc', name, '-n', namespace, '-o', 'jsonpath={.status.phase}');

async function webPods(count: number): Promise<void> {
  await until(`${count} running pods, here and on the host`, async () => {
    const { items } = await tenant.json<Listed>('get', 'pods', '-l', 'app=web');
    const running = (list: Listed['items']) =>
      list.filter(
        ({ status, metadata }) => status?.['phase'] === 'Running' && !metadata.deletionTimestamp,
      );
    return (
      running(items).length === count && items.length === count && (await pods()).length === count
    );
  });
}

async function restart(): Promise<void> {
  await dormice.start();
  tenant = await until('the kubeconfig', () => dormice.tenant('fault'));
}

beforeAll(async () => {
  await removeLeftovers(host, [namespace]);
  const plain = await TestDormice.create();
  const file = await kubeconfigThroughProxy(plain.directory);
  dormice = new TestDormice(plain.directory, [
    '--no-demo',
    '--host-kubeconfig',
    file,
    '--advertise-address',
    await addressTowardsHost(),
  ]);
  await dormice.start();
});

afterAll(async () => {
  proxy.mend();
  await dormice.cliResult('delete', 'fault').catch(() => undefined);
  await host.result('delete', 'namespace', namespace, '--wait=false');
  await dormice.remove();
  proxy.close();
});

describe('faults', () => {
  it('finishes a creation that was killed', async () => {
    await dormice.cli('create', 'fault', '--no-wait');
    await dormice.stop('SIGKILL');
    await restart();
    await tenant.ok(
      'create',
      'deployment',
      'web',
      `--image=${settings.image}`,
      '--replicas=2',
      '--',
      '/agnhost',
      'pause',
    );
    await webPods(2);
  });

  it('loses and doubles nothing when it is killed at any moment of work', async () => {
    for (const delay of [20, 120, 400]) {
      const wanted = 2 + (delay % 3);
      await tenant.ok('scale', 'deployment', 'web', `--replicas=${wanted}`);
      await tenant.ok('create', 'configmap', `mark-${delay}`, '--from-literal=a=1');
      await new Promise((resolve) => setTimeout(resolve, delay));
      await dormice.stop('SIGKILL');
      await restart();
      await tenant.ok('get', 'configmap', `mark-${delay}`);
      await webPods(wanted);
    }
    await tenant.ok('scale', 'deployment', 'web', '--replicas=2');
    await webPods(2);
  });

  it('finishes a sleep that was killed', async () => {
    for (const delay of [0, 60]) {
      await dormice.cli('sleep', 'fault', '--no-wait');
      await new Promise((resolve) => setTimeout(resolve, delay));
      await dormice.stop('SIGKILL');
      await restart();
      await until('the pods to go', async () => (await pods()).length === 0, 60_000);
      await until('it to sleep', async () => (await phase('fault')) === 'Sleeping');
      await dormice.cli('wake', 'fault');
      await webPods(2);
    }
  });

  it('finishes a wake that was killed', async () => {
    await dormice.cli('sleep', 'fault');
    await until('the pods to go', async () => (await pods()).length === 0, 60_000);
    await dormice.cli('wake', 'fault', '--no-wait');
    await dormice.stop('SIGKILL');
    await restart();
    await webPods(2);
  });

  it('goes on without the host for a minute, and catches up', async () => {
    const before = (await pods()).map(({ metadata }) => metadata.uid).sort();
    proxy.cut();
    await tenant.ok('create', 'configmap', 'while-away', '--from-literal=a=1');
    await tenant.ok('scale', 'deployment', 'web', '--replicas=3');
    const refused = await tenant.result('create', 'service', 'clusterip', 'svc', '--tcp=80');
    expect(refused.status).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    await tenant.ok('get', 'configmap', 'while-away');
    proxy.mend();
    await webPods(3);
    const after = (await pods()).map(({ metadata }) => metadata.uid);
    expect(after).toEqual(expect.arrayContaining(before));
    await tenant.ok('create', 'service', 'clusterip', 'svc', '--tcp=80');
  });

  it('finishes a deletion that was killed', async () => {
    await dormice.cli('delete', 'fault', '--no-wait');
    await new Promise((resolve) => setTimeout(resolve, 40));
    await dormice.stop('SIGKILL');
    await dormice.start();
    await until('the object to go', async () => {
      const { items } = await host.json<Listed>('get', 'vc', '-n', namespace);
      return items.length === 0;
    });
    await until('the pods to go', async () => (await pods()).length === 0, 60_000);
    const left = await host.json<Listed>('get', 'configmaps,secrets,services,pvc', '-n', namespace);
    const names = left.items.map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name !== 'kube-root-ca.crt')).toEqual([]);
  });
});
