import { CelError, OpaqueValue, type Value } from '../runtime/values.ts';
import { bool, int, opaque, string } from '../types/cel-type.ts';
import { global, method, type Overload } from './overload.ts';

const name = 'kubernetes.Semver';
const type = opaque(name);

interface Semver {
  numbers: [bigint, bigint, bigint];
  pre: string[];
}

const strict =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Leniently: `v1`, `01.2`. */
function normal(text: string): string {
  const [, core = '', rest = ''] = /^v?([0-9.]*)(.*)$/.exec(text) ?? [];
  const parts = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length < 3) parts.push('0');
  return parts.join('.') + rest;
}

function parse(text: string, lenient: boolean): Semver | undefined {
  const match = strict.exec(lenient ? normal(text) : text);
  if (!match) return undefined;
  const [, major = '', minor = '', patch = '', pre] = match;
  return {
    numbers: [BigInt(major), BigInt(minor), BigInt(patch)],
    pre: pre === undefined ? [] : pre.split('.'),
  };
}

function compare(a: Semver, b: Semver): number {
  for (const [at, number] of a.numbers.entries()) {
    const other = b.numbers[at] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let at = 0; at < Math.max(a.pre.length, b.pre.length); at += 1) {
    const [x, y] = [a.pre[at], b.pre[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (x === y) continue;
    const [m, n] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (m && n) return BigInt(x) < BigInt(y) ? -1 : 1;
    if (m !== n) return m ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

function semver(text: string, lenient = false): Value {
  const parsed = parse(text, lenient);
  if (!parsed) throw new CelError('No Major.Minor.Patch elements found');
  return new OpaqueValue(name, parsed, `${parsed.numbers.join('.')}-${parsed.pre.join('.')}`);
}

const get = (value: Value | undefined): Semver => (value as OpaqueValue<Semver>).value;

/** `semver()` and its order. */
export const semvers: readonly Overload[] = [
  global('semver', [string], type, ([text]) => semver(text as string)),
  global('semver', [string, bool], type, ([text, lenient]) =>
    semver(text as string, lenient === true),
  ),
  global('isSemver', [string], bool, ([text]) => parse(text as string, false) !== undefined),
  global(
    'isSemver',
    [string, bool],
    bool,
    ([text, lenient]) => parse(text as string, lenient === true) !== undefined,
  ),
  ...(['major', 'minor', 'patch'] as const).map((part, at) =>
    method(part, [type], int, ([value]) => get(value).numbers[at] ?? 0n),
  ),
  method('isGreaterThan', [type, type], bool, ([a, b]) => compare(get(a), get(b)) > 0),
  method('isLessThan', [type, type], bool, ([a, b]) => compare(get(a), get(b)) < 0),
  method('compareTo', [type, type], int, ([a, b]) => BigInt(compare(get(a), get(b)))),
];
