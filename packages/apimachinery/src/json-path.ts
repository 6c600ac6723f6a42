/** A step of a path: a field, an index, all elements, or those that a filter takes. */
type Step =
  | { kind: 'field'; name: string }
  | { kind: 'index'; at: number }
  | { kind: 'all' }
  | { kind: 'filter'; path: Step[]; operator: string; value: unknown };

/**
 * The part of JSONPath that CRDs and `-o jsonpath` use: `.spec.replicas`, `['a.b']`, `[0]`, `[-1]`, `[*]`,
 * `[?(@.type=="Ready")]`. Compiled once; the function gives all values found. Throws `SyntaxError`.
 */
export function jsonPath(expression: string): (value: unknown) => unknown[] {
  const trimmed = expression
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '');
  const steps = parse(trimmed, expression);
  return (value) =>
    steps.reduce<unknown[]>((values, step) => values.flatMap((one) => take(one, step)), [value]);
}

const stepPattern =
  /\.?(?:\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]|(\[\*\]|\*)|\[\?\(@((?:\.[\w-]+|\[[^\]]*\])+)\s*(?:(==|!=|>=|<=|>|<)\s*("[^"]*"|'[^']*'|[\w.-]+))?\s*\)\]|((?:[^.[\]\\]|\\.)+))/y;

function parse(text: string, whole: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    stepPattern.lastIndex = at;
    const match = stepPattern.exec(text);
    if (!match || match[0] === '') {
      if (text.slice(at) === '.') break;
      throw new SyntaxError(
        `invalid JSONPath ${JSON.stringify(whole)} at ${JSON.stringify(text.slice(at))}`,
      );
    }
    at = stepPattern.lastIndex;
    const [, single, double, index, all, filterPath, operator, literal, name] = match;
    const field = single ?? double ?? name;
    if (field !== undefined) steps.push({ kind: 'field', name: field.replace(/\\(.)/g, '$1') });
    else if (index !== undefined) steps.push({ kind: 'index', at: Number(index) });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else {
      steps.push({
        kind: 'filter',
        path: parse(filterPath ?? '', whole),
        operator: operator ?? 'exists',
        value: literal === undefined ? undefined : literalOf(literal),
      });
    }
  }
  return steps;
}

function literalOf(text: string): unknown {
  if (/^["']/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function take(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  switch (step.kind) {
    case 'field': {
      if (Array.isArray(value) || !Object.hasOwn(value, step.name)) return [];
      const found = (value as Record<string, unknown>)[step.name];
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found = Array.isArray(value) ? value.at(step.at) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'all':
      return Array.isArray(value) ? value : Object.values(value);
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => passes(item, step)) : [];
  }
}

function passes(item: unknown, filter: Extract<Step, { kind: 'filter' }>): boolean {
  const [found] = filter.path.reduce<unknown[]>(
    (values, step) => values.flatMap((one) => take(one, step)),
    [item],
  );
  const value = filter.value as never;
  switch (filter.operator) {
    case 'exists':
      return found !== undefined;
    case '==':
      return found === value;
    case '!=':
      return found !== undefined && found !== value;
    case '>':
      return (found as never) > value;
    case '<':
      return (found as never) < value;
    case '>=':
      return (found as never) >= value;
    case '<=':
      return (found as never) <= value;
    default:
      return false;
  }
}
