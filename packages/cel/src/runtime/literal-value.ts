import type { Literal } from '../syntax/ast.ts';
import { Uint, type Value } from './values.ts';

/** The value of a literal. */
export function literalValue(literal: Literal): Value {
  switch (literal.type) {
    case 'uint':
      return new Uint(literal.value);
    case 'null':
      return null;
    default:
      return literal.value;
  }
}
