import type { Json, JsonObject } from '../../object.ts';
import type { Schema } from '../../schema.ts';
import { decodeSpecial } from './special.ts';
import { signed, WireError, WireReader } from './wire-reader.ts';

const text = new TextDecoder();
/** What stands before every Kubernetes protobuf body: `k8s` and a zero. */
const magic = [0x6b, 0x38, 0x73, 0x00];

/** `runtime.Unknown`: says what the bytes in it are. */
export interface Envelope {
  apiVersion: string;
  kind: string;
  raw: Uint8Array;
}

/** Opens the envelope of a body. @throws WireError */
export function openEnvelope(body: Uint8Array): Envelope {
  if (magic.some((byte, at) => body[at] !== byte)) {
    throw new WireError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const envelope: Envelope = { apiVersion: '', kind: '', raw: new Uint8Array() };
  const reader = new WireReader(body.subarray(magic.length));
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === 2) Object.assign(envelope, typeMeta(reader.bytes()));
    else if (field === 2 && wire === 2) envelope.raw = reader.bytes();
    else reader.skip(wire);
  }
  return envelope;
}

function typeMeta(bytes: Uint8Array): { apiVersion: string; kind: string } {
  const meta = { apiVersion: '', kind: '' };
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1 && wire === 2) meta.apiVersion = text.decode(reader.bytes());
    else if (field === 2 && wire === 2) meta.kind = text.decode(reader.bytes());
    else reader.skip(wire);
  }
  return meta;
}

interface NumberedField {
  name: string;
  schema: Schema;
}

const byNumber = new WeakMap<object, Map<number, NumberedField>>();

function fieldsOf(schema: Schema): Map<number, NumberedField> {
  const fields = schema.fields ?? {};
  let known = byNumber.get(fields);
  if (!known) {
    known = new Map();
    for (const [name, field] of Object.entries(fields)) {
      if (field.proto !== undefined) known.set(field.proto, { name, schema: field });
    }
    byNumber.set(fields, known);
  }
  return known;
}

const deepest = 100;

/**
 * The JSON form of a protobuf message that `schema` describes by its field numbers. Zero values are left out as Go's
 * JSON would, where the schema says `omitempty`. @throws WireError
 */
export function decodeMessage(schema: Schema, bytes: Uint8Array, depth = 0): JsonObject {
  if (depth > deepest) throw new WireError('message is nested too deeply');
  const fields = fieldsOf(schema);
  const object: JsonObject = {};
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { field, wire } = reader.tag();
    const known = fields.get(field);
    if (known) readField(known, wire, reader, object, depth);
    else reader.skip(wire);
  }
  return object;
}

function readField(
  { name, schema }: NumberedField,
  wire: number,
  reader: WireReader,
  object: JsonObject,
  depth: number,
): void {
  if (schema.type === 'array' && schema.items) {
    object[name] ??= [];
    const list = object[name] as Json[];
    if (wire === 2 && isNumeric(schema.items)) {
      const packed = new WireReader(reader.bytes());
      while (!packed.done) list.push(readValue(schema.items, 0, packed, depth));
    } else {
      list.push(readValue(schema.items, wire, reader, depth));
    }
    return;
  }
  if (schema.values) {
    object[name] ??= {};
    const map = object[name] as JsonObject;
    readEntry(schema.values, reader.bytes(), map, depth);
    return;
  }
  const value = readValue(schema, wire, reader, depth);
  const zero = value === '' || value === 0 || value === false;
  if (zero && schema.pointer !== true && schema.omitEmpty === true) return;
  if (value !== null) object[name] = value;
}

const isNumeric = (schema: Schema): boolean =>
  schema.type === 'integer' || schema.type === 'boolean';

/** One entry of a map: key 1, value 2. */
function readEntry(values: Schema, bytes: Uint8Array, map: JsonObject, depth: number): void {
  const reader = new WireReader(bytes);
  let key = '';
  let value: Json | undefined;
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1) key = text.decode(reader.bytes());
    else if (field === 2) value = readMapValue(values, wire, reader, depth);
    else reader.skip(wire);
  }
  map[key] = value ?? (values.type === 'string' ? '' : values.type === 'array' ? [] : {});
}

/** Lists in maps (`ExtraValue`) are messages with one repeated field. */
function readMapValue(values: Schema, wire: number, reader: WireReader, depth: number): Json {
  if (values.type !== 'array') return readValue(values, wire, reader, depth);
  const list: Json[] = [];
  const inner = new WireReader(reader.bytes());
  while (!inner.done) {
    const tag = inner.tag();
    list.push(readValue(values.items ?? { type: 'string' }, tag.wire, inner, depth));
  }
  return list;
}

function readValue(schema: Schema, wire: number, reader: WireReader, depth: number): Json {
  if (wire === 0) {
    const value = reader.varint();
    return schema.type === 'boolean' ? value !== 0n : signed(value);
  }
  if (wire === 1) return reader.fixed(8).getFloat64(0, true);
  if (wire === 5) return reader.fixed(4).getFloat32(0, true);
  if (wire !== 2) throw new WireError(`illegal wireType ${wire}`);
  const bytes = reader.bytes();
  const special = decodeSpecial(schema, bytes);
  if (special !== undefined) return special;
  if (schema.type === 'string') {
    return schema.format === 'byte' ? toBase64(bytes) : text.decode(bytes);
  }
  return decodeMessage(schema, bytes, depth + 1);
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}
