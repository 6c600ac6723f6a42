import { isPlainObject } from '../json-clone.ts';
import type { Schema } from '../schema.ts';

/** `JSONSchemaProps` as a CRD holds it. */
export type OpenApiSchema = Record<string, unknown>;

/** Validations that are copied as they are. */
const plain = [
  'format',
  'enum',
  'default',
  'nullable',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
  'description',
] as const;

const extensions = {
  'x-kubernetes-int-or-string': 'intOrString',
  'x-kubernetes-preserve-unknown-fields': 'preserveUnknown',
  'x-kubernetes-embedded-resource': 'embedded',
  'x-kubernetes-list-type': 'listType',
  'x-kubernetes-list-map-keys': 'listMapKeys',
  'x-kubernetes-map-type': 'mapType',
  'x-kubernetes-validations': 'rules',
} as const;

const junctors = ['allOf', 'anyOf', 'oneOf'] as const;

/** The structure of a custom resource, from the `openAPIV3Schema` of its CRD. */
export function schemaFromOpenApi(source: OpenApiSchema): Schema {
  const schema: Schema = {};
  const loose = schema as Record<string, unknown>;
  if (typeof source['type'] === 'string')
    schema.type = source['type'] as NonNullable<Schema['type']>;
  for (const key of plain) if (source[key] !== undefined) loose[key] = source[key];
  for (const [from, to] of Object.entries(extensions)) {
    if (source[from] !== undefined) loose[to] = source[from];
  }
  if (isPlainObject(source['properties'])) {
    schema.fields = Object.fromEntries(
      Object.entries(source['properties']).map(([name, value]) => [
        name,
        schemaFromOpenApi(value as OpenApiSchema),
      ]),
    );
  }
  if (isPlainObject(source['items'])) schema.items = schemaFromOpenApi(source['items']);
  const additional = source['additionalProperties'];
  if (isPlainObject(additional)) schema.values = schemaFromOpenApi(additional);
  else if (additional === true) schema.values = { preserveUnknown: true };
  for (const key of junctors) {
    if (Array.isArray(source[key])) {
      schema[key] = (source[key] as OpenApiSchema[]).map(schemaFromOpenApi);
    }
  }
  if (isPlainObject(source['not'])) schema.not = schemaFromOpenApi(source['not']);
  return schema;
}
