import { kind } from '../kind-module.ts';
import { validateVolumeObject, validateVolumeObjectUpdate } from './validate-persistent-volume.ts';
import { volumeCells } from './volume-cells.ts';
import { volumeSourceDefaults } from './volume-defaults.ts';

export const persistentVolume = kind({
  group: '',
  resource: 'persistentvolumes',
  cells: volumeCells,
  defaults: (object) => {
    object['status'] ??= {};
    object['status'].phase ||= 'Pending';
    const spec = object['spec'];
    if (!spec) return;
    spec.persistentVolumeReclaimPolicy ||= 'Retain';
    spec.volumeMode ??= 'Filesystem';
    volumeSourceDefaults(spec);
  },
  prepareForCreate: (object, { now }) => {
    object['status'] = {
      phase: 'Pending',
      lastPhaseTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
    };
  },
  validate: validateVolumeObject,
  validateUpdate: validateVolumeObjectUpdate,
});
