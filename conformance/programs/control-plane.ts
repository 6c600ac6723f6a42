import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createApiServer,
  createClusterPki,
  issueClientCertificate,
  kubeconfigFor,
  serviceIpAllocator,
} from '@dormice/apiserver';
import { MemoryStore } from '@dormice/storage';
import { Upstream } from '../../bench/lib/upstream.ts';

/** An API server without any controller, and the keys that a controller manager wants. */
export interface ControlPlane {
  name: string;
  /** Kubeconfigs of its users. */
  admin: string;
  controllerManager: string;
  scheduler: string;
  caCertificate: string;
  caKey: string;
  serviceAccountKey: string;
  directory: string;
  close(): Promise<void>;
}

/** Our API server in this process, on loopback, over a memory store. */
export async function ourControlPlane(): Promise<ControlPlane> {
  const directory = await mkdtemp(path.join(tmpdir(), 'dormice-plane-'));
  const pki = await createClusterPki({ name: 'plane', uid: 'plane', sans: [] });
  const server = createApiServer({
    store: new MemoryStore(),
    pki,
    admission: [serviceIpAllocator({ cidr: '10.97.0.0/16' })],
  });
  await server.bootstrap();
  const listener = net.createServer((socket) => server.accept(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as net.AddressInfo;
  const put = (name: string, text: string) => write(directory, name, text);
  const kubeconfig = async (username: string, groups: string[] = []) => {
    const leaf = await issueClientCertificate(pki, { username, groups, days: 1 });
    const request = {
      name: 'ours',
      server: `https://127.0.0.1:${port}`,
      caCertificate: pki.ca.certificate,
      clientCertificate: leaf.certificate,
      clientKey: leaf.key,
    };
    return put(`${username.replaceAll(':', '-')}.kubeconfig`, kubeconfigFor(request));
  };
  return {
    name: 'ours',
    directory,
    admin: await kubeconfig('admin', ['system:masters']),
    controllerManager: await kubeconfig('system:kube-controller-manager'),
    scheduler: await kubeconfig('system:kube-scheduler'),
    caCertificate: await put('ca.crt', pki.ca.certificate),
    caKey: await put('ca.key', pki.ca.key),
    serviceAccountKey: await put('sa.key', pki.serviceAccount.key),
    close: async () => {
      await server.close();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** kube-apiserver and etcd of the folder; one administrator is all its users. */
export async function upstreamControlPlane(bin: string): Promise<ControlPlane> {
  const upstream = await Upstream.start(bin, {
    etcd: ['--unsafe-no-fsync'],
    apiserver: ['--allow-privileged'],
  });
  const { directory, target } = upstream;
  const file = (name: string) => path.join(directory, name);
  const read = (name: string) => readFile(file(name), 'utf8');
  const request = {
    name: 'upstream',
    server: target.url,
    caCertificate: await read('ca.crt'),
    clientCertificate: await read('admin.crt'),
    clientKey: await read('admin.key'),
  };
  const admin = await write(directory, 'admin.kubeconfig', kubeconfigFor(request));
  return {
    name: 'upstream',
    directory,
    admin,
    controllerManager: admin,
    scheduler: admin,
    caCertificate: file('ca.crt'),
    caKey: file('ca.key'),
    serviceAccountKey: file('sa.key'),
    close: () => upstream.stop(),
  };
}

async function write(directory: string, name: string, text: string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
