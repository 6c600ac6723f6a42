import type { Expr, LoopName } from './ast.ts';
import { CelSyntaxError } from './source.ts';

const loops: Record<string, { name: LoopName; counts: number[] }> = {
  all: { name: 'all', counts: [2, 3] },
  exists: { name: 'exists', counts: [2, 3] },
  exists_one: { name: 'exists_one', counts: [2, 3] },
  existsOne: { name: 'exists_one', counts: [2, 3] },
  filter: { name: 'filter', counts: [2] },
  map: { name: 'map', counts: [2, 3] },
  transformList: { name: 'transformList', counts: [3, 4] },
  transformMap: { name: 'transformMap', counts: [3, 4] },
  transformMapEntry: { name: 'transformMapEntry', counts: [3, 4] },
};

/** What a macro stands for; nothing when the call is none. @throws CelSyntaxError */
export function expandMacro(
  name: string,
  target: Expr | undefined,
  args: Expr[],
  at: number,
): Expr | undefined {
  if (target === undefined) return name === 'has' && args.length === 1 ? hasMacro(args) : undefined;
  const isCel = target.kind === 'ident' && target.name === 'cel';
  if (name === 'bind' && isCel && args.length === 3) return bindMacro(args, at);
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2) {
    const [variable, body] = args as [Expr, Expr];
    const flat = name === 'optFlatMap';
    return { kind: 'optional', target, name: variableOf(variable, name), body, flat, at };
  }
  const loop = Object.hasOwn(loops, name) ? loops[name] : undefined;
  return loop?.counts.includes(args.length) ? loopMacro(loop.name, target, args, at) : undefined;
}

function hasMacro([argument]: Expr[]): Expr {
  if (argument?.kind === 'select' && !argument.optional) return { ...argument, test: true };
  throw new CelSyntaxError('invalid argument to has() macro', argument?.at ?? 0);
}

function bindMacro([variable, value, body]: Expr[], at: number): Expr {
  if (!variable || !value || !body) throw new CelSyntaxError('cel.bind() takes three', at);
  return { kind: 'bind', name: variableOf(variable, 'cel.bind'), value, body, at };
}

function variableOf(expr: Expr, macro: string): string {
  if (expr.kind === 'ident') return expr.name;
  const text =
    macro === 'cel.bind' || macro.startsWith('opt')
      ? `${macro}() variable names must be simple identifiers`
      : 'argument must be a simple name';
  throw new CelSyntaxError(text, expr.at);
}

/** How many variables and whether a condition: by the macro and the number of its arguments. */
function loopMacro(name: LoopName, range: Expr, args: Expr[], at: number): Expr {
  const [first, ...rest] = args as [Expr, ...Expr[]];
  const variable = variableOf(first, name);
  const base = { kind: 'loop' as const, name, range, variable, at };
  if (name === 'map') {
    const [condition, transform] = rest.length === 2 ? rest : [undefined, rest[0]];
    return { ...base, second: undefined, condition, transform };
  }
  if (name.startsWith('transform')) {
    const [second, ...tail] = rest as [Expr, ...Expr[]];
    const [condition, transform] = tail.length === 2 ? tail : [undefined, tail[0]];
    return { ...base, second: variableOf(second, name), condition, transform };
  }
  const second = rest.length === 2 ? variableOf(rest[0] as Expr, name) : undefined;
  return { ...base, second, condition: rest[rest.length - 1], transform: undefined };
}
