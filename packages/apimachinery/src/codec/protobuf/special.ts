import { formatDuration } from '../../duration.ts';
import type { Json } from '../../object.ts';
import type { Schema } from '../../schema.ts';
import { signed, WireReader } from './wire-reader.ts';

const text = new TextDecoder();

/** The values of a small message by field number; messages and strings as bytes. */
function smallMessage(bytes: Uint8Array): Map<number, bigint | Uint8Array> {
  const values = new Map<number, bigint | Uint8Array>();
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (wire === 0) values.set(field, reader.varint());
    else if (wire === 2) values.set(field, reader.bytes());
    else reader.skip(wire);
  }
  return values;
}

const integerAt = (values: Map<number, bigint | Uint8Array>, field: number): number => {
  const value = values.get(field);
  return typeof value === 'bigint' ? signed(value) : 0;
};

const stringAt = (values: Map<number, bigint | Uint8Array>, field: number): string => {
  const value = values.get(field);
  return value instanceof Uint8Array ? text.decode(value) : '';
};

function time(values: Map<number, bigint | Uint8Array>, micro: boolean): Json {
  const seconds = integerAt(values, 1);
  const nanos = integerAt(values, 2);
  // Go's zero time is year 1; in JSON it is null.
  if (seconds === 0 && nanos === 0) return null;
  if (seconds <= -62_135_596_800) return null;
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micro ? `${date}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${date}Z`;
}

/** Messages whose JSON is not an object of their fields; `undefined` for all others. */
export function decodeSpecial(schema: Schema, bytes: Uint8Array): Json | undefined {
  if (schema.preserveUnknown) {
    const raw = stringAt(smallMessage(bytes), 1);
    return raw === '' ? null : (JSON.parse(raw) as Json);
  }
  if (schema.intOrString) {
    const values = smallMessage(bytes);
    return integerAt(values, 1) === 0 ? integerAt(values, 2) : stringAt(values, 3);
  }
  switch (schema.format) {
    case 'quantity':
      return stringAt(smallMessage(bytes), 1);
    case 'date-time':
      return time(smallMessage(bytes), false);
    case 'micro-time':
      return time(smallMessage(bytes), true);
    case 'duration':
      return formatDuration(integerAt(smallMessage(bytes), 1) / 1e6);
    default:
      return undefined;
  }
}
