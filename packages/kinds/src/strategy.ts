import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import type { Kind, KindContext } from './kind.ts';
import type { Loose } from './loose.ts';

/** Puts a field back as it was, absent included. */
export function restore(next: Loose, old: Loose, field: string): void {
  if (old[field] === undefined) delete next[field];
  else next[field] = old[field];
}

/**
 * Counts a change of a field before a part of it is dropped: upstream counts changes that nobody will see. Needed only
 * by kinds that drop something at an update.
 */
export function countChange(next: KubeObject, old: KubeObject, field: string): void {
  if (deepEqual(next[field], old[field])) return;
  next.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** The main endpoint does not write the status. */
export function keepStatus(next: KubeObject, old: KubeObject): void {
  restore(next, old, 'status');
}

const allMetadata = ['labels', 'annotations', 'finalizers', 'ownerReferences', 'deletionTimestamp'];

/** Metadata that the status endpoint of a kind does not write. Of most kinds it writes all. */
const keptMetadata: Readonly<Record<string, readonly string[]>> = {
  Pod: ['ownerReferences', 'deletionTimestamp'],
  Deployment: ['labels'],
  ...Object.fromEntries(
    [
      'APIService',
      'ResourceClaim',
      'ServiceCIDR',
      'ValidatingAdmissionPolicy',
      'VolumeAttachment',
    ].map((kind) => [kind, allMetadata]),
  ),
};

/** The status endpoint writes nothing else but metadata. */
export function keepAllButStatus(next: KubeObject, old: KubeObject): void {
  for (const field of new Set([...Object.keys(next), ...Object.keys(old)]))
    if (!['apiVersion', 'kind', 'metadata', 'status'].includes(field)) restore(next, old, field);
  for (const field of keptMetadata[next.kind] ?? []) restore(next.metadata, old.metadata, field);
}

/** What kinds with a status do on updates where they say nothing else. */
export function usualUpdate(next: KubeObject, old: KubeObject, context: KindContext): void {
  if (context.subresource === 'status') keepAllButStatus(next, old);
  else keepStatus(next, old);
}

const keptOnStatus = {
  metadata: ['labels', 'annotations', 'finalizers', 'ownerReferences', 'generation'],
  labels: ['labels'],
};

/** A strategy whose status endpoint leaves metadata as it was. */
export function keepingOnStatus(
  update: NonNullable<Kind['prepareForUpdate']>,
  what: NonNullable<Kind['statusKeeps']>,
): NonNullable<Kind['prepareForUpdate']> {
  return (next, old, context) => {
    update(next, old, context);
    if (context.subresource !== 'status') return;
    for (const field of keptOnStatus[what]) restore(next.metadata, old.metadata, field);
  };
}

/** A new object has no status yet. */
export function dropStatus(object: KubeObject): void {
  delete object['status'];
}
