import type { Schema } from '@dormice/apimachinery';

export type OpenApiNode = Record<string, unknown>;

/** Where references point: `#/components/schemas/` in v3, `#/definitions/` in v2. */
export type RefPrefix = '#/components/schemas/' | '#/definitions/';

const plainTypes = new Set(['string', 'integer', 'number', 'boolean', 'array', 'object']);

/** Formats that are ours, not OpenAPI's. */
const formatNames: Record<string, string | undefined> = {
  quantity: undefined,
  'micro-time': 'date-time',
  duration: undefined,
};

/** The node for a field: a reference where the schema is a named definition, else written out. */
export function nodeOf(schema: Schema, prefix: RefPrefix, into: Map<string, Schema>): OpenApiNode {
  const extensions = extensionsOf(schema);
  if (schema.name !== undefined) {
    into.set(schema.name, schema);
    const reference = { $ref: `${prefix}${schema.name}` };
    if (prefix === '#/definitions/') return { ...reference, ...extensions };
    const extra = {
      ...extensions,
      ...(schema.default === undefined ? {} : { default: schema.default }),
    };
    return Object.keys(extra).length === 0 ? reference : { allOf: [reference], ...extra };
  }
  return { ...bodyOf(schema, prefix, into), ...extensions };
}

/** What a definition says, without its name. */
export function bodyOf(schema: Schema, prefix: RefPrefix, into: Map<string, Schema>): OpenApiNode {
  const node: OpenApiNode = {};
  if (schema.description !== undefined) node['description'] = schema.description;
  if (schema.intOrString) {
    if (prefix === '#/definitions/' || schema.name !== undefined) {
      node['type'] = 'string';
      node['format'] = 'int-or-string';
    } else {
      node['x-kubernetes-int-or-string'] = true;
    }
  } else if (schema.type !== undefined && plainTypes.has(schema.type)) {
    node['type'] = schema.type;
    const format = schema.format === undefined ? undefined : formatOf(schema.format);
    if (format !== undefined) node['format'] = format;
  }
  if (schema.default !== undefined) node['default'] = schema.default;
  if (schema.enum !== undefined) node['enum'] = schema.enum;
  if (schema.required !== undefined && schema.required.length > 0)
    node['required'] = schema.required;
  if (schema.fields) {
    node['properties'] = Object.fromEntries(
      Object.entries(schema.fields).map(([name, field]) => [name, nodeOf(field, prefix, into)]),
    );
  }
  if (schema.items) node['items'] = nodeOf(schema.items, prefix, into);
  if (schema.values) node['additionalProperties'] = nodeOf(schema.values, prefix, into);
  for (const key of validations) if (schema[key] !== undefined) node[key] = schema[key];
  return node;
}

const validations = [
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'nullable',
] as const;

const formatOf = (format: string): string | undefined =>
  Object.hasOwn(formatNames, format) ? formatNames[format] : format;

/** What clients need for patches and apply. */
function extensionsOf(schema: Schema): OpenApiNode {
  return {
    ...(schema.listType === undefined ? {} : { 'x-kubernetes-list-type': schema.listType }),
    ...(schema.listMapKeys === undefined
      ? {}
      : { 'x-kubernetes-list-map-keys': schema.listMapKeys }),
    ...(schema.mapType === undefined ? {} : { 'x-kubernetes-map-type': schema.mapType }),
    ...(schema.patchMergeKey === undefined
      ? {}
      : { 'x-kubernetes-patch-merge-key': schema.patchMergeKey }),
    ...(schema.patchStrategy === undefined
      ? {}
      : { 'x-kubernetes-patch-strategy': schema.patchStrategy.join(',') }),
    ...(schema.preserveUnknown && schema.name === undefined
      ? { 'x-kubernetes-preserve-unknown-fields': true }
      : {}),
  };
}
