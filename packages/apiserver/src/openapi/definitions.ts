import type { Schema } from '@dormice/apimachinery';
import { type Kind, schemaOf } from '@dormice/kinds';
import { isCustom } from '../registry/body.ts';
import { customDefinition } from './custom-schema.ts';
import { describeField } from './descriptions.ts';
import { schemeVersions } from './scheme-versions.ts';
import { definitionOf, nodeOf, type OpenApiNode, type RefPrefix } from './v3-schema.ts';

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

interface Gvk {
  group: string;
  kind: string;
  version: string;
}

const gvkOf = ({ group, version, kind }: Kind, name: string = kind): Gvk => ({
  group,
  kind: name,
  version,
});

/** Bodies of subresources that are kinds of their own. */
const bodies: Record<string, string> = {
  'autoscaling/v1/Scale': 'io.k8s.api.autoscaling.v1.Scale',
  'policy/v1/Eviction': 'io.k8s.api.policy.v1.Eviction',
  'authentication.k8s.io/v1/TokenRequest': 'io.k8s.api.authentication.v1.TokenRequest',
};

/** Definitions that documents of stored kinds have, whatever the kinds. */
const common = ['DeleteOptions', 'Status', 'Patch', 'ListMeta'];
/** Definitions that the discovery documents of the whole server have. */
const discovery = ['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions'];

/** What `/version/` answers. */
const text = { type: 'string' };
const versionInfo: OpenApiNode = {
  type: 'object',
  required: [
    'major',
    'minor',
    'gitVersion',
    'gitCommit',
    'gitTreeState',
    'buildDate',
    'goVersion',
    'compiler',
    'platform',
  ],
  properties: {
    buildDate: text,
    compiler: text,
    emulationMajor: text,
    emulationMinor: text,
    gitCommit: text,
    gitTreeState: text,
    gitVersion: text,
    goVersion: text,
    major: text,
    minCompatibilityMajor: text,
    minCompatibilityMinor: text,
    minor: text,
    platform: text,
  },
};

/** Kinds that belong to every group version of Go's scheme. */
const everywhere = new Set([`${meta}DeleteOptions`, `${meta}WatchEvent`]);

/**
 * Definitions that a set of kinds needs, all references followed.
 *
 * @param whole is it the document of the whole server?
 */
export function definitionsOf(
  kinds: readonly Kind[],
  prefix: RefPrefix,
  whole: boolean,
): Record<string, OpenApiNode> {
  const definitions: Record<string, OpenApiNode> = whole
    ? { 'io.k8s.apimachinery.pkg.version.Info': versionInfo }
    : {};
  const named = new Map<string, Schema>();
  const gvks = new Map<string, Gvk[]>();
  const need = (name: string): void => void named.set(name, schemaOf(name));
  for (const kind of kinds) {
    gvks.set(definitionNameOf(kind), [gvkOf(kind)]);
    const isListed = kind.verbs.includes('list');
    if (isListed) gvks.set(definitionNameOf(kind, true), [gvkOf(kind, kind.listKind)]);
    if (isCustom(kind)) {
      definitions[definitionNameOf(kind)] = customDefinition(kind.openApi, prefix);
      if (isListed) definitions[definitionNameOf(kind, true)] = customList(kind, prefix);
      need(`${meta}ObjectMeta`);
    } else {
      named.set(definitionNameOf(kind), kind.schema);
      const list = definitionNameOf(kind, true);
      if (isListed) named.set(list, kind.listSchema ?? schemaOf(list));
    }
    for (const { kind: body } of Object.values(kind.subresources)) {
      const name = body && bodies[`${body.group}/${body.version}/${body.kind}`];
      if (!body || name === undefined) continue;
      need(name);
      gvks.set(name, [{ group: body.group, kind: body.kind, version: body.version }]);
    }
  }
  for (const name of common) need(`${meta}${name}`);
  if (kinds.some((kind) => !isCustom(kind))) need(`${meta}WatchEvent`);
  for (const name of whole ? discovery : ['APIResourceList']) {
    if (whole || kinds.some((kind) => !isCustom(kind))) need(`${meta}${name}`);
  }
  gvks.set(`${meta}Status`, [{ group: '', kind: 'Status', version: 'v1' }]);
  for (const name of discovery) {
    gvks.set(`${meta}${name}`, [{ group: '', kind: name, version: 'v1' }]);
  }
  // Bodies find more names while they are written: a Map's iteration includes what is added meanwhile.
  for (const [name, schema] of named) {
    definitions[name] ??= definitionOf(name, schema, prefix, named);
  }
  for (const [name, node] of Object.entries(definitions)) {
    const gvk = everywhere.has(name) ? inEveryVersion(name.slice(meta.length)) : gvks.get(name);
    if (gvk) node['x-kubernetes-group-version-kind'] = gvk;
  }
  return Object.fromEntries(
    Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

const inEveryVersion = (kind: string): Gvk[] =>
  schemeVersions.flatMap(([group, versions]) =>
    versions.map((version) => ({ group, kind, version })),
  );

function customList(kind: Kind, prefix: RefPrefix): OpenApiNode {
  const holder = 'io.k8s.api.core.v1.ConfigMapList';
  const text = (field: string): OpenApiNode => ({ ...described(field), type: 'string' });
  const described = (field: string): OpenApiNode => {
    const description = describeField(holder, field);
    return description === undefined ? {} : { description };
  };
  const listMeta = schemaOf(`${meta}ListMeta`);
  const metadata = nodeOf({ ...listMeta, pointer: true }, prefix, new Map());
  const link =
    'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
  return {
    description: `${kind.listKind} is a list of ${kind.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: text('apiVersion'),
      items: {
        description: `List of ${kind.resource}. More info: ${link}`,
        type: 'array',
        items: { $ref: `${prefix}${definitionNameOf(kind)}` },
      },
      kind: text('kind'),
      metadata: {
        ...describedListMeta(prefix, metadata),
      },
    },
  };
}

/** The reference to ListMeta, with what lists say of it. */
function describedListMeta(prefix: RefPrefix, reference: OpenApiNode): OpenApiNode {
  const description = describeField('io.k8s.api.apps.v1.DeploymentList', 'metadata');
  if (description === undefined) return reference;
  return prefix === '#/definitions/'
    ? { description, ...reference }
    : { description, allOf: [reference] };
}
