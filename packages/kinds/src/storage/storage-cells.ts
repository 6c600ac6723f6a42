import type { KubeObject } from '@dormice/apimachinery';
import { none, unset } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

const isDefault = (object: KubeObject): boolean =>
  defaultAnnotations.some((name) => object.metadata.annotations?.[name] === 'true');

/** The columns of `kubectl get storageclasses`. */
export const storageClassCells: Readonly<Record<string, Cell>> = {
  Name: (object) => `${object.metadata.name}${isDefault(object) ? ' (default)' : ''}`,
  Provisioner: (object) => object['provisioner'] ?? '',
  ReclaimPolicy: (object) => object['reclaimPolicy'] ?? 'Delete',
  VolumeBindingMode: (object) => object['volumeBindingMode'] ?? 'Immediate',
  AllowVolumeExpansion: (object) => object['allowVolumeExpansion'] ?? false,
};

/** The columns of `kubectl get csidrivers`. */
export const csiDriverCells: Readonly<Record<string, Cell>> = {
  AttachRequired: (object) => object['spec']?.attachRequired ?? true,
  PodInfoOnMount: (object) => object['spec']?.podInfoOnMount ?? false,
  StorageCapacity: (object) => object['spec']?.storageCapacity ?? false,
  TokenRequests: (object) => {
    const requests: { audience: string }[] = object['spec']?.tokenRequests ?? [];
    return requests.length === 0 ? unset : requests.map(({ audience }) => audience).join(',');
  },
  RequiresRepublish: (object) => object['spec']?.requiresRepublish ?? false,
  Modes: (object) => object['spec']?.volumeLifecycleModes?.join(',') || none,
};

/** The columns of `kubectl get volumeattachments`. */
export const volumeAttachmentCells: Readonly<Record<string, Cell>> = {
  Attacher: (object) => object['spec']?.attacher ?? '',
  PV: (object) => object['spec']?.source?.persistentVolumeName ?? '',
  Node: (object) => object['spec']?.nodeName ?? '',
  Attached: (object) => object['status']?.attached ?? false,
};
