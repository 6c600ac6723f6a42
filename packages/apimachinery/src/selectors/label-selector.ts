import { type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { validateLabels } from '../names/object-meta.ts';
import { isQualifiedName, isValidLabelValue } from '../names/rules.ts';
import { errors } from '../status-error.ts';

type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

export interface LabelRequirement {
  key: string;
  operator: Operator;
  values: readonly string[];
}

/** `metav1.LabelSelector`: what objects hold. */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** What labels must fulfil: all requirements. */
export class LabelSelector {
  readonly requirements: readonly LabelRequirement[];
  readonly #never: boolean;

  constructor(requirements: readonly LabelRequirement[], never = false) {
    this.requirements = requirements;
    this.#never = never;
  }

  /** Does it take everything? */
  get empty(): boolean {
    return !this.#never && this.requirements.length === 0;
  }

  matches(labels: Record<string, string> | undefined): boolean {
    if (this.#never) return false;
    return this.requirements.every((requirement) => fulfils(labels ?? {}, requirement));
  }

  /** In the query language; requirements ordered by key. */
  toString(): string {
    return [...this.requirements]
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(render)
      .join(',');
  }
}

function fulfils(
  labels: Record<string, string>,
  { key, operator, values }: LabelRequirement,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      const [limit = '0'] = values;
      return operator === 'Gt' ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit);
    }
  }
}

function render({ key, operator, values }: LabelRequirement): string {
  const sorted = [...values].sort();
  switch (operator) {
    case 'In':
      return sorted.length === 1 ? `${key}=${sorted[0]}` : `${key} in (${sorted.join(',')})`;
    case 'NotIn':
      return sorted.length === 1 ? `${key}!=${sorted[0]}` : `${key} notin (${sorted.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${sorted[0]}`;
    case 'Lt':
      return `${key}<${sorted[0]}`;
  }
}

const token = /\s*(\(|\)|,|!=|==|=|!|<|>|[^\s(),!=<>]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) break;
    tokens.push(match[1] ?? '');
  }
  return tokens;
}

const isWord = (text: string | undefined): text is string =>
  text !== undefined && !/^[(),!=<>]/.test(text);

