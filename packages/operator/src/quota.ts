import { deepEqual, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { ownerOf } from './run-anchor.ts';
import { labels, type VirtualCluster } from './virtual-cluster.ts';

/** The ResourceQuota in the host namespace that holds a cluster to its `spec.quota`; absent when it has none. */
export function quotaOf(object: VirtualCluster): KubeObject | undefined {
  const hard = object.spec.quota ?? {};
  if (Object.keys(hard).length === 0) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: {
      name: `${object.metadata.name}-quota`,
      namespace: object.metadata.namespace ?? '',
      labels: { [labels.cluster]: object.metadata.uid ?? '', [labels.managedBy]: 'dormice' },
      ownerReferences: [ownerOf(object)],
    },
    spec: { hard },
  };
}

export async function ensureQuota(host: Client, object: VirtualCluster): Promise<void> {
  const wanted = quotaOf(object);
  const namespace = object.metadata.namespace ?? '';
  const name = `${object.metadata.name}-quota`;
  const found = await host
    .get(resources.resourcequotas, name, { namespace })
    .catch((error: unknown) => {
      if (isReason(error, 'NotFound')) return undefined;
      throw error;
    });
  const ours = found?.metadata.labels?.[labels.cluster] === object.metadata.uid;
  if (found && !ours) {
    if (!wanted) return;
    throw new Error(`ResourceQuota ${namespace}/${name} exists on the host and is not Dormice's`);
  }
  if (!wanted) {
    if (found) await host.delete(resources.resourcequotas, name, { namespace });
  } else if (!found) {
    await host.create(resources.resourcequotas, wanted, { namespace });
  } else if (!deepEqual(found['spec']?.hard, wanted['spec'].hard)) {
    await host.update(resources.resourcequotas, { ...found, spec: wanted['spec'] });
  }
}
