import { isAbsent } from '../checks.ts';
import type { Loose } from '../loose.ts';

/** Where a path leads, or why it leads nowhere. */
export type FoundField = { steps: string[]; schema: Loose } | { error: string };

/** Delimiters, quoted strings and what stands between them. */
const tokens = /'(?:[^'\\]|\\[\s\S])*'|'[\s\S]*|[.[\]]|[^.[\]']+[^.[\]]*/g;

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
};

const nowhere = { error: 'does not refer to a valid field' };
const tooShort = { error: 'unexpected end of JSON path' };

/**
 * Follows a path of fields and map keys, `.spec.a['b']`, through a structural schema. Arrays have no such path.
 *
 * @param brackets may keys be given in brackets?
 */
export function findField(path: string, start: Loose, brackets = true): FoundField {
  const found: { steps: string[]; schema: Loose } = { steps: [], schema: start };
  const words = path.match(tokens) ?? [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    let name: string;
    if (word === '.') {
      const next = words[++at];
      if (next === undefined) return tooShort;
      name = next;
    } else if (word === '[') {
      if (!brackets) return { error: 'array notation is not allowed' };
      const key = keyOf(words[++at]);
      if (typeof key !== 'string') return key;
      name = key;
    } else return { error: `expected [ or . but got: ${word}` };
    const child = childOf(found.schema, name);
    if (child === undefined) return nowhere;
    found.schema = child;
    found.steps.push(name);
    if (word !== '[') continue;
    const end = words[++at];
    if (end === undefined) return tooShort;
    if (end !== ']') return { error: `expected ] but got ${end}` };
  }
  return found;
}

function keyOf(word: string | undefined): string | { error: string } {
  if (word === undefined) return tooShort;
  if (word.length < 2 || !word.startsWith("'") || !word.endsWith("'")) {
    return { error: `expected single quoted string but got ${word}` };
  }
  const bad = /\\[^abfnrtv'\\]/.exec(word.slice(1, -1).replaceAll('\\\\', ''));
  if (bad) return { error: `invalid string literal: invalid escape char ${bad[0]}` };
  return word.slice(1, -1).replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char);
}

const isFilled = (value: Loose): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

function childOf(schema: Loose, name: string): Loose {
  if (isFilled(schema?.properties)) {
    return Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  }
  const values = schema?.additionalProperties;
  return isAbsent(values) ? undefined : typeof values === 'object' ? values : {};
}
