import { deepEqual, fieldErrors, isDns1123Subdomain, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, immutable, isAbsent, isEmpty, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { validateNodeSelector } from './validate-affinity.ts';
import { validateAccessModes, validateStorage } from './validate-claim.ts';
import { sourcesOfVolumes } from './volumes/source-order.ts';
import { validateVolumeSource } from './volumes/validate-source.ts';

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

const inlineText = 'may not be specified in the context of inline volumes';

function validateCapacity(capacity: Loose, path: string): Check {
  const names = Object.keys(capacity ?? {});
  return [
    ...(names.length === 0 ? [required(path)] : []),
    ...(!names.includes('storage') || names.length > 1
      ? [notSupported(path, capacity ?? null, ['storage'])]
      : []),
    ...names.flatMap((name) => validateStorage(`${path}[${name}]`, capacity[name])),
  ];
}

/** What a volume that is written where it is attached may not say, and must. */
function validateInline(spec: Loose, path: string): Check {
  const given = (field: string, value: unknown): Check =>
    value ? [forbidden(`${path}.${field}`, inlineText)] : [];
  return [
    ...given('claimRef', spec.claimRef),
    ...given('capacity', Object.keys(spec.capacity ?? {}).length > 0),
    ...(spec.csi
      ? []
      : [required(`${path}.csi`, 'has to be specified in the context of inline volumes')]),
  ];
}

function validateReclaimPolicy(policy: Loose, path: string, inline: boolean): Check {
  if (!inline) return oneOf(path, policy, ['Delete', 'Recycle', 'Retain']);
  return isEmpty(policy) || policy === 'Retain'
    ? []
    : [forbidden(path, 'may only be Retain in the context of inline volumes')];
}

function validateNodeAffinity(affinity: Loose, path: string, inline: boolean): Check {
  if (!affinity) return [];
  if (inline) return [forbidden(path, inlineText)];
  return affinity.required
    ? validateNodeSelector(affinity.required, `${path}.required`)
    : [required(`${path}.required`, 'must specify required node constraints')];
}

function validateMode(mode: Loose, path: string, inline: boolean): Check {
  if (isAbsent(mode)) return [];
  if (!inline)
    return ['Block', 'Filesystem'].includes(mode)
      ? []
      : [notSupported(path, mode, ['Block', 'Filesystem'])];
  const text = 'may not specify volumeMode other than Filesystem in the context of inline volumes';
  return mode === 'Filesystem' ? [] : [forbidden(path, text)];
}

function validateAttributesClass(spec: Loose, path: string): Check {
  const name = spec.volumeAttributesClassName;
  if (isAbsent(name)) return [];
  const at = `${path}.volumeAttributesClassName`;
  return [
    ...(name === ''
      ? [required(at, 'an empty string is disallowed')]
      : follows(at, name, isDns1123Subdomain)),
    ...(spec.csi
      ? []
      : [required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName')]),
  ];
}

/** Is it the one source? Of several only the first is looked at. */
const isOnly = (spec: Loose, name: string): boolean =>
  sourcesOfVolumes.find((source) => spec[source]) === name;

/** The spec of a volume of some name; `inline` where it stands in an attachment. */
export function validateVolumeSpec(spec: Loose, path: string, name: string, inline = false): Check {
  const policy = spec.persistentVolumeReclaimPolicy;
  return [
    ...(inline ? validateInline(spec, path) : []),
    ...(spec.accessModes?.length
      ? validateAccessModes(spec.accessModes, `${path}.accessModes`)
      : [required(`${path}.accessModes`)]),
    ...(inline ? [] : validateCapacity(spec.capacity, `${path}.capacity`)),
    ...validateReclaimPolicy(policy, `${path}.persistentVolumeReclaimPolicy`, inline),
    ...validateNodeAffinity(spec.nodeAffinity, `${path}.nodeAffinity`, inline),
    ...validateVolumeSource(spec, path, name),
    ...(isOnly(spec, 'local') && !spec.nodeAffinity
      ? [required(`${path}.nodeAffinity`, 'Local volume requires node affinity')]
      : []),
    ...(spec.hostPath?.path === '/' && policy === 'Recycle'
      ? [
          forbidden(
            `${path}.persistentVolumeReclaimPolicy`,
            "may not be 'recycle' for a hostPath mount of '/'",
          ),
        ]
      : []),
    ...(isEmpty(spec.storageClassName)
      ? []
      : inline
        ? [forbidden(`${path}.storageClassName`, inlineText)]
        : follows(`${path}.storageClassName`, spec.storageClassName, isDns1123Subdomain)),
    ...validateMode(spec.volumeMode, `${path}.volumeMode`, inline),
    ...validateAttributesClass(spec, path),
  ];
}

export const validateVolumeObject = (volume: KubeObject): Check =>
  validateVolumeSpec(volume['spec'] ?? {}, 'spec', volume.metadata.name ?? '');

const sourceOf = (spec: Loose): Loose =>
  Object.fromEntries(Object.entries(spec ?? {}).filter(([key]) => !plain.has(key)));

export function validateVolumeObjectUpdate(
  next: KubeObject,
  old: KubeObject,
  context: KindContext,
): Check {
  if (context.subresource === 'status') return [];
  // Upstream's strategy and its rules for updates both look at the whole volume: clients see it twice.
  const errors = [...validateVolumeObject(next), ...validateVolumeObject(next)];
  if (!deepEqual(sourceOf(next['spec']), sourceOf(old['spec'])))
    errors.push(
      forbidden(
        'spec.persistentvolumesource',
        'spec.persistentvolumesource is immutable after creation',
      ),
    );
  errors.push(...immutable('volumeMode', next['spec']?.volumeMode, old['spec']?.volumeMode));
  return errors;
}
