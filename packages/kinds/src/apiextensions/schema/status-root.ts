import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isEmpty } from '../../checks.ts';
import type { Loose } from '../../loose.ts';

const { invalid } = fieldErrors;

/** Fields of a schema in upstream's order, by their names in JSON and in Go; those in Go's alone may be at the root. */
const fields: readonly (readonly [json: string, go: string, allowed: boolean])[] = [
  ['id', 'ID', false],
  ['$schema', 'Schema', false],
  ['$ref', 'Ref', false],
  ['description', 'Description', true],
  ['type', 'Type', true],
  ['nullable', 'Nullable', false],
  ['format', 'Format', true],
  ['title', 'Title', true],
  ['default', 'Default', false],
  ['maximum', 'Maximum', true],
  ['exclusiveMaximum', 'ExclusiveMaximum', true],
  ['minimum', 'Minimum', true],
  ['exclusiveMinimum', 'ExclusiveMinimum', true],
  ['maxLength', 'MaxLength', true],
  ['minLength', 'MinLength', true],
  ['pattern', 'Pattern', true],
  ['maxItems', 'MaxItems', true],
  ['minItems', 'MinItems', true],
  ['uniqueItems', 'UniqueItems', true],
  ['multipleOf', 'MultipleOf', true],
  ['enum', 'Enum', false],
  ['maxProperties', 'MaxProperties', false],
  ['minProperties', 'MinProperties', false],
  ['required', 'Required', true],
  ['items', 'Items', true],
  ['allOf', 'AllOf', false],
  ['oneOf', 'OneOf', false],
  ['anyOf', 'AnyOf', false],
  ['not', 'Not', false],
  ['properties', 'Properties', true],
  ['additionalProperties', 'AdditionalProperties', false],
  ['patternProperties', 'PatternProperties', false],
  ['dependencies', 'Dependencies', false],
  ['additionalItems', 'AdditionalItems', false],
  ['definitions', 'Definitions', false],
  ['externalDocs', 'ExternalDocs', true],
  ['example', 'Example', true],
  ['x-kubernetes-preserve-unknown-fields', 'XPreserveUnknownFields', true],
  ['x-kubernetes-embedded-resource', 'XEmbeddedResource', false],
  ['x-kubernetes-int-or-string', 'XIntOrString', false],
  ['x-kubernetes-list-map-keys', 'XListMapKeys', false],
  ['x-kubernetes-list-type', 'XListType', false],
  ['x-kubernetes-map-type', 'XMapType', false],
  ['x-kubernetes-validations', 'XValidations', true],
];

const allowed = fields.filter(([, , may]) => may).map(([, name]) => name);

const onlyObject =
  'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
const onlyAllowed = `only [${allowed.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;

/** With a status of its own, the schema's root may say only what also holds without the status: the first that may not. */
export function validateStatusRoot(schema: Loose, path: string): Check {
  for (const [json, , may] of fields) {
    const value = schema[json];
    if (isEmpty(value) || value === false) continue;
    if (json === 'type' && value !== 'object') return [invalid(`${path}.type`, value, onlyObject)];
    if (!may) return [invalid(path, schema, onlyAllowed)];
  }
  return [];
}
