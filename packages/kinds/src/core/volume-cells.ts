import type { KubeObject } from '@dormice/apimachinery';
import { formatAccessModes, unset } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** Name of the storage class of a claim or a volume: the old annotation wins, as upstream. */
export const storageClassOf = (object: KubeObject): string =>
  object.metadata.annotations?.[classAnnotation] ?? object['spec']?.storageClassName ?? '';

const phase: Cell = (object) =>
  object.metadata.deletionTimestamp ? 'Terminating' : (object['status']?.phase ?? '');

const shared: Readonly<Record<string, Cell>> = {
  Status: phase,
  StorageClass: storageClassOf,
  VolumeAttributesClass: (object) => object['spec']?.volumeAttributesClassName || unset,
  VolumeMode: (object) => object['spec']?.volumeMode ?? unset,
};

/** The columns of `kubectl get pvc`. */
export const claimCells: Readonly<Record<string, Cell>> = {
  ...shared,
  Volume: (pvc) => pvc['spec']?.volumeName ?? '',
  Capacity: (pvc) => (pvc['spec']?.volumeName ? (pvc['status']?.capacity?.storage ?? '0') : ''),
  'Access Modes': (pvc) =>
    pvc['spec']?.volumeName ? formatAccessModes(pvc['status']?.accessModes) : '',
};

/** The columns of `kubectl get pv`. */
export const volumeCells: Readonly<Record<string, Cell>> = {
  ...shared,
  Capacity: (pv) => pv['spec']?.capacity?.storage ?? '0',
  'Access Modes': (pv) => formatAccessModes(pv['spec']?.accessModes),
  'Reclaim Policy': (pv) => pv['spec']?.persistentVolumeReclaimPolicy ?? '',
  Claim: (pv) => {
    const claim = pv['spec']?.claimRef;
    return claim ? `${claim.namespace}/${claim.name}` : '';
  },
  Reason: (pv) => pv['status']?.reason ?? '',
};
