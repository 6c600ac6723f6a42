import {
  deepEqual,
  type FieldError,
  isPlainObject,
  type KubeObject,
  type Schema,
  validateSchema,
} from '@dormice/apimachinery';
import { hasRules, type Kind, validateRules } from '@dormice/kinds';

/** Problems that leave rules without sense: they are not run then. */
const blocking = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const unchecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  badValue: null,
  detail:
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/**
 * The rules of a custom resource: its schema's, those of its lists, and its CEL rules. On an update, what is wrong in
 * parts that did not change is let pass, as it was let pass before.
 */
export function validateCustom(kind: Kind, object: KubeObject, old?: KubeObject): FieldError[] {
  const { schema } = kind;
  const [next, before] = [withoutEnvelope(object), old && withoutEnvelope(old)];
  const own = validateSchema(schema, next, '');
  const errors = before
    ? own.filter(({ field, type }) => !isUnchanged(schema, next, before, field, type))
    : own;
  if (errors.some(({ type }) => blocking.has(type))) {
    return hasRules(schema) ? [...errors, unchecked] : errors;
  }
  return [...errors, ...validateRules(schema, object, old)];
}

/** Schemas of CRDs speak of everything but the envelope, which is validated like everybody's. */
function withoutEnvelope(object: KubeObject): Record<string, unknown> {
  const { metadata: _, ...rest } = object;
  return rest;
}

const part = /([^.[\]]+)|\[([^\]]*)\]/g;

/** Is the value at a path the one that was there before? */
function isUnchanged(
  schema: Schema,
  next: unknown,
  before: unknown,
  path: string,
  type: FieldError['type'],
): boolean {
  const steps = [...path.matchAll(part)].map(([, name, key]) => name ?? key ?? '');
  // What is missing is missing from its parent.
  if (type === 'FieldValueRequired') steps.pop();
  let [now, then]: [unknown, unknown] = [next, before];
  let at: Schema | undefined = schema;
  for (const step of steps) {
    if (Array.isArray(now) && Array.isArray(then)) {
      const item: unknown = now[Number(step)];
      then = counterpart(at, item, then);
      now = item;
      at = at?.items;
    } else if (isPlainObject(now) && isPlainObject(then)) {
      now = now[step];
      then = then[step];
      at = at?.fields?.[step] ?? at?.values;
    } else return false;
  }
  return now !== undefined && deepEqual(now, then);
}

/** The element that one replaces: only lists that are maps say which. */
function counterpart(schema: Schema | undefined, item: unknown, old: unknown[]): unknown {
  const { listType, listMapKeys = [] } = schema ?? {};
  if (listType !== 'map' || !isPlainObject(item)) return undefined;
  return old.find(
    (other) => isPlainObject(other) && listMapKeys.every((key) => deepEqual(other[key], item[key])),
  );
}
