import { type Key, type Revision, StoreError } from './store.ts';

export const conflict = (key: Key, expected: Revision, actual: Revision): StoreError =>
  new StoreError(
    'Conflict',
    expected === 0
      ? `key ${key} exists already, at revision ${actual}`
      : actual === 0
        ? `key ${key} does not exist; revision ${expected} was expected`
        : `key ${key} is at revision ${actual}, not at the expected ${expected}`,
    { key },
  );

export const compacted = (wanted: Revision, oldest: Revision): StoreError =>
  new StoreError('Compacted', `revision ${wanted} is no longer kept; the oldest is ${oldest}`);

export const future = (wanted: Revision, newest: Revision): StoreError =>
  new StoreError('Future', `revision ${wanted} does not exist yet; the newest is ${newest}`);

export const closed = (): StoreError => new StoreError('Closed', 'the store is closed');

export const invalid = (message: string): StoreError => new StoreError('Invalid', message);

/** Whatever an engine's write threw, as `WriteFailed`. */
export function writeFailed(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new StoreError('WriteFailed', `the write was not stored: ${text}`, { cause: error });
}
