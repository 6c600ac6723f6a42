import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import { goTypeName, goValue } from '../patch/go-value.ts';
import type { Schema } from '../schema.ts';
import { displayPath, fieldElement, type PathElement } from './path-element.ts';
import { ElementError, elementOf, fieldSchema, shapeOf } from './structure.ts';

/**
 * What keeps an applied configuration from being read with the schema: wrong types, unknown fields, list elements
 * without identity or twice. Each as `.path: message` in upstream's words; empty when all is well.
 */
export function typeErrors(object: JsonObject, schema: Schema): string[] {
  const found: string[] = [];
  walk(object, schema, [], found);
  return found;
}

function walk(value: Json, schema: Schema, path: PathElement[], found: string[]): void {
  if (value === null) return;
  if (schema.type === 'array') {
    walkList(value, schema, path, found);
    return;
  }
  if (schema.intOrString) return;
  if (schema.type === undefined || schema.type === 'object') {
    if (schema.type === 'object' || shapeOf(schema, value) === 'map') {
      walkMap(value, schema, path, found);
    }
    return;
  }
  const problem = scalarProblem(value, schema.type);
  if (problem !== undefined) found.push(`${displayPath(path)}: ${problem}`);
}

function scalarProblem(
  value: Json,
  type: 'string' | 'integer' | 'number' | 'boolean',
): string | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goValue(value)}}`;
    default:
      return typeof value === 'number' || typeof value === 'bigint'
        ? undefined
        : `expected numeric (int or float), got ${goTypeName(value)}`;
  }
}

function walkMap(value: Json, schema: Schema, path: PathElement[], found: string[]): void {
  if (!isPlainObject(value)) {
    found.push(`${displayPath(path)}: expected map, got &{${goValue(value)}}`);
    return;
  }
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const field = fieldSchema(schema, key);
    path.push(fieldElement(key));
    if (field === undefined) found.push(`${displayPath(path)}: field not declared in schema`);
    else walk(item, field, path, found);
    path.pop();
  }
}

function walkList(value: Json, schema: Schema, path: PathElement[], found: string[]): void {
  if (!Array.isArray(value)) {
    found.push(`${displayPath(path)}: expected list, got &{${goValue(value)}}`);
    return;
  }
  const granular = shapeOf(schema, value) === 'list';
  const seen = new Set<PathElement>();
  value.forEach((item, at) => {
    let element = `i:${at}`;
    if (granular) {
      try {
        element = elementOf(schema, item);
      } catch (error) {
        if (!(error instanceof ElementError)) throw error;
        found.push(`${displayPath(path)}: element ${at}: ${error.message}`);
        return;
      }
      if (seen.has(element)) {
        found.push(`${displayPath(path)}: duplicate entries for key ${displayPath([element])}`);
      }
      seen.add(element);
    }
    path.push(element);
    walk(item, schema.items ?? {}, path, found);
    path.pop();
  });
}

/** As Go's `%#v` shows a decoded JSON value. */
function goSyntax(value: Json): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isPlainObject(value)) return value === null ? 'interface {}(nil)' : JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] as Json)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}
