import type { Schema } from '@dormice/apimachinery';
import { escapeField } from '../types/escape.ts';
import { typeFromSchema } from '../types/from-schema.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import { Duration, type ListOrder, ListValue, MapValue, Timestamp, type Value } from './values.ts';

type Json = Record<string, unknown>;

/** A JSON value of a schema as expressions see it. Parts are converted when they are read. */
export function valueFromJson(raw: unknown, schema: Schema, root = false): Value {
  if (raw === null || raw === undefined) return null;
  if (schema.intOrString || schema.type === undefined) return dynamicFromJson(raw);
  switch (schema.type) {
    case 'array':
      return Array.isArray(raw)
        ? new ListValue(raw, (item) => valueFromJson(item, schema.items ?? {}), orderOf(schema))
        : dynamicFromJson(raw);
    case 'object':
      return typeof raw === 'object' && !Array.isArray(raw)
        ? objectFromJson(raw as Json, schema, root)
        : dynamicFromJson(raw);
    case 'string':
      return typeof raw === 'string' ? textFromJson(raw, schema.format) : dynamicFromJson(raw);
    case 'integer':
      return typeof raw === 'number' ? BigInt(Math.trunc(raw)) : (raw as Value);
    case 'number':
      return typeof raw === 'bigint' ? Number(raw) : (raw as Value);
    default:
      return raw as Value;
  }
}

function orderOf({ listType, listMapKeys = [] }: Schema): ListOrder {
  if (listType === 'set') return { type: 'set' };
  return listType === 'map' ? { type: 'map', keys: listMapKeys } : undefined;
}

const text: Schema = { type: 'string' };
const metadata: Schema = { type: 'object', fields: { name: text, generateName: text } };
const envelope: Record<string, Schema> = { apiVersion: text, kind: text, metadata };

function objectFromJson(raw: Json, schema: Schema, root: boolean): Value {
  const { values } = schema;
  if (values) {
    return new MapValue(
      Object.entries(raw).map(([key, value]) => [
        key,
        value,
        (item) => valueFromJson(item, values),
      ]),
    );
  }
  const fields =
    root || schema.embedded ? { ...schema.fields, ...envelope } : (schema.fields ?? {});
  return new MapValue(
    Object.entries(fields).flatMap(
      ([name, field]): [string, unknown, (raw: unknown) => Value][] => {
        const value = raw[name];
        const escaped = escapeField(name);
        if (value === undefined || escaped === undefined || !typeFromSchema(field)) return [];
        return [[escaped, value, (item) => valueFromJson(item, field)]];
      },
    ),
    { typed: true },
  );
}

function textFromJson(raw: string, format: string | undefined): Value {
  switch (format) {
    case 'byte':
      return Uint8Array.from(atob(raw), (char) => char.charCodeAt(0));
    case 'duration':
      return new Duration(parseDuration(raw));
    case 'date':
      return new Timestamp(parseTimestamp(`${raw}T00:00:00Z`));
    case 'date-time':
      return new Timestamp(parseTimestamp(raw));
    default:
      return raw;
  }
}

/** JSON without a schema: whole numbers are ints. */
export function dynamicFromJson(raw: unknown): Value {
  if (Array.isArray(raw)) return new ListValue(raw, dynamicFromJson);
  if (typeof raw === 'number') return Number.isInteger(raw) ? BigInt(raw) : raw;
  if (typeof raw === 'object' && raw !== null) {
    return new MapValue(Object.entries(raw).map(([key, value]) => [key, value, dynamicFromJson]));
  }
  return (raw ?? null) as Value;
}
