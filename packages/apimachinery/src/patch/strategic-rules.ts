import { isPlainObject, setField } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { patchFailure } from './patch-failure.ts';

const free: Schema = {};

/**
 * The schema of a field that a merge descends into. Objects with free keys give the schema of their values.
 *
 * @throws StatusError 500 for a field that the type has not: upstream cannot know how to merge it.
 */
export function fieldOf(schema: Schema, key: string): Schema {
  const { fields = {} } = schema;
  const known = (Object.hasOwn(fields, key) ? fields[key] : undefined) ?? schema.values;
  if (known !== undefined) return known;
  if (schema.fields === undefined || schema.preserveUnknown) return free;
  const type = schema.name?.split('.').at(-1) ?? 'object';
  throw patchFailure(`unable to find api field in struct ${type} for the json field "${key}"`);
}

/** Objects merge unless told to be replaced, lists are replaced unless told to merge: callers compare accordingly. */
export function strategyOf(schema: Schema): 'merge' | 'replace' | undefined {
  if (schema.patchStrategy?.includes('merge')) return 'merge';
  return schema.patchStrategy?.includes('replace') ? 'replace' : undefined;
}

/**
 * A patch value that has nothing to merge with: `null` fields and directives go. `undefined` when it was nothing but
 * a directive.
 */
export function dropDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return value.map(dropDirectives).filter((item): item is Json => item !== undefined);
  }
  if (!isPlainObject(value)) return value;
  if (Object.hasOwn(value, '$patch')) return undefined;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value as JsonObject)) {
    if (item === null || isDirective(key)) continue;
    const kept = dropDirectives(item);
    if (kept !== undefined) setField(result, key, kept);
  }
  return result;
}

function isDirective(key: string): boolean {
  return (
    key === '$retainKeys' ||
    key.startsWith('$setElementOrder/') ||
    key.startsWith('$deleteFromPrimitiveList/')
  );
}
