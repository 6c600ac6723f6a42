import { isPlainObject, setField } from '../json-clone.ts';
import type { JsonObject } from '../object.ts';
import { parseQuantity, quantityError } from '../quantity.ts';
import type { Schema } from '../schema.ts';
import { canonicalMicroTime, formatTime, parseTime } from '../time.ts';
import { fullPath, goField, type Position, stepsOf } from './position.ts';

/** What Go's decoder says when a value does not fit its field. The caller adds which kind it was decoding. */
export class DecodeError extends Error {}

export interface Decoded {
  object: JsonObject;
  /** `spec.containers[0].foo`: fields that the schema does not have; they are not in `object`. */
  unknown: string[];
  /** Lists that came empty: Go's struct has them, what is stored of it does not. */
  empties: EmptyList[];
}

/** A list that came empty: it is now absent, or null if it is always written. */
export interface EmptyList {
  /** Fields, keys and indices that lead to it. */
  steps: readonly (string | number)[];
  written: boolean;
}

/** What is found out on the way. */
interface Findings {
  unknown: string[];
  empties: EmptyList[];
}

/**
 * Reads a JSON value as Go would read it into the struct that `schema` describes, and gives what Go would write back:
 * unknown fields and nulls are gone, empty `omitempty` fields too, structs that are no pointers are always there,
 * fields without `omitempty` have their zero value, quantities are canonical. Throws `DecodeError` with Go's words.
 */
export function decode(schema: Schema, value: unknown): Decoded {
  const findings: Findings = { unknown: [], empties: [] };
  return { object: decodeObject(schema, value, { at: 'root' }, findings), ...findings };
}

function structName(schema: Schema): string {
  const name = schema.name ?? '';
  return name.slice(name.lastIndexOf('.') + 1);
}

/** `v1.PodSpec`, `[]string`, `map[string]string`: how Go calls the type of a field. */
function goType(schema: Schema): string {
  if (schema.intOrString) return 'int32';
  switch (schema.type) {
    case 'string':
      return schema.format === 'byte' ? '[]uint8' : 'string';
    case 'integer':
      return schema.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'array':
      return `[]${goType(schema.items ?? {})}`;
    default:
      if (schema.values?.format === 'quantity') return 'v1.ResourceList';
      if (schema.values) return `map[string]${goType(schema.values)}`;
      return (schema.name ?? 'object').split('.').slice(-2).join('.');
  }
}

/** Go's name of a JSON value's type. */
function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

function mismatch(schema: Schema, what: string, at: Position): DecodeError {
  const field = goField(at);
  const into = field === '' ? 'value' : `struct field ${field}`;
  return new DecodeError(
    `json: cannot unmarshal ${what} into Go ${into} of type ${goType(schema)}`,
  );
}

function decodeObject(
  schema: Schema,
  value: unknown,
  at: Position,
  findings: Findings,
): JsonObject {
  if (!isPlainObject(value)) throw mismatch(schema, jsonType(value), at);
  const fields = schema.fields ?? {};
  const struct = structName(schema);
  const object: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const position: Position = { at: 'field', parent: at, struct, key };
    if (!field) {
      findings.unknown.push(fullPath(position));
      continue;
    }
    if (value[key] === null || value[key] === undefined) continue;
    const result = decodeValue(field, value[key], position, findings);
    if (isEmptyList(field, result))
      findings.empties.push({ steps: stepsOf(position), written: field.omitEmpty !== true });
    if (isOmitted(field, result)) continue;
    object[key] = isEmptyList(field, result) ? null : (result as JsonObject[string]);
  }
  fillZeros(fields, object);
  return object;
}

/** Would Go leave this value out? */
function isOmitted(schema: Schema, value: unknown): boolean {
  if (schema.omitEmpty !== true) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (schema.values && isPlainObject(value)) return Object.keys(value).length === 0;
  return schema.pointer !== true && (value === '' || value === 0 || value === false);
}

/** A list that went through upstream's storage is absent when it is empty, and Go writes an absent list as null. */
const isEmptyList = (schema: Schema, value: unknown): boolean =>
  Array.isArray(value) && value.length === 0 && schema.pointer !== true;

const isStruct = (schema: Schema): boolean =>
  schema.fields !== undefined && schema.preserveUnknown !== true;

/** Zero values that Go always writes: structs that are no pointers, and fields without `omitempty`. */
function fillZeros(fields: Record<string, Schema>, object: JsonObject): void {
  for (const name of zeroFields(fields)) {
    if (object[name] !== undefined) continue;
    const field = fields[name] as Schema;
    // Go writes bytes that are not there as null, and texts as empty.
    object[name] = field.format === 'byte' ? null : zeroOf(field);
  }
}

const zeroFieldsOf = new WeakMap<Record<string, Schema>, string[]>();

