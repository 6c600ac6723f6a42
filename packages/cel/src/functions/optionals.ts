import { equals } from '../runtime/equality.ts';
import { CelError, ListValue, MapValue, OptionalValue, type Value } from '../runtime/values.ts';
import { bool, listOf, optionalOf, param } from '../types/cel-type.ts';
import { global, method, type Overload } from './overload.ts';

const A = param('A');
const held = (value: Value | undefined): Value | undefined => (value as OptionalValue).value;

/** Is it the zero value of its type? */
function isZero(value: Value): boolean {
  if (value instanceof ListValue) return value.length === 0;
  if (value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  return value === null || value === false || value === '' || equals(value, 0n);
}

/** Values that may be missing. */
export const optionals: readonly Overload[] = [
  global('optional.of', [A], optionalOf(A), ([value]) => new OptionalValue(value)),
  global('optional.ofNonZeroValue', [A], optionalOf(A), ([value]) =>
    isZero(value as Value) ? new OptionalValue() : new OptionalValue(value),
  ),
  global('optional.none', [], optionalOf(A), () => new OptionalValue()),
  method('hasValue', [optionalOf(A)], bool, ([value]) => held(value) !== undefined),
  method('value', [optionalOf(A)], A, ([value]) => {
    const found = held(value);
    if (found === undefined) throw new CelError('optional.none() dereference');
    return found;
  }),
  method(
    'or',
    [optionalOf(A), optionalOf(A)],
    optionalOf(A),
    ([a, b]) => (held(a) === undefined ? b : a) as Value,
  ),
  method('orValue', [optionalOf(A), A], A, ([a, b]) => held(a) ?? (b as Value)),
  global('optional.unwrap', [listOf(optionalOf(A))], listOf(A), unwrap),
  method('unwrapOpt', [listOf(optionalOf(A))], listOf(A), unwrap),
];

function unwrap([list]: Value[]): Value {
  const values = [...(list as ListValue)].flatMap((item) =>
    item instanceof OptionalValue && item.value !== undefined ? [item.value] : [],
  );
  return new ListValue(values);
}
