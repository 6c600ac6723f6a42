import { deepClone, isPlainObject } from '../json-clone.ts';
import type { JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { fieldOf } from './field-of.ts';

/** Fields that every object has, whatever the CRD's schema says of them. */
const envelope = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Removes what a custom resource's schema does not know, in place, and returns the sorted paths of what was removed.
 * `root` objects keep apiVersion, kind and metadata.
 */
export function prune(schema: Schema, value: unknown): string[] {
  return removeUnknown(schema, value, true, '').sort();
}

function removeUnknown(schema: Schema, value: unknown, root: boolean, path: string): string[] {
  if (schema.preserveUnknown && !schema.items && !schema.fields && !schema.values) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      removeUnknown(schema.items ?? {}, item, schema.items?.embedded === true, `${path}[${index}]`),
    );
  }
  if (!isPlainObject(value)) return [];
  const removed: string[] = [];
  for (const key of Object.keys(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if ((root || schema.embedded) && envelope.has(key)) continue;
    const field = fieldOf(schema, key);
    if (field) {
      removed.push(...removeUnknown(field, value[key], field.embedded === true, at));
    } else if (schema.preserveUnknown !== true) {
      delete value[key];
      removed.push(at);
    }
  }
  return removed;
}

/** Fills defaults of the schema in place; nulls of fields that are not nullable and have a default count as absent. */
export function applySchemaDefaults(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) applySchemaDefaults(schema.items, item);
    return;
  }
  if (!isPlainObject(value)) return;
  for (const [name, field] of Object.entries(schema.fields ?? {})) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    const absent = given === undefined || (given === null && field.nullable !== true);
    const filled = absent && field.default !== undefined;
    if (filled) value[name] = deepClone(field.default);
    if (filled || given !== undefined) applySchemaDefaults(field, value[name]);
  }
  if (schema.values) {
    for (const key of Object.keys(value)) {
      if (fieldOf(schema, key) === schema.values) applySchemaDefaults(schema.values, value[key]);
    }
  }
}

/** Removes nulls of fields that are not nullable, in place, as upstream does before validation. */
export function dropNulls(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) dropNulls(schema.items, item);
    return;
  }
  if (!isPlainObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const field = fieldOf(schema, key);
    if (!field) continue;
    if (item === null && field.nullable !== true) delete (value as JsonObject)[key];
    else dropNulls(field, item);
  }
}
