import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';

/** What upstream's storage says when a UID or resourceVersion is not the expected one. */
export function failedPrecondition(
  kind: Kind,
  live: KubeObject,
  what: 'UID' | 'ResourceVersion',
  expected: string,
): string {
  const { namespace, name, uid, resourceVersion } = live.metadata;
  const found = what === 'UID' ? uid : resourceVersion;
  const key = ['/registry', kind.resource, namespace, name].filter(Boolean).join('/');
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${expected}, ${what} in object meta: ${found}`;
}
