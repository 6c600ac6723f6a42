import type { Expr } from '../syntax/ast.ts';
import type { CelType } from '../types/cel-type.ts';
import type { Checked } from '../types/check.ts';

/** What is assumed of sizes that nobody bounds. */
const unbounded = 1_048_576;

/** What reading costs, and making; a step of a loop besides its expressions. */
const costs = { access: 1, call: 1, list: 10, map: 30, struct: 40, step: 3 };

/** Functions that go through their first argument, or through pairs of two. */
const linear = new Set([
  '_+_',
  '_==_',
  '_!=_',
  '_<_',
  '_<=_',
  '_>_',
  '_>=_',
  'startsWith',
  'endsWith',
  'charAt',
  'substring',
  'lowerAscii',
  'upperAscii',
  'trim',
  'replace',
  'split',
  'join',
  'quantity',
  'isQuantity',
  'url',
  'isURL',
  'ip',
  'isIP',
  'cidr',
  'isCIDR',
  'semver',
  'isSemver',
  'format',
  'string',
  'bytes',
  'validate',
  'reverse',
]);
const whole = new Set(['isSorted', 'sum', 'min', 'max', 'indexOf', 'lastIndexOf']);
const product = new Set(['contains', 'matches', 'find', 'findAll']);
const authorization = 350_000;

/** The most that a checked expression can cost. */
export function estimateCost(expr: Expr, checked: Checked): number {
  return new Estimator(checked).cost(expr);
}

class Estimator {
  readonly #checked: Checked;
  /** Sizes of variables that macros introduce are those of their types. */
  constructor(checked: Checked) {
    this.#checked = checked;
  }

  cost(expr: Expr): number {
    switch (expr.kind) {
      case 'literal':
        return 0;
      case 'ident':
        return costs.access;
      case 'select':
        return this.cost(expr.operand) + costs.access;
      case 'call':
        return this.#call(expr);
      case 'list':
        return sum(expr.items.map(({ value }) => this.cost(value))) + costs.list;
      case 'map':
        return (
          sum(expr.entries.map(({ key, value }) => this.cost(key) + this.cost(value))) + costs.map
        );
      case 'struct':
        return sum(expr.fields.map(({ value }) => this.cost(value))) + costs.struct;
      case 'bind':
        return this.cost(expr.value) + this.cost(expr.body) + costs.call;
      case 'optional':
        return this.cost(expr.target) + this.cost(expr.body) + costs.call;
      case 'loop': {
        const step =
          (expr.condition ? this.cost(expr.condition) : 0) +
          (expr.transform ? this.cost(expr.transform) : 0) +
          costs.step;
        return this.cost(expr.range) + this.#size(expr.range) * step + costs.call;
      }
    }
  }

  #call({ name, target, args }: Extract<Expr, { kind: 'call' }>): number {
    const all = target ? [target, ...args] : args;
    if (name === '_?_:_') {
      const [condition, yes, no] = args.map((arg) => this.cost(arg));
      return (condition ?? 0) + Math.max(yes ?? 0, no ?? 0);
    }
    const inner = sum(all.map((arg) => this.cost(arg)));
    if (name === '_&&_' || name === '_||_') return inner;
    return inner + this.#own(name, all);
  }

  #own(name: string, [first, second]: Expr[]): number {
    const size = (expr: Expr | undefined): number => (expr ? this.#size(expr) : 1);
    if (name === 'check') return authorization;
    if (name === '@in') return Math.max(costs.call, size(second));
    if (product.has(name) && first?.kind !== 'literal') {
      return Math.max(1, size(first) * 0.1) * Math.max(1, Math.ceil(size(second) * 0.25));
    }
    if (name.startsWith('sets.')) return size(first) * size(second);
    if (whole.has(name)) return size(first);
    if (!linear.has(name)) return costs.call;
    const isComparison = name.startsWith('_') && name !== '_+_';
    const length = isComparison
      ? Math.min(size(first), size(second))
      : size(first) + (name === '_+_' ? size(second) : 0);
    return Math.max(costs.call, Math.ceil(length * 0.1));
  }

  /** The most elements, entries or code points that a value can have; 1 for others. */
  #size(expr: Expr): number {
    if (expr.kind === 'literal') {
      const { literal } = expr;
      return literal.type === 'string' || literal.type === 'bytes' ? literal.value.length : 1;
    }
    if (expr.kind === 'list') return expr.items.length;
    if (expr.kind === 'map') return expr.entries.length;
    if (expr.kind === 'loop') return this.#size(expr.range);
    if (expr.kind === 'call' && expr.name === '_+_')
      return sum(expr.args.map((arg) => this.#size(arg)));
    return sizeOfType(this.#checked.types.get(expr));
  }
}

function sizeOfType(type: CelType | undefined): number {
  switch (type?.kind) {
    case 'list':
    case 'map':
    case 'string':
    case 'bytes':
      return type.size ?? unbounded;
    case 'dyn':
      return unbounded;
    default:
      return 1;
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
