import { parseDuration } from '../../duration.ts';
import type { Schema } from '../../schema.ts';
import { alternativesOf } from './alternatives.ts';
import { BackwardWriter } from './backward-writer.ts';
import { type Layout, type LayoutField, layoutOf } from './layout.ts';

type Value = Record<string, unknown>;

/**
 * The message of Kubernetes' generated protobuf for a JSON value that `schema` describes, byte for byte as Go writes it:
 * ascending numbers, and fields that are no pointers written even when they are empty. Bytes stand for a message that is
 * encoded already.
 */
export function encodeMessage(schema: Schema, value: Value): Uint8Array {
  const writer = new BackwardWriter();
  writeFields(writer, layoutOf(schema), value);
  return writer.finish();
}

/** Writes the message into a writer that builds something larger. */
export function writeMessage(writer: BackwardWriter, schema: Schema, value: Value): void {
  writeFields(writer, layoutOf(schema), value);
}

function writeFields(writer: BackwardWriter, layout: Layout, value: Value): void {
  for (const entry of layout.descending) {
    if ('embedded' in entry) {
      const mark = writer.size;
      writeFields(writer, entry.embedded, value);
      writer.close(entry.number, mark);
    } else {
      writeField(writer, entry, value[entry.name], layout);
    }
  }
}

function writeField(
  writer: BackwardWriter,
  { number, schema, wrapped }: Omit<LayoutField, 'name'> & { number: number },
  value: unknown,
  parent: Layout,
): void {
  if (value === undefined || value === null) {
    if (isAlwaysWritten(schema)) writeValue(writer, number, schema, undefined, parent);
    return;
  }
  if (schema.type === 'array' && schema.items && !wrapped) {
    const items = value as unknown[];
    for (let at = items.length - 1; at >= 0; at -= 1) {
      writeValue(writer, number, schema.items, items[at], parent);
    }
  } else if (schema.values) {
    writeMap(writer, number, schema.values, value as Value, parent);
  } else {
    writeValue(writer, number, schema, value, parent);
  }
}

/** Go's generated code writes every field that cannot be nil. */
function isAlwaysWritten(schema: Schema): boolean {
  if (schema.pointer) return false;
  if (schema.type === 'array' || schema.values || schema.format === 'byte') return false;
  return alternativesOf(schema.name ?? '') === undefined;
}

/** Entries are messages of key 1 and value 2, in the order of their keys. */
function writeMap(
  writer: BackwardWriter,
  number: number,
  values: Schema,
  map: Value,
  parent: Layout,
): void {
  for (const key of Object.keys(map).sort().reverse()) {
    const mark = writer.size;
    writeValue(writer, 2, values, map[key], parent);
    const keyMark = writer.size;
    writer.text(key);
    writer.close(1, keyMark);
    writer.close(number, mark);
  }
}

function writeValue(
  writer: BackwardWriter,
  number: number,
  schema: Schema,
  value: unknown,
  parent: Layout,
): void {
  if (!schema.intOrString && !schema.preserveUnknown) {
    switch (schema.type) {
      case 'integer':
        writer.varint(typeof value === 'bigint' ? value : Number(value ?? 0));
        writer.tag(number, 0);
        return;
      case 'boolean':
        writer.varint(value === true ? 1 : 0);
        writer.tag(number, 0);
        return;
      case 'number':
        writer.double(Number(value ?? 0));
        writer.tag(number, 1);
        return;
      default:
    }
  }
  const mark = writer.size;
  writeBody(writer, schema, value, parent);
  writer.close(number, mark);
}

/** What stands between the length and the next field. */
function writeBody(writer: BackwardWriter, schema: Schema, value: unknown, parent: Layout): void {
  if (schema.intOrString) {
    writeIntOrString(writer, value);
  } else if (schema.preserveUnknown) {
    writeRaw(writer, schema, value, parent);
  } else if (schema.type === 'string') {
    if (value instanceof Uint8Array) writer.bytes(value);
    else writeString(writer, schema, value === undefined || value === null ? '' : String(value));
  } else if (schema.type === 'array') {
    // Go's named slices (ExtraValue) are messages with the elements in field 1.
    writeField(writer, { number: 1, schema, wrapped: false }, value, parent);
  } else {
    writeFields(writer, layoutOf(schema), (value ?? {}) as Value);
  }
}

function writeIntOrString(writer: BackwardWriter, value: unknown): void {
  const text = typeof value === 'string' ? value : '';
  const mark = writer.size;
  writer.text(text);
  writer.close(3, mark);
  writer.varint(typeof value === 'number' ? value : 0);
  writer.tag(2, 0);
  writer.varint(typeof value === 'string' ? 1 : 0);
  writer.tag(1, 0);
}

function writeString(writer: BackwardWriter, schema: Schema, text: string): void {
  switch (schema.format) {
    case 'byte':
      writer.bytes(bytesOfBase64(text));
      return;
    case 'quantity': {
      const mark = writer.size;
      writer.text(text === '' ? '0' : text);
      writer.close(1, mark);
      return;
    }
    case 'date-time':
    case 'micro-time':
      if (text !== '') writeTime(writer, text, schema.format);
      return;
    case 'duration':
      writer.varint(text === '' ? 0 : Math.round(parseDuration(text) * 1e6));
      writer.tag(1, 0);
      return;
    default:
      writer.text(text);
  }
}

/** Seconds and nanoseconds since 1970; a Time has no part of a second. */
function writeTime(writer: BackwardWriter, text: string, format: string): void {
  const millis = Date.parse(text);
  const micros = /\.(\d{1,6})/.exec(text)?.[1] ?? '';
  writer.varint(format === 'micro-time' ? Number(micros.padEnd(6, '0')) * 1000 : 0);
  writer.tag(2, 0);
  writer.varint(Math.floor(millis / 1000));
  writer.tag(1, 0);
}

/** Raw extensions and JSON carry JSON text in field 1. */
function writeRaw(writer: BackwardWriter, schema: Schema, value: unknown, parent: Layout): void {
  const numbers = alternativesOf(schema.name ?? '');
  if (numbers) {
    writeAlternative(writer, numbers, value, parent);
    return;
  }
  if (value === undefined || value === null) return;
  const mark = writer.size;
  writer.text(JSON.stringify(value));
  writer.close(1, mark);
}

/** `parent` is the layout of the JSON schema that holds the either-or value. */
function writeAlternative(
  writer: BackwardWriter,
  numbers: NonNullable<ReturnType<typeof alternativesOf>>,
  value: unknown,
  parent: Layout,
): void {
  for (const [key, meaning] of Object.entries(numbers).reverse()) {
    const number = Number(key);
    switch (meaning) {
      case 'boolean':
        // A schema in this place means that extra fields are allowed.
        writer.varint(value === false ? 0 : 1);
        writer.tag(number, 0);
        break;
      case 'schema':
        if (typeof value === 'object' && !Array.isArray(value)) {
          writeNested(writer, number, value as Value, parent);
        }
        break;
      case 'schemas':
        for (const item of Array.isArray(value) ? [...(value as Value[])].reverse() : []) {
          writeNested(writer, number, item, parent);
        }
        break;
      case 'strings':
        for (const item of Array.isArray(value) ? [...(value as string[])].reverse() : []) {
          const mark = writer.size;
          writer.text(item);
          writer.close(number, mark);
        }
        break;
    }
  }
}

function writeNested(writer: BackwardWriter, number: number, value: Value, layout: Layout): void {
  const mark = writer.size;
  writeFields(writer, layout, value);
  writer.close(number, mark);
}

function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
