import { fieldErrors, isQualifiedName } from '@dormice/apimachinery';
import { type Check, follows } from '../checks.ts';

const { invalid } = fieldErrors;

const containers = ['cpu', 'memory', 'ephemeral-storage'];
const bounded = containers.flatMap((name) => [`requests.${name}`, `limits.${name}`]);
const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];

const ofContainers = new Set(containers);
const ofQuotas = new Set([...containers, ...bounded, 'requests.storage', ...counted]);
const all = new Set([...ofQuotas, 'storage']);
const counts = new Set(counted);

const isHuge = (name: string): boolean => name.startsWith('hugepages-');
const isQuotaHuge = (name: string): boolean =>
  isHuge(name) || name.startsWith('requests.hugepages-');

/** Resources of Kubernetes itself: without a domain, or with its own. */
export const isNative = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');

/** `domain/name` of a device: no domain of Kubernetes, and short enough for the name of a quota. */
export const isExtendedResource = (name: string): boolean =>
  !isNative(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

/** Whose amounts are whole numbers. */
export const isWhole = (name: string): boolean => counts.has(name) || isExtendedResource(name);

function validateName(name: string, path: string, known: (name: string) => boolean): Check {
  const errors = follows(path, name, isQualifiedName);
  if (errors.length > 0 || name.includes('/') || known(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

/** Any resource: of claims, and of types of limits that are not ours. */
export const validateResourceName = (name: string, path: string): Check =>
  validateName(name, path, (text) => all.has(text) || isQuotaHuge(text));

/** A resource that a container may ask for. */
export function validateContainerResourceName(name: string, path: string): Check {
  const errors = validateResourceName(name, path);
  if (!name.includes('/'))
    return ofContainers.has(name) || isHuge(name)
      ? errors
      : [...errors, invalid(path, name, 'must be a standard resource for containers')];
  if (isNative(name) || isExtendedResource(name)) return errors;
  return [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
}

/** A resource that a quota may limit. */
export function validateQuotaResourceName(name: string, path: string): Check {
  const errors = validateResourceName(name, path);
  if (name.includes('/')) return errors;
  return ofQuotas.has(name) || isQuotaHuge(name)
    ? errors
    : [...errors, invalid(path, name, 'must be a standard resource for quota')];
}

export const isStandardQuotaResource = (name: string): boolean =>
  ofQuotas.has(name) || isQuotaHuge(name);
