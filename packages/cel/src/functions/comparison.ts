import { compare, equals } from '../runtime/equality.ts';
import { sizeOf } from '../runtime/size.ts';
import {
  CelError,
  type ListValue,
  type MapValue,
  OptionalValue,
  type Value,
} from '../runtime/values.ts';
import {
  bool,
  bytes,
  type CelType,
  double,
  duration,
  dyn,
  int,
  listOf,
  mapOf,
  optionalOf,
  param,
  string,
  timestamp,
  uint,
} from '../types/cel-type.ts';
import { global, method, type Overload, traversal } from './overload.ts';

const A = param('A');
const B = param('B');

const comparable: CelType[] = [bool, int, uint, double, string, bytes, timestamp, duration];
const numbers: CelType[] = [int, uint, double];

/** Pairs that have an order: equal types, and numbers of any two. */
const pairs: [CelType, CelType][] = [
  ...comparable.map((type): [CelType, CelType] => [type, type]),
  ...numbers.flatMap((a) => numbers.filter((b) => b !== a).map((b): [CelType, CelType] => [a, b])),
];

const both = ([a, b]: Value[]): number => traversal(Math.min(sizeOf(a), sizeOf(b)));

const orders: Record<string, (result: number) => boolean> = {
  '_<_': (result) => result < 0,
  '_<=_': (result) => result <= 0,
  '_>_': (result) => result > 0,
  '_>=_': (result) => result >= 0,
};

const ordered = Object.entries(orders).flatMap(([name, holds]) =>
  pairs.map(([a, b]) =>
    global(
      name,
      [a, b],
      bool,
      ([x, y]) => {
        const result = compare(x as Value, y as Value);
        if (result === undefined) throw new CelError('no such overload');
        if (Number.isNaN(x) || Number.isNaN(y)) return false;
        return holds(result);
      },
      (args) => Math.max(1, both(args)),
    ),
  ),
);

function index(list: ListValue, at: Value): Value | undefined {
  const number = typeof at === 'number' ? at : typeof at === 'bigint' ? Number(at) : NaN;
  return Number.isInteger(number) && number >= 0 && number < list.length
    ? list.at(number)
    : undefined;
}

function elementAt(list: Value, at: Value): Value {
  const found = index(list as ListValue, at);
  if (found === undefined) throw new CelError(`index out of bounds: ${String(at)}`);
  return found;
}

function valueAt(map: Value, key: Value): Value {
  const found = (map as MapValue).get(key);
  if (found === undefined) throw new CelError(`no such key: ${String(key)}`);
  return found;
}

const maybe = (value: Value | undefined): Value => new OptionalValue(value);
const inner = (value: Value): Value | undefined => (value as OptionalValue).value;

/** Equality, order, membership, indexing, logic. */
export const comparison: readonly Overload[] = [
  global('_==_', [A, A], bool, ([a, b]) => equals(a as Value, b as Value), both1),
  global('_!=_', [A, A], bool, ([a, b]) => !equals(a as Value, b as Value), both1),
  ...ordered,
  global('_&&_', [bool, bool], bool, () => false),
  global('_||_', [bool, bool], bool, () => false),
  global('_?_:_', [bool, A, A], A, () => false),
  global('!_', [bool], bool, ([a]) => !a),
  global(
    '@in',
    [A, listOf(A)],
    bool,
    ([item, list]) => [...(list as ListValue)].some((other) => equals(item as Value, other)),
    ([, list]) => Math.max(1, sizeOf(list)),
  ),
  global('@in', [A, mapOf(A, B)], bool, ([key, map]) => (map as MapValue).has(key as Value)),
  global('_[_]', [listOf(A), int], A, ([list, at]) => elementAt(list as Value, at as Value)),
  global('_[_]', [mapOf(A, B), A], B, ([map, key]) => valueAt(map as Value, key as Value)),
  global('_[_]', [optionalOf(listOf(A)), int], optionalOf(A), ([list, at]) => {
    const known = inner(list as Value);
    return maybe(known === undefined ? undefined : index(known as ListValue, at as Value));
  }),
  global('_[_]', [optionalOf(mapOf(A, B)), A], optionalOf(B), ([map, key]) =>
    maybe((inner(map as Value) as MapValue | undefined)?.get(key as Value)),
  ),
  global('_[?_]', [listOf(A), int], optionalOf(A), ([list, at]) =>
    maybe(index(list as ListValue, at as Value)),
  ),
  global('_[?_]', [mapOf(A, B), A], optionalOf(B), ([map, key]) =>
    maybe((map as MapValue).get(key as Value)),
  ),
  global('_[?_]', [optionalOf(listOf(A)), int], optionalOf(A), ([list, at]) => {
    const known = inner(list as Value);
    return maybe(known === undefined ? undefined : index(known as ListValue, at as Value));
  }),
  global('_[?_]', [optionalOf(mapOf(A, B)), A], optionalOf(B), ([map, key]) =>
    maybe((inner(map as Value) as MapValue | undefined)?.get(key as Value)),
  ),
  ...sizes(),
  global('dyn', [A], dyn, ([value]) => value as Value),
];

function both1(args: Value[]): number {
  return Math.max(1, both(args));
}

function sizes(): Overload[] {
  const sized = [string, bytes, listOf(A), mapOf(A, B)];
  return sized.flatMap((type) => [
    global('size', [type], int, ([value]) => BigInt(sizeOf(value))),
    method('size', [type], int, ([value]) => BigInt(sizeOf(value))),
  ]);
}
