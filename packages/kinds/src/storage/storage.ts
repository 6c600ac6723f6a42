import { kind } from '../kind-module.ts';
import { csiDriverCells, storageClassCells, volumeAttachmentCells } from './storage-cells.ts';
import { csiDriverDefaults, storageClassDefaults } from './storage-defaults.ts';
import {
  validateCsiDriver,
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolumeAttachment,
} from './validate-storage.ts';

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
  validate: validateCsiDriver,
});

export const csiNode = kind({
  group,
  resource: 'csinodes',
  allowUnconditionalUpdate: false,
  cells: { Drivers: (object) => (object['spec']?.drivers ?? []).length },
});

export const volumeAttachment = kind({
  group,
  resource: 'volumeattachments',
  statusKeeps: 'metadata',
  allowUnconditionalUpdate: false,
  cells: volumeAttachmentCells,
  validate: validateVolumeAttachment,
});

export const volumeAttributesClass = kind({
  group,
  resource: 'volumeattributesclasses',
  cells: { DriverName: (object) => object['driverName'] ?? '' },
});
