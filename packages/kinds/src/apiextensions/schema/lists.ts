import { type FieldError, fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

/** A value that is missing, or that is wrong. */
const missingOr = (path: string, value: Loose, why: string): FieldError =>
  isEmpty(value) ? required(path, why) : invalid(path, value, why);

const isSchema = (value: Loose): boolean => typeof value === 'object' && !Array.isArray(value);

export function validateMapType(schema: Loose, path: string): Check {
  const kind = schema['x-kubernetes-map-type'];
  if (isAbsent(kind)) return [];
  const errors: Check = [];
  if (schema.type !== 'object') {
    const why = 'must be object if x-kubernetes-map-type is specified';
    errors.push(missingOr(`${path}.type`, schema.type, why));
  }
  const known = ['atomic', 'granular'];
  if (!known.includes(kind))
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, kind, known));
  return errors;
}

/** `x-kubernetes-list-type` and its keys. */
export function validateLists(schema: Loose, path: string): Check {
  const kind = schema['x-kubernetes-list-type'];
  const at = `${path}.x-kubernetes-list-type`;
  const errors: Check = [];
  if (!isAbsent(kind) && schema.type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified';
    errors.push(missingOr(`${path}.type`, schema.type, why));
  } else if (kind === 'set') errors.push(...validateSetItems(schema.items, `${path}.items`));
  const known = ['atomic', 'set', 'map'];
  if (!isAbsent(kind) && !known.includes(kind)) errors.push(notSupported(at, kind, known));
  if (each(schema['x-kubernetes-list-map-keys']).length > 0 && kind !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(isAbsent(kind) ? required(at, why) : invalid(at, kind, why));
  }
  if (kind === 'map') errors.push(...validateMap(schema, path));
  if (kind === 'map' || kind === 'set') errors.push(...validateIdentity(schema, kind, path));
  return errors;
}

/** Elements of a set are compared whole. */
function validateSetItems(items: Loose, path: string): Check {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const list = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && !isAbsent(list) && list !== 'atomic')
    return [invalid(`${path}.x-kubernetes-list-type`, list, why)];
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [invalid(`${path}.x-kubernetes-map-type`, list, why)];
  return [];
}

function validateMap({ items, ...schema }: Loose, path: string): Check {
  const keys: string[] = each(schema['x-kubernetes-list-map-keys']);
  const at = `${path}.x-kubernetes-list-map-keys`;
  const errors: Check = [];
  if (keys.length === 0)
    errors.push(required(at, 'must not be empty if x-kubernetes-list-type is map'));
  if (isAbsent(items)) {
    const why = 'must have a schema if x-kubernetes-list-type is map';
    return [...errors, required(`${path}.items`, why)];
  }
  if (!isSchema(items)) {
    const why = 'must only have a single schema if x-kubernetes-list-type is map';
    return [...errors, invalid(`${path}.items`, items, why)];
  }
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${path}.items.type`, items.type ?? '', why)];
  }
  for (const [index, key] of keys.entries()) {
    const property = items.properties?.[key];
    if (property === undefined)
      errors.push(invalid(at, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, why));
    }
    if (keys.indexOf(key) < index)
      errors.push(invalid(at, keys, 'must not contain duplicate entries'));
  }
  return errors;
}

/** What tells elements apart must always be there. */
function validateIdentity({ items, ...schema }: Loose, kind: string, path: string): Check {
  if (isAbsent(items) || !isSchema(items)) return [];
  const errors: Check = [];
  if (items.nullable === true) {
    const why = `cannot be nullable when x-kubernetes-list-type is ${kind}`;
    errors.push(forbidden(`${path}.items.nullable`, why));
  }
  if (kind === 'set') return errors;
  const so = 'this property is in x-kubernetes-list-map-keys, so it';
  for (const key of each(schema['x-kubernetes-list-map-keys'])) {
    const property = items.properties?.[key];
    if (property === undefined) continue;
    const at = `${path}.items.properties[${key}]`;
    if (!each(items.required).includes(key) && isAbsent(property.default))
      errors.push(required(`${at}.default`, `${so} must have a default or be a required property`));
    if (property.nullable === true)
      errors.push(forbidden(`${at}.nullable`, `${so} cannot be nullable`));
  }
  return errors;
}
