import {
  fieldErrors,
  type Schema,
  schemaFromOpenApi,
  type ValidationRule,
} from '@dormice/apimachinery';
import { type Check, onEach } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { compileRule } from './compiled-rules.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

/** The most that one rule, and all rules of a schema, may be estimated to cost. */
const limits = { rule: 10_000_000, schema: 100_000_000 };

const reasons = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];

/** What of a rule can be judged without reading its expression. */
function validateForm(rule: Loose, path: string, schema: Loose): Check {
  const errors: Check = [];
  if ((rule.rule ?? '').trim() === '')
    errors.push(required(`${path}.rule`, 'rule is not specified'));
  if (rule.message !== undefined && rule.message !== '') {
    if (rule.message.trim() === '') {
      errors.push(invalid(`${path}.message`, rule.message, 'must be non-empty if specified'));
    } else if (rule.message.includes('\n')) {
      errors.push(invalid(`${path}.message`, rule.message, 'must not contain line breaks'));
    }
  } else if ((rule.rule ?? '').trim().includes('\n')) {
    const why = 'message must be specified if rule contains line breaks';
    errors.push(required(`${path}.message`, why));
  }
  if (rule.reason !== undefined && !reasons.includes(rule.reason)) {
    errors.push(notSupported(`${path}.reason`, rule.reason, reasons));
  }
  if (rule.fieldPath !== undefined && rule.fieldPath !== '') {
    if (!isFieldPath(rule.fieldPath, schema)) {
      errors.push(invalid(`${path}.fieldPath`, rule.fieldPath, 'must be a valid path'));
    }
  }
  return errors;
}

const step = /\.([A-Za-z_][A-Za-z0-9_-]*)|\['((?:[^'\\]|\\.)*)'\]/y;

/** `.spec.a['b']`: does it lead to a field of the schema? */
function isFieldPath(path: string, start: Loose): boolean {
  let schema: Loose = start;
  step.lastIndex = 0;
  for (let at = 0; at < path.length; at = step.lastIndex) {
    step.lastIndex = at;
    const match = step.exec(path);
    if (!match) return false;
    const name = (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1');
    schema = schema?.properties?.[name] ?? schema?.additionalProperties;
    if (typeof schema !== 'object') return false;
  }
  return true;
}

/** The form of all rules of a schema and below. */
export function validateRuleForms(schema: Loose, path: string): Check {
  const rules = 'x-kubernetes-validations';
  return [
    ...onEach(schema[rules], `${path}.${rules}`, (rule, at) => validateForm(rule, at, schema)),
    ...childrenOf(schema, path).flatMap(({ child, at }) => validateRuleForms(child, at)),
  ];
}

function childrenOf(schema: Loose, path: string): { child: Loose; at: string; count: number }[] {
  const children = Object.entries((schema.properties ?? {}) as Loose).map(([name, child]) => ({
    child: child as Loose,
    at: `${path}.properties[${name}]`,
    count: 1,
  }));
  if (schema.items) {
    children.push({ child: schema.items, at: `${path}.items`, count: mostItems(schema) });
  }
  if (typeof schema.additionalProperties === 'object') {
    const { additionalProperties: child } = schema;
    children.push({ child, at: `${path}.additionalProperties`, count: mostItems(schema) });
  }
  return children;
}

/** How many elements there can be: as stated, or as fit in a request of 3 MiB. */
const mostItems = (schema: Loose): number => schema.maxItems ?? schema.maxProperties ?? 1_048_575;

/** What rules cost in the whole schema, and who contributes most. */
interface Costs {
  total: number;
  dear: { path: string; cost: number }[];
}

/** Reads every expression of a schema: what does not compile, and what would cost too much. */
export function validateRuleTexts(schema: Loose, path: string): Check {
  const errors: Check = [];
  const costs: Costs = { total: 0, dear: [] };
  visit(schema, path, { root: true, count: 1 }, errors, costs);
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

function visit(
  schema: Loose,
  path: string,
  place: { root: boolean; count: number },
  errors: Check,
  costs: Costs,
): void {
  const rules = 'x-kubernetes-validations';
  const list: ValidationRule[] = schema[rules] ?? [];
  if (list.length > 0) {
    const own: Schema = schemaFromOpenApi(schema);
    for (const [index, rule] of list.entries()) {
      checkRule(rule, own, `${path}.${rules}[${index}]`, place, errors, costs);
    }
  }
  for (const { child, at, count } of childrenOf(schema, path)) {
    visit(child, at, { root: false, count: place.count * count }, errors, costs);
  }
}

function checkRule(
  rule: ValidationRule,
  schema: Schema,
  path: string,
  { root, count }: { root: boolean; count: number },
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
    if (whole > limits.rule)
      errors.push(forbidden(`${path}.${field}`, exceeds(name, whole, limits.rule)));
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