/** The query language of `labelSelector`; throws a 400 `StatusError` with upstream's words. */
export function parseLabelSelector(text: string): LabelSelector {
  const parser = new Parser(tokensOf(text));
  try {
    return new LabelSelector(parser.requirements());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw errors.badRequest(error.message);
  }
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  requirements(): LabelRequirement[] {
    const list: LabelRequirement[] = [];
    if (this.#tokens.length === 0) return list;
    for (;;) {
      list.push(this.#wholeRequirement());
      const next = this.#take();
      if (next === undefined) return list;
      if (next !== ',') throw new SyntaxError(`found '${next}', expected: ',' or 'end of string'`);
      const after = this.#tokens[this.#at];
      if (after === undefined || !(isWord(after) || after === '!')) {
        throw new SyntaxError(`found '${after ?? ''}', expected: identifier after ','`);
      }
    }
  }

  #wholeRequirement(): LabelRequirement {
    const next = this.#tokens[this.#at];
    if (next !== '!' && !isWord(next)) {
      throw new SyntaxError(`found '${next ?? ''}', expected: !, identifier, or 'end of string'`);
    }
    try {
      return checked(this.#requirement());
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxError(`unable to parse requirement: ${error.message}`, { cause: error });
    }
  }

  #take(): string | undefined {
    return this.#tokens[this.#at++];
  }

  #requirement(): LabelRequirement {
    const first = this.#take();
    if (first === '!')
      return { key: this.#key(this.#take()), operator: 'DoesNotExist', values: [] };
    const key = this.#key(first);
    const next = this.#tokens[this.#at];
    if (next === undefined || next === ',') return { key, operator: 'Exists', values: [] };
    this.#at += 1;
    switch (next) {
      case '=':
      case '==':
        return { key, operator: 'In', values: [this.#value()] };
      case '!=':
        return { key, operator: 'NotIn', values: [this.#value()] };
      case '>':
      case '<':
        return { key, operator: next === '>' ? 'Gt' : 'Lt', values: [this.#value()] };
      case 'in':
        return { key, operator: 'In', values: this.#values() };
      case 'notin':
        return { key, operator: 'NotIn', values: this.#values() };
      default:
        throw new SyntaxError(`found '${next}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #key(text: string | undefined): string {
    if (!isWord(text)) throw new SyntaxError(`found '${text ?? ''}', expected: identifier`);
    return text;
  }

  /** A value may be empty: `key=`, `key=,other` and `key in (,x)`. */
  #value(end?: ')'): string {
    const next = this.#tokens[this.#at];
    if (next === ',' || next === end) return '';
    if (!isWord(next)) {
      const expected = end === undefined ? 'identifier' : "',' or ')'";
      throw new SyntaxError(`found '${next ?? ''}', expected: ${expected}`);
    }
    this.#at += 1;
    return next;
  }

  #values(): string[] {
    const open = this.#take();
    if (open !== '(') throw new SyntaxError(`found '${open ?? ''}' expected: '('`);
    const values = new Set<string>();
    for (;;) {
      values.add(this.#value(')'));
      const next = this.#take();
      if (next === ')') return [...values];
      if (next !== ',') throw new SyntaxError(`found '${next ?? ''}', expected: ',' or ')'`);
    }
  }
}

function checked(requirement: LabelRequirement): LabelRequirement {
  const [badKey] = isQualifiedName(requirement.key);
  if (badKey !== undefined)
    throw new SyntaxError(`<nil>: Invalid value: ${JSON.stringify(requirement.key)}: ${badKey}`);
  for (const value of requirement.values) {
    const comparison = requirement.operator === 'Gt' || requirement.operator === 'Lt';
    if (comparison && !/^-?\d+$/.test(value)) {
      throw new SyntaxError(
        `values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    const [bad] = isValidLabelValue(value);
    if (bad !== undefined) {
      throw new SyntaxError(
        `values[0][${requirement.key}]: Invalid value: ${JSON.stringify(value)}: ${bad}`,
      );
    }
  }
  return requirement;
}

/** `null` and `undefined` select nothing, `{}` selects everything. */
export function labelSelectorFrom(selector: LabelSelectorObject | null | undefined): LabelSelector {
  if (selector === null || selector === undefined) return new LabelSelector([], true);
  return new LabelSelector([
    ...Object.entries(selector.matchLabels ?? {}).map(
      ([key, value]): LabelRequirement => ({ key, operator: 'In', values: [value] }),
    ),
    ...(selector.matchExpressions ?? []).map(
      ({ key, operator, values }): LabelRequirement => ({
        key,
        operator: operator as Operator,
        values: values ?? [],
      }),
    ),
  ]);
}

/** A plain map of labels, as Services and ReplicationControllers have. */
export function labelSelectorFromMap(labels: Record<string, string>): LabelSelector {
  return labelSelectorFrom({ matchLabels: labels });
}

export function validateLabelSelector(
  selector: LabelSelectorObject | undefined,
  path: string,
): FieldError[] {
  if (selector === undefined) return [];
  return [
    ...validateLabels(selector.matchLabels ?? {}, `${path}.matchLabels`),
    ...(selector.matchExpressions ?? []).flatMap((expression, index) =>
      validateExpression(expression, `${path}.matchExpressions[${index}]`),
    ),
  ];
}

function validateExpression(
  { key, operator, values = [] }: { key: string; operator: string; values?: string[] },
  path: string,
): FieldError[] {
  const problems: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      problems.push(
        required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
      );
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      problems.push(
        forbidden(
          `${path}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      );
    }
  } else {
    problems.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  return [
    ...problems,
    ...isQualifiedName(key).map((text) => invalid(`${path}.key`, key, text)),
    ...values.flatMap((value, at) =>
      isValidLabelValue(value).map((text) => invalid(`${path}.values[${at}]`, value, text)),
    ),
  ];
}
