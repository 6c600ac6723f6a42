import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  typeInvalid,
} from '../field-error.ts';
import { deepEqual, isPlainObject } from '../json-clone.ts';
import type { Schema } from '../schema.ts';
import { fieldOf } from './field-of.ts';
import { formats } from './formats.ts';
import { goPattern } from './go-pattern.ts';
import { type MatchBudget, matchBudget, payFor } from './match-budget.ts';

const body = (path: string, text: string): string => `${path} in body ${text}`;

/** How apiextensions names the type of a JSON value. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(schema: Schema, value: unknown): boolean {
  if (schema.intOrString) return ['string', 'integer'].includes(typeOf(value));
  if (schema.type === undefined) return true;
  const type = typeOf(value);
  return type === schema.type || (type === 'integer' && schema.type === 'number');
}

/**
 * Validates a custom resource (or a part of it) against its schema, with apiextensions' wording. CEL rules are not part
 * of it.
 *
 * @param budget what matching of patterns may cost; one for the whole object
 */
export function validateSchema(
  schema: Schema,
  value: unknown,
  path: string,
  budget: MatchBudget = matchBudget(),
): FieldError[] {
  if (value === null && schema.nullable) return [];
  return [
    ...validateType(schema, value, path),
    ...validateEnum(schema, value, path),
    ...(typeof value === 'string' ? validateString(schema, value, path, budget) : []),
    ...(typeof value === 'number' || typeof value === 'bigint'
      ? validateNumber(schema, Number(value), path)
      : []),
    ...(Array.isArray(value) ? validateArray(schema, value, path, budget) : []),
    ...(isPlainObject(value) ? validateObject(schema, value, path, budget) : []),
    ...validateJunctors(schema, value, path, budget),
  ];
}

function validateType(schema: Schema, value: unknown, path: string): FieldError[] {
  if (hasType(schema, value)) return [];
  const wanted = schema.intOrString ? 'integer,string' : schema.type;
  const type = typeOf(value);
  const text = body(path, `must be of type ${wanted}: ${JSON.stringify(type)}`);
  return [typeInvalid(path, type, text)];
}

function validateEnum(schema: Schema, value: unknown, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((allowed) => deepEqual(allowed, value))) return [];
  const supported = schema.enum.map((allowed) =>
    typeof allowed === 'string' ? allowed : JSON.stringify(allowed),
  );
  return [notSupported(path, value, supported)];
}

/** Length and pattern: the first that fails is told. The format is told besides. */
function validateString(
  schema: Schema,
  value: string,
  path: string,
  budget: MatchBudget,
): FieldError[] {
  const format = schema.format === undefined ? undefined : formats[schema.format];
  const first = firstStringProblem(schema, value, path, budget);
  return [
    ...(first ? [first] : []),
    ...(format && !format(value)
      ? [
          typeInvalid(
            path,
            value,
            body(path, `must be of type ${schema.format}: ${JSON.stringify(value)}`),
          ),
        ]
      : []),
  ];
}

function firstStringProblem(
  schema: Schema,
  value: string,
  path: string,
  budget: MatchBudget,
): FieldError | undefined {
  const { maxLength, minLength, pattern } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength) return tooLong(path, maxLength);
  if (minLength !== undefined && length < minLength) {
    return invalid(path, value, body(path, `should be at least ${minLength} chars long`));
  }
  return pattern === undefined ? undefined : patternProblem(pattern, value, path, budget);
}

function patternProblem(
  source: string,
  value: string,
  path: string,
  budget: MatchBudget,
): FieldError | undefined {
  try {
    const pattern = goPattern(source);
    if (!payFor(budget, value, pattern.size)) {
      const text = `is too long to be matched with '${source}', with all that this object has to match`;
      return invalid(path, `${value.slice(0, 100)}…`, body(path, text));
    }
    if (pattern.test(value)) return undefined;
    return invalid(path, value, body(path, `should match '${source}'`));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const text = `should match '${source}', but pattern is invalid: ${error.message}`;
    return invalid(path, value, body(path, text));
  }
}

function validateNumber(schema: Schema, value: number, path: string): FieldError[] {
  const problems: FieldError[] = [];
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    const word = exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    problems.push(invalid(path, value, body(path, `should be ${word} ${minimum}`)));
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    const word = exclusiveMaximum ? 'less than' : 'less than or equal to';
    problems.push(invalid(path, value, body(path, `should be ${word} ${maximum}`)));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    problems.push(invalid(path, value, body(path, `should be a multiple of ${multipleOf}`)));
  }
  return problems;
}

/** An array with more wrong items is not looked through to its end. */
const mostProblems = 1_000;

