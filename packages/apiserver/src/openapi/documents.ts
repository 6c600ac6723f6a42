import { createHash } from 'node:crypto';
import { apiVersionOf, type Schema } from '@dormice/apimachinery';
import { type Kind, schemaOf } from '@dormice/kinds';
import { isCustom } from '../registry/body.ts';
import { bodyOf, nodeOf, type OpenApiNode, type RefPrefix } from './v3-schema.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** Definition names of custom resources: the group backwards, as upstream names them. */
export function definitionNameOf(kind: Kind, list = false): string {
  if (!isCustom(kind)) {
    const name = kind.schema.name ?? kind.kind;
    return list ? `${name}List` : name;
  }
  const group = kind.group.split('.').reverse().join('.');
  return `${group}.${kind.version}.${list ? kind.listKind : kind.kind}`;
}

const gvkOf = (kind: Kind, name = kind.kind) => [
  { group: kind.group, kind: name, version: kind.version },
];

/** Definitions that a set of kinds needs, all references followed. */
function definitionsOf(kinds: readonly Kind[], prefix: RefPrefix): Record<string, OpenApiNode> {
  const definitions: Record<string, OpenApiNode> = {};
  const named = new Map<string, Schema>();
  for (const kind of kinds) {
    definitions[definitionNameOf(kind)] = {
      ...objectNode(kind, prefix, named),
      'x-kubernetes-group-version-kind': gvkOf(kind),
    };
    if (kind.verbs.includes('list')) {
      definitions[definitionNameOf(kind, true)] = listNode(kind, prefix, named);
    }
    for (const { kind: body } of Object.values(kind.subresources)) {
      if (body && body.version !== '') addSubresourceKind(body, named);
    }
  }
  for (const name of ['DeleteOptions', 'Status', 'Patch', 'ListMeta', 'WatchEvent']) {
    named.set(`${meta}${name}`, schemaOf(`${meta}${name}`));
  }
  // Bodies find more names while they are written: a Map's iteration includes what is added meanwhile.
  for (const [name, schema] of named) {
    definitions[name] ??= bodyOf(schema, prefix, named);
  }
  return definitions;
}

function addSubresourceKind(
  body: { group: string; version: string; kind: string },
  named: Map<string, Schema>,
): void {
  const packages: Record<string, string> = {
    'autoscaling/v1/Scale': 'io.k8s.api.autoscaling.v1.Scale',
    'policy/v1/Eviction': 'io.k8s.api.policy.v1.Eviction',
    'authentication.k8s.io/v1/TokenRequest': 'io.k8s.api.authentication.v1.TokenRequest',
  };
  const name = packages[`${body.group}/${body.version}/${body.kind}`];
  if (name !== undefined) named.set(name, schemaOf(name));
}

function objectNode(kind: Kind, prefix: RefPrefix, named: Map<string, Schema>): OpenApiNode {
  if (!isCustom(kind)) return bodyOf(kind.schema, prefix, named);
  const schema: Schema = {
    type: 'object',
    ...kind.schema,
    fields: {
      ...kind.schema.fields,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: schemaOf(`${meta}ObjectMeta`),
    },
  };
  const node = bodyOf(schema, prefix, named);
  if (schema.preserveUnknown) node['x-kubernetes-preserve-unknown-fields'] = true;
  return node;
}

function listNode(kind: Kind, prefix: RefPrefix, named: Map<string, Schema>): OpenApiNode {
  const listMeta = schemaOf(`${meta}ListMeta`);
  return {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: nodeOf(listMeta, prefix, named),
      items: { type: 'array', items: { $ref: `${prefix}${definitionNameOf(kind)}` } },
    },
    'x-kubernetes-group-version-kind': gvkOf(kind, kind.listKind),
  };
}

interface PathVerb {
  verb: string;
  method: string;
  action: string;
}

const collectionVerbs: PathVerb[] = [
  { verb: 'list', method: 'get', action: 'list' },
  { verb: 'create', method: 'post', action: 'post' },
  { verb: 'deletecollection', method: 'delete', action: 'deletecollection' },
];
const objectVerbs: PathVerb[] = [
  { verb: 'get', method: 'get', action: 'get' },
  { verb: 'update', method: 'put', action: 'put' },
  { verb: 'patch', method: 'patch', action: 'patch' },
  { verb: 'delete', method: 'delete', action: 'delete' },
];
const writes = new Set(['post', 'put', 'patch']);

/** Query parameters that tell kubectl what the server can do (dry-run, field validation, apply). */
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'];

function operation(kind: Kind, { method, action }: PathVerb, v2: boolean): OpenApiNode {
  const prefix = v2 ? '#/definitions/' : '#/components/schemas/';
  const ok = { $ref: `${prefix}${definitionNameOf(kind, action === 'list')}` };
  const parameters = writes.has(method)
    ? writeParameters.map((name) =>
        v2
          ? { name, in: 'query', type: 'string', uniqueItems: true }
          : { name, in: 'query', schema: { type: 'string', uniqueItems: true } },
      )
    : [];
  return {
    operationId: `${action}${kind.group === '' ? 'Core' : ''}${kind.version}${kind.kind}`,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      '200': v2
        ? { description: 'OK', schema: ok }
        : { description: 'OK', content: { 'application/json': { schema: ok } } },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvkOf(kind)[0],
  };
}

function pathsOf(kinds: readonly Kind[], v2: boolean): Record<string, OpenApiNode> {
  const paths: Record<string, OpenApiNode> = {};
  for (const kind of kinds) {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    const scope = kind.scope === 'Namespaced' ? '/namespaces/{namespace}' : '';
    const collection = `${root}${scope}/${kind.resource}`;
    const node = (verbs: PathVerb[]): OpenApiNode =>
      Object.fromEntries(
        verbs
          .filter(({ verb }) => kind.verbs.includes(verb))
          .map((entry) => [entry.method, operation(kind, entry, v2)]),
      );
    paths[collection] = node(collectionVerbs);
    paths[`${collection}/{name}`] = node(objectVerbs);
  }
  return paths;
}

const info = { title: 'Kubernetes', version: 'v1.35.4' };

/** The OpenAPI v3 document of one group version. */
export function v3Document(kinds: readonly Kind[]): Uint8Array {
  return encode({
    openapi: '3.0.0',
    info,
    paths: pathsOf(kinds, false),
    components: { schemas: definitionsOf(kinds, '#/components/schemas/') },
  });
}

/** The OpenAPI v2 document of all kinds. */
export function v2Document(kinds: readonly Kind[]): Uint8Array {
  return encode({
    swagger: '2.0',
    info,
    paths: pathsOf(kinds, true),
    definitions: definitionsOf(kinds, '#/definitions/'),
  });
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha512').update(bytes).digest('hex').toUpperCase();

/** `api/v1`, `apis/apps/v1`: how the v3 index names a group version. */
export function indexName(group: string, version: string): string {
  return `${group === '' ? 'api' : 'apis'}/${apiVersionOf(group, version)}`;
}
