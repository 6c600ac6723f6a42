import { isPlainObject } from '../json-clone.ts';
import type { Json } from '../object.ts';

/**
 * One step of a path into an object, in the text form of `FieldsV1`, made canonical so that equal steps are equal
 * strings: `f:name` (a field), `k:{"name":"web"}` (the element of a map list, by its keys), `v:"a"` (the element of a
 * set, by value), `i:0` (by index).
 */
export type PathElement = string;

export const fieldElement = (name: string): PathElement => `f:${name}`;

/** Keys are sorted, as upstream writes them. */
export const keyElement = (keys: Record<string, Json>): PathElement => `k:${canonicalJson(keys)}`;

export const valueElement = (value: Json): PathElement => `v:${canonicalJson(value)}`;

/** @throws Error for text that is no path element. */
export function parsePathElement(text: string): PathElement {
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case 'f:':
      return text;
    case 'v:':
      return `v:${canonicalJson(JSON.parse(rest))}`;
    case 'k:': {
      const keys: unknown = JSON.parse(rest);
      if (!isPlainObject(keys)) throw new Error(`the keys of ${text} are no object`);
      return `k:${canonicalJson(keys)}`;
    }
    case 'i:':
      if (/^-?\d+$/.test(rest)) return text;
      break;
  }
  throw new Error(
    `${JSON.stringify(text)} is no path element: it must begin with f:, k:, v: or i:`,
  );
}

const ranks: Record<string, number> = { f: 0, k: 1, v: 2, i: 3 };

/** Upstream's order: fields, keys, values, indexes; numbers before strings and by size. */
export function comparePathElements(a: PathElement, b: PathElement): number {
  const kind = a.charAt(0);
  if (kind !== b.charAt(0)) return (ranks[kind] ?? 4) - (ranks[b.charAt(0)] ?? 4);
  if (kind === 'f') return compareText(a, b);
  return compareValues(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareValues(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (isPlainObject(a) && isPlainObject(b)) return compareKeys(a, b);
  if (typeof a === typeof b) return compareText(canonicalJson(a), canonicalJson(b));
  return valueRank(a) - valueRank(b);
}

function compareKeys(a: Record<string, unknown>, b: Record<string, unknown>): number {
  const left = Object.keys(a).sort();
  const right = Object.keys(b).sort();
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const name = left[at] as string;
    const order = compareText(name, right[at] as string) || compareValues(a[name], b[name]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function valueRank(value: unknown): number {
  if (isNumber(value)) return 0;
  if (typeof value === 'string') return 1;
  return typeof value === 'boolean' ? 2 : 3;
}

/** `.name`, `[name="web"]`, `[="a"]`, `[0]`: how messages show a step. */
export function displayPathElement(element: PathElement): string {
  const rest = element.slice(2);
  switch (element.charAt(0)) {
    case 'f':
      return `.${rest}`;
    case 'k': {
      const keys: Record<string, unknown> = JSON.parse(rest);
      return `[${Object.entries(keys)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`;
    }
    case 'v':
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

export const displayPath = (path: readonly PathElement[]): string =>
  path.map(displayPathElement).join('');

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isPlainObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(',')}}`;
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';
