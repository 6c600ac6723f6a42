import { StatusError } from '../status-error.ts';
import type { Comparison } from './compare.ts';
import { type Conflict, conflictError } from './conflicts.ts';
import type { FieldSet } from './field-set.ts';
import type { Managers } from './managers.ts';

/** The comparison without fields that the request cannot change, and what is below them. */
export function withoutReset(comparison: Comparison, reset: FieldSet): Comparison {
  if (reset.isEmpty) return comparison;
  return {
    added: comparison.added.recursiveDifference(reset),
    modified: comparison.modified.recursiveDifference(reset),
    removed: comparison.removed.recursiveDifference(reset),
  };
}

/**
 * Takes from all managers but one the fields that changed or went. Managers that own nothing any more are dropped.
 * Sets of other API versions are compared by path. Changes the map.
 *
 * @throws StatusError 409 when fields that somebody owns changed and it is not forced.
 */
export function takeOver(
  managers: Managers,
  comparison: Comparison,
  self: string,
  force: boolean,
): void {
  const changed = comparison.modified.union(comparison.added);
  const conflicts: Conflict[] = [];
  for (const [id, owner] of managers) {
    if (id === self) continue;
    const fields = owner.set.intersection(changed);
    if (!fields.isEmpty) conflicts.push({ owner, fields });
  }
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  for (const [id, owner] of managers) {
    if (id === self) continue;
    const set = owner.set.difference(changed).difference(comparison.removed);
    if (set.isEmpty) managers.delete(id);
    else managers.set(id, { ...owner, set });
  }
}

/** An apply that upstream answers with 500 and no reason. */
export const applyFailure = (message: string): StatusError => new StatusError(500, '', message);
