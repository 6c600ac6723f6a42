import type { Schema } from '@dormice/apimachinery';
import { describeField, describeType } from './descriptions.ts';

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

/** Types of two forms: v2 knows only the first. */
const twoForms: Record<string, OpenApiNode[]> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': [{ type: 'string' }, { type: 'number' }],
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': [{ type: 'integer' }, { type: 'string' }],
};

const union = (discriminator: string, fields: Record<string, string>) => [
  { discriminator, 'fields-to-discriminateBy': fields },
];

/** Go's `+union` marks. */
const unions: Record<string, unknown> = {
  'io.k8s.api.core.v1.AppArmorProfile': union('type', { localhostProfile: 'LocalhostProfile' }),
  'io.k8s.api.core.v1.SeccompProfile': union('type', { localhostProfile: 'LocalhostProfile' }),
  'io.k8s.api.flowcontrol.v1.LimitResponse': union('type', { queuing: 'Queuing' }),
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec': union('type', {
    exempt: 'Exempt',
    limited: 'Limited',
  }),
  'io.k8s.api.flowcontrol.v1.Subject': union('kind', {
    group: 'Group',
    serviceAccount: 'ServiceAccount',
    user: 'User',
  }),
};

/** The node for a field: a reference where the schema is a named definition, else written out. */
export function nodeOf(
  schema: Schema,
  prefix: RefPrefix,
  into: Map<string, Schema>,
  description?: string,
): OpenApiNode {
  const described = description === undefined ? {} : { description };
  const extra = { ...described, ...defaultOf(schema, prefix) };
  if (schema.name !== undefined) {
    into.set(schema.name, schema);
    const reference = { $ref: `${prefix}${schema.name}` };
    const extensions = extensionsOf(schema);
    if (prefix === '#/definitions/') return { ...extra, ...reference, ...extensions };
    const isAlone = Object.keys(extra).length === 0 && Object.keys(extensions).length === 0;
    return isAlone ? reference : { ...extra, allOf: [reference], ...extensions };
  }
  return {
    ...extra,
    ...bodyOf(schema, prefix, into),
    ...mapTypeOf(schema),
    ...extensionsOf(schema),
  };
}

/** v3 states Go's zero value where the field cannot be left out of the struct; v2 has no defaults. */
function defaultOf(schema: Schema, prefix: RefPrefix): OpenApiNode {
  if (prefix === '#/definitions/') return {};
  if (schema.default !== undefined) return { default: schema.default };
  if (schema.pointer || schema.items || schema.values || schema.format === 'byte') return {};
  // Times, quantities and raw JSON write themselves: Go's zero value says nothing of them.
  if (schema.name !== undefined) return schema.fields ? { default: {} } : {};
  if (schema.omitEmpty) return {};
  const zero = zeros[schema.type ?? ''];
  return zero === undefined ? {} : { default: zero };
}

const zeros: Record<string, unknown> = { string: '', integer: 0, number: 0, boolean: false };

/** A definition under its name. */
export function definitionOf(
  name: string,
  schema: Schema,
  prefix: RefPrefix,
  into: Map<string, Schema>,
): OpenApiNode {
  const description = describeType(name);
  return {
    ...(description === undefined ? {} : { description }),
    ...bodyOf(schema, prefix, into),
    ...mapTypeOf(schema),
    ...(unions[name] === undefined ? {} : { 'x-kubernetes-unions': unions[name] }),
  };
}

/** What a schema says, without name and description. */
function bodyOf(schema: Schema, prefix: RefPrefix, into: Map<string, Schema>): OpenApiNode {
  const node: OpenApiNode = {};
  const forms = schema.name === undefined ? undefined : twoForms[schema.name];
  if (schema.intOrString) node['format'] = 'int-or-string';
  if (forms && prefix !== '#/definitions/') {
    node['oneOf'] = forms;
  } else if (schema.intOrString) {
    node['type'] = 'string';
  } else if (schema.type !== undefined && plainTypes.has(schema.type)) {
    node['type'] = schema.type;
    const format = schema.format === undefined ? undefined : formatOf(schema.format);
    if (format !== undefined) node['format'] = format;
  }
  if (schema.enum !== undefined) node['enum'] = schema.enum;
  if (schema.required !== undefined && schema.required.length > 0) {
    node['required'] = schema.required;
  }
  if (schema.fields && Object.keys(schema.fields).length > 0) {
    node['properties'] = Object.fromEntries(
      Object.entries(schema.fields).map(([name, field]) => [
        name,
        nodeOf(field, prefix, into, describeField(schema.name ?? '', name)),
      ]),
    );
  }
  if (schema.items) node['items'] = nodeOf(schema.items, prefix, into);
  if (schema.values) node['additionalProperties'] = nodeOf(schema.values, prefix, into);
  return node;
}

const formatOf = (format: string): string | undefined =>
  Object.hasOwn(formatNames, format) ? formatNames[format] : format;

const mapTypeOf = ({ mapType }: Schema): OpenApiNode =>
  mapType === undefined ? {} : { 'x-kubernetes-map-type': mapType };

/** What clients need for patches and apply. */
function extensionsOf(schema: Schema): OpenApiNode {
  return {
    ...(schema.listType === undefined ? {} : { 'x-kubernetes-list-type': schema.listType }),
    ...(schema.listMapKeys === undefined
      ? {}
      : { 'x-kubernetes-list-map-keys': schema.listMapKeys }),
    ...(schema.patchMergeKey === undefined
      ? {}
      : { 'x-kubernetes-patch-merge-key': schema.patchMergeKey }),
    ...(schema.patchStrategy === undefined
      ? {}
      : { 'x-kubernetes-patch-strategy': schema.patchStrategy.join(',') }),
  };
}
