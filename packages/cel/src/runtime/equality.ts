import { formatType } from '../types/cel-type.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';

type Numeric = bigint | number | Uint;

export const isNumeric = (value: Value): value is Numeric =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint;

const plain = (value: Numeric): bigint | number => (value instanceof Uint ? value.value : value);

/** An integer equals a double of its value; NaN equals nothing. */
const sameNumber = (a: bigint | number, b: bigint | number): boolean =>
  typeof a === typeof b ? a === b : a <= b && a >= b;

/** CEL's `==`: numbers by value whatever their type, lists and maps by content; other types are never equal. */
export function equals(a: Value, b: Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return sameNumber(plain(a), plain(b));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a instanceof Uint8Array) {
    return (
      b instanceof Uint8Array && a.length === b.length && a.every((byte, at) => byte === b[at])
    );
  }
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof ListValue) return b instanceof ListValue && listsEqual(a, b);
  if (a instanceof MapValue) return b instanceof MapValue && mapsEqual(a, b);
  if (a instanceof OptionalValue) {
    if (!(b instanceof OptionalValue)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equals(a.value, b.value);
  }
  if (a instanceof TypeValue) {
    return b instanceof TypeValue && formatType(a.type) === formatType(b.type);
  }
  if (a instanceof OpaqueValue) {
    return b instanceof OpaqueValue && a.type === b.type && a.identity === b.identity;
  }
  return false;
}

function listsEqual(a: ListValue, b: ListValue): boolean {
  if (a.length !== b.length) return false;
  if (a.order === undefined) {
    for (let at = 0; at < a.length; at += 1) if (!equals(a.at(at), b.at(at))) return false;
    return true;
  }
  // Sets and map lists have no order.
  const rest = [...b];
  return [...a].every((item) => {
    const at = rest.findIndex((other) => equals(item, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function mapsEqual(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const other = b.get(key);
    const own = a.get(key);
    if (other === undefined || own === undefined || !equals(own, other)) return false;
  }
  return true;
}

/** Less than 0, 0, more than 0; nothing when the two have no order. */
export function compare(a: Value, b: Value): number | undefined {
  if (isNumeric(a) && isNumeric(b)) {
    const [x, y] = [plain(a), plain(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return sign(a.nanos - b.nanos);
  if (a instanceof Duration && b instanceof Duration) return sign(a.nanos - b.nanos);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return undefined;
}

const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0);

/** By code points, not by UTF-16 units. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = [[...a], [...b]];
  for (let at = 0; at < Math.min(x.length, y.length); at += 1) {
    const difference = (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
