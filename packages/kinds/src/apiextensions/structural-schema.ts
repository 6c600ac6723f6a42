import { fieldErrors, goPattern } from '@dormice/apimachinery';
import { type Check, isEmpty } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const unsupported: readonly (readonly [field: string, why: string])[] = [
  ['$ref', '$ref is not supported'],
  ['additionalItems', 'additionalItems is not supported'],
  ['definitions', 'definitions is not supported'],
  ['dependencies', 'dependencies is not supported'],
  ['patternProperties', 'patternProperties is not supported'],
  ['id', 'id is not supported'],
];

const flag = (schema: Loose, name: string): boolean => schema[`x-kubernetes-${name}`] === true;

function validatePattern({ pattern }: Loose, path: string): Check {
  if (isEmpty(pattern)) return [];
  try {
    goPattern(pattern);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`),
    ];
  }
}

function validateLists(schema: Loose, path: string): Check {
  const type = schema['x-kubernetes-list-type'];
  const keys: string[] = schema['x-kubernetes-list-map-keys'] ?? [];
  const errors: Check = [];
  if (type !== undefined && !['atomic', 'map', 'set'].includes(type))
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, type, ['atomic', 'map', 'set']));
  if (type !== undefined && schema.type !== 'array')
    errors.push(
      isEmpty(schema.type)
        ? required(`${path}.type`, 'must be array if x-kubernetes-list-type is specified')
        : invalid(
            `${path}.type`,
            schema.type,
            'must be array if x-kubernetes-list-type is specified',
          ),
    );
  if (type === 'map') {
    if (keys.length === 0)
      errors.push(
        required(
          `${path}.x-kubernetes-list-map-keys`,
          'must not be empty if x-kubernetes-list-type is map',
        ),
      );
    if (schema.items?.type !== 'object')
      errors.push(
        invalid(
          `${path}.items.type`,
          schema.items?.type ?? '',
          "must be object if parent array's x-kubernetes-list-type is map",
        ),
      );
    keys.forEach((key, index) => {
      if (!schema.items?.properties?.[key])
        errors.push(
          invalid(
            `${path}.x-kubernetes-list-map-keys[${index}]`,
            key,
            'entries must all be names of item properties',
          ),
        );
    });
  } else if (keys.length > 0)
    errors.push(
      forbidden(
        `${path}.x-kubernetes-list-map-keys`,
        'must not be set if x-kubernetes-list-type is not map',
      ),
    );
  return errors;
}

type Place = 'root' | 'field' | 'item';

function validateType(schema: Loose, path: string, place: Place): Check {
  const { type } = schema;
  const open = flag(schema, 'int-or-string') || flag(schema, 'preserve-unknown-fields');
  if (isEmpty(type)) {
    if (place === 'root') return [required(`${path}.type`, 'must not be empty at the root')];
    if (open) return [];
    const where = place === 'item' ? 'array items' : 'object fields';
    return [required(`${path}.type`, `must not be empty for specified ${where}`)];
  }
  if (place === 'root' && type !== 'object')
    return [invalid(`${path}.type`, type, 'must be object at the root')];
  if (flag(schema, 'int-or-string'))
    return [forbidden(`${path}.type`, 'must be empty if x-kubernetes-int-or-string is true')];
  return types.includes(type) ? [] : [notSupported(`${path}.type`, type, types)];
}

/**
 * Is an `openAPIV3Schema` structural: does every place have one type, and nothing that server-side apply, pruning and
 * defaulting could not follow? Wording of upstream's apiextensions.
 */
export function validateStructuralSchema(
  schema: Loose,
  path: string,
  place: Place = 'root',
): Check {
  const errors = validateType(schema, path, place);
  for (const [field, why] of unsupported)
    if (!isEmpty(schema[field])) errors.push(forbidden(`${path}.${field}`, why));
  if (schema.uniqueItems === true)
    errors.push(
      forbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (schema.additionalProperties === false)
    errors.push(
      forbidden(`${path}.additionalProperties`, 'additionalProperties cannot be set to false'),
    );
  else if (schema.additionalProperties !== undefined && schema.properties !== undefined)
    errors.push(
      forbidden(
        `${path}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  if (Array.isArray(schema.items))
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (schema.type === 'array' && schema.items === undefined)
    errors.push(required(`${path}.items`, 'must be specified'));
  if (flag(schema, 'embedded-resource')) {
    if (schema.type !== 'object')
      errors.push(
        invalid(
          `${path}.type`,
          schema.type ?? '',
          'must be object if x-kubernetes-embedded-resource is true',
        ),
      );
    if (schema.properties === undefined && !flag(schema, 'preserve-unknown-fields'))
      errors.push(
        required(
          `${path}.properties`,
          'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
        ),
      );
  }
  errors.push(...validatePattern(schema, path), ...validateLists(schema, path));
  if (schema.items && !Array.isArray(schema.items))
    errors.push(...validateStructuralSchema(schema.items, `${path}.items`, 'item'));
  for (const [name, child] of Object.entries(schema.properties ?? {}))
    errors.push(...validateStructuralSchema(child, `${path}.properties[${name}]`, 'field'));
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object')
    errors.push(
      ...validateStructuralSchema(
        schema.additionalProperties,
        `${path}.additionalProperties`,
        'field',
      ),
    );
  return errors;
}