function zeroFields(fields: Record<string, Schema>): string[] {
  let names = zeroFieldsOf.get(fields);
  if (!names) {
    names = Object.keys(fields).filter((name) => {
      const field = fields[name] as Schema;
      if (field.pointer === true) return false;
      if (isTimeField(field)) return name !== 'creationTimestamp';
      return isStruct(field) || (field.omitEmpty !== true && field.preserveUnknown !== true);
    });
    zeroFieldsOf.set(fields, names);
  }
  return names;
}

/** Go writes an unset time as null whatever its tag says, but for `metadata.creationTimestamp` (`omitzero`). */
const isTimeField = (schema: Schema): boolean =>
  schema.format === 'date-time' || schema.format === 'micro-time';

function zeroOf(schema: Schema): JsonObject[string] {
  if (isStruct(schema)) {
    const object: JsonObject = {};
    fillZeros(schema.fields ?? {}, object);
    return object;
  }
  if (schema.intOrString || schema.type === 'integer' || schema.type === 'number') return 0;
  if (schema.format === 'quantity') return '0';
  if (schema.type === 'string') return isTimeField(schema) ? null : '';
  return schema.type === 'boolean' ? false : null;
}

function decodeValue(schema: Schema, value: unknown, at: Position, findings: Findings): unknown {
  if (schema.preserveUnknown) return value;
  if (schema.intOrString) return decodeIntOrString(schema, value, at);
  switch (schema.type) {
    case 'array':
      if (!Array.isArray(value)) throw mismatch(schema, jsonType(value), at);
      return value.map((item, index) =>
        decodeValue(
          schema.items ?? {},
          item === null ? zeroOf(schema.items ?? {}) : item,
          { at: 'item', parent: at, index },
          findings,
        ),
      );
    case 'integer':
      return decodeInteger(schema, value, at);
    case 'number':
      if (typeof value !== 'number') throw mismatch(schema, jsonType(value), at);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(schema, jsonType(value), at);
      return value;
    case 'string':
      return decodeString(schema, value, at);
    default:
      return schema.values
        ? decodeMap(schema, value, at, findings)
        : decodeObject(schema, value, at, findings);
  }
}

function decodeMap(schema: Schema, value: unknown, at: Position, findings: Findings): JsonObject {
  if (!isPlainObject(value)) throw mismatch(schema, jsonType(value), at);
  const items = schema.values ?? {};
  const map: JsonObject = {};
  for (const key of Object.keys(value)) {
    const raw = value[key] ?? zeroOf(items);
    if (raw === null) continue;
    const position: Position = { at: 'map', parent: at, key };
    setField(map, key, decodeValue(items, raw, position, findings));
  }
  return map;
}

const ranges: Record<string, [number, number]> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  // Integers that fit and are not safe come as bigint.
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function decodeInteger(schema: Schema, value: unknown, at: Position): number | bigint {
  if (typeof value === 'bigint') {
    if (schema.format !== 'int32') return value;
    throw mismatch(schema, `number ${value}`, at);
  }
  if (typeof value !== 'number') throw mismatch(schema, jsonType(value), at);
  const [low, high] = ranges[schema.format ?? 'int64'] ?? [-Infinity, Infinity];
  if (!Number.isInteger(value) || value < low || value > high) {
    throw mismatch(schema, `number ${value}`, at);
  }
  return value;
}

function decodeIntOrString(schema: Schema, value: unknown, at: Position): unknown {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw mismatch(schema, jsonType(value), at);
  }
  return decodeInteger({ type: 'integer', format: 'int32' }, value, at);
}

function decodeString(schema: Schema, value: unknown, at: Position): string {
  if (schema.format === 'quantity') return decodeQuantity(value);
  if (typeof value !== 'string') throw mismatch(schema, jsonType(value), at);
  switch (schema.format) {
    case 'byte':
      return decodeBytes(value);
    case 'date-time':
      return inGoWords(() => formatTime(parseTime(value)));
    case 'micro-time':
      return inGoWords(() => canonicalMicroTime(value));
    default:
      return value;
  }
}

function inGoWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new DecodeError(error.message, { cause: error });
    throw error;
  }
}

function decodeQuantity(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new DecodeError(quantityError);
  return inGoWords(() => parseQuantity(String(value).trim()).toString());
}

const alphabet = /[A-Za-z0-9+/]/;

/** Base64 as Go's standard decoder takes it: padded, line breaks ignored. */
function decodeBytes(value: string): string {
  const clean = value.replace(/[\r\n]/g, '');
  for (let at = 0; at < clean.length; at += 1) {
    const padding = clean[at] === '=' && at >= clean.length - 2 && clean.length % 4 === 0;
    if (!padding && !alphabet.test(clean[at] ?? '')) {
      throw new DecodeError(`illegal base64 data at input byte ${at}`);
    }
  }
  if (clean.length % 4 !== 0) {
    throw new DecodeError(`illegal base64 data at input byte ${clean.length - (clean.length % 4)}`);
  }
  return clean;
}
