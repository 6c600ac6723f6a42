import type { JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import type { FieldSet } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { removeFields } from './remove.ts';
import { withNamedFields } from './set-schema.ts';

/**
 * Removes from the merged object what the manager owned at its last apply and nobody owns now.
 *
 * A list element or object that goes would take along what others own in it, and fields that nobody owns (defaults,
 * say); so what is owned is added back, and what was never the manager's stays where its parent stays.
 *
 * @param last what the manager owned at its last apply
 * @param owned what all managers own now, the applied configuration included
 */
export function pruneUnowned(
  merged: JsonObject,
  last: FieldSet,
  owned: FieldSet,
  schema: Schema,
): JsonObject {
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema);
  const all = named(fieldSetOf(merged, schema));
  const lastNamed = named(last);

  const without = removeFields(merged, lastNamed, schema);
  const remaining = named(fieldSetOf(without, schema));
  const owning = removeFields(merged, all.difference(remaining.union(named(owned))), schema);

  const kept = named(fieldSetOf(owning, schema));
  return removeFields(merged, all.difference(kept).intersection(lastNamed), schema);
}
