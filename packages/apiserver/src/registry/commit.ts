import { errors, type KubeObject, StatusError } from '@dormice/apimachinery';
import { type Change, StoreError } from '@dormice/storage';
import { inStoredVersion } from '../crd/conversion.ts';
import { afterCommit } from './hooks.ts';
import { keyOf } from './keys.ts';
import { storedBytes } from './stored.ts';
import type { Write } from './write-context.ts';

/** Thrown when somebody else was faster; the caller reads again and decides. */
export class Overtaken extends Error {}

/** Writes one object (or deletes it with its last state) and returns it as it is stored. */
export async function commitObject(
  write: Write,
  object: KubeObject,
  expected: number,
  deletion = false,
): Promise<KubeObject> {
  const { kind } = write;
  const { name = '', namespace = '' } = object.metadata;
  const key = keyOf(kind, kind.scope === 'Namespaced' ? namespace : '', name);
  if (write.dryRun) {
    const found = write.context.store.get(key)?.revision ?? 0;
    if (found !== expected) throw new Overtaken(`${key} is at revision ${found}`);
    return object;
  }
  const bytes = storedBytes(kind, await inStoredVersion(write.context, kind, object));
  const change: Change = deletion
    ? { key, expected, value: null, last: bytes }
    : { key, expected, value: bytes };
  let revision: number;
  try {
    revision = await write.context.store.commit([change]);
    await afterCommit(write.context, kind);
  } catch (error) {
    throw commitError(error);
  }
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** What a store's refusal means to a writer. */
export function commitError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'Conflict':
      return new Overtaken(error.message);
    case 'WriteFailed':
      return new StatusError(
        500,
        'InternalError',
        `Internal error occurred: the state of this cluster cannot be written: ${error.message}`,
        { causes: [{ message: error.message }] },
        { cause: error },
      );
    case 'Closed':
      return errors.unavailable('the cluster is being put to sleep; try again');
    default:
      return error;
  }
}

/**
 * How long a read-modify-write is begun again, milliseconds: upstream's request timeout. A count would be a limit of how
 * many may patch one object at once, since one of them wins each turn.
 */
const patienceMs = 60_000;

/** Runs a read-modify-write again while others are faster. */
export async function untilCommitted<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Overtaken) || performance.now() >= until) throw error;
    }
  }
}
