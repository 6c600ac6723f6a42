import { maxChangesPerCommit } from './position.ts';
import type { Change, Key } from './store.ts';
import { invalid } from './store-error.ts';

/** Throws `Invalid` for a commit that no state of the store could make right. */
export function assertWellFormed(changes: Change[]): void {
  if (changes.length > maxChangesPerCommit)
    throw invalid(
      `a commit holds ${maxChangesPerCommit} changes at most, not ${changes.length}: split it`,
    );
  const keys = new Set<Key>();
  for (const { key, expected, value } of changes) {
    if (key === '') throw invalid('the empty key is not allowed');
    if (keys.has(key)) throw invalid(`key ${key} is twice in one commit: merge the changes`);
    if (value === null && expected === 0)
      throw invalid(`key ${key} is deleted but expected not to exist: give its revision`);
    keys.add(key);
  }
}
