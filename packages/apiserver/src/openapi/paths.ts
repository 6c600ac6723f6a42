import type { Kind } from '@dormice/kinds';
import { isCustom } from '../registry/body.ts';
import { definitionNameOf } from './definitions.ts';
import { pathNodes, queryNodes } from './parameters.ts';
import type { OpenApiNode } from './v3-schema.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** How a verb is described: method, action, beginning of the operation's name, sentence, codes besides 200 and 401. */
interface Row {
  verb: string;
  method: string;
  action: string;
  start: string;
  sentence: (kind: string, subresource: string) => string;
  codes: Record<string, string>;
}

const of = (subresource: string): string => (subresource === '' ? '' : `${subresource} of `);

const rows: Record<'collection' | 'object', Row[]> = {
  collection: [
    {
      verb: 'list',
      method: 'get',
      action: 'list',
      start: 'list',
      sentence: (kind) => `list or watch objects of kind ${kind}`,
      codes: {},
    },
    {
      verb: 'create',
      method: 'post',
      action: 'post',
      start: 'create',
      sentence: (kind) => `create ${article(kind)} ${kind}`,
      codes: { '201': 'Created', '202': 'Accepted' },
    },
    {
      verb: 'deletecollection',
      method: 'delete',
      action: 'deletecollection',
      start: 'delete',
      sentence: (kind) => `delete collection of ${kind}`,
      codes: {},
    },
  ],
  object: [
    {
      verb: 'get',
      method: 'get',
      action: 'get',
      start: 'read',
      sentence: (kind, sub) => `read ${of(sub)}the specified ${kind}`,
      codes: {},
    },
    {
      verb: 'update',
      method: 'put',
      action: 'put',
      start: 'replace',
      sentence: (kind, sub) => `replace ${of(sub)}the specified ${kind}`,
      codes: { '201': 'Created' },
    },
    {
      verb: 'delete',
      method: 'delete',
      action: 'delete',
      start: 'delete',
      sentence: (kind, sub) => `delete ${sub === '' ? '' : `${sub} of `}${article(kind)} ${kind}`,
      codes: { '202': 'Accepted' },
    },
    {
      verb: 'patch',
      method: 'patch',
      action: 'patch',
      start: 'patch',
      sentence: (kind, sub) => `partially update ${of(sub)}the specified ${kind}`,
      codes: { '201': 'Created' },
    },
    {
      verb: 'create',
      method: 'post',
      action: 'post',
      start: 'create',
      sentence: (kind, sub) => `create ${of(sub)}${article(kind)} ${kind}`,
      codes: { '201': 'Created', '202': 'Accepted' },
    },
  ],
};

const article = (kind: string): string => (/^[AEIO]/.test(kind) ? 'an' : 'a');
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `apps`/`v1` → `AppsV1`, `''` → `CoreV1`, `a.example.com` → `AExampleComV1`. */
export function groupPart(group: string, version: string): string {
  const short = group === '' ? 'core' : group.replace(/\.k8s\.io$/, '');
  const parts = short.replace(/\.(authorization|apiserver)$/, (match) => match).split('.');
  return parts.map(upper).join('') + upper(version);
}

/** `apps_v1`: what groups operations. */
export function tagOf(group: string, version: string): string {
  const part = groupPart(group, version);
  return `${part.charAt(0).toLowerCase()}${part.slice(1, part.length - version.length)}_${version}`;
}

const jsonTypes = ['application/json', 'application/yaml'];
const protobufType = 'application/vnd.kubernetes.protobuf';
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];
const strategic = 'application/strategic-merge-patch+json';
const streams = ['application/json;stream=watch', `${protobufType};stream=watch`];

interface Target {
  kind: Kind;
  subresource: string;
  /** Kind of the body. */
  gvk: { group: string; version: string; kind: string };
  /** Definition of the body. */
  definition: string;
  namespaced: boolean;
  all: boolean;
}

/** Definitions of bodies that are not their parent's kind. */
const bodyDefinitions: Record<string, string> = {
  Scale: 'io.k8s.api.autoscaling.v1.Scale',
  Eviction: 'io.k8s.api.policy.v1.Eviction',
  TokenRequest: 'io.k8s.api.authentication.v1.TokenRequest',
  Binding: 'io.k8s.api.core.v1.Binding',
};

function operationId({ kind, subresource, namespaced, all }: Target, row: Row): string {
  const scope = namespaced && !all ? 'Namespaced' : '';
  const collection = row.verb === 'deletecollection' ? 'Collection' : '';
  const end = all && namespaced ? 'ForAllNamespaces' : '';
  return `${row.start}${groupPart(kind.group, kind.version)}${collection}${scope}${kind.kind}${upper(subresource)}${end}`;
}

