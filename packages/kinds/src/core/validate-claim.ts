import {
  deepClone,
  deepEqual,
  fieldErrors,
  isDns1123Subdomain,
  isQualifiedName,
  type KubeObject,
  parseQuantity,
  validateLabelSelector,
} from '@dormice/apimachinery';
import {
  type Check,
  follows,
  immutable,
  isAbsent,
  isEmpty,
  nonNegativeQuantity,
} from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { restore } from '../strategy.ts';
import { validateSources } from './claim-source.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const immutableText =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

export function validateAccessModes(modes: Loose, path: string): Check {
  const list: string[] = modes ?? [];
  const wrong = list.filter((mode) => !accessModes.includes(mode));
  if (wrong.length > 0) return wrong.map((mode) => notSupported(path, mode, accessModes));
  return list.includes('ReadWriteOncePod') && list.length > 1
    ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')]
    : [];
}

/** Amount of storage: there, and more than nothing. */
export function validateStorage(path: string, storage: Loose): Check {
  if (isAbsent(storage)) return [required(path)];
  return parseQuantity(String(storage)).sign > 0
    ? []
    : [invalid(path, String(storage), 'must be greater than zero')];
}

/** The spec of a claim, also of ephemeral volumes. */
export function validateClaimSpec(spec: Loose, path: string): Check {
  return [
    ...(spec.accessModes?.length
      ? validateAccessModes(spec.accessModes, `${path}.accessModes`)
      : [required(`${path}.accessModes`, 'at least 1 access mode is required')]),
    ...(spec.selector ? validateLabelSelector(spec.selector, `${path}.selector`) : []),
    ...validateStorage(`${path}.resources[storage]`, spec.resources?.requests?.storage),
    ...(isEmpty(spec.storageClassName)
      ? []
      : follows(`${path}.storageClassName`, spec.storageClassName, isDns1123Subdomain)),
    ...(isAbsent(spec.volumeMode) || ['Block', 'Filesystem'].includes(spec.volumeMode)
      ? []
      : [notSupported(`${path}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem'])]),
    ...validateSources(spec, path),
    ...(isEmpty(spec.volumeAttributesClassName)
      ? []
      : follows(
          `${path}.volumeAttributesClassName`,
          spec.volumeAttributesClassName,
          isDns1123Subdomain,
        )),
  ];
}

export const validateClaim = (claim: KubeObject): Check =>
  validateClaimSpec(claim['spec'] ?? {}, 'spec');

const storageOf = (spec: Loose): Loose => spec?.resources?.requests?.storage;
const amount = (value: Loose) => parseQuantity(String(value ?? 0));

const noLess = 'field can not be less than status.capacity';

/** Storage may shrink to what there is, for claims whose growth failed. */
function validateShrink(next: Loose, old: KubeObject): Check {
  const wanted = amount(storageOf(next));
  if (wanted.compare(amount(storageOf(old['spec']))) >= 0) return [];
  const has = amount(old['status']?.capacity?.storage);
  return wanted.compare(has) <= 0 ? [forbidden('spec.resources.requests.storage', noLess)] : [];
}

/** A class of attributes that is in effect is replaced, not taken away. */
function validateAttributes(spec: Loose, old: KubeObject): Check {
  const name: unknown = spec.volumeAttributesClassName;
  if (!old['status']?.currentVolumeAttributesClassName || !isEmpty(name)) return [];
  if (isAbsent(name) === isAbsent(old['spec']?.volumeAttributesClassName)) return [];
  const to = isAbsent(name) ? 'nil' : 'empty string';
  const why = `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbidden('spec.volumeAttributesClassName', why)];
}

const resizes = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

/** Of the resources with short names a claim has storage only. */
function validateResourceKey(key: string, path: string): Check {
  const bad = isQualifiedName(key).map((why) => invalid(path, key, why));
  if (bad.length > 0) return bad;
  const isNative = !key.includes('/') || key.includes('kubernetes.io/');
  return isNative && key !== 'storage' ? [notSupported(path, key, ['storage'])] : [];
}

function validateClaimStatus(claim: KubeObject): Check {
  const { capacity, allocatedResources, allocatedResourceStatuses } = claim['status'] ?? {};
  const amounts = (path: string, given: Loose, ofKey: (key: string) => Check): Check =>
    Object.entries(given ?? {}).flatMap(([key, quantity]) => {
      const wrong = ofKey(key);
      return wrong.length > 0 ? wrong : nonNegativeQuantity(`${path}[${key}]`, quantity);
    });
  const [resized, allocated] = ['status.allocatedResourceStatuses', 'status.allocatedResources'];
  return [
    ...amounts('status.capacity', capacity, () => []),
    ...Object.entries(allocatedResourceStatuses ?? {}).flatMap(([key, state]) => [
      ...validateResourceKey(key, resized),
      ...(resizes.includes(String(state)) ? [] : [notSupported(resized, key, resizes)]),
    ]),
    ...amounts(allocated, allocatedResources, (key) => validateResourceKey(key, allocated)),
  ];
}

/** A claim is bound once; after that it may only grow. */
export function validateClaimUpdate(
  next: KubeObject,
  old: KubeObject,
  context: KindContext,
): Check {
  if (context.subresource === 'status') return validateClaimStatus(next);
  const before: Loose = old['spec'] ?? {};
  const { spec = {} } = deepClone(next) as KubeObject[string];
  if (!before.volumeName) restore(spec, before, 'volumeName');
  if (isAbsent(before.storageClassName)) restore(spec, before, 'storageClassName');
  if (next['status']?.phase === 'Bound') {
    restore(spec, before, 'volumeAttributesClassName');
    if (spec.resources?.requests)
      restore(spec.resources.requests, before.resources?.requests ?? {}, 'storage');
  }
  return [
    ...validateClaim(next),
    ...(deepEqual(spec, before) ? [] : [forbidden('spec', immutableText)]),
    ...validateShrink(next['spec'], old),
    ...immutable('volumeMode', next['spec']?.volumeMode, before.volumeMode),
    ...validateAttributes(next['spec'] ?? {}, old),
  ];
}
