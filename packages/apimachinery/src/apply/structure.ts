import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { withObjectMeta } from './object-meta-schema.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';

/**
 * How server-side apply sees a value: a `leaf` has one owner as a whole (scalars, atomic objects and lists), a `map`
 * and a `list` have owners for what is in them.
 */
export type Shape = 'leaf' | 'map' | 'list';

/** Below `x-kubernetes-preserve-unknown-fields` the value tells: objects are granular, lists atomic. */
const deduced: Schema = { preserveUnknown: true };
/** An embedded resource has these, whatever its schema says. */
const embeddedFields = new Set(['apiVersion', 'kind', 'metadata']);
/** What the schema says nothing about is atomic. */
const untyped: Schema = { mapType: 'atomic' };

/** `undefined` and `null` take the schema's word. */
export function shapeOf(schema: Schema, value: Json | undefined): Shape {
  if (schema.intOrString || isOpaque(schema)) return 'leaf';
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

/** A raw extension of a built-in type has one owner; in custom resources, unknown fields have owners each. */
const isOpaque = (schema: Schema): boolean =>
  schema.preserveUnknown === true && schema.name !== undefined;

/** The schema of a field; `undefined` when an object with a fixed set of fields has none of that name. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.embedded && embeddedFields.has(key)) return withObjectMeta(schema).fields?.[key];
  if (schema.fields !== undefined && Object.hasOwn(schema.fields, key)) return schema.fields[key];
  if (schema.values !== undefined) return schema.values;
  if (schema.preserveUnknown) return deduced;
  return schema.fields === undefined ? untyped : undefined;
}

/** Is the field one that the type declares (as opposed to a key of a free map)? */
export const isDeclared = (schema: Schema, key: string): boolean =>
  (schema.fields !== undefined && Object.hasOwn(schema.fields, key)) ||
  (schema.embedded === true && embeddedFields.has(key));

/** A list element that has no identity. */
export class ElementError extends Error {}

/**
 * What identifies an element of a granular list. A key that the element leaves out has its default, or is no part of
 * the identity.
 *
 * @throws ElementError for an element that has no identity.
 */
export function elementOf(schema: Schema, item: Json): PathElement {
  if (schema.listType === 'set') {
    if (isPlainObject(item)) {
      throw new ElementError("associative list without keys has an element that's a map type");
    }
    if (Array.isArray(item)) {
      throw new ElementError('not supported: associative list with lists as elements');
    }
    if (item === null)
      throw new ElementError(
        "associative list without keys has an element that's an explicit null",
      );
    return valueElement(item);
  }
  if (item === null)
    throw new ElementError('associative list with keys may not have a null element');
  if (!isPlainObject(item)) {
    throw new ElementError('associative list with keys may not have non-map elements');
  }
  const keys: JsonObject = {};
  const names = schema.listMapKeys ?? [];
  for (const name of names) {
    const value = (item as JsonObject)[name] ?? keyDefault(schema.items, name);
    if (value !== undefined) keys[name] = value;
  }
  if (Object.keys(keys).length > 0) return keyElement(keys);
  throw new ElementError(
    `associative list with keys has an element that omits all key fields [${names
      .map((name) => JSON.stringify(name))
      .join(' ')}] (and doesn't have default values for any key fields)`,
  );
}

const zeroes: Record<string, Json> = { string: '', integer: 0, number: 0, boolean: false };

/** Defaults that upstream states of fields that may be left out: references by an empty name. */
const stated: Readonly<Record<string, Json>> = {
  'io.k8s.api.core.v1.LocalObjectReference/name': '',
};

/** The stated default, else the zero value of a Go field that is always written. */
function keyDefault(item: Schema | undefined, name: string): Json | undefined {
  const field = item?.fields?.[name];
  if (field?.default !== undefined) return field.default as Json;
  const known = stated[`${item?.name}/${name}`];
  if (known !== undefined) return known;
  const always = field?.proto !== undefined && !field.omitEmpty && !field.pointer;
  return always && field.type !== undefined ? zeroes[field.type] : undefined;
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
