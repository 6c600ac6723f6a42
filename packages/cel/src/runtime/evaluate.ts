import type { Meter, Overload } from '../functions/overload.ts';
import type { Expr } from '../syntax/ast.ts';
import { formatType } from '../types/cel-type.ts';
import { type Checked, type Environment, qualifiedName } from '../types/check.ts';
import { literalValue } from './literal-value.ts';
import { fits, typeOfValue } from './type-of-value.ts';
import {
  CelError,
  CostExceeded,
  ListValue,
  MapValue,
  OptionalValue,
  type Value,
} from './values.ts';

/** Variables while an expression runs; each macro adds a level. */
export interface Bindings {
  get(name: string): Value | undefined;
}

/** Counts the cost of a run against a budget. */
export class Budget implements Meter {
  #left: number;
  readonly #whole: number;

  constructor(limit: number) {
    this.#whole = limit;
    this.#left = limit;
  }

  pay(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new CostExceeded();
  }

  get used(): number {
    return this.#whole - this.#left;
  }
}

/** What reading a variable or a field costs, what making a list or a map, and what a call costs. */
const costs = { access: 1, list: 10, map: 30, struct: 40, call: 1 };

/** Runs a checked expression. @throws CelError, CostExceeded */
export function evaluate(
  expr: Expr,
  checked: Checked,
  environment: Environment,
  bindings: Bindings,
  meter: Meter,
): Value {
  return new Run(checked, environment, meter).value(expr, bindings);
}

class Run {
  readonly #checked: Checked;
  readonly #environment: Environment;
  readonly #meter: Meter;

  constructor(checked: Checked, environment: Environment, meter: Meter) {
    this.#checked = checked;
    this.#environment = environment;
    this.#meter = meter;
  }

  value(expr: Expr, scope: Bindings): Value {
    switch (expr.kind) {
      case 'literal':
        return literalValue(expr.literal);
      case 'ident':
        this.#meter.pay(costs.access);
        return variable(scope, expr.name);
      case 'select':
        return this.#select(expr, scope);
      case 'call':
        return this.#call(expr, scope);
      case 'list':
        return this.#list(expr, scope);
      case 'map':
        return this.#map(expr, scope);
      case 'struct':
        return this.#struct(expr, scope);
      case 'loop':
        return this.#loop(expr, scope);
      case 'bind':
        return this.value(expr.body, level(scope, expr.name, this.value(expr.value, scope)));
      case 'optional': {
        const target = this.value(expr.target, scope);
        if (!(target instanceof OptionalValue)) throw new CelError('no such overload');
        if (target.value === undefined) return target;
        const body = this.value(expr.body, level(scope, expr.name, target.value));
        return expr.flat ? body : new OptionalValue(body);
      }
    }
  }

