import { deepEqual, fieldErrors, isDns1123Subdomain, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, immutable, isEmpty, needed, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { validateNodeSelector } from './validate-affinity.ts';
import { validateAccessModes, validateStorage } from './validate-claim.ts';
import { validateVolumeSource } from './validate-volume.ts';

const { forbidden, notSupported, required } = fieldErrors;

/** Fields of the spec that are not the volume's source. */
const plain = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

function validateCapacity(capacity: Loose): Check {
  const names = Object.keys(capacity ?? {});
  const errors: Check = names.length === 0 ? [required('spec.capacity')] : [];
  if (!names.includes('storage') || names.length > 1)
    return [...errors, notSupported('spec.capacity', capacity ?? null, ['storage'])];
  return validateStorage('spec.capacity[storage]', capacity.storage);
}

export function validateVolumeObject(volume: KubeObject): Check {
  const { spec = {} } = volume as KubeObject[string];
  return [
    ...(spec.accessModes?.length
      ? validateAccessModes(spec.accessModes, 'spec.accessModes')
      : [required('spec.accessModes')]),
    ...validateCapacity(spec.capacity),
    ...oneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
      'Delete',
      'Recycle',
      'Retain',
    ]),
    ...validateVolumeSource(spec, 'spec', plain, 'must specify a volume type'),
    ...(spec.local && !spec.nodeAffinity?.required
      ? [required('spec.nodeAffinity', 'Local volume requires node affinity')]
      : []),
    ...(spec.csi ? needed('spec.csi.volumeHandle', spec.csi.volumeHandle) : []),
    ...validateNodeSelector(spec.nodeAffinity?.required, 'spec.nodeAffinity.required'),
    ...(isEmpty(spec.storageClassName)
      ? []
      : follows('spec.storageClassName', spec.storageClassName, isDns1123Subdomain)),
    ...oneOf('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']),
  ];
}

const sourceOf = (spec: Loose): Loose =>
  Object.fromEntries(Object.entries(spec ?? {}).filter(([key]) => !plain.has(key)));

export function validateVolumeObjectUpdate(
  next: KubeObject,
  old: KubeObject,
  context: KindContext,
): Check {
  if (context.subresource === 'status') return [];
  const errors = validateVolumeObject(next);
  if (!deepEqual(sourceOf(next['spec']), sourceOf(old['spec'])))
    errors.push(
      forbidden(
        'spec.persistentvolumesource',
        'spec.persistentvolumesource is immutable after creation',
      ),
    );
  errors.push(...immutable('spec.volumeMode', next['spec']?.volumeMode, old['spec']?.volumeMode));
  return errors;
}
