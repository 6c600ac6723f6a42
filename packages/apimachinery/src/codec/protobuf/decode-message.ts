import { formatDuration } from '../../duration.ts';
import type { Schema } from '../../schema.ts';
import { formatTime } from '../../time.ts';
import { type Alternative, alternativesOf } from './alternatives.ts';
import { type Layout, layoutOf } from './layout.ts';
import { ProtobufError, readFields, readVarint, type WireValue } from './wire.ts';

/**
 * Reads a message of Kubernetes' generated protobuf as the JSON value that `schema` describes. Unknown numbers are
 * skipped, as protobuf asks. Throws `ProtobufError`.
 */
export function decodeMessage(schema: Schema, bytes: Uint8Array): Record<string, unknown> {
  return decodeFields(layoutOf(schema), bytes);
}

/** Messages in messages; beyond this depth a body is an attack. */
const deepest = 200;
let depth = 0;

function decodeFields(layout: Layout, bytes: Uint8Array): Record<string, unknown> {
  if (depth >= deepest) throw new ProtobufError('message is nested too deeply');
  depth += 1;
  try {
    return decodeEach(layout, bytes);
  } finally {
    depth -= 1;
  }
}

function decodeEach(layout: Layout, bytes: Uint8Array): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [number, value] of readFields(bytes)) {
    if (layout.embedded?.proto === number && value.wire === 'bytes') {
      Object.assign(object, decodeFields(layout.embedded.layout, value.value));
      continue;
    }
    const known = layout.byNumber.get(number);
    if (!known) continue;
    const { name, schema, wrapped } = known;
    if (schema.type === 'array' && schema.items && !wrapped) {
      object[name] ??= [];
      const list = object[name] as unknown[];
      list.push(...decodeItems(schema.items, value, layout));
    } else if (schema.values) {
      object[name] ??= {};
      const map = object[name] as Record<string, unknown>;
      const [key, item] = decodeEntry(schema.values, bytesOf(value), layout);
      Object.defineProperty(map, key, {
        value: item,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      const result = decodeValue(schema, value, layout);
      if (!isUnset(schema, result)) object[name] = result;
    }
  }
  return object;
}

/** Go writes zero values into protobuf where JSON leaves them out. */
function isUnset(schema: Schema, value: unknown): boolean {
  const isZero = value === '' || value === 0 || value === false || value === null;
  return isZero && schema.omitEmpty === true && schema.pointer !== true;
}

/** One element, or many numbers packed into one field. */
function decodeItems(schema: Schema, value: WireValue, parent: Layout): unknown[] {
  const packed =
    value.wire === 'bytes' && (schema.type === 'integer' || schema.type === 'boolean')
      ? value.value
      : undefined;
  if (!packed) return [decodeValue(schema, value, parent)];
  const items: unknown[] = [];
  const cursor = { at: 0 };
  while (cursor.at < packed.length) {
    items.push(decodeValue(schema, { wire: 'varint', value: readVarint(packed, cursor) }, parent));
  }
  return items;
}

/** An entry of a map: a message of key 1 and value 2. */
function decodeEntry(values: Schema, bytes: Uint8Array, parent: Layout): [string, unknown] {
  let key = '';
  let item: unknown = emptyValue(values);
  for (const [number, value] of readFields(bytes)) {
    if (number === 1) key = textOf(value);
    else if (number === 2) item = decodeValue(values, value, parent);
  }
  return [key, item];
}

function emptyValue(schema: Schema): unknown {
  if (schema.type === 'array') return [];
  if (schema.type === 'integer' || schema.type === 'number') return 0;
  return schema.type === 'boolean' ? false : schema.type === 'string' ? '' : {};
}

function decodeValue(schema: Schema, value: WireValue, parent: Layout): unknown {
  if (schema.intOrString) return decodeIntOrString(bytesOf(value));
  if (schema.preserveUnknown) return decodeRaw(schema, bytesOf(value), parent);
  switch (schema.type) {
    case 'integer':
      return exactIntegerOf(value);
    case 'boolean':
      return integerOf(value) !== 0;
    case 'number':
      return new DataView(copyOf(bytesOf(value))).getFloat64(0, true);
    case 'string':
      return decodeString(schema, value);
    case 'array':
      // Go's named slices (ExtraValue) are messages with the elements in field 1.
      return (
        decodeFields(
          {
            byNumber: new Map([[1, { name: 'items', schema, wrapped: false }]]),
            embedded: undefined,
            descending: [],
          },
          bytesOf(value),
        )['items'] ?? []
      );
    default:
      return decodeMessage(schema, bytesOf(value));
  }
}

function decodeString(schema: Schema, value: WireValue): unknown {
  switch (schema.format) {
    case 'byte':
      return base64(bytesOf(value));
    case 'quantity':
      return textOf(fieldOf(bytesOf(value), 1));
    case 'date-time':
    case 'micro-time':
      return decodeTime(bytesOf(value), schema.format);
    case 'duration':
      return formatDuration(integerOf(fieldOf(bytesOf(value), 1)) / 1e6);
    default:
      return textOf(value);
  }
}

/** Seconds and nanoseconds; an empty message is no time at all. */
function decodeTime(bytes: Uint8Array, format: string): string | null {
  if (bytes.length === 0) return null;
  const seconds = integerOf(fieldOf(bytes, 1));
  const nanos = integerOf(fieldOf(bytes, 2));
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new ProtobufError(`time out of range: ${seconds} s`);
  const text = formatTime(date);
  if (format === 'date-time') return text;
  const micros = String(Math.floor(nanos / 1000)).padStart(6, '0');
  return text.replace('Z', `.${micros}Z`);
}

function decodeIntOrString(bytes: Uint8Array): number | string {
  const isText = integerOf(fieldOf(bytes, 1)) === 1;
  return isText ? textOf(fieldOf(bytes, 3)) : integerOf(fieldOf(bytes, 2));
}

function decodeAlternative(
  meaning: Record<number, Alternative>,
  bytes: Uint8Array,
  schemaLayout: Layout,
): unknown {
  let found: unknown = null;
  for (const [number, value] of readFields(bytes)) {
    switch (meaning[number]) {
      case 'schema':
        return decodeFields(schemaLayout, bytesOf(value));
      case 'schemas':
        found = [...((found as unknown[]) ?? []), decodeFields(schemaLayout, bytesOf(value))];
        break;
      case 'strings':
        found = [...((found as unknown[]) ?? []), textOf(value)];
        break;
      case 'boolean':
        found = integerOf(value) !== 0;
        break;
      case undefined:
        break;
    }
  }
  return found;
}

/** Raw extensions and JSON carry JSON text in field 1. `parent` is the layout of the schema that holds an alternative. */
function decodeRaw({ name = '' }: Schema, bytes: Uint8Array, parent: Layout): unknown {
  const meaning = alternativesOf(name);
  if (meaning) return decodeAlternative(meaning, bytes, parent);
  const raw = bytesOf(fieldOf(bytes, 1));
  if (raw.length === 0) return null;
  try {
    return JSON.parse(new TextDecoder().decode(raw)) as unknown;
  } catch (error) {
    throw new ProtobufError(`embedded JSON of ${name}: ${(error as Error).message}`);
  }
}

const absent: WireValue = { wire: 'bytes', value: new Uint8Array() };

function fieldOf(bytes: Uint8Array, wanted: number): WireValue {
  let found = absent;
  for (const [number, value] of readFields(bytes)) if (number === wanted) found = value;
  return found;
}

function bytesOf(value: WireValue): Uint8Array {
  if (value.wire === 'varint') throw new ProtobufError('wrong wire type: a number, not bytes');
  return value.value;
}

/** Beyond 2^53 a bigint, as in JSON. */
function exactIntegerOf(value: WireValue): number | bigint {
  const number = integerOf(value);
  if (Number.isSafeInteger(number) || value.wire !== 'varint') return number;
  return BigInt.asIntN(64, value.value);
}

function integerOf(value: WireValue): number {
  if (value === absent) return 0;
  if (value.wire !== 'varint') throw new ProtobufError('wrong wire type: no varint');
  const signed = BigInt.asIntN(64, value.value);
  return Number(signed);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(value: WireValue): string {
  try {
    return decoder.decode(bytesOf(value));
  } catch (error) {
    if (error instanceof ProtobufError) throw error;
    throw new ProtobufError('a string is not valid UTF-8');
  }
}

const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
