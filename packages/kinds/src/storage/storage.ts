import { deepEqual } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { csiDriverCells, storageClassCells, volumeAttachmentCells } from './storage-cells.ts';
import { csiDriverDefaults, storageClassDefaults } from './storage-defaults.ts';
import {
  csiDriverWarnings,
  validateCsiDriver,
  validateCsiDriverUpdate,
  validateCsiNode,
  validateCsiNodeUpdate,
  validateStorageCapacity,
  validateStorageCapacityUpdate,
} from './validate-csi.ts';
import {
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolumeAttributesClass,
  validateVolumeAttributesClassUpdate,
} from './validate-storage.ts';
import {
  validateVolumeAttachment,
  validateVolumeAttachmentUpdate,
} from './validate-volume-attachment.ts';

const group = 'storage.k8s.io';

export const storageClass = kind({
  group,
  resource: 'storageclasses',
  cells: storageClassCells,
  defaults: storageClassDefaults,
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
});

export const csiDriver = kind({
  group,
  resource: 'csidrivers',
  allowUnconditionalUpdate: false,
  cells: csiDriverCells,
  defaults: csiDriverDefaults,
  // A driver counts its changes, from none.
  prepareForUpdate: (next, old) => {
    if (!deepEqual(next['spec'], old['spec']))
      next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validate: validateCsiDriver,
  validateUpdate: validateCsiDriverUpdate,
  warnings: csiDriverWarnings,
});

export const csiNode = kind({
  group,
  resource: 'csinodes',
  allowUnconditionalUpdate: false,
  cells: { Drivers: (object) => (object['spec']?.drivers ?? []).length },
  validate: validateCsiNode,
  validateUpdate: validateCsiNodeUpdate,
});

export const volumeAttachment = kind({
  group,
  resource: 'volumeattachments',
  statusKeeps: 'metadata',
  allowUnconditionalUpdate: false,
  cells: volumeAttachmentCells,
  validate: validateVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
});

export const volumeAttributesClass = kind({
  group,
  resource: 'volumeattributesclasses',
  cells: { DriverName: (object) => object['driverName'] ?? '' },
  validate: validateVolumeAttributesClass,
  validateUpdate: validateVolumeAttributesClassUpdate,
});

export const csiStorageCapacity = kind({
  group,
  resource: 'csistoragecapacities',
  allowUnconditionalUpdate: false,
  cells: {
    StorageClassName: (object) => object['storageClassName'] ?? '',
    Capacity: (object) => object['capacity'] ?? '',
  },
  validate: validateStorageCapacity,
  validateUpdate: validateStorageCapacityUpdate,
});
