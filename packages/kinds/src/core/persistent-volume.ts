import { formatTime, type KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { restore, usualUpdate } from '../strategy.ts';
import { validateVolumeObject, validateVolumeObjectUpdate } from './validate-persistent-volume.ts';
import { volumeCells } from './volume-cells.ts';
import { volumeSourceDefaults } from './volume-defaults.ts';

/** When the phase last became another: the writer's word, else now. */
function keepPhaseTime(next: KubeObject, old: KubeObject, now: Date): void {
  const [status, before] = [next['status'] ?? {}, old['status'] ?? {}];
  const field = 'lastPhaseTransitionTime';
  if (status.phase === before.phase) {
    if (!status[field]) restore(status, before, field);
  } else if (!status[field] || status[field] === before[field]) status[field] = formatTime(now);
}

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
      lastPhaseTransitionTime: formatTime(now),
    };
  },
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource === 'status') keepPhaseTime(next, old, context.now);
  },
  validate: validateVolumeObject,
  validateUpdate: validateVolumeObjectUpdate,
});
