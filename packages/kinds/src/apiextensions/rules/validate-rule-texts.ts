import {
  fieldErrors,
  type Schema,
  schemaFromOpenApi,
  type ValidationRule,
} from '@dormice/apimachinery';
import type { Check } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { structureBelow } from '../schema/walk.ts';
import { compileRule } from './compiled-rules.ts';

const { forbidden, invalid } = fieldErrors;

/** The most that one rule, and all rules of a schema, may be estimated to cost. */
const limits = { rule: 10_000_000, schema: 100_000_000 };

interface Child {
  child: Loose;
  at: string;
  /** How many of it there may be in one value of the schema above. */
  count: number;
  /** Path of the schema above, when this is an element that cannot be told from others. */
  apart: string | undefined;
}

function childrenOf(schema: Loose, path: string): Child[] {
  return structureBelow(schema, path).map((below) => ({
    child: below.schema,
    at: below.path,
    count: below.by === 'properties' ? 1 : mostItems(schema),
    // Elements are told apart in lists that are maps alone; what stands in others has no value before.
    apart: below.by === 'items' && schema['x-kubernetes-list-type'] !== 'map' ? path : undefined,
  }));
}

/** How many elements there can be: as stated, or as fit in a request of 3 MiB. */
const mostItems = (schema: Loose): number => schema.maxItems ?? schema.maxProperties ?? 1_048_575;

/** What rules cost in the whole schema, and who contributes most. */
interface Costs {
  total: number;
  dear: { path: string; cost: number }[];
}

interface Options {
  /** Is something else wrong with the schema at a path, or below it? Then its rules are not read. */
  skip(path: string): boolean;
  /** The schema was stored as it is: what one rule costs is not judged again. */
  unchanged: boolean;
}

/** Reads every expression of a schema: what does not compile, and what would cost too much. */
export function validateRuleTexts(schema: Loose, path: string, options: Options): Check {
  const errors: Check = [];
  const costs: Costs = { total: 0, dear: [] };
  visit(schema, path, { root: true, count: 1, apart: undefined, ...options }, errors, costs);
  if (costs.total > limits.schema) {
    const dear = costs.dear
      .filter(({ cost }) => cost > limits.schema / 100)
      .sort((a, b) => b.cost - a.cost)
      .slice(0, 4);
    const why =
      'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    errors.push(...dear.map((one) => forbidden(one.path, why)));
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    errors.push(forbidden(path, exceeds(what, costs.total, limits.schema)));
  }
  return errors;
}

interface Place extends Options {
  root: boolean;
  count: number;
  apart: string | undefined;
}

function visit(schema: Loose, path: string, place: Place, errors: Check, costs: Costs): void {
  for (const { child, at, count, apart } of childrenOf(schema, path)) {
    const inside = { root: false, count: place.count * count, apart: place.apart ?? apart };
    visit(child, at, { ...place, ...inside }, errors, costs);
  }
  const rules = 'x-kubernetes-validations';
  const list: ValidationRule[] = schema[rules] ?? [];
  if (list.length === 0 || place.skip(path)) return;
  const own: Schema = schemaFromOpenApi(schema);
  for (const [index, rule] of list.entries()) {
    checkRule(rule, own, `${path}.${rules}[${index}]`, place, errors, costs);
  }
}

function checkRule(
  rule: ValidationRule,
  schema: Schema,
  path: string,
  { root, count, apart, unchanged }: Place,
  errors: Check,
  costs: Costs,
): void {
  const compiled = compileRule(rule, schema, root);
  if ('problems' in compiled) {
    for (const { field, detail } of compiled.problems) {
      const shown = field === 'optionalOldSelf' ? rule.optionalOldSelf : goRule(rule);
      errors.push(invalid(`${path}.${field}`, shown, detail));
    }
    return;
  }
  for (const [field, cost, name] of [
    ['rule', compiled.cost.rule, 'estimated rule cost'],
    ['messageExpression', compiled.cost.message, 'estimated messageExpression cost'],
  ] as const) {
    const whole = cost * count;
    costs.total += whole;
    costs.dear.push({ path: `${path}.${field}`, cost: whole });
    if (whole > limits.rule && !unchanged)
      errors.push(forbidden(`${path}.${field}`, exceeds(name, whole, limits.rule)));
  }
  if (compiled.transition && apart !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${apart}`;
    errors.push(invalid(`${path}.rule`, rule.rule, why));
  }
}

/** A rule as Go's struct prints in JSON. */
const goRule = (rule: ValidationRule): object => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

function exceeds(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown =
    factor > 100
      ? 'more than 100x'
      : factor < 1.5
        ? `${factor.toFixed(6)}x`
        : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
