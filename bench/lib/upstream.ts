import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rssOf } from './dormice-process.ts';
import { LoadClient, type Target } from './load-client.ts';
import { sleep } from './stats.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** kube-apiserver with an etcd that syncs every write, on loopback, with keys of its own. */
export class Upstream {
  readonly #children: ChildProcess[];
  /** Holds the keys: `ca.crt`, `ca.key`, `sa.key`. */
  readonly directory: string;
  readonly target: Target;
  readonly startMs: number;

  /** Use `start`. */
  constructor(directory: string, children: ChildProcess[], target: Target, startMs: number) {
    this.directory = directory;
    this.#children = children;
    this.target = target;
    this.startMs = startMs;
  }

  /** `args` are added to the usual flags of each program; the last word counts. */
  static async start(
    bin: string,
    args: { etcd?: string[]; apiserver?: string[] } = {},
  ): Promise<Upstream> {
    const directory = await mkdtemp(path.join(tmpdir(), 'dormice-upstream-'));
    const file = (name: string) => path.join(directory, name);
    const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl(
      'req',
      '-x509',
      ...ec,
      '-days',
      '2',
      '-subj',
      '/CN=bench',
      '-keyout',
      file('ca.key'),
      '-out',
      file('ca.crt'),
    );
    const leaf = async (name: string, subject: string, extension: string) => {
      await writeFile(file(`${name}.ext`), extension);
      openssl(
        'req',
        '-new',
        ...ec,
        '-subj',
        subject,
        '-keyout',
        file(`${name}.key`),
        '-out',
        file(`${name}.csr`),
      );
      openssl(
        'x509',
        '-req',
        '-in',
        file(`${name}.csr`),
        '-CA',
        file('ca.crt'),
        '-CAkey',
        file('ca.key'),
        '-CAcreateserial',
        '-days',
        '2',
        '-out',
        file(`${name}.crt`),
        '-extfile',
        file(`${name}.ext`),
      );
    };
    await leaf(
      'server',
      '/CN=kube-apiserver',
      'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth',
    );
    await leaf('admin', '/O=system:masters/CN=admin', 'extendedKeyUsage=clientAuth');
    openssl('ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', file('sa.key'));
    const [etcdPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
    const began = performance.now();
    const run = (name: string, args: string[]) =>
      spawn(path.join(bin, name), args, { stdio: 'ignore' });
    const etcd = run('etcd', [
      '--name=bench',
      `--data-dir=${file('etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
      `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=bench=http://127.0.0.1:${peerPort}`,
      '--log-level=error',
      ...(args.etcd ?? []),
    ]);
    const api = run('kube-apiserver', [
      '--bind-address=127.0.0.1',
      `--secure-port=${apiPort}`,
      `--etcd-servers=http://127.0.0.1:${etcdPort}`,
      '--service-cluster-ip-range=10.97.0.0/16',
      '--authorization-mode=RBAC',
      `--client-ca-file=${file('ca.crt')}`,
      `--tls-cert-file=${file('server.crt')}`,
      `--tls-private-key-file=${file('server.key')}`,
      '--service-account-issuer=https://bench',
      `--service-account-key-file=${file('sa.key')}`,
      `--service-account-signing-key-file=${file('sa.key')}`,
      ...(args.apiserver ?? ['--disable-admission-plugins=ServiceAccount']),
    ]);
    const read = (name: string) => readFileSync(file(name), 'utf8');
    const target = {
      url: `https://127.0.0.1:${apiPort}`,
      ca: read('ca.crt'),
      cert: read('admin.crt'),
      key: read('admin.key'),
    };
    for (;;) {
      const client = new LoadClient(target);
      const answer = await Promise.race([
        client.request('GET', '/api/v1/namespaces/default').catch(() => undefined),
        sleep(2_000),
      ]);
      client.close();
      if (answer?.status === 200) break;
      if (performance.now() - began > 60_000)
        throw new Error('kube-apiserver did not start in 60 s');
      await sleep(50);
    }
    return new Upstream(directory, [etcd, api], target, performance.now() - began);
  }

  rss(): number {
    return this.#children.reduce((sum, { pid }) => sum + rssOf(pid ?? 0), 0);
  }

  async stop(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    await sleep(1_000);
    for (const child of this.#children) child.kill('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }
}
