import { RE2JS } from 're2js';
import { sizeOf } from '../runtime/size.ts';
import { CelError, ListValue, type Value } from '../runtime/values.ts';
import { bool, bytes, int, listOf, param, string } from '../types/cel-type.ts';
import { formatText } from './format-text.ts';
import { global, type Implementation, method, type Overload, traversal } from './overload.ts';

const first = ([text]: Value[]): number => Math.max(1, traversal(sizeOf(text)));
const firstAndResult = ([text]: Value[], result: Value): number =>
  Math.max(1, traversal(sizeOf(text) + sizeOf(result)));
const product = ([text, part]: Value[]): number =>
  Math.max(1, traversal(sizeOf(text)) * Math.max(1, traversal(sizeOf(part))));

/** Compiled patterns: expressions mostly use the same ones again. */
const patterns = new Map<string, RE2JS>();
const mostPatterns = 500;

/** RE2: linear time whatever the pattern. @throws CelError */
export function pattern(source: string): RE2JS {
  let known = patterns.get(source);
  if (!known) {
    try {
      known = RE2JS.compile(source);
    } catch (error) {
      throw new CelError(
        `error parsing regexp: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`,
      );
    }
    if (patterns.size >= mostPatterns) patterns.clear();
    patterns.set(source, known);
  }
  return known;
}

const points = (text: Value | undefined): string[] => [...(text as string)];

function position(value: Value | undefined, length: number, name: string): number {
  const at = Number(value);
  if (at < 0 || at > length) throw new CelError(`index out of range: ${at}`);
  void name;
  return at;
}

const indexOf: Implementation = ([text, part, from]) => {
  const [all, wanted] = [points(text), points(part)];
  const start = from === undefined ? 0 : position(from, all.length, 'indexOf');
  for (let at = start; at + wanted.length <= all.length; at += 1) {
    if (wanted.every((point, offset) => all[at + offset] === point)) return BigInt(at);
  }
  return wanted.length === 0 ? BigInt(start) : -1n;
};

const lastIndexOf: Implementation = ([text, part, from]) => {
  const [all, wanted] = [points(text), points(part)];
  const end = from === undefined ? all.length : position(from, all.length, 'lastIndexOf');
  for (let at = Math.min(end, all.length - wanted.length); at >= 0; at -= 1) {
    if (wanted.every((point, offset) => all[at + offset] === point)) return BigInt(at);
  }
  return -1n;
};

const substring: Implementation = ([text, from, to]) => {
  const all = points(text);
  const start = position(from, all.length, 'substring');
  const end = to === undefined ? all.length : position(to, all.length, 'substring');
  if (start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return all.slice(start, end).join('');
};

const split: Implementation = ([text, separator, limit]) => {
  const parts = (text as string).split(separator as string);
  const most = limit === undefined ? -1 : Number(limit);
  if (most === 0) return new ListValue([]);
  if (most > 0 && parts.length > most) {
    const head = parts.slice(0, most - 1);
    return new ListValue([...head, parts.slice(most - 1).join(separator as string)]);
  }
  return new ListValue(parts);
};

const replace: Implementation = ([text, old, next, limit]) => {
  const most = limit === undefined ? -1 : Number(limit);
  if (most < 0) return (text as string).replaceAll(old as string, () => next as string);
  let rest = text as string;
  let done = '';
  for (let count = 0; count < most; count += 1) {
    const at = rest.indexOf(old as string);
    if (at < 0) break;
    done += rest.slice(0, at) + (next as string);
    rest = rest.slice(at + (old as string).length);
  }
  return done + rest;
};

const join = (list: Value | undefined, separator: string): string =>
  [...(list as ListValue)].map(String).join(separator);

const lowerAscii = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const upperAscii = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

const matches: Implementation = ([text, regex]) =>
  pattern(regex as string)
    .matcher(text as string)
    .find();

/** Texts: the standard library, the `strings` extension, and Kubernetes' `find` and `findAll`. */
export const text: readonly Overload[] = [
  global(
    '_+_',
    [string, string],
    string,
    ([a, b]) => (a as string) + (b as string),
    ([a, b]) => Math.max(1, traversal(sizeOf(a) + sizeOf(b))),
  ),
  global(
    '_+_',
    [bytes, bytes],
    bytes,
    ([a, b]) => Uint8Array.from([...(a as Uint8Array), ...(b as Uint8Array)]),
    ([a, b]) => Math.max(1, traversal(sizeOf(a) + sizeOf(b))),
  ),
  method(
    'contains',
    [string, string],
    bool,
    ([a, b]) => (a as string).includes(b as string),
    product,
  ),
  method(
    'startsWith',
    [string, string],
    bool,
    ([a, b]) => (a as string).startsWith(b as string),
    ([, b]) => Math.max(1, traversal(sizeOf(b))),
  ),
  method(
    'endsWith',
    [string, string],
    bool,
    ([a, b]) => (a as string).endsWith(b as string),
    ([, b]) => Math.max(1, traversal(sizeOf(b))),
  ),
  method('matches', [string, string], bool, matches, product),
  global('matches', [string, string], bool, matches, product),
  method(
    'charAt',
    [string, int],
    string,
    ([a, at]) => points(a)[position(at, points(a).length, 'charAt')] ?? '',
    first,
  ),
  method('indexOf', [string, string], int, indexOf, product),
  method('indexOf', [string, string, int], int, indexOf, product),
  method('lastIndexOf', [string, string], int, lastIndexOf, product),
  method('lastIndexOf', [string, string, int], int, lastIndexOf, product),
  method('join', [listOf(string)], string, ([list]) => join(list, ''), firstAndResult),
  method(
    'join',
    [listOf(string), string],
    string,
    ([list, by]) => join(list, by as string),
    firstAndResult,
  ),
  method('lowerAscii', [string], string, ([a]) => lowerAscii(a as string), first),
  method('upperAscii', [string], string, ([a]) => upperAscii(a as string), first),
  method('replace', [string, string, string], string, replace, firstAndResult),
  method('replace', [string, string, string, int], string, replace, firstAndResult),
  method('split', [string, string], listOf(string), split, first),
  method('split', [string, string, int], listOf(string), split, first),
  method('substring', [string, int], string, substring, first),
  method('substring', [string, int, int], string, substring, first),
  method('trim', [string], string, ([a]) => (a as string).trim(), first),
  method('reverse', [string], string, ([a]) => points(a).reverse().join(''), first),
  method(
    'format',
    [string, listOf(param('A'))],
    string,
    ([a, list]) => formatText(a as string, list as ListValue),
    firstAndResult,
  ),
  global('strings.quote', [string], string, ([a]) => JSON.stringify(a), first),
  method(
    'find',
    [string, string],
    string,
    ([a, regex]) => {
      const matcher = pattern(regex as string).matcher(a as string);
      return matcher.find() ? (matcher.group() ?? '') : '';
    },
    product,
  ),
  method('findAll', [string, string], listOf(string), findAll, product),
  method('findAll', [string, string, int], listOf(string), findAll, product),
];

function findAll([a, regex, limit]: Value[]): Value {
  const most = limit === undefined ? -1 : Number(limit);
  const matcher = pattern(regex as string).matcher(a as string);
  const found: string[] = [];
  while ((most < 0 || found.length < most) && matcher.find()) found.push(matcher.group() ?? '');
  return new ListValue(found);
}
