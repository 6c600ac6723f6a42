import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';

/** Where upstream's storage keeps what it does not keep under the resource's name. */
const prefixes: Record<string, string> = {
  '/nodes': 'minions',
  '/services': 'services/specs',
  '/endpoints': 'services/endpoints',
  '/replicationcontrollers': 'controllers',
  'networking.k8s.io/ingresses': 'ingress',
  'apiregistration.k8s.io/apiservices': 'apiregistration.k8s.io/apiservices',
  'apiextensions.k8s.io/customresourcedefinitions':
    'apiextensions.k8s.io/customresourcedefinitions',
};

const prefixOf = ({ group, resource }: Kind): string =>
  prefixes[`${group}/${resource}`] ?? resource;

/** What upstream's storage says when a UID or resourceVersion is not the expected one. */
export function failedPrecondition(
  kind: Kind,
  live: KubeObject,
  what: 'UID' | 'ResourceVersion',
  expected: string,
): string {
  const { namespace, name, uid, resourceVersion } = live.metadata;
  const found = what === 'UID' ? uid : resourceVersion;
  const key = ['/registry', prefixOf(kind), namespace, name].filter(Boolean).join('/');
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${expected}, ${what} in object meta: ${found}`;
}

/** What upstream says when a deletion names another UID or resourceVersion than the object has. */
export function failedDeletion(
  live: KubeObject,
  what: 'UID' | 'ResourceVersion',
  expected: string,
): string {
  const { uid, resourceVersion } = live.metadata;
  return what === 'UID'
    ? `the UID in the precondition (${expected}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`
    : `the ResourceVersion in the precondition (${expected}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
}
