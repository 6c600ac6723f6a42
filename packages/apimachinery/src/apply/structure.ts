import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';

/**
 * How server-side apply sees a value: a `leaf` has one owner as a whole (scalars, atomic objects and lists), a `map`
 * and a `list` have owners for what is in them.
 */
export type Shape = 'leaf' | 'map' | 'list';

/** Below `x-kubernetes-preserve-unknown-fields` the value tells: objects are granular, lists atomic. */
const deduced: Schema = { preserveUnknown: true };
/** What the schema says nothing about is atomic. */
const untyped: Schema = { mapType: 'atomic' };

/** `undefined` and `null` take the schema's word. */
export function shapeOf(schema: Schema, value: Json | undefined): Shape {
  if (schema.intOrString) return 'leaf';
  switch (schema.type) {
    case 'array':
      return schema.listType === 'set' || schema.listType === 'map' ? 'list' : 'leaf';
    case 'object':
      return schema.mapType === 'atomic' ? 'leaf' : 'map';
    case undefined:
      if (schema.mapType === 'atomic') return 'leaf';
      if (schema.fields !== undefined || schema.values !== undefined) return 'map';
      return schema.preserveUnknown && isPlainObject(value) ? 'map' : 'leaf';
    default:
      return 'leaf';
  }
}

/** The schema of a field; `undefined` when an object with a fixed set of fields has none of that name. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.fields !== undefined && Object.hasOwn(schema.fields, key)) return schema.fields[key];
  if (schema.values !== undefined) return schema.values;
  if (schema.preserveUnknown) return deduced;
  return schema.fields === undefined ? untyped : undefined;
}

/** Is the field one that the type declares (as opposed to a key of a free map)? */
export const isDeclared = (schema: Schema, key: string): boolean =>
  schema.fields !== undefined && Object.hasOwn(schema.fields, key);

/** A list element that has no identity. */
export class ElementError extends Error {}

/**
 * What identifies an element of a granular list. A key that the element leaves out has its default.
 *
 * @throws ElementError for an element that has no identity.
 */
export function elementOf(schema: Schema, item: Json): PathElement {
  if (schema.listType === 'set') {
    if (isPlainObject(item)) {
      throw new ElementError("associative list without keys has an element that's a map type");
    }
    if (Array.isArray(item)) {
      throw new ElementError('not supporting lists of lists');
    }
    if (item === null) throw new ElementError('associative list without keys has an explicit null');
    return valueElement(item);
  }
  if (item === null)
    throw new ElementError('associative list with keys may not have a null element');
  if (!isPlainObject(item)) {
    throw new ElementError('associative list with keys may not have non-map elements');
  }
  const keys: JsonObject = {};
  for (const name of schema.listMapKeys ?? []) {
    keys[name] = (item as JsonObject)[name] ?? keyDefault(schema.items, name);
  }
  return keyElement(keys);
}

const zeroes: Record<string, Json> = { string: '', integer: 0, number: 0, boolean: false };

/** The stated default, else the zero value of a Go field that is always written. */
function keyDefault(item: Schema | undefined, name: string): Json {
  const field = item?.fields?.[name];
  if (field?.default !== undefined) return field.default as Json;
  if (
    field?.proto !== undefined &&
    !field.omitEmpty &&
    !field.pointer &&
    field.type !== undefined
  ) {
    const zero = zeroes[field.type];
    if (zero !== undefined) return zero;
  }
  throw new ElementError(
    `associative list with keys has an element that omits key field "${name}" (and doesn't have default value)`,
  );
}

/** The elements of a list by identity. A live list may hold several of the same identity. */
export function indexElements(schema: Schema, list: readonly Json[]): Map<PathElement, Json[]> {
  const index = new Map<PathElement, Json[]>();
  for (const item of list) {
    const element = elementOf(schema, item);
    const same = index.get(element);
    if (same === undefined) index.set(element, [item]);
    else same.push(item);
  }
  return index;
}
