import { isQuantity, parseQuantity, type Quantity } from '@dormice/apimachinery';
import { CelError, OpaqueValue, type Value } from '../runtime/values.ts';
import { bool, double, int, opaque, string } from '../types/cel-type.ts';
import { global, method, type Overload } from './overload.ts';

const name = 'kubernetes.Quantity';
const type = opaque(name);

const of = (quantity: Quantity): Value => new OpaqueValue(name, quantity, String(quantity.nano));
const get = (value: Value | undefined): Quantity => (value as OpaqueValue<Quantity>).value;
const whole = (value: Value | undefined): Quantity =>
  typeof value === 'bigint' ? parseQuantity(String(value)) : get(value);

function parse(text: string): Quantity {
  try {
    return parseQuantity(text);
  } catch (error) {
    throw new CelError((error as Error).message);
  }
}

const unit = 1_000_000_000n;

/** Whole units that an int64 holds; nothing for others. */
function asInteger({ nano }: Quantity): bigint | undefined {
  if (nano % unit !== 0n) return undefined;
  const value = nano / unit;
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** `quantity('1Gi')` and what can be done with it. */
export const quantities: readonly Overload[] = [
  global('quantity', [string], type, ([text]) => of(parse(text as string))),
  global('isQuantity', [string], bool, ([text]) => isQuantity(text as string)),
  method('sign', [type], int, ([a]) => BigInt(get(a).sign)),
  method('isInteger', [type], bool, ([a]) => asInteger(get(a)) !== undefined),
  method('asInteger', [type], int, ([a]) => {
    const value = asInteger(get(a));
    if (value === undefined) throw new CelError('cannot convert value to integer');
    return value;
  }),
  method('asApproximateFloat', [type], double, ([a]) => get(a).toNumber()),
  method('isGreaterThan', [type, type], bool, ([a, b]) => get(a).compare(get(b)) > 0),
  method('isLessThan', [type, type], bool, ([a, b]) => get(a).compare(get(b)) < 0),
  method('compareTo', [type, type], int, ([a, b]) => BigInt(get(a).compare(get(b)))),
  ...[type, int].flatMap((other) => [
    method('add', [type, other], type, ([a, b]) => of(get(a).add(whole(b)))),
    method('sub', [type, other], type, ([a, b]) => of(get(a).subtract(whole(b)))),
  ]),
];
