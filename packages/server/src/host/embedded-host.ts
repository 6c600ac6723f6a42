import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { isReason, type KubeObject } from '@dormice/apimachinery';
import {
  type ClusterPki,
  createClusterPki,
  issueClientCertificate,
  kubeconfigFor,
  serviceIpAllocator,
} from '@dormice/apiserver';
import { type Resource, resources, systemUser } from '@dormice/client';
import {
  builtinControllers,
  createControllerEngine,
  simulatedNodeControllers,
} from '@dormice/controllers';
import {
  EmbeddedControlPlane,
  hasIdentity,
  readIdentity,
  serverNameZone,
  writeIdentity,
} from '@dormice/operator';
import type { Store } from '@dormice/storage';
import type { Log } from '../log.ts';
import type { Host } from './host.ts';

export interface EmbeddedHostOptions {
  directory: string;
  kubeconfig: string;
  /** `https://HOST:PORT` of the gateway. */
  endpoint: () => string;
  nodes: number;
  openStore: (file: string) => Promise<Store>;
  log: Log;
}

const serverName = `host.${serverNameZone}`;

/** So that claims bind: what the controllers' claim binder provisions, in memory of nobody. */
const storageClass: KubeObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'dormice.dev/simulated',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};

const serviceCidr = '10.43.0.0/16';
const serviceRange: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs: [serviceCidr] },
};

/** Our own API server with simulated nodes, for when there is no host at hand. */
export async function startEmbeddedHost(options: EmbeddedHostOptions): Promise<Host> {
  const { directory, log } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const pki = await identity(directory);
  const controlPlane = new EmbeddedControlPlane({
    uid: 'host',
    directory,
    openStore: options.openStore,
    pki: async () => pki,
    keepPki: (renewed) => writeIdentity(directory, renewed),
    parts: () => ({ admission: [serviceIpAllocator({ cidr: serviceCidr })] }),
    onActivity: () => undefined,
    log,
  });
  await controlPlane.wake(new AbortController().signal);
  const engine = createControllerEngine({
    controllers: [...builtinControllers(), ...simulatedNodeControllers({ nodes: options.nodes })],
    log,
  });
  const detach = await engine.attach(controlPlane.cluster, { caCertificate: pki.ca.certificate });
  const client = controlPlane.client(systemUser('host'));
  const ensure = (resource: Resource, object: KubeObject) =>
    client.create(resource, object).catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
  await ensure(resources.storageclasses, storageClass);
  await ensure(resources.servicecidrs, serviceRange);
  return {
    description: `embedded, ${options.nodes} simulated nodes: pods are marked Running, nothing really runs (real pods: npm start -- --host-kubeconfig FILE)`,
    client,
    kubeconfig: options.kubeconfig,
    backend: {
      serverName,
      backend: {
        name: 'host',
        state: 'Running',
        wake: () => Promise.resolve(),
        accept: (socket) => controlPlane.accept(socket),
      },
    },
    close: async () => {
      await detach();
      await engine.close();
      await controlPlane.sleep();
    },
  };
}

/** Written when the gateway's address is known. */
export async function writeHostKubeconfig(options: EmbeddedHostOptions): Promise<void> {
  const pki = await identity(options.directory);
  const admin = await issueClientCertificate(pki, {
    username: 'dormice-admin',
    groups: ['system:masters'],
    days: 365,
  });
  const text = kubeconfigFor({
    name: 'dormice-host',
    server: options.endpoint(),
    tlsServerName: serverName,
    caCertificate: pki.ca.certificate,
    clientCertificate: admin.certificate,
    clientKey: admin.key,
  });
  await writeFile(options.kubeconfig, text, { mode: 0o600 });
  await chmod(options.kubeconfig, 0o600);
}

async function identity(directory: string): Promise<ClusterPki> {
  if (hasIdentity(directory)) return readIdentity(directory);
  const pki = await createClusterPki({ name: 'host', uid: 'host', sans: [serverName] });
  await writeIdentity(directory, pki);
  return pki;
}
