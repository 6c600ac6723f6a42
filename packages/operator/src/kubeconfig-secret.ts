import { deepEqual, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { kubeconfigSecretName } from './names.ts';
import { labels, systemNamespace, type VirtualCluster } from './virtual-cluster.ts';

/** The tenant's admin kubeconfig, kept in Dormice's own namespace on the host. */
export function kubeconfigSecret(object: VirtualCluster, kubeconfig: string): KubeObject {
  const { name = '', namespace = '', uid = '' } = object.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'dormice.dev/kubeconfig',
    metadata: {
      name: kubeconfigSecretName(name, namespace),
      namespace: systemNamespace,
      labels: {
        [labels.cluster]: uid,
        [labels.managedBy]: 'dormice',
      },
      annotations: { 'dormice.dev/virtual-cluster': `${namespace}/${name}` },
    },
    data: { config: Buffer.from(kubeconfig).toString('base64') },
  };
}

export async function writeKubeconfigSecret(
  host: Client,
  object: VirtualCluster,
  kubeconfig: string,
): Promise<void> {
  const wanted = kubeconfigSecret(object, kubeconfig);
  try {
    await host.create(resources.secrets, wanted, { namespace: systemNamespace });
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
    const name = wanted.metadata.name ?? '';
    const found = await host.get(resources.secrets, name, { namespace: systemNamespace });
    if (deepEqual(found['data'], wanted['data'])) return;
    await host.update(resources.secrets, {
      ...found,
      metadata: { ...found.metadata, labels: wanted.metadata.labels },
      data: wanted['data'],
    });
  }
}

export async function removeKubeconfigSecret(host: Client, object: VirtualCluster): Promise<void> {
  const { name = '', namespace = '' } = object.metadata;
  await host
    .delete(resources.secrets, kubeconfigSecretName(name, namespace), {
      namespace: systemNamespace,
    })
    .catch((error: unknown) => {
      if (!isReason(error, 'NotFound')) throw error;
    });
}
