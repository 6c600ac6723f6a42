import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  typeInvalid,
} from '../field-error.ts';
import { deepEqual, isPlainObject } from '../json-clone.ts';
import type { Schema } from '../schema.ts';
import { formats } from './formats.ts';

/** How apiextensions names the type of a JSON value. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(schema: Schema, value: unknown): boolean {
  if (schema.intOrString) return typeof value === 'string' || Number.isInteger(value);
  if (schema.type === undefined) return true;
  const type = typeOf(value);
  return type === schema.type || (type === 'integer' && schema.type === 'number');
}

/**
 * Validates a custom resource (or a part of it) against its schema, with apiextensions' wording. CEL rules are not part
 * of it.
 */
export function validateSchema(schema: Schema, value: unknown, path: string): FieldError[] {
  if (value === null && schema.nullable) return [];
  if (!hasType(schema, value)) {
    const wanted = schema.intOrString ? 'integer,string' : schema.type;
    const shown = isPlainObject(value) || Array.isArray(value) ? typeOf(value) : value;
    const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(typeOf(value))}`;
    return [typeInvalid(path, shown === value ? typeOf(value) : shown, detail)];
  }
  return [
    ...validateEnum(schema, value, path),
    ...(typeof value === 'string' ? validateString(schema, value, path) : []),
    ...(typeof value === 'number' ? validateNumber(schema, value, path) : []),
    ...(Array.isArray(value) ? validateArray(schema, value, path) : []),
    ...(isPlainObject(value) ? validateObject(schema, value, path) : []),
    ...validateJunctors(schema, value, path),
  ];
}

function validateEnum(schema: Schema, value: unknown, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((allowed) => deepEqual(allowed, value))) return [];
  const supported = schema.enum.map((allowed) =>
    typeof allowed === 'string' ? allowed : JSON.stringify(allowed),
  );
  return [notSupported(path, value, supported)];
}

const body = (path: string, text: string): string => `${path} in body ${text}`;

function validateString(schema: Schema, value: string, path: string): FieldError[] {
  const problems: FieldError[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    problems.push({
      type: 'FieldValueTooLong',
      field: path,
      detail: `may not be more than ${schema.maxLength} bytes`,
    });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    const text = body(path, `should be at least ${schema.minLength} chars long`);
    problems.push(invalid(path, value, text));
  }
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    problems.push(invalid(path, value, body(path, `should match '${schema.pattern}'`)));
  }
  const format = schema.format === undefined ? undefined : formats[schema.format];
  if (format && !format(value)) {
    const text = body(path, `must be of type ${schema.format}: ${JSON.stringify(value)}`);
    problems.push(invalid(path, value, text));
  }
  return problems;
}

const compiled = new Map<string, RegExp>();

/** Patterns are compiled once; the cache is emptied when tenants fill it. */
function patternOf(source: string): RegExp {
  let pattern = compiled.get(source);
  if (!pattern) {
    if (compiled.size > 10_000) compiled.clear();
    pattern = new RegExp(source, 'u');
    compiled.set(source, pattern);
  }
  return pattern;
}

function validateNumber(schema: Schema, value: number, path: string): FieldError[] {
  const problems: FieldError[] = [];
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    const word = exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    problems.push(invalid(path, value, body(path, `should be ${word} ${minimum}`)));
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    const word = exclusiveMaximum ? 'less than' : 'less than or equal to';
    problems.push(invalid(path, value, body(path, `should be ${word} ${maximum}`)));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    problems.push(invalid(path, value, body(path, `should be a multiple of ${multipleOf}`)));
  }
  return problems;
}

function validateArray(schema: Schema, value: unknown[], path: string): FieldError[] {
  const problems: FieldError[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    const detail = `must have at most ${schema.maxItems} items`;
    problems.push({ type: 'FieldValueTooMany', field: path, badValue: value.length, detail });
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    const text = body(path, `should have at least ${schema.minItems} items`);
    problems.push(invalid(path, value.length, text));
  }
  if (schema.uniqueItems && hasDuplicates(value)) {
    problems.push(invalid(path, value, body(path, "shouldn't contain duplicates")));
  }
  const { items } = schema;
  if (items) {
    for (const [index, item] of value.entries()) {
      problems.push(...validateSchema(items, item, `${path}[${index}]`));
    }
  }
  return [...problems, ...validateListType(schema, value, path)];
}

function hasDuplicates(list: unknown[]): boolean {
  return list.some((item, at) => list.findIndex((other) => deepEqual(other, item)) !== at);
}

function validateListType(schema: Schema, value: unknown[], path: string): FieldError[] {
  if (schema.listType !== 'set' && schema.listType !== 'map') return [];
  const keys = schema.listMapKeys ?? [];
  const identityOf = (item: unknown): unknown =>
    schema.listType === 'map' && isPlainObject(item)
      ? Object.fromEntries(
          keys.map((key) => [key, item[key] ?? schema.items?.fields?.[key]?.default]),
        )
      : item;
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = identityOf(item);
    const text = JSON.stringify(identity);
    if (seen.has(text)) return [duplicate(`${path}[${index}]`, identity)];
    seen.add(text);
    return [];
  });
}

function validateObject(
  schema: Schema,
  value: Record<string, unknown>,
  path: string,
): FieldError[] {
  const problems: FieldError[] = [];
  const count = Object.keys(value).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    const detail = `must have at most ${schema.maxProperties} items`;
    problems.push({ type: 'FieldValueTooMany', field: path, badValue: count, detail });
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    const text = body(path, `should have at least ${schema.minProperties} properties`);
    problems.push(invalid(path, count, text));
  }
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) problems.push(required(inside(name)));
  }
  for (const [key, item] of Object.entries(value)) {
    const field = schema.fields?.[key] ?? schema.values;
    if (field && item !== undefined) problems.push(...validateSchema(field, item, inside(key)));
  }
  return problems;
}

function validateJunctors(schema: Schema, value: unknown, path: string): FieldError[] {
  const problems: FieldError[] = [];
  const fits = (one: Schema): boolean => validateSchema(one, value, path).length === 0;
  for (const one of schema.allOf ?? []) problems.push(...validateSchema(one, value, path));
  if (schema.anyOf && !schema.anyOf.some(fits)) {
    problems.push(invalid(path, value, body(path, 'must validate at least one schema (anyOf)')));
  }
  if (schema.oneOf && schema.oneOf.filter(fits).length !== 1) {
    const text = body(path, 'must validate one and only one schema (oneOf)');
    problems.push(invalid(path, value, text));
  }
  if (schema.not && fits(schema.not)) {
    problems.push(forbidden(path, body(path, 'must not validate the schema (not)')));
  }
  return problems;
}
