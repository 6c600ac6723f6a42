import { compare, equals } from '../runtime/equality.ts';
import { sizeOf } from '../runtime/size.ts';
import {
  CelError,
  Duration,
  ListValue,
  type MapValue,
  Uint,
  type Value,
} from '../runtime/values.ts';
import {
  bool,
  bytes,
  type CelType,
  double,
  duration,
  int,
  listOf,
  param,
  string,
  timestamp,
  uint,
} from '../types/cel-type.ts';
import { checkInt, checkUint } from './arithmetic.ts';
import { global, method, type Overload, traversal } from './overload.ts';

const A = param('A');
const whole = ([list]: Value[]): number => Math.max(1, sizeOf(list));

const ordered: CelType[] = [int, uint, double, bool, duration, timestamp, string, bytes];

function isSorted(list: ListValue): boolean {
  for (let at = 1; at < list.length; at += 1) {
    if ((compare(list.at(at - 1), list.at(at)) ?? 0) > 0) return false;
  }
  return true;
}

function extreme(list: ListValue, direction: 1 | -1, name: string): Value {
  if (list.length === 0) throw new CelError(`${name} called on empty list`);
  let best = list.at(0);
  for (const item of list) if ((compare(item, best) ?? 0) * direction > 0) best = item;
  return best;
}

const each = <T>(list: ListValue): T[] => [...list] as T[];

const sums: readonly (readonly [CelType, (list: ListValue) => Value])[] = [
  [int, (list) => each<bigint>(list).reduce((sum, item) => checkInt(sum + item), 0n)],
  [
    uint,
    (list) =>
      each<Uint>(list).reduce((sum, item) => checkUint(sum.value + item.value), new Uint(0n)),
  ],
  [double, (list) => each<number>(list).reduce((sum, item) => sum + item, 0)],
  [
    duration,
    (list) => new Duration(each<Duration>(list).reduce((sum, item) => sum + item.nanos, 0n)),
  ],
];

/** Two lists as one. Lists of a schema that are sets or maps keep what makes them so. */
function concatenate(a: ListValue, b: ListValue): ListValue {
  const items = [...a];
  const { order } = a;
  for (const item of b) {
    const at =
      order === undefined
        ? -1
        : items.findIndex((known) =>
            order.type === 'set'
              ? equals(known, item)
              : order.keys.every((key) => {
                  const own = (known as MapValue).get(key) ?? null;
                  return equals(own, (item as MapValue).get(key) ?? null);
                }),
          );
    if (at < 0) items.push(item);
    else items[at] = item;
  }
  return new ListValue(items, undefined, order);
}

const has = (list: ListValue, item: Value): boolean => [...list].some((own) => equals(own, item));
const contains = (list: Value | undefined, other: Value | undefined): boolean =>
  [...(other as ListValue)].every((item) => has(list as ListValue, item));
const pairs = ([a, b]: Value[]): number => Math.max(1, sizeOf(a) * sizeOf(b));

function indexOf(list: ListValue, item: Value, last: boolean): bigint {
  const all = [...list];
  const at = last
    ? all.findLastIndex((own) => equals(own, item))
    : all.findIndex((own) => equals(own, item));
  return BigInt(at);
}

/** Lists: the standard library, Kubernetes' list functions, and sets. */
export const lists: readonly Overload[] = [
  global(
    '_+_',
    [listOf(A), listOf(A)],
    listOf(A),
    ([a, b]) => concatenate(a as ListValue, b as ListValue),
    ([a, b]) => Math.max(1, traversal(sizeOf(a) + sizeOf(b))),
  ),
  ...ordered.flatMap((type) => [
    method('isSorted', [listOf(type)], bool, ([list]) => isSorted(list as ListValue), whole),
    method('min', [listOf(type)], type, ([list]) => extreme(list as ListValue, -1, 'min'), whole),
    method('max', [listOf(type)], type, ([list]) => extreme(list as ListValue, 1, 'max'), whole),
  ]),
  ...sums.map(([type, sum]) =>
    method('sum', [listOf(type)], type, ([list]) => sum(list as ListValue), whole),
  ),
  method(
    'indexOf',
    [listOf(A), A],
    int,
    ([list, item]) => indexOf(list as ListValue, item as Value, false),
    whole,
  ),
  method(
    'lastIndexOf',
    [listOf(A), A],
    int,
    ([list, item]) => indexOf(list as ListValue, item as Value, true),
    whole,
  ),
  global('sets.contains', [listOf(A), listOf(A)], bool, ([a, b]) => contains(a, b), pairs),
  global(
    'sets.equivalent',
    [listOf(A), listOf(A)],
    bool,
    ([a, b]) => contains(a, b) && contains(b, a),
    pairs,
  ),
  global(
    'sets.intersects',
    [listOf(A), listOf(A)],
    bool,
    ([a, b]) => [...(a as ListValue)].some((item) => has(b as ListValue, item)),
    pairs,
  ),
];
