import type { VirtualCluster, VirtualClusterSpec } from './virtual-cluster.ts';

/** A stored object with the CRD's defaults, for tests. */
export function virtualCluster(
  spec: Partial<VirtualClusterSpec> = {},
  metadata: Partial<VirtualCluster['metadata']> = {},
): VirtualCluster {
  return {
    apiVersion: 'dormice.dev/v1alpha1',
    kind: 'VirtualCluster',
    metadata: {
      name: 'atlas',
      namespace: 'ws',
      uid: 'uid-atlas',
      generation: 3,
      creationTimestamp: '2026-11-01T00:00:00Z',
      ...metadata,
    },
    spec: {
      mode: 'Static',
      runPolicy: 'OnDemand',
      replicas: 1,
      isolation: 'Shared',
      deletionPolicy: 'Delete',
      controlPlane: { distro: 'embedded', version: '1.35', persistence: { type: 'Persistent' } },
      sync: {
        toHost: { serviceAccounts: { enabled: true } },
        fromHost: {
          storageClasses: { enabled: true },
          secrets: { enabled: false, mappings: { byName: {} } },
        },
      },
      hostAccess: { privileged: false, hostPath: false, hostNamespaces: false },
      ...spec,
    },
  };
}
