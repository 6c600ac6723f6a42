import { isPlainObject, setField } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import type { FieldSet } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { elementOf, fieldSchema, shapeOf } from './structure.ts';

/**
 * The object without the paths of the set. An object or list that is not named itself but loses all that is in it
 * stays, empty, for its owner. (Upstream leaves `null` there, which custom resources then refuse.)
 */
export function removeFields(object: JsonObject, set: FieldSet, schema: Schema): JsonObject {
  return removeFrom(object, set, schema) as JsonObject;
}

function removeFrom(value: Json, set: FieldSet, schema: Schema): Json {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && isPlainObject(value)) return fromMap(value as JsonObject, set, schema);
  if (shape === 'list' && Array.isArray(value)) return fromList(value, set, schema);
  return value;
}

function fromMap(map: JsonObject, set: FieldSet, schema: Schema): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(map)) {
    const element = fieldElement(key);
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    const value = map[key] as Json;
    const rest =
      below === undefined ? value : removeFrom(value, below, fieldSchema(schema, key) ?? {});
    setField(result, key, rest);
  }
  return result;
}

function fromList(list: Json[], set: FieldSet, schema: Schema): Json[] {
  const result: Json[] = [];
  for (const item of list) {
    const element = elementOf(schema, item);
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    const rest = below === undefined ? item : removeFrom(item, below, schema.items ?? {});
    result.push(rest);
  }
  return result;
}
