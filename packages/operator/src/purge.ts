import { isReason } from '@dormice/apimachinery';
import { type Client, type Resource, resources } from '@dormice/client';
import { labels, type VirtualCluster } from './virtual-cluster.ts';

/** Host kinds that a virtual cluster can have objects of. Pods go with the run anchor, and here once more. */
const kinds: readonly Resource[] = [
  resources.pods,
  resources.services,
  resources.endpointslices,
  resources.endpoints,
  resources.configmaps,
  resources.secrets,
  resources.serviceaccounts,
  resources.persistentvolumeclaims,
  resources.resourcequotas,
];

/** Which claims outlive the purge. */
export type KeepClaims = 'all' | 'declared' | 'none';

/**
 * Deletes what a virtual cluster left on the host: when its API state is discarded (declared volumes stay) and when it
 * is deleted. Only objects that carry its UID.
 */
export async function purge(host: Client, object: VirtualCluster, keep: KeepClaims): Promise<void> {
  const namespace = object.metadata.namespace ?? '';
  const labelSelector = `${labels.cluster}=${object.metadata.uid}`;
  for (const kind of kinds) {
    if (kind === resources.persistentvolumeclaims && keep === 'all') continue;
    const { items } = await host.list(kind, { namespace, labelSelector });
    for (const item of items) {
      const declared = item.metadata.labels?.[labels.volume] !== undefined;
      if (kind === resources.persistentvolumeclaims && keep === 'declared' && declared) continue;
      await host
        .delete(kind, item.metadata.name ?? '', {
          namespace,
          propagationPolicy: 'Background',
          preconditions: { uid: item.metadata.uid ?? '' },
        })
        .catch((error: unknown) => {
          if (!isReason(error, 'NotFound', 'Conflict')) throw error;
        });
    }
  }
}
