import type { Schema } from '@dormice/apimachinery';
import {
  bool,
  type CelType,
  double,
  duration,
  dyn,
  int,
  type ObjectField,
  type ObjectType,
  string,
  timestamp,
} from './cel-type.ts';
import { escapeField } from './escape.ts';

/** Largest request, bytes: what bounds sizes that a schema leaves open. */
const largestRequest = 3 * 1024 * 1024;

const metadataType: ObjectType = {
  kind: 'object',
  name: 'metadata',
  fields: new Map<string, ObjectField>([
    ['name', { name: 'name', type: string }],
    ['generateName', { name: 'generateName', type: string }],
  ]),
};

const envelope: [string, ObjectField][] = [
  ['apiVersion', { name: 'apiVersion', type: string }],
  ['kind', { name: 'kind', type: string }],
  ['metadata', { name: 'metadata', type: metadataType }],
];

const cached = new WeakMap<Schema, Map<string, CelType | undefined>>();

/**
 * The type of values of a schema. `undefined` for what expressions cannot look into (unknown fields, schemas without a
 * type).
 *
 * @param root is it a whole resource, which has kind and metadata besides its own fields?
 */
export function typeFromSchema(schema: Schema, root = false): CelType | undefined {
  let known = cached.get(schema);
  if (!known) {
    known = new Map();
    cached.set(schema, known);
  }
  const key = String(root);
  if (!known.has(key)) known.set(key, makeType(schema, root));
  return known.get(key);
}

function makeType(schema: Schema, root: boolean): CelType | undefined {
  if (schema.intOrString) return dyn;
  switch (schema.type) {
    case 'array': {
      const element = schema.items && typeFromSchema(schema.items);
      if (!element) return undefined;
      const most = Math.floor((largestRequest - 2) / (smallest(schema.items) + 1));
      return { kind: 'list', element, size: schema.maxItems ?? most };
    }
    case 'object':
      return schema.values ? mapType(schema, schema.values) : objectType(schema, root);
    case 'string':
      return stringType(schema);
    case 'boolean':
      return bool;
    case 'integer':
      return int;
    case 'number':
      return double;
    default:
      return undefined;
  }
}

function mapType(schema: Schema, values: Schema): CelType | undefined {
  const value = typeFromSchema(values);
  if (!value) return undefined;
  const most = Math.floor((largestRequest - 2) / (smallest(values) + 6));
  return { kind: 'map', key: string, value, size: schema.maxProperties ?? most };
}

function objectType(schema: Schema, root: boolean): ObjectType {
  const fields = new Map<string, ObjectField>(root || schema.embedded ? envelope : []);
  for (const [name, field] of Object.entries(schema.fields ?? {})) {
    if (fields.has(name)) continue;
    const escaped = escapeField(name);
    const type = typeFromSchema(field);
    if (escaped !== undefined && type) fields.set(escaped, { name, type });
  }
  return { kind: 'object', name: 'object', fields };
}

function stringType(schema: Schema): CelType {
  switch (schema.format) {
    case 'byte':
      return { kind: 'bytes', size: schema.maxLength ?? largestRequest };
    case 'duration':
      return duration;
    case 'date':
    case 'date-time':
      return timestamp;
    default: {
      if (schema.enum) {
        const lengths = schema.enum.map((value) => String(value).length);
        return { kind: 'string', size: Math.max(...lengths) };
      }
      // A code point may take four bytes; what is unbounded is bounded by the request.
      const most = schema.maxLength === undefined ? largestRequest - 2 : schema.maxLength * 4;
      return { kind: 'string', size: most };
    }
  }
}

/** The fewest bytes that a value takes in JSON. */
function smallest(schema: Schema | undefined): number {
  if (!schema) return 1;
  if (schema.intOrString) return 1;
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? 22 : schema.format === 'date' ? 12 : 2;
    case 'boolean':
      return 4;
    case 'array':
    case 'object': {
      const required = schema.required ?? [];
      return required.reduce((sum, name) => {
        const field = schema.fields?.[name];
        return field && field.default === undefined
          ? sum + name.length + 3 + smallest(field) + 1
          : sum;
      }, 2);
    }
    default:
      return 1;
  }
}
