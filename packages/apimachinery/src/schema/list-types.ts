import { duplicate, type FieldError } from '../field-error.ts';
import { deepEqual, isPlainObject } from '../json-clone.ts';
import type { Schema } from '../schema.ts';
import { fieldOf } from './field-of.ts';

/** Elements that a set, or a list that is a map, has twice. */
export function validateListTypes(schema: Schema, value: unknown, path: string): FieldError[] {
  if (Array.isArray(value)) {
    const inner = schema.items
      ? value.flatMap((item, at) => validateListTypes(schema.items ?? {}, item, `${path}[${at}]`))
      : [];
    return [...duplicatesOf(schema, value, path), ...inner];
  }
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const child = fieldOf(schema, key);
    if (!child) return [];
    const at = schema.fields?.[key] ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    return validateListTypes(child, item, at);
  });
}

function duplicatesOf(schema: Schema, list: unknown[], path: string): FieldError[] {
  const { listType, listMapKeys = [] } = schema;
  if (listType !== 'set' && listType !== 'map') return [];
  const keys = list.map((item) => (listType === 'set' ? item : keyOf(item, listMapKeys, schema)));
  const told: unknown[] = [];
  return keys.flatMap((key, at) => {
    const isSecond = keys.slice(0, at).some((other) => deepEqual(other, key));
    if (!isSecond || told.some((other) => deepEqual(other, key))) return [];
    told.push(key);
    return [duplicate(`${path}[${at}]`, key)];
  });
}

/** The key of an element: the key fields that it has, defaults included. */
function keyOf(item: unknown, names: readonly string[], { items }: Schema): unknown {
  if (!isPlainObject(item)) return item;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name] ?? items?.fields?.[name]?.default;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
