import { isReason, type KubeObject, type OwnerReference } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { anchorName } from './names.ts';
import { labels, type VirtualCluster } from './virtual-cluster.ts';

/** An owner reference to the `VirtualCluster` itself. */
export function ownerOf(object: VirtualCluster): OwnerReference {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name ?? '',
    uid: object.metadata.uid ?? '',
  };
}

/**
 * Makes sure that the object which owns all pods exists, and returns the reference that pods carry. One that is being
 * deleted belongs to the run before: the caller tries again when it is gone.
 */
export async function ensureAnchor(host: Client, object: VirtualCluster): Promise<OwnerReference> {
  const name = anchorName(object);
  const namespace = object.metadata.namespace ?? '';
  const anchor = await host
    .create<KubeObject>(resources.configmaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace,
        labels: { [labels.cluster]: object.metadata.uid ?? '', [labels.managedBy]: 'dormice' },
        annotations: {
          'dormice.dev/purpose':
            'Owns the pods of the running virtual cluster; deleting it stops them.',
        },
        ownerReferences: [ownerOf(object)],
      },
    })
    .catch((error: unknown) => {
      if (isReason(error, 'AlreadyExists'))
        return host.get(resources.configmaps, name, { namespace });
      throw error;
    });
  if (anchor.metadata.labels?.[labels.cluster] !== object.metadata.uid) {
    throw new Error(
      `ConfigMap ${namespace}/${name} exists on the host and is not Dormice's; delete or rename it`,
    );
  }
  if (anchor.metadata.deletionTimestamp !== undefined) {
    throw new Error(`ConfigMap ${namespace}/${name} of the run before is still being deleted`);
  }
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: anchor.metadata.uid ?? '' };
}

/** Deletes the anchor, if it is this cluster's; the host's garbage collector then stops the pods. */
export async function removeAnchor(host: Client, object: VirtualCluster): Promise<void> {
  const namespace = object.metadata.namespace ?? '';
  const name = anchorName(object);
  try {
    const anchor = await host.get(resources.configmaps, name, { namespace });
    if (anchor.metadata.labels?.[labels.cluster] !== object.metadata.uid) return;
    await host.delete(resources.configmaps, name, {
      namespace,
      propagationPolicy: 'Background',
      preconditions: { uid: anchor.metadata.uid ?? '' },
    });
  } catch (error) {
    if (!isReason(error, 'NotFound', 'Conflict')) throw error;
  }
}
