import type { KubeObject } from '@dormice/apimachinery';
import type { Kind, KindContext } from './kind.ts';
import type { Loose } from './loose.ts';

/** Puts a field back as it was, absent included. */
export function restore(next: Loose, old: Loose, field: string): void {
  if (old[field] === undefined) delete next[field];
  else next[field] = old[field];
}

/** The main endpoint does not write the status. */
export function keepStatus(next: KubeObject, old: KubeObject): void {
  restore(next, old, 'status');
}

/** The status endpoint writes nothing else but metadata; owners stay with the main endpoint. */
export function keepAllButStatus(next: KubeObject, old: KubeObject): void {
  for (const field of new Set([...Object.keys(next), ...Object.keys(old)]))
    if (!['apiVersion', 'kind', 'metadata', 'status'].includes(field)) restore(next, old, field);
  restore(next.metadata, old.metadata, 'ownerReferences');
  restore(next.metadata, old.metadata, 'deletionTimestamp');
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
