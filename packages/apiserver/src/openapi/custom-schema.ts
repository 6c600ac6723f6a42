import { describeField } from './descriptions.ts';
import type { OpenApiNode, RefPrefix } from './v3-schema.ts';

/** A node of `openAPIV3Schema`, as far as it is read here. */
interface OpenApiSchema extends Record<string, unknown> {
  description?: string;
  properties?: Record<string, OpenApiSchema>;
  items?: OpenApiSchema;
  additionalProperties?: OpenApiSchema | boolean;
  allOf?: OpenApiSchema[];
  anyOf?: OpenApiSchema[];
  oneOf?: OpenApiSchema[];
  not?: OpenApiSchema;
}

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
/** A definition that says of `metadata` what custom resources say. */
const holder = 'io.k8s.api.core.v1.ConfigMap';

/** What a structural schema may say; anything else (examples, links) is not published. */
const published = [
  'description',
  'type',
  'format',
  'title',
  'default',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'enum',
  'maxProperties',
  'minProperties',
  'required',
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
] as const;
const junctions = ['allOf', 'anyOf', 'oneOf'] as const;

/** The published form of a custom resource's own schema: `openAPIV3Schema` plus what every object has. */
export function customDefinition(
  source: OpenApiSchema | undefined,
  prefix: RefPrefix,
): OpenApiNode {
  const isV2 = prefix === '#/definitions/';
  if (source === undefined) return { type: 'object' };
  // v2 cannot say that unknown fields stay: everything below is left open.
  if (isV2 && source['x-kubernetes-preserve-unknown-fields']) {
    return describedObject(source);
  }
  const node = isV2 ? v2Node(source) : v3Node(source);
  return { ...node, properties: { ...(node['properties'] as object), ...typeMeta(prefix) } };
}

const describedObject = ({ description }: OpenApiSchema): OpenApiNode => ({
  ...(description === undefined ? {} : { description }),
  type: 'object',
});

/** apiVersion, kind and metadata, as every object has them. */
function typeMeta(prefix: RefPrefix): Record<string, OpenApiNode> {
  const text = (field: string): OpenApiNode => ({ ...described(field), type: 'string' });
  const reference = { $ref: `${prefix}${objectMeta}` };
  return {
    apiVersion: text('apiVersion'),
    kind: text('kind'),
    metadata:
      prefix === '#/definitions/'
        ? { ...described('metadata'), ...reference }
        : { ...described('metadata'), allOf: [reference] },
  };
}

function described(field: string): OpenApiNode {
  const description = describeField(holder, field);
  return description === undefined ? {} : { description };
}

function copied(source: OpenApiSchema): OpenApiNode {
  const node: OpenApiNode = {};
  for (const key of published) {
    if (source[key] !== undefined && source[key] !== false) node[key] = source[key];
  }
  return node;
}

function children(
  node: OpenApiNode,
  source: OpenApiSchema,
  convert: (child: OpenApiSchema) => OpenApiNode,
): void {
  const { properties, items, additionalProperties } = source;
  if (properties && Object.keys(properties).length > 0) {
    node['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, child]) => [name, convert(child)]),
    );
  }
  if (items) node['items'] = convert(items);
  if (typeof additionalProperties === 'object') {
    node['additionalProperties'] = convert(additionalProperties);
  } else if (additionalProperties === true) node['additionalProperties'] = true;
}

function v3Node(source: OpenApiSchema): OpenApiNode {
  const node = copied(source);
  children(node, source, v3Node);
  for (const key of junctions) if (source[key]) node[key] = source[key].map(v3Node);
  if (source.not) node['not'] = v3Node(source.not);
  if (source['x-kubernetes-int-or-string'] && !source.anyOf) {
    node['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  if (source['x-kubernetes-embedded-resource']) {
    node['properties'] = {
      ...(node['properties'] as object),
      ...typeMeta('#/components/schemas/'),
    };
    node['required'] = ['kind', 'apiVersion'];
  }
  return node;
}

/** v2 has no alternatives and no null: what would be wrong there is left out. */
function v2Node(source: OpenApiSchema): OpenApiNode {
  const { default: _default, nullable, ...node } = copied(source);
  if (nullable || source['x-kubernetes-preserve-unknown-fields']) {
    const { type: _type, ...open } = node;
    return open;
  }
  children(node, source, v2Node);
  return node;
}