function validateArray(
  schema: Schema,
  value: unknown[],
  path: string,
  budget: MatchBudget,
): FieldError[] {
  const problems: FieldError[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    const detail = `must have at most ${schema.maxItems} items`;
    problems.push({ type: 'FieldValueTooMany', field: path, badValue: value.length, detail });
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    const text = body(path, `should have at least ${schema.minItems} items`);
    problems.push(invalid(path, value.length, text));
  }
  if (schema.uniqueItems && hasDuplicates(value)) {
    problems.push(invalid(path, value, body(path, "shouldn't contain duplicates")));
  }
  const { items } = schema;
  if (items) {
    for (const [index, item] of value.entries()) {
      // Upstream runs out of time on so many; the first are enough to mend the object by.
      if (problems.length >= mostProblems) break;
      // Not spread into the call: there may be more problems than a call takes arguments.
      for (const problem of validateSchema(items, item, `${path}[${index}]`, budget)) {
        problems.push(problem);
      }
    }
  }
  return [...problems, ...validateListType(schema, value, path)];
}

function hasDuplicates(list: unknown[]): boolean {
  return list.some((item, at) => list.findIndex((other) => deepEqual(other, item)) !== at);
}

function validateListType(schema: Schema, value: unknown[], path: string): FieldError[] {
  if (schema.listType !== 'set' && schema.listType !== 'map') return [];
  const keys = schema.listMapKeys ?? [];
  const identityOf = (item: unknown): unknown =>
    schema.listType === 'map' && isPlainObject(item)
      ? Object.fromEntries(
          keys.map((key) => [key, item[key] ?? schema.items?.fields?.[key]?.default]),
        )
      : item;
  const seen = new Set<string>();
  const told = new Set<string>();
  return value.flatMap((item, index) => {
    const at = `${path}[${index}]`;
    if (schema.listType === 'map' && !isPlainObject(item)) {
      return [invalid(at, item, 'must be an object for an array of list-type map')];
    }
    const identity = identityOf(item);
    const text = canonicalText(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    if (told.has(text)) return [];
    told.add(text);
    return [duplicate(at, identity)];
  });
}

/** The same text for the same value, whatever the order of its fields. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isPlainObject(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function validateObject(
  schema: Schema,
  value: Record<string, unknown>,
  path: string,
  budget: MatchBudget,
): FieldError[] {
  const problems: FieldError[] = [];
  const count = Object.keys(value).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    const detail = `must have at most ${schema.maxProperties} items`;
    problems.push({ type: 'FieldValueTooMany', field: path, badValue: count, detail });
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    const text = body(path, `should have at least ${schema.minProperties} properties`);
    problems.push(invalid(path, count, text));
  }
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const needed = schema.embedded ? ['apiVersion', 'kind'] : [];
  for (const name of new Set([...(schema.required ?? []), ...needed])) {
    if (!Object.hasOwn(value, name) || value[name] === undefined)
      problems.push(required(inside(name)));
    else if (needed.includes(name) && typeof value[name] !== 'string') {
      problems.push(invalid(inside(name), value[name], 'must be a string'));
    }
  }
  for (const [key, item] of Object.entries(value)) {
    const field = fieldOf(schema, key);
    if (!field || item === undefined) continue;
    for (const problem of validateSchema(field, item, inside(key), budget)) problems.push(problem);
  }
  return problems;
}

/** What belongs to no field is told of `<nil>`, as upstream does. */
const unplaced = (path: string, text: string): FieldError =>
  invalid('<nil>', '', `${JSON.stringify(path)} ${text}`);

function validateJunctors(
  schema: Schema,
  value: unknown,
  path: string,
  budget: MatchBudget,
): FieldError[] {
  const check = (one: Schema): FieldError[] => validateSchema(one, value, path, budget);
  let problems: FieldError[] = [];
  if (schema.anyOf) {
    const results = schema.anyOf.map(check);
    if (!results.some(isGood)) {
      const text = 'must validate at least one schema (anyOf)';
      problems = [...problems, unplaced(path, text), ...fewest(results)];
    }
  }
  if (schema.oneOf) {
    const results = schema.oneOf.map(check);
    const good = results.filter(isGood).length;
    const text = 'must validate one and only one schema (oneOf).';
    if (good === 0) {
      problems = [...problems, unplaced(path, `${text} Found none valid`), ...fewest(results)];
    }
    if (good > 1) problems.push(unplaced(path, `${text} Found ${good} valid alternatives`));
  }
  if (schema.allOf) {
    const results = schema.allOf.map(check);
    const none = results.some(isGood) ? '' : '. None validated';
    if (!results.every(isGood)) {
      const text = `must validate all the schemas (allOf)${none}`;
      problems = [...problems, ...results.flat(), unplaced(path, text)];
    }
  }
  if (schema.not && isGood(check(schema.not))) {
    problems.push(unplaced(path, 'must not validate the schema (not)'));
  }
  return problems;
}

const isGood = (problems: FieldError[]): boolean => problems.length === 0;

/** The errors of the alternative that came closest. */
function fewest(results: FieldError[][]): FieldError[] {
  return results.reduce((best, one) => (one.length < best.length ? one : best), results[0] ?? []);
}
