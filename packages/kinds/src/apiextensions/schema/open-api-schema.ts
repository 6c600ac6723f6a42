import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';
import { validateRuleForms } from '../rules/validate-rule-forms.ts';
import { validateLists, validateMapType } from './lists.ts';
import { type Below, schemasBelow } from './walk.ts';

const { forbidden, invalid, notSupported } = fieldErrors;

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** What holds at a place because of what is above it. */
interface Above {
  root: boolean;
  /** Inside `metadata`, `kind` or `apiVersion` of an object. */
  meta: boolean;
  /** Why there may be no defaults here. */
  noDefaults: string | undefined;
}

const filled = (value: Loose): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

const refused: readonly (readonly [field: string, set: (value: Loose) => boolean])[] = [
  ['id', (value) => !isEmpty(value)],
  ['additionalItems', (value) => !isAbsent(value)],
  ['patternProperties', filled],
  ['definitions', filled],
  ['dependencies', (value) => !isAbsent(value)],
  ['$ref', (value) => !isAbsent(value)],
];

/** A schema as JSON schema: fields that are not supported, lists and maps, the form of rules. */
export const validateOpenApiSchema = (schema: Loose, path: string): Check =>
  visit(schema, path, { root: true, meta: false, noDefaults: undefined });

function visit(schema: Loose, path: string, above: Above): Check {
  const errors = validateFields(schema, path, above);
  if (schema.uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, why));
  }
  const values = schema.additionalProperties;
  if (!isAbsent(values) && values !== true && filled(schema.properties)) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  for (const below of schemasBelow(schema, path)) {
    errors.push(...visit(below.schema, below.path, insideOf(schema, below, above)));
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    const at = `${path}.x-kubernetes-preserve-unknown-fields`;
    errors.push(invalid(at, false, 'must be true or undefined'));
  }
  return [
    ...errors,
    ...validateMapType(schema, path),
    ...validateLists(schema, path),
    ...validateRuleForms(schema, path),
  ];
}

const envelope = new Set(['metadata', 'kind', 'apiVersion']);

function insideOf(schema: Loose, { by, name = '' }: Below, above: Above): Above {
  const inside = { ...above, root: false };
  if (by === 'additionalProperties' && above.meta) {
    return { ...inside, noDefaults: 'inside additionalProperties applying to object metadata' };
  }
  const whole = above.root || schema['x-kubernetes-embedded-resource'] === true;
  if (by !== 'properties' || !whole || !envelope.has(name)) return inside;
  return {
    ...inside,
    meta: true,
    ...(above.root ? { noDefaults: `in top-level ${name}` } : {}),
  };
}

function validateFields(schema: Loose, path: string, { meta, noDefaults }: Above): Check {
  const { type } = schema;
  const errors: Check = [];
  if (!isEmpty(type) && !types.includes(type))
    errors.push(notSupported(`${path}.type`, type, types));
  if (!isAbsent(schema.default) && noDefaults !== undefined)
    errors.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`));
  for (const [field, set] of refused)
    if (set(schema[field])) errors.push(forbidden(`${path}.${field}`, `${field} is not supported`));
  if (type === 'null') {
    const why = 'type cannot be set to null, use nullable as an alternative';
    errors.push(forbidden(`${path}.type`, why));
  }
  if (each(schema.items).length > 0)
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (meta && schema['x-kubernetes-embedded-resource'] === true) {
    const at = `${path}.x-kubernetes-embedded-resource`;
    errors.push(forbidden(at, 'must not be used inside of resource meta'));
  }
  return errors;
}
