import type { Schema } from '../schema.ts';
import { FieldSet } from './field-set.ts';
import type { PathElement } from './path-element.ts';
import { fieldSchema, isDeclared, shapeOf } from './structure.ts';

function schemaBelow(schema: Schema, element: PathElement): Schema {
  if (element.startsWith('f:')) return fieldSchema(schema, element.slice(2)) ?? {};
  return schema.items ?? {};
}

/**
 * The set with every declared field that has longer paths as a member too: who has owned all of an object's fields
 * takes the object along when it stops owning them.
 */
export function withNamedFields(set: FieldSet, schema: Schema): FieldSet {
  if (set.children.size === 0) return set;
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    if (element.startsWith('f:') && isDeclared(schema, element.slice(2))) members.add(element);
    children.set(element, withNamedFields(child, schemaBelow(schema, element)));
  }
  return new FieldSet(members, children);
}

/**
 * The set after a schema change: who owned something in an object or list that is atomic now owns all of it. Paths
 * that the schema does not know stay as they are.
 */
export function withAtomicParents(set: FieldSet, schema: Schema): FieldSet {
  let changed = false;
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const below = schemaBelow(schema, element);
    const known = below.type !== undefined || below.fields !== undefined || below.intOrString;
    if (known && shapeOf(below, undefined) === 'leaf') {
      members.add(element);
      changed = true;
      continue;
    }
    const kept = withAtomicParents(child, below);
    if (kept !== child) changed = true;
    children.set(element, kept);
  }
  return changed ? new FieldSet(members, children) : set;
}
