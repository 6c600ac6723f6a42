import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import type { ObjectChange } from '@dormice/client';
import type { ReconcileKey } from '../controller.ts';
import type { OwnerIndex } from './owner-index.ts';

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

export const has = (object: KubeObject, finalizer: string): boolean =>
  object.metadata.finalizers?.includes(finalizer) === true;

/** Being deleted, and its dependents' turn comes first. */
export const waitsForDependents = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined && has(object, foregroundFinalizer);

const waitsForOrphans = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined && has(object, orphanFinalizer);

/** Brings the index up to date with a change and says who is to be looked at because of it. */
export function observe(index: OwnerIndex, change: ObjectChange): ReconcileKey[] {
  const { type, group, resource, namespace, name, object, previous } = change;
  const key: ReconcileKey = { namespace, name, resource: `${group}/${resource}` };
  const uid = object.metadata.uid ?? '';
  const owners = object.metadata.ownerReferences ?? [];
  if (type === 'DELETED') {
    index.delete(key);
    index.waiting.delete(uid);
    return [...index.dependentsOf(uid), ...waitingOwners(index, object)];
  }
  const keys: ReconcileKey[] = [];
  const before = previous?.metadata.ownerReferences ?? [];
  if (owners.length > 0 || before.length > 0) {
    if (!previous || !deepEqual(before, owners)) {
      index.set(key, object);
      if (owners.length > 0) keys.push(key);
      if (previous) keys.push(...waitingOwners(index, previous));
    }
    // A dependent that begins to end may be all that its waiting owner needs to see.
    const began = previous?.metadata.deletionTimestamp === undefined;
    if (began && object.metadata.deletionTimestamp !== undefined) {
      keys.push(...waitingOwners(index, object));
    }
  }
  if (waitsForDependents(object)) {
    if (!index.waiting.has(uid)) {
      index.waiting.set(uid, key);
      keys.push(key, ...index.dependentsOf(uid));
    }
  } else {
    index.waiting.delete(uid);
    if (waitsForOrphans(object)) keys.push(key);
  }
  return keys;
}

function waitingOwners(index: OwnerIndex, object: KubeObject): ReconcileKey[] {
  return (object.metadata.ownerReferences ?? []).flatMap(({ uid }) => index.waiting.get(uid) ?? []);
}
