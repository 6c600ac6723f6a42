import { isPlainObject } from '../json-clone.ts';
import type { JsonObject } from '../object.ts';
import { FieldSet } from './field-set.ts';
import { comparePathElements, type PathElement, parsePathElement } from './path-element.ts';

/**
 * Reads `managedFields[].fieldsV1`: `{"f:spec":{"f:replicas":{}}}`. `"."` makes the path to its object a member.
 *
 * @throws Error when it is not of that form.
 */
export function parseFieldsV1(fields: unknown): FieldSet {
  if (!isPlainObject(fields)) throw new Error('fieldsV1 must be an object');
  return parseLevel(fields).set;
}

function parseLevel(fields: Record<string, unknown>): { set: FieldSet; self: boolean } {
  const set = new FieldSet();
  let self = false;
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.') {
      self = true;
      continue;
    }
    if (!isPlainObject(value)) throw new Error(`fieldsV1: the value of ${key} must be an object`);
    const element = parsePathElement(key);
    const child = parseLevel(value);
    if (child.self || child.set.isEmpty) set.members.add(element);
    if (!child.set.isEmpty) set.children.set(element, child.set);
  }
  return { set, self };
}

/** Writes a set as `fieldsV1`, in upstream's order. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  const elements = new Set<PathElement>([...set.members, ...set.children.keys()]);
  const result: JsonObject = {};
  for (const element of [...elements].sort(comparePathElements)) {
    const child = set.children.get(element);
    if (child === undefined) result[element] = {};
    else if (set.members.has(element)) result[element] = { '.': {}, ...formatFieldsV1(child) };
    else result[element] = formatFieldsV1(child);
  }
  return result;
}
