import { formatDuration, formatTimestamp, parseDuration, parseTimestamp } from '../runtime/time.ts';
import { typeOfValue } from '../runtime/type-of-value.ts';
import {
  CelError,
  Duration,
  Timestamp,
  TypeValue,
  type Uint,
  type Value,
} from '../runtime/values.ts';
import {
  bool,
  bytes,
  double,
  duration,
  formatType,
  int,
  param,
  string,
  timestamp,
  typeOf,
  uint,
} from '../types/cel-type.ts';
import { checkInt, checkUint } from './arithmetic.ts';
import { global, type Overload, traversal } from './overload.ts';

const A = param('A');

function wholeInt(value: number): bigint {
  if (!Number.isFinite(value)) throw new CelError('integer overflow');
  return checkInt(BigInt(Math.trunc(value)));
}

function parseInteger(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new CelError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return checkInt(BigInt(text.replace('+', '')));
}

function parseDouble(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(inf|infinity|nan)$/i.test(text)) {
    throw new CelError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const special = /^([+-]?)(inf|nan)/i.exec(text);
  if (!special) return Number(text);
  if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}

const truths: Record<string, boolean> = {
  1: true,
  t: true,
  T: true,
  TRUE: true,
  true: true,
  True: true,
  0: false,
  f: false,
  F: false,
  FALSE: false,
  false: false,
  False: false,
};

function parseBool(text: string): boolean {
  const value = Object.hasOwn(truths, text) ? truths[text] : undefined;
  if (value === undefined) {
    throw new CelError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return value;
}

/** A double as Go's `%g` shortest form prints it. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  const text = String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

const textCost = ([value]: Value[]): number =>
  Math.max(1, traversal(typeof value === 'string' ? value.length : (value as Uint8Array).length));

/** One type made from another. */
export const conversions: readonly Overload[] = [
  global('int', [int], int, ([a]) => a as Value),
  global('int', [uint], int, ([a]) => checkInt((a as Uint).value)),
  global('int', [double], int, ([a]) => wholeInt(a as number)),
  global('int', [string], int, ([a]) => parseInteger(a as string)),
  global('int', [timestamp], int, ([a]) => {
    const { nanos } = a as Timestamp;
    return (
      (nanos - (((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n
    );
  }),
  global('int', [duration], int, ([a]) => (a as Duration).nanos),
  global('uint', [uint], uint, ([a]) => a as Value),
  global('uint', [int], uint, ([a]) => checkUint(a as bigint)),
  global('uint', [double], uint, ([a]) => checkUint(BigInt(Math.trunc(a as number)))),
  global('uint', [string], uint, ([a]) => checkUint(parseInteger(a as string))),
  global('double', [double], double, ([a]) => a as Value),
  global('double', [int], double, ([a]) => Number(a)),
  global('double', [uint], double, ([a]) => Number((a as Uint).value)),
  global('double', [string], double, ([a]) => parseDouble(a as string)),
  global('string', [string], string, ([a]) => a as Value),
  global('string', [bool], string, ([a]) => String(a)),
  global('string', [int], string, ([a]) => String(a)),
  global('string', [uint], string, ([a]) => String((a as Uint).value)),
  global('string', [double], string, ([a]) => formatDouble(a as number)),
  global('string', [bytes], string, ([a]) => decodeUtf8(a as Uint8Array), textCost),
  global('string', [timestamp], string, ([a]) => formatTimestamp((a as Timestamp).nanos)),
  global('string', [duration], string, ([a]) => formatDuration((a as Duration).nanos)),
  global('bytes', [bytes], bytes, ([a]) => a as Value),
  global('bytes', [string], bytes, ([a]) => new TextEncoder().encode(a as string), textCost),
  global('bool', [bool], bool, ([a]) => a as Value),
  global('bool', [string], bool, ([a]) => parseBool(a as string)),
  global('timestamp', [timestamp], timestamp, ([a]) => a as Value),
  global('timestamp', [string], timestamp, ([a]) => new Timestamp(parseTimestamp(a as string))),
  global('timestamp', [int], timestamp, ([a]) => new Timestamp((a as bigint) * 1_000_000_000n)),
  global('duration', [duration], duration, ([a]) => a as Value),
  global('duration', [string], duration, ([a]) => new Duration(parseDuration(a as string))),
  global('duration', [int], duration, ([a]) => new Duration(a as bigint)),
  global('type', [A], typeOf(A), ([a]) => new TypeValue(typeOfValue(a as Value))),
];

function decodeUtf8(bytesOf: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

/** The names of types, which are values. */
export const typeNames: readonly (readonly [name: string, type: ReturnType<typeof typeOf>])[] = [
  bool,
  int,
  uint,
  double,
  string,
  bytes,
].map((type) => [formatType(type), typeOf(type)] as const);
