import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { elementOf, fieldSchema, isDeclared, shapeOf } from './structure.ts';

/** The paths that an object names: every leaf, every element of a granular list, every key of a free map. */
export function fieldSetOf(object: JsonObject, schema: Schema): FieldSet {
  const set = new FieldSet();
  walk(object, schema, [], set);
  return set;
}

function walk(value: Json, schema: Schema, path: PathElement[], set: FieldSet): void {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && isPlainObject(value)) walkMap(value as JsonObject, schema, path, set);
  else if (shape === 'list' && Array.isArray(value)) walkList(value, schema, path, set);
  else if (shape === 'leaf') set.insert(path);
}

function walkMap(map: JsonObject, schema: Schema, path: PathElement[], set: FieldSet): void {
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    path.push(fieldElement(key));
    walk(value, fieldSchema(schema, key) ?? {}, path, set);
    if (!isDeclared(schema, key) || value === null || isEmptyObject(value)) set.insert(path);
    path.pop();
  }
}

function walkList(list: Json[], schema: Schema, path: PathElement[], set: FieldSet): void {
  for (const item of list) {
    path.push(elementOf(schema, item));
    walk(item, schema.items ?? {}, path, set);
    set.insert(path);
    path.pop();
  }
}

function isEmptyObject(value: Json): boolean {
  return isPlainObject(value) && Object.keys(value).length === 0;
}
