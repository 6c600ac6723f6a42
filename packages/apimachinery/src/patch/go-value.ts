import { isPlainObject } from '../json-clone.ts';

/**
 * A JSON value as Go prints it with `%v`: `map[image:n name:n]`, `[x y]`, `<nil>`. Upstream's strategic merge errors
 * carry values in this form. Keys are sorted.
 */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (isPlainObject(value)) {
    const fields = Object.keys(value)
      .sort()
      .map((key) => `${key}:${goValue(value[key])}`);
    return `map[${fields.join(' ')}]`;
  }
  return String(value);
}

/** The name of the Go type that `encoding/json` decodes a JSON value into. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (isPlainObject(value)) return 'map[string]interface {}';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** The word `encoding/json` uses for a JSON value in its errors. */
export function jsonTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
