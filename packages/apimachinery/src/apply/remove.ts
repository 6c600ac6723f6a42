import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import type { FieldSet } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { elementOf, fieldSchema, shapeOf } from './structure.ts';

/** The object without the paths of the set. An object or list that loses everything by it goes too. */
export function removeFields(object: JsonObject, set: FieldSet, schema: Schema): JsonObject {
  return (removeFrom(object, set, schema) ?? {}) as JsonObject;
}

function removeFrom(value: Json, set: FieldSet, schema: Schema): Json | undefined {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && isPlainObject(value)) return fromMap(value as JsonObject, set, schema);
  if (shape === 'list' && Array.isArray(value)) return fromList(value, set, schema);
  return value;
}

function fromMap(map: JsonObject, set: FieldSet, schema: Schema): JsonObject | undefined {
  const result: JsonObject = {};
  const keys = Object.keys(map);
  for (const key of keys) {
    const element = fieldElement(key);
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    const value = map[key] as Json;
    const rest =
      below === undefined ? value : removeFrom(value, below, fieldSchema(schema, key) ?? {});
    if (rest !== undefined) result[key] = rest;
  }
  return keys.length > 0 && Object.keys(result).length === 0 ? undefined : result;
}

function fromList(list: Json[], set: FieldSet, schema: Schema): Json[] | undefined {
  const result: Json[] = [];
  for (const item of list) {
    const element = elementOf(schema, item);
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    const rest = below === undefined ? item : removeFrom(item, below, schema.items ?? {});
    if (rest !== undefined) result.push(rest);
  }
  return list.length > 0 && result.length === 0 ? undefined : result;
}
