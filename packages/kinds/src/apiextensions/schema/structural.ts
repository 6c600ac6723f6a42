import { deepEqual, fieldErrors, formatFieldError } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { validateComplete } from './complete.ts';
import { validateAlternatives } from './nested.ts';
import { structureBelow } from './walk.ts';

const { forbidden, invalid, required } = fieldErrors;

type Place = 'root' | 'field' | 'item';

const emptyType: Readonly<Record<Place, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

const flag = (schema: Loose, name: string): boolean => schema[`x-kubernetes-${name}`] === true;

/**
 * Is a schema structural: does every place have one type, and nothing that pruning, defaulting and server-side apply
 * could not follow? Sorted by their text, as upstream tells them.
 */
export function validateStructural(schema: Loose, path: string): Check {
  const errors = [...invariants(schema, path, 'root'), ...validateComplete(schema, path)];
  const keyed = errors.map((error) => ({ error, text: formatFieldError(error) }));
  return keyed
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ error }) => error);
}

function invariants(schema: Loose, path: string, place: Place): Check {
  const errors: Check = [];
  if (schema.type === 'array' && isAbsent(schema.items))
    errors.push(required(`${path}.items`, 'must be specified'));
  for (const { schema: child, path: at, by } of structureBelow(schema, path))
    errors.push(...invariants(child, at, by === 'items' ? 'item' : 'field'));
  if (place === 'root' && !isAbsent(schema.additionalProperties))
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  return [
    ...errors,
    ...validateFlags(schema, path),
    ...validateAlternatives(schema, path),
    ...validateType(schema, path, place),
    ...validateEnvelope(schema, path, place),
  ];
}

function validateFlags(schema: Loose, path: string): Check {
  const why = 'must be false if x-kubernetes-int-or-string is true';
  return flag(schema, 'int-or-string')
    ? ['preserve-unknown-fields', 'embedded-resource']
        .filter((name) => flag(schema, name))
        .map((name) => invalid(`${path}.x-kubernetes-${name}`, true, why))
    : [];
}

function validateType(schema: Loose, path: string, place: Place): Check {
  const { type } = schema;
  const errors: Check = [];
  const open = flag(schema, 'int-or-string') || flag(schema, 'preserve-unknown-fields');
  if (flag(schema, 'embedded-resource') && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(isEmpty(type) ? required(`${path}.type`, why) : invalid(`${path}.type`, type, why));
  } else if (isEmpty(type) && !open) errors.push(required(`${path}.type`, emptyType[place]));
  if (flag(schema, 'embedded-resource') && !isAbsent(schema.additionalProperties)) {
    const why = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  if (place === 'root' && !isEmpty(type) && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  return errors;
}

/** What a schema says of `apiVersion`, `kind` and `metadata` of a whole object. */
function validateEnvelope(schema: Loose, path: string, place: Place): Check {
  const { properties = {} } = schema;
  const embedded = flag(schema, 'embedded-resource');
  const whole = place === 'root' || embedded;
  const errors: Check = [];
  for (const name of whole ? ['kind', 'apiVersion'] : []) {
    const own = properties[name];
    if (own && own.type !== 'string')
      errors.push(invalid(`${path}.properties[${name}].type`, own.type ?? '', 'must be string'));
  }
  if (properties.metadata) {
    const at = `${path}.properties[metadata]`;
    const { type } = properties.metadata;
    if (whole && type !== 'object')
      errors.push(invalid(`${at}.type`, type ?? '', 'must be object'));
    if (place === 'root' && !isBareMetadata(properties.metadata)) {
      const why =
        'must not specify anything other than name and generateName, but metadata is implicitly specified';
      errors.push(forbidden(at, why));
    }
  }
  if (
    embedded &&
    !flag(schema, 'preserve-unknown-fields') &&
    Object.keys(properties).length === 0
  ) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, why));
  }
  return errors;
}

const silent = new Set(['type', 'default', 'externalDocs', 'example', 'properties']);

function isBareMetadata(metadata: Loose): boolean {
  const names = Object.keys(metadata.properties ?? {});
  const zero = (value: unknown) => isEmpty(value) || value === false || deepEqual(value, []);
  return (
    names.every((name) => name === 'name' || name === 'generateName') &&
    Object.entries(metadata).every(([name, value]) => silent.has(name) || zero(value))
  );
}