  #select(expr: Extract<Expr, { kind: 'select' }>, scope: Bindings): Value {
    this.#meter.pay(costs.access);
    const qualified = expr.test ? undefined : qualifiedName(expr);
    if (qualified !== undefined) {
      const known = scope.get(qualified);
      if (known !== undefined) return known;
    }
    let operand = this.value(expr.operand, scope);
    let optional = expr.optional;
    if (operand instanceof OptionalValue) {
      if (operand.value === undefined) return expr.test ? false : operand;
      operand = operand.value;
      optional = !expr.test;
    }
    if (!(operand instanceof MapValue)) throw new CelError(`no such key: ${expr.field}`);
    if (expr.test) return operand.has(expr.field);
    const found = operand.get(expr.field);
    if (optional) return new OptionalValue(found);
    if (found === undefined) throw new CelError(`no such key: ${expr.field}`);
    return found;
  }

  #call(expr: Extract<Expr, { kind: 'call' }>, scope: Bindings): Value {
    switch (expr.name) {
      case '_&&_':
        return this.#logic(expr.args, scope, false);
      case '_||_':
        return this.#logic(expr.args, scope, true);
      case '_?_:_': {
        const [condition, yes, no] = expr.args as [Expr, Expr, Expr];
        const chosen = this.value(condition, scope);
        if (typeof chosen !== 'boolean') throw new CelError('no such overload');
        return this.value(chosen ? yes : no, scope);
      }
      default:
        return this.#function(expr, scope);
    }
  }

  /** `&&` and `||`: one side that decides makes errors of the other not count. */
  #logic(args: Expr[], scope: Bindings, decisive: boolean): Value {
    let failure: unknown;
    for (const arg of args) {
      try {
        const value = this.value(arg, scope);
        if (value === decisive) return decisive;
        if (typeof value !== 'boolean') failure ??= new CelError('no such overload');
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decisive;
  }

  #function(expr: Extract<Expr, { kind: 'call' }>, scope: Bindings): Value {
    const candidates = this.#checked.overloads.get(expr) ?? this.#named(expr);
    const isMember = candidates[0]?.member === true && expr.target !== undefined;
    const nodes = isMember && expr.target ? [expr.target, ...expr.args] : expr.args;
    const args = nodes.map((node) => this.value(node, scope));
    const chosen = candidates.find(
      (overload) =>
        overload.args.length === args.length &&
        overload.args.every((type, at) => fits(type, args[at] as Value)),
    );
    if (!chosen) {
      const types = args.map((arg) => formatType(typeOfValue(arg))).join(', ');
      throw new CelError(`no such overload: ${expr.name}(${types})`);
    }
    if (!chosen.cost) this.#meter.pay(costs.call);
    const result = chosen.run(args, this.#meter);
    if (chosen.cost) this.#meter.pay(chosen.cost(args, result));
    return result;
  }

  #named({ name, target }: Extract<Expr, { kind: 'call' }>): readonly Overload[] {
    return this.#environment.functions.get(target ? `.${name}` : name) ?? [];
  }

  #list(expr: Extract<Expr, { kind: 'list' }>, scope: Bindings): Value {
    this.#meter.pay(costs.list);
    const items: Value[] = [];
    for (const { value, optional } of expr.items) {
      const item = this.value(value, scope);
      if (!optional) items.push(item);
      else if (item instanceof OptionalValue && item.value !== undefined) items.push(item.value);
    }
    return new ListValue(items);
  }

  #map(expr: Extract<Expr, { kind: 'map' }>, scope: Bindings): Value {
    this.#meter.pay(costs.map);
    const entries: [never, unknown][] = [];
    const seen = new MapValue([]);
    for (const { key, value, optional } of expr.entries) {
      const at = this.value(key, scope);
      const item = this.value(value, scope);
      if (seen.has(at)) throw new CelError(`Failed with repeated key`);
      if (!optional) entries.push([at as never, item]);
      else if (item instanceof OptionalValue && item.value !== undefined) {
        entries.push([at as never, item.value]);
      }
    }
    return new MapValue(entries);
  }

  #struct(expr: Extract<Expr, { kind: 'struct' }>, scope: Bindings): Value {
    this.#meter.pay(costs.struct);
    const type = this.#environment.objects?.get(expr.name);
    const entries: [string, unknown][] = [];
    for (const { name, value, optional } of expr.fields) {
      const item = this.value(value, scope);
      const json = type?.fields.get(name)?.name ?? name;
      if (!optional) entries.push([json, item]);
      else if (item instanceof OptionalValue && item.value !== undefined) {
        entries.push([json, item.value]);
      }
    }
    return new MapValue(entries, { typed: true, type });
  }

  #loop(expr: Extract<Expr, { kind: 'loop' }>, scope: Bindings): Value {
    const range = this.value(expr.range, scope);
    const steps = stepsOf(range, expr);
    switch (expr.name) {
      case 'all':
      case 'exists':
        return this.#quantify(expr, steps, scope);
      case 'exists_one': {
        let count = 0;
        for (const step of steps) if (this.#holds(expr, step, scope)) count += 1;
        return count === 1;
      }
      case 'filter': {
        const kept: Value[] = [];
        this.#meter.pay(costs.list);
        for (const step of steps) if (this.#holds(expr, step, scope)) kept.push(step[0] as Value);
        return new ListValue(kept);
      }
      case 'map':
      case 'transformList':
        this.#meter.pay(costs.list);
        return new ListValue([...this.#transformed(expr, steps, scope)].map(({ value }) => value));
      case 'transformMap':
      case 'transformMapEntry':
        return this.#transformMap(expr, steps, scope);
    }
  }

  *#transformed(
    expr: Extract<Expr, { kind: 'loop' }>,
    steps: Iterable<Step>,
    scope: Bindings,
  ): Generator<{ key: Value; value: Value }> {
    for (const step of steps) {
      if (expr.condition && !this.#holds(expr, step, scope)) continue;
      this.#meter.pay(costs.call);
      if (expr.transform) {
        yield { key: step[0], value: this.value(expr.transform, inner(scope, expr, step)) };
      }
    }
  }

  #transformMap(
    expr: Extract<Expr, { kind: 'loop' }>,
    steps: Iterable<Step>,
    scope: Bindings,
  ): Value {
    this.#meter.pay(costs.map);
    const entries: [never, unknown][] = [];
    for (const { key, value } of this.#transformed(expr, steps, scope)) {
      if (expr.name === 'transformMap') entries.push([key as never, value]);
      else if (value instanceof MapValue) {
        for (const own of value.keys()) entries.push([own as never, value.get(own)]);
      }
    }
    return new MapValue(entries);
  }

  #holds(expr: Extract<Expr, { kind: 'loop' }>, step: Step, scope: Bindings): boolean {
    this.#meter.pay(costs.call);
    const { condition } = expr;
    if (!condition) return true;
    const value = this.value(condition, inner(scope, expr, step));
    if (typeof value !== 'boolean') throw new CelError('no such overload');
    return value;
  }

  /** `all` and `exists`: an element that decides makes errors of others not count. */
  #quantify(expr: Extract<Expr, { kind: 'loop' }>, steps: Iterable<Step>, scope: Bindings): Value {
    const decisive = expr.name === 'exists';
    let failure: unknown;
    for (const step of steps) {
      try {
        if (this.#holds(expr, step, scope) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decisive;
  }
}

/** What the variables of a macro are for one element. */
type Step = [first: Value, second?: Value];

function* stepsOf(range: Value, { second }: { second: string | undefined }): Generator<Step> {
  if (range instanceof ListValue) {
    for (let at = 0; at < range.length; at += 1) {
      yield second === undefined ? [range.at(at)] : [BigInt(at), range.at(at)];
    }
  } else if (range instanceof MapValue) {
    for (const key of range.keys()) {
      yield second === undefined ? [key] : [key, range.get(key) as Value];
    }
  } else throw new CelError('no such overload');
}

function inner(
  scope: Bindings,
  { variable: name, second }: Extract<Expr, { kind: 'loop' }>,
  [first, other]: Step,
): Bindings {
  const bound = level(scope, name, first);
  return second === undefined || other === undefined ? bound : level(bound, second, other);
}

const level = (outer: Bindings, name: string, value: Value): Bindings => ({
  get: (wanted) => (wanted === name ? value : outer.get(wanted)),
});

function variable(scope: Bindings, name: string): Value {
  const value = scope.get(name);
  if (value === undefined) throw new CelError(`no such attribute(s): ${name}`);
  return value;
}
