import type { Value } from '../runtime/values.ts';
import type { CelType } from '../types/cel-type.ts';

/** What functions may use while they run. */
export interface Meter {
  /** Pays for work; throws when the budget is used up. */
  pay(cost: number): void;
}

export type Implementation = (args: Value[], meter: Meter) => Value;

/** One form of a function: a row of the table that the checker, the estimator and the evaluator read. */
export interface Overload {
  name: string;
  /** With the receiver first when it is a method. */
  args: readonly CelType[];
  result: CelType;
  member: boolean;
  run: Implementation;
  /** What a call costs, at run time, from its arguments; default 1. */
  cost?: (args: Value[], result: Value) => number;
}

/** A function. */
export function global(
  name: string,
  args: readonly CelType[],
  result: CelType,
  run: Implementation,
  cost?: Overload['cost'],
): Overload {
  return { name, args, result, run, member: false, ...(cost ? { cost } : {}) };
}

/** A method. */
export function method(
  name: string,
  args: readonly CelType[],
  result: CelType,
  run: Implementation,
  cost?: Overload['cost'],
): Overload {
  return { name, args, result, run, member: true, ...(cost ? { cost } : {}) };
}

/** Types of two arguments and a result. */
export type CelTypes = readonly [a: CelType, b: CelType, result: CelType];

/** What going through a text or a list of this size costs: a tenth for each element. */
export const traversal = (size: number): number => Math.ceil(size * 0.1);
