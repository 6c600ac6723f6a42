import type { Overload } from '../functions/overload.ts';
import type { Expr, Literal } from '../syntax/ast.ts';
import type { Problem } from '../syntax/source.ts';
import {
  bool,
  bytes,
  type CelType,
  double,
  dyn,
  errorType,
  formatType,
  int,
  isDyn,
  listOf,
  mapOf,
  nullType,
  type ObjectType,
  optionalOf,
  string,
  typeOf,
  uint,
} from './cel-type.ts';
import { type Bindings, isAssignable, join, substitute } from './unify.ts';

/** Types of objects, by name. */
export interface ObjectTypes {
  get(name: string): ObjectType | undefined;
}

/** What expressions may use. */
export interface Environment {
  variables: ReadonlyMap<string, CelType>;
  /** By name; methods under `.name`. */
  functions: ReadonlyMap<string, readonly Overload[]>;
  /** Objects that expressions may make, by name. */
  objects?: ObjectTypes;
}

/** What the checker found out. */
export interface Checked {
  type: CelType;
  types: ReadonlyMap<Expr, CelType>;
  /** The overloads that may be meant, where they are fewer than all. */
  overloads: ReadonlyMap<Expr, readonly Overload[]>;
  problems: Problem[];
}

/** Finds the type of an expression and of all its parts. */
export function check(expr: Expr, environment: Environment): Checked {
  const checker = new Checker(environment);
  const type = checker.visit(expr, environment.variables);
  return { type, types: checker.types, overloads: checker.overloads, problems: checker.problems };
}

type Scope = ReadonlyMap<string, CelType>;

const literals: Record<Literal['type'], CelType> = {
  int,
  uint,
  double,
  string,
  bytes,
  bool,
  null: nullType,
};

class Checker {
  readonly types = new Map<Expr, CelType>();
  readonly overloads = new Map<Expr, readonly Overload[]>();
  readonly problems: Problem[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  visit(expr: Expr, scope: Scope): CelType {
    const type = this.#typeOf(expr, scope);
    this.types.set(expr, type);
    return type;
  }

  #problem(at: number, message: string): CelType {
    this.problems.push({ at, message });
    return errorType;
  }

  #typeOf(expr: Expr, scope: Scope): CelType {
    switch (expr.kind) {
      case 'literal':
        return literals[expr.literal.type];
      case 'ident':
        return (
          scope.get(expr.name) ?? this.#typeNamed(expr.name) ?? this.#undeclared(expr.at, expr.name)
        );
      case 'select':
        return this.#select(expr, scope);
      case 'call':
        return this.#call(expr, scope);
      case 'list':
        return listOf(this.#elements(expr.items, scope));
      case 'map':
        return this.#map(expr, scope);
      case 'struct':
        return this.#struct(expr, scope);
      case 'loop':
        return this.#loop(expr, scope);
      case 'bind': {
        const value = this.visit(expr.value, scope);
        return this.visit(expr.body, with1(scope, expr.name, value));
      }
      case 'optional': {
        const target = this.visit(expr.target, scope);
        const inner = target.kind === 'optional' ? target.inner : dyn;
        const body = this.visit(expr.body, with1(scope, expr.name, inner));
        return expr.flat ? (body.kind === 'optional' ? body : optionalOf(dyn)) : optionalOf(body);
      }
    }
  }

