import { isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { labels, type VirtualCluster, type VolumeClaim } from './virtual-cluster.ts';

/** The claim inside the virtual cluster. The syncer gives its host claim the same label, so that purges spare it. */
export function claimOf(volume: VolumeClaim): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: volume.name,
      namespace: 'default',
      labels: { [labels.volume]: volume.name },
    },
    spec: {
      accessModes: volume.accessModes,
      resources: { requests: { storage: volume.size } },
      ...(volume.storageClassName === undefined
        ? {}
        : { storageClassName: volume.storageClassName }),
    },
  };
}

/** Makes the declared volumes present in the virtual cluster's `default` namespace; what is there is left alone. */
export async function ensureVolumes(client: Client, object: VirtualCluster): Promise<void> {
  for (const volume of object.spec.storage?.volumes ?? []) {
    await client
      .create(resources.persistentvolumeclaims, claimOf(volume), { namespace: 'default' })
      .catch((error: unknown) => {
        if (!isReason(error, 'AlreadyExists')) throw error;
      });
  }
}
