import { deepEqual, isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { fieldSchema, indexElements, shapeOf } from './structure.ts';

/** Paths by what happened to them. A new or gone object is named itself, and so is everything in it. */
export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Compares two objects of one kind, in the units that have owners. */
export function compareObjects(old: JsonObject, next: JsonObject, schema: Schema): Comparison {
  const result = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
  walk(old, next, schema, [], result);
  return result;
}

type Side = Json | undefined;

function walk(a: Side, b: Side, schema: Schema, path: PathElement[], result: Comparison): void {
  if (a === undefined && b === undefined) return;
  if (a === b && typeof a !== 'object') return;
  const left = shapeOf(schema, a);
  const right = shapeOf(schema, b);
  if (b === undefined || left === right || a === undefined) {
    const shape = b === undefined ? left : right;
    if (visit(shape, a, b, schema, path, result)) return;
    if (a === undefined) result.added.insert(path);
    else if (b === undefined) result.removed.insert(path);
    return;
  }
  visit(left, a, b, schema, path, result);
  visit(right, a, b, schema, path, result);
}

/** Descends, or compares as a leaf and tells so. */
function visit(
  shape: 'leaf' | 'map' | 'list',
  a: Side,
  b: Side,
  schema: Schema,
  path: PathElement[],
  result: Comparison,
): boolean {
  if (shape === 'leaf' || (isBlank(a) && isBlank(b))) {
    if (a === undefined) result.added.insert(path);
    else if (b === undefined) result.removed.insert(path);
    else if (!deepEqual(a, b)) result.modified.insert(path);
    return true;
  }
  if (shape === 'map') visitMaps(asMap(a), asMap(b), schema, path, result);
  else visitLists(asList(a), asList(b), schema, path, result);
  return false;
}

/** Nothing to descend into; the difference between absent, null and empty then is the leaf's value. */
function isBlank(value: Side): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return !isPlainObject(value) || Object.keys(value).length === 0;
}

const none: JsonObject = {};
const asMap = (value: Side): JsonObject => (isPlainObject(value) ? (value as JsonObject) : none);
const asList = (value: Side): Json[] => (Array.isArray(value) ? value : []);

function visitMaps(
  a: JsonObject,
  b: JsonObject,
  schema: Schema,
  path: PathElement[],
  result: Comparison,
): void {
  const visitField = (key: string): void => {
    path.push(fieldElement(key));
    walk(a[key], b[key], fieldSchema(schema, key) ?? {}, path, result);
    path.pop();
  };
  for (const key of Object.keys(a)) visitField(key);
  for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) visitField(key);
}

function visitLists(
  a: Json[],
  b: Json[],
  schema: Schema,
  path: PathElement[],
  result: Comparison,
): void {
  const old = indexElements(schema, a);
  const next = indexElements(schema, b);
  const visitElement = (element: PathElement): void => {
    const was = old.get(element) ?? [];
    const is = next.get(element) ?? [];
    path.push(element);
    if (was.length <= 1 && is.length <= 1) {
      walk(was[0], is[0], schema.items ?? {}, path, result);
    } else if (was.length === 0) {
      result.added.insert(path);
    } else if (is.length === 0) {
      result.removed.insert(path);
    } else if (!deepEqual(was, is)) {
      result.modified.insert(path);
    }
    path.pop();
  };
  for (const element of old.keys()) visitElement(element);
  for (const element of next.keys()) if (!old.has(element)) visitElement(element);
}
