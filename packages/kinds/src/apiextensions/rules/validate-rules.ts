import {
  deepEqual,
  type FieldError,
  fieldErrors,
  isPlainObject,
  omitted,
  type Schema,
} from '@dormice/apimachinery';
import { optionalValue, valueFromJson } from '@dormice/cel';
import { type CompiledRule, hasRules, rulesOf } from './compiled-rules.ts';

/** What the rules of one object may cost together, and one of them. */
const limits = { object: 10_000_000, rule: 1_000_000 };

const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** A value, the value that it replaces (when it can be told which), and where it stands. */
interface Place {
  schema: Schema;
  value: unknown;
  old: unknown;
  path: string;
  root: boolean;
}

/**
 * Runs the `x-kubernetes-validations` of a custom resource. With `old`, rules about changes are run too, and what did
 * not change is not judged again.
 *
 * @param start where the value stands, when it is a part of one
 */
export function validateRules(
  schema: Schema,
  value: unknown,
  old: unknown,
  start = { path: '', root: true },
): FieldError[] {
  if (!hasRules(schema)) return [];
  const errors: FieldError[] = [];
  const budget = { left: limits.object };
  try {
    visit({ schema, value, old, ...start }, errors, budget);
  } catch (error) {
    if (!(error instanceof Exhausted)) throw error;
    errors.push(error.problem);
  }
  return errors;
}

class Exhausted extends Error {
  readonly problem: FieldError;
  constructor(problem: FieldError) {
    super(problem.detail);
    this.problem = problem;
  }
}

interface Budget {
  left: number;
}

function visit(place: Place, errors: FieldError[], budget: Budget): void {
  const { schema, value, old, root } = place;
  if (value === undefined || value === null || !hasRules(schema)) return;
  const unchanged = old !== undefined && deepEqual(value, old);
  for (const rule of rulesOf(schema, root)) {
    if (unchanged && !rule.transition) continue;
    if (rule.transition && old === undefined && !rule.rule.optionalOldSelf) continue;
    const error = judge(rule, place, budget);
    if (error) errors.push(error);
  }
  for (const child of childrenOf(place)) visit(child, errors, budget);
}

function judge(compiled: CompiledRule, place: Place, budget: Budget): FieldError | undefined {
  const { schema, value, old, path, root } = place;
  const { rule } = compiled;
  const before = old === undefined ? undefined : valueFromJson(old, schema, root);
  const variables = {
    self: () => valueFromJson(value, schema, root),
    oldSelf: rule.optionalOldSelf ? optionalValue(before) : (before ?? null),
  };
  const outcome = compiled.program.run(variables, Math.min(limits.rule, budget.left));
  budget.left -= outcome.cost;
  const type = schema.type ?? 'object';
  if ('error' in outcome) {
    if (outcome.exceeded && budget.left <= 0) {
      throw new Exhausted(fieldErrors.invalid(path, type, outOfBudget));
    }
    const what = rule.message?.trim() || rule.rule.trim();
    const detail = outcome.exceeded
      ? 'call cost exceeds limit for rule'
      : `${outcome.error} evaluating rule`;
    return fieldErrors.invalid(path, type, `${detail}: ${what}`);
  }
  if (outcome.value === true) return undefined;
  const detail = messageOf(compiled, variables, budget);
  const at = rule.fieldPath ? joinPath(path, rule.fieldPath) : path;
  return refusal(rule.reason, at, value, detail);
}

function messageOf(
  { rule, message }: CompiledRule,
  variables: Parameters<CompiledRule['program']['run']>[0],
  budget: Budget,
): string {
  if (message) {
    const outcome = message.run(variables, Math.min(limits.rule, Math.max(0, budget.left)));
    budget.left -= outcome.cost;
    const text = 'value' in outcome && typeof outcome.value === 'string' ? outcome.value : '';
    if (text.trim() !== '' && !text.includes('\n') && text.length <= 5 * 1024) return text;
  }
  return rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
}

/** Objects and lists are not repeated in the message. */
function refusal(
  reason: string | undefined,
  path: string,
  value: unknown,
  detail: string,
): FieldError {
  const shown = typeof value === 'object' ? omitted : value;
  switch (reason) {
    case 'FieldValueForbidden':
      return fieldErrors.forbidden(path, detail);
    case 'FieldValueRequired':
      return fieldErrors.required(path, detail);
    case 'FieldValueDuplicate':
      return { ...fieldErrors.duplicate(path, shown), detail };
    default:
      return fieldErrors.invalid(path, shown, detail);
  }
}

const joinPath = (path: string, more: string): string =>
  path === ''
    ? more.replace(/^\./, '')
    : `${path}${more.startsWith('[') ? '' : '.'}${more.replace(/^\./, '')}`;

/** The parts of a value that rules may speak of, each with what it replaces. */
function* childrenOf({ schema, value, old, path }: Place): Generator<Place> {
  if (Array.isArray(value) && schema.items) {
    for (const [at, item] of value.entries()) {
      const place = { schema: schema.items, value: item, root: false };
      yield { ...place, old: correlated(schema, item, old), path: `${path}[${at}]` };
    }
    return;
  }
  if (!isPlainObject(value)) return;
  const before = isPlainObject(old) ? old : {};
  for (const [key, item] of Object.entries(value)) {
    const field = schema.fields?.[key];
    const child = field ?? schema.values;
    if (!child) continue;
    const at = field ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    yield { schema: child, value: item, old: before[key], path: at, root: false };
  }
}

/** The element that one replaces: only lists that are maps say which. */
function correlated({ listType, listMapKeys = [] }: Schema, item: unknown, old: unknown): unknown {
  if (listType !== 'map' || !Array.isArray(old) || !isPlainObject(item)) return undefined;
  return old.find(
    (other) => isPlainObject(other) && listMapKeys.every((key) => deepEqual(other[key], item[key])),
  );
}