  #typeNamed(name: string): CelType | undefined {
    const type = this.#environment.objects?.get(name);
    return type && typeOf(type);
  }

  #undeclared(at: number, name: string): CelType {
    return this.#problem(at, `undeclared reference to '${name}' (in container '')`);
  }

  #select(expr: Extract<Expr, { kind: 'select' }>, scope: Scope): CelType {
    // A variable may have dots in its name.
    const qualified = qualifiedName(expr);
    if (qualified !== undefined && !expr.test) {
      const known = scope.get(qualified);
      if (known) return known;
    }
    const outer = this.visit(expr.operand, scope);
    const isOptional = outer.kind === 'optional';
    const operand = outer.kind === 'optional' ? outer.inner : outer;
    const found = this.#field(operand, expr);
    if (expr.test) return bool;
    return expr.optional || isOptional ? optionalOf(found) : found;
  }

  #field(operand: CelType, { field, at }: { field: string; at: number }): CelType {
    switch (operand.kind) {
      case 'object':
        return operand.fields.get(field)?.type ?? this.#problem(at, `undefined field '${field}'`);
      case 'map':
        return operand.value;
      case 'dyn':
      case 'error':
      case 'param':
        return dyn;
      default:
        return this.#problem(at, `type '${formatType(operand)}' does not support field selection`);
    }
  }

  #call(expr: Extract<Expr, { kind: 'call' }>, scope: Scope): CelType {
    const { name, args, at } = expr;
    // `a.b.f(x)` may be a function with a dotted name.
    const prefix = expr.target && qualifiedName(expr.target);
    const dotted = prefix === undefined ? undefined : `${prefix}.${name}`;
    const namespaced = dotted !== undefined && this.#environment.functions.get(dotted);
    if (namespaced && !scope.has(prefix?.split('.')[0] ?? '')) {
      const types = args.map((arg) => this.visit(arg, scope));
      return this.#resolve(expr, dotted, namespaced, types);
    }
    const target = expr.target && this.visit(expr.target, scope);
    const types = args.map((arg) => this.visit(arg, scope));
    const all = target ? [target, ...types] : types;
    const overloads = this.#environment.functions.get(target ? `.${name}` : name);
    if (!overloads) return this.#undeclared(at, name);
    return this.#resolve(expr, name, overloads, all);
  }

  #resolve(
    expr: Extract<Expr, { kind: 'call' }>,
    name: string,
    overloads: readonly Overload[],
    types: CelType[],
  ): CelType {
    if (types.some(({ kind }) => kind === 'error')) return errorType;
    const fitting: { overload: Overload; result: CelType }[] = [];
    for (const overload of overloads) {
      if (overload.args.length !== types.length) continue;
      const bindings: Bindings = new Map();
      const matches = overload.args.every((wanted, at) =>
        isAssignable(wanted, types[at] ?? dyn, bindings),
      );
      if (matches) fitting.push({ overload, result: substitute(overload.result, bindings) });
    }
    const [first] = fitting;
    if (!first) {
      const shown = types.map(formatType);
      const isMethod = expr.target !== undefined && overloads[0]?.member;
      const applied = isMethod
        ? `${shown[0]}.(${shown.slice(1).join(', ')})`
        : `(${shown.join(', ')})`;
      return this.#problem(
        expr.at,
        `found no matching overload for '${name}' applied to '${applied}'`,
      );
    }
    this.overloads.set(
      expr,
      fitting.map(({ overload }) => overload),
    );
    const { result } = first;
    const same = fitting.every((other) => formatType(other.result) === formatType(result));
    return same ? result : dyn;
  }

  /** Elements of a literal must be of one type. */
  #elements(items: readonly { value: Expr; optional: boolean }[], scope: Scope): CelType {
    let element: CelType | undefined;
    for (const { value, optional } of items) {
      const own = this.visit(value, scope);
      const type = optional && own.kind === 'optional' ? own.inner : own;
      if (element === undefined || isDyn(element)) element ??= type;
      else if (isAssignable(element, type, new Map())) {
        element = join(element, type);
      } else {
        this.#problem(
          value.at,
          `expected type '${formatType(element)}' but found '${formatType(type)}'`,
        );
      }
    }
    return element ?? dyn;
  }

  #map(expr: Extract<Expr, { kind: 'map' }>, scope: Scope): CelType {
    const keys = expr.entries.map(({ key }) => ({ value: key, optional: false }));
    const key = this.#elements(keys, scope);
    return mapOf(key, this.#elements(expr.entries, scope));
  }

  #struct(expr: Extract<Expr, { kind: 'struct' }>, scope: Scope): CelType {
    const type = this.#environment.objects?.get(expr.name);
    for (const { value } of expr.fields) this.visit(value, scope);
    if (!type) return this.#undeclared(expr.at, expr.name);
    for (const { name, value, at } of expr.fields) {
      const field = type.fields.get(name);
      const actual = this.types.get(value) ?? dyn;
      if (!field) this.#problem(at, `undefined field '${name}'`);
      else if (!isAssignable(field.type, actual, new Map())) {
        this.#problem(
          at,
          `expected type of field '${name}' is '${formatType(field.type)}' but provided type is '${formatType(actual)}'`,
        );
      }
    }
    return type;
  }

  #loop(expr: Extract<Expr, { kind: 'loop' }>, scope: Scope): CelType {
    const range = this.visit(expr.range, scope);
    const inner = this.#loopScope(expr, range, scope);
    if (expr.condition) {
      const type = this.visit(expr.condition, inner);
      if (!isAssignable(bool, type, new Map())) {
        const why = `found no matching overload for '${conditionOperator[expr.name] ?? '_?_:_'}' applied to '${conditionArguments(expr.name, type)}'`;
        this.#problem(expr.condition.at, why);
      }
    }
    const transformed = expr.transform ? this.visit(expr.transform, inner) : dyn;
    switch (expr.name) {
      case 'all':
      case 'exists':
      case 'exists_one':
        return bool;
      case 'filter':
        return listOf(
          range.kind === 'list' ? range.element : range.kind === 'map' ? range.key : dyn,
        );
      case 'map':
      case 'transformList':
        return listOf(transformed);
      case 'transformMap':
        return mapOf(
          range.kind === 'map' ? range.key : range.kind === 'list' ? int : dyn,
          transformed,
        );
      case 'transformMapEntry':
        return transformed.kind === 'map' ? transformed : mapOf(dyn, dyn);
    }
  }

  #loopScope(expr: Extract<Expr, { kind: 'loop' }>, range: CelType, scope: Scope): Scope {
    let [index, element]: [CelType, CelType] = [dyn, dyn];
    if (range.kind === 'list') [index, element] = [int, range.element];
    else if (range.kind === 'map') [index, element] = [range.key, range.value];
    else if (!isDyn(range)) {
      this.#problem(
        expr.range.at,
        `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      );
    }
    const inner = new Map(scope);
    if (expr.second === undefined) inner.set(expr.variable, range.kind === 'map' ? index : element);
    else inner.set(expr.variable, index).set(expr.second, element);
    return inner;
  }
}

const conditionOperator: Record<string, string> = { all: '_&&_', exists: '_||_' };
const conditionArguments = (name: string, type: CelType): string =>
  name === 'all' || name === 'exists'
    ? `(bool, ${formatType(type)})`
    : `(${formatType(type)}, list(dyn), list(dyn))`;

function with1(scope: Scope, name: string, type: CelType): Scope {
  return new Map(scope).set(name, type);
}

/** `a.b.c` of plain selections. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test || expr.optional) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}
