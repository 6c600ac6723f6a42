import { CelError, Duration, Timestamp, Uint, type Value } from '../runtime/values.ts';
import { double, duration, int, timestamp, uint } from '../types/cel-type.ts';
import { type CelTypes, global, type Overload } from './overload.ts';

/** An int64, or an overflow. */
export function checkInt(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError('integer overflow');
  return value;
}

export function checkUint(value: bigint): Uint {
  if (BigInt.asUintN(64, value) !== value) throw new CelError('unsigned integer overflow');
  return new Uint(value);
}

/** Years 1 to 9999, as protobuf has them. */
const [firstNano, lastNano] = [-62135596800n * 1_000_000_000n, 253402300799_999_999_999n];

export function checkTimestamp(nanos: bigint): Timestamp {
  if (nanos < firstNano || nanos > lastNano) throw new CelError('timestamp overflow');
  return new Timestamp(nanos);
}

function checkDuration(nanos: bigint): Duration {
  if (BigInt.asIntN(64, nanos) !== nanos) throw new CelError('integer overflow');
  return new Duration(nanos);
}

type Binary<T> = (a: T, b: T) => Value;

const ints = (name: string, run: Binary<bigint>): Overload =>
  global(name, [int, int], int, ([a, b]) => run(a as bigint, b as bigint));
const uints = (name: string, run: (a: bigint, b: bigint) => bigint): Overload =>
  global(name, [uint, uint], uint, ([a, b]) =>
    checkUint(run((a as Uint).value, (b as Uint).value)),
  );
const doubles = (name: string, run: Binary<number>): Overload =>
  global(name, [double, double], double, ([a, b]) => run(a as number, b as number));

function nonZero(value: bigint, what: string): bigint {
  if (value === 0n) throw new CelError(what);
  return value;
}

const spans = (
  name: string,
  [a, b, result]: CelTypes,
  run: (a: bigint, b: bigint) => Timestamp | Duration,
): Overload =>
  global(name, [a, b], result, ([x, y]) =>
    run((x as Duration | Timestamp).nanos, (y as Duration | Timestamp).nanos),
  );

/** Numbers, points in time, and spans of it. */
export const arithmetic: readonly Overload[] = [
  ints('_+_', (a, b) => checkInt(a + b)),
  ints('_-_', (a, b) => checkInt(a - b)),
  ints('_*_', (a, b) => checkInt(a * b)),
  ints('_/_', (a, b) => checkInt(a / nonZero(b, 'division by zero'))),
  ints('_%_', (a, b) => a % nonZero(b, 'modulus by zero')),
  uints('_+_', (a, b) => a + b),
  uints('_-_', (a, b) => a - b),
  uints('_*_', (a, b) => a * b),
  uints('_/_', (a, b) => a / nonZero(b, 'division by zero')),
  uints('_%_', (a, b) => a % nonZero(b, 'modulus by zero')),
  doubles('_+_', (a, b) => a + b),
  doubles('_-_', (a, b) => a - b),
  doubles('_*_', (a, b) => a * b),
  doubles('_/_', (a, b) => a / b),
  global('-_', [int], int, ([a]) => checkInt(-(a as bigint))),
  global('-_', [double], double, ([a]) => -(a as number)),
  spans('_+_', [timestamp, duration, timestamp], (a, b) => checkTimestamp(a + b)),
  spans('_+_', [duration, timestamp, timestamp], (a, b) => checkTimestamp(a + b)),
  spans('_+_', [duration, duration, duration], (a, b) => checkDuration(a + b)),
  spans('_-_', [timestamp, duration, timestamp], (a, b) => checkTimestamp(a - b)),
  spans('_-_', [timestamp, timestamp, duration], (a, b) => checkDuration(a - b)),
  spans('_-_', [duration, duration, duration], (a, b) => checkDuration(a - b)),
];
