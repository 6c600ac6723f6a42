import type { KubeObject } from '@dormice/apimachinery';
import { annotations, labels, managedBy } from '../labels.ts';

/** The virtual mirror of a host StorageClass. Parameters stay on the host: they may name its Secrets. */
export function mirrorStorageClass(host: KubeObject): KubeObject {
  const isDefault = host.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'];
  const { provisioner, reclaimPolicy, volumeBindingMode, allowVolumeExpansion } = host;
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: host.metadata.name ?? '',
      labels: { [labels.managedBy]: managedBy },
      annotations: {
        [annotations.fromHost]: host.metadata.name ?? '',
        ...(isDefault === undefined
          ? {}
          : { 'storageclass.kubernetes.io/is-default-class': isDefault }),
      },
    },
    provisioner,
    ...(reclaimPolicy === undefined ? {} : { reclaimPolicy }),
    ...(volumeBindingMode === undefined ? {} : { volumeBindingMode }),
    ...(allowVolumeExpansion === undefined ? {} : { allowVolumeExpansion }),
  };
}