function operation(target: Target, row: Row, v2: boolean): OpenApiNode {
  const { kind, subresource, gvk, definition } = target;
  const custom = isCustom(kind);
  const prefix = v2 ? '#/definitions/' : '#/components/schemas/';
  const produced = [...jsonTypes, ...(custom ? [] : [protobufType])];
  const answers =
    row.verb === 'list' ? [...produced, ...(custom ? streams.slice(0, 1) : streams)] : produced;
  const result =
    row.verb === 'list'
      ? definitionNameOf(kind, true)
      : row.verb === 'deletecollection' || (row.verb === 'delete' && subresource === '')
        ? `${meta}Status`
        : definition;
  const content = (types: readonly string[], name: string): OpenApiNode =>
    Object.fromEntries(types.map((type) => [type, { schema: { $ref: `${prefix}${name}` } }]));
  const answer = (description: string): OpenApiNode =>
    v2
      ? { description, schema: { $ref: `${prefix}${result}` } }
      : { description, content: content(answers, result) };
  const body = bodyOf(row, custom, definition);
  return {
    tags: [tagOf(kind.group, kind.version)],
    description: row.sentence(kind.kind, subresource),
    ...(v2
      ? {
          consumes: row.verb === 'patch' ? body?.types : ['*/*'],
          produces: answers,
          schemes: ['https'],
        }
      : {}),
    operationId: operationId(target, row),
    parameters: [
      ...(v2 && body ? [bodyParameter(body, prefix)] : []),
      ...queryNodes(row.action, v2),
    ],
    ...(!v2 && body
      ? {
          requestBody: {
            content: content(body.types, body.definition),
            ...(body.required ? { required: true } : {}),
          },
        }
      : {}),
    responses: {
      '200': answer('OK'),
      ...Object.fromEntries(
        Object.entries(row.codes).map(([code, description]) => [code, answer(description)]),
      ),
      '401': { description: 'Unauthorized' },
    },
    'x-kubernetes-action': row.action,
    'x-kubernetes-group-version-kind': { group: gvk.group, version: gvk.version, kind: gvk.kind },
  };
}

interface Body {
  definition: string;
  types: readonly string[];
  required: boolean;
}

function bodyOf(row: Row, custom: boolean, definition: string): Body | undefined {
  switch (row.method) {
    case 'patch':
      return {
        definition: `${meta}Patch`,
        types: custom ? patchTypes : [...patchTypes.slice(0, 2), strategic, ...patchTypes.slice(2)],
        required: true,
      };
    case 'post':
    case 'put':
      return { definition, types: ['*/*'], required: true };
    case 'delete':
      return { definition: `${meta}DeleteOptions`, types: ['*/*'], required: false };
    default:
      return undefined;
  }
}

const bodyParameter = (body: Body, prefix: string): OpenApiNode => ({
  name: 'body',
  in: 'body',
  ...(body.required ? { required: true } : {}),
  schema: { $ref: `${prefix}${body.definition}` },
});

function addPath(
  paths: Record<string, OpenApiNode>,
  path: string,
  target: Target,
  chosen: { rows: Row[]; verbs: readonly string[] },
  v2: boolean,
): void {
  const node: OpenApiNode = {};
  for (const row of chosen.rows) {
    if (chosen.verbs.includes(row.verb)) node[row.method] = operation(target, row, v2);
  }
  if (Object.keys(node).length === 0) return;
  node['parameters'] = pathNodes(path, target.kind.kind, v2);
  paths[path] = node;
}

/** The paths of a set of kinds with the operations that each has. */
export function pathsOf(kinds: readonly Kind[], v2: boolean): Record<string, OpenApiNode> {
  const paths: Record<string, OpenApiNode> = {};
  for (const kind of kinds) {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    const namespaced = kind.scope === 'Namespaced';
    const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${kind.resource}`;
    const gvk = { group: kind.group, version: kind.version, kind: kind.kind };
    const definition = definitionNameOf(kind);
    const target = { kind, subresource: '', gvk, definition, namespaced, all: false };
    const { verbs } = kind;
    addPath(paths, collection, target, { rows: rows.collection, verbs }, v2);
    const ofOne = { rows: rows.object, verbs: verbs.filter((verb) => verb !== 'create') };
    addPath(paths, `${collection}/{name}`, target, ofOne, v2);
    if (namespaced && verbs.includes('list')) {
      const onlyList = { rows: rows.collection, verbs: ['list'] };
      addPath(paths, `${root}/${kind.resource}`, { ...target, all: true }, onlyList, v2);
    }
    for (const [name, subresource] of Object.entries(kind.subresources)) {
      const own = subresource.kind ? bodyDefinitions[subresource.kind.kind] : definition;
      if (own === undefined) continue;
      const part = {
        ...target,
        subresource: name,
        gvk: subresource.kind ?? gvk,
        definition: own,
      };
      const chosen = { rows: rows.object, verbs: subresource.verbs };
      addPath(paths, `${collection}/{name}/${name}`, part, chosen, v2);
    }
  }
  return paths;
}
