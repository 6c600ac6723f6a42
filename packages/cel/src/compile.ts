import { typeNames } from './functions/conversions.ts';
import { library, libraryWithPatches } from './functions/library.ts';
import { Budget, evaluate } from './runtime/evaluate.ts';
import { CelError, CostExceeded, TypeValue, type Value } from './runtime/values.ts';
import type { Expr } from './syntax/ast.ts';
import { parse } from './syntax/parser.ts';
import { CelSyntaxError, formatProblems } from './syntax/source.ts';
import { type CelType, formatType } from './types/cel-type.ts';
import { type Checked, check, type Environment, type ObjectTypes } from './types/check.ts';
import { patchTypes } from './types/patch-types.ts';
import { isAssignable } from './types/unify.ts';

export interface CompileOptions {
  variables: Readonly<Record<string, CelType>>;
  /** Objects that expressions may make. */
  objects?: ObjectTypes;
  /** May they make patches? They get types and functions for it. */
  patches?: boolean;
}

/** What came of running an expression. */
export type Outcome =
  | { value: Value; cost: number }
  /** `exceeded`: the budget was used up, and there is no more to be had. */
  | { error: string; cost: number; exceeded: boolean };

/** An expression that can be run, any number of times. */
export class Program {
  readonly expr: Expr;
  readonly checked: Checked;
  readonly #environment: Environment;

  constructor(expr: Expr, checked: Checked, environment: Environment) {
    this.expr = expr;
    this.checked = checked;
    this.#environment = environment;
  }

  get type(): CelType {
    return this.checked.type;
  }

  /** The name of an object's type is a value: the type. */
  #typeNamed(name: string): Value | undefined {
    const type = this.#environment.objects?.get(name);
    return type && new TypeValue(type);
  }

  /**
   * Runs it. Variables may be functions, which are called when the expression reads them.
   *
   * @param limit what it may cost at most; see https://kubernetes.io/docs/reference/using-api/cel/#resource-constraints
   */
  run(variables: Readonly<Record<string, Value | (() => Value)>>, limit: number): Outcome {
    const budget = new Budget(limit);
    const known = new Map<string, Value>(types);
    const get = (name: string): Value | undefined => {
      const held = known.get(name);
      if (held !== undefined) return held;
      if (!Object.hasOwn(variables, name)) return this.#typeNamed(name);
      const given = variables[name];
      const value = typeof given === 'function' ? given() : given;
      if (value !== undefined) known.set(name, value);
      return value;
    };
    try {
      const value = evaluate(this.expr, this.checked, this.#environment, { get }, budget);
      return { value, cost: budget.used };
    } catch (error) {
      if (error instanceof CelError) {
        return { error: error.message, cost: budget.used, exceeded: false };
      }
      if (error instanceof CostExceeded) {
        return { error: error.message, cost: limit, exceeded: true };
      }
      if (error instanceof RangeError) {
        return { error: 'expression is nested too deeply', cost: budget.used, exceeded: false };
      }
      throw error;
    }
  }
}

/** The names of types are variables whose values are the types. */
const types: readonly (readonly [string, Value])[] = typeNames.map(([name, type]) => [
  name,
  new TypeValue(type.kind === 'type' ? type.inner : type),
]);

/**
 * Reads and checks an expression.
 *
 * @returns the program, or what is wrong in cel-go's words and form
 */
export function compile(
  source: string,
  { variables, patches = false, objects = patches ? patchTypes : undefined }: CompileOptions,
): { program: Program } | { error: string } {
  try {
    const expr = parse(source);
    const environment: Environment = {
      variables: new Map<string, CelType>([...typeNames, ...Object.entries(variables)]),
      functions: patches ? libraryWithPatches : library,
      ...(objects ? { objects } : {}),
    };
    const checked = check(expr, environment);
    if (checked.problems.length > 0) return { error: formatProblems(source, checked.problems) };
    return { program: new Program(expr, checked, environment) };
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return { error: formatProblems(source, [error]) };
  }
}

/** May the result stand for a value of this type? */
export const returns = ({ type }: Program, wanted: CelType): boolean =>
  formatType(type) === formatType(wanted) ||
  (type.kind === 'dyn' && isAssignable(wanted, type, new Map()));
