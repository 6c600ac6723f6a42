import type { KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { sleep } from './stats.ts';

const namespace = 'bench';

export async function ensureNamespace(host: Client): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await host.create<KubeObject>(resources.namespaces, object).catch(() => undefined);
}

export const create = (host: Client, name: string): Promise<KubeObject> =>
  host.create<KubeObject>(
    resources.virtualclusters,
    {
      apiVersion: 'dormice.dev/v1alpha1',
      kind: 'VirtualCluster',
      metadata: { name, namespace },
      spec: {},
    },
    { namespace },
  );

export const scale = (host: Client, name: string, replicas: number): Promise<KubeObject> =>
  host.patch(resources.virtualclusters, name, { spec: { replicas } }, { type: 'merge', namespace });

export async function phaseOf(host: Client, name: string): Promise<string> {
  const object = await host.get(resources.virtualclusters, name, { namespace });
  return object['status']?.phase ?? '';
}

/** How many are in a phase, looked up in one list. */
export async function countInPhase(host: Client, phase: string): Promise<number> {
  const { items } = await host.list(resources.virtualclusters, { namespace });
  return items.filter((object) => object['status']?.phase === phase).length;
}

export async function untilCount(host: Client, phase: string, count: number): Promise<void> {
  while ((await countInPhase(host, phase)) < count) await sleep(200);
}

/** The tenant's kubeconfig, as soon as it is there. */
export async function kubeconfigOf(host: Client, name: string): Promise<string> {
  for (;;) {
    const secret = await host
      .get(resources.secrets, `kubeconfig.${namespace}.${name}`, { namespace: 'dormice-system' })
      .catch(() => undefined);
    if (secret) return Buffer.from(String(secret['data']?.config), 'base64').toString('utf8');
    await sleep(5);
  }
}
