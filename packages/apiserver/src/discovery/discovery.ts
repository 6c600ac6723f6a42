import { createHash } from 'node:crypto';
import { apiVersionOf } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import { apiGroups, type Kind } from '@dormice/kinds';
import { documentCache, documentsOf, remoteApis, remoteTable } from '../aggregator/remote-apis.ts';
import { withRemoteGroups } from '../aggregator/remote-groups.ts';
import type { Extension } from '../api-server.ts';
import { cacheOf, type ServerContext } from '../context.ts';
import { isCustom } from '../registry/body.ts';
import { parseAccept } from '../respond/negotiate.ts';
import { bytesResponse, jsonResponse } from '../respond/respond.ts';

/** A resource as both kinds of discovery need it; CRDs, built-in kinds and extensions alike. */
interface Row {
  group: string;
  version: string;
  resource: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  verbs: readonly string[];
  shortNames: readonly string[];
  categories: readonly string[];
  /** Of a definition: its discovery says more. */
  custom: boolean;
  subresources: {
    name: string;
    kind: { group: string; version: string; kind: string };
    verbs: readonly string[];
  }[];
}

function rowOf(kind: Kind): Row {
  return {
    group: kind.group,
    version: kind.version,
    resource: kind.resource,
    singular: kind.singular,
    kind: kind.kind,
    namespaced: kind.scope === 'Namespaced',
    verbs: kind.verbs,
    shortNames: kind.shortNames,
    categories: kind.categories,
    custom: isCustom(kind),
    subresources: Object.entries(kind.subresources).map(([name, subresource]) => ({
      name,
      kind: subresource.kind ?? { group: kind.group, version: kind.version, kind: kind.kind },
      verbs: subresource.verbs,
    })),
  };
}

function extensionRows(extension: Extension): Row[] {
  return extension.resources.map((resource) => ({
    group: extension.group,
    version: extension.version,
    resource: resource.name,
    singular: '',
    kind: resource.kind,
    namespaced: resource.namespaced,
    verbs: resource.verbs,
    shortNames: [],
    categories: [],
    custom: false,
    subresources: [],
  }));
}

interface Group {
  group: string;
  versions: string[];
}

interface Document {
  groups: Group[];
  rows: Row[];
  /** `GROUP/VERSION` that aggregated servers answer for: what aggregated discovery says of it. */
  remote: Map<string, object>;
}

const documentKey = Symbol('discovery');

/** All groups and rows; made anew when a CRD or an aggregated server changed. */
function documentOf(context: ServerContext): Document {
  const cache = cacheOf<{ stamp: unknown[]; document?: Document }>(context, documentKey, () => ({
    stamp: [],
  }));
  const { generation } = context.kinds;
  const stamp = [generation, documentCache(context).generation, remoteTable(context)];
  if (cache.document && stamp.every((part, at) => part === cache.stamp[at])) return cache.document;
  cache.document = newDocument(context);
  cache.stamp = stamp;
  return cache.document;
}

function newDocument(context: ServerContext): Document {
  const apis = remoteApis(context);
  const isRemote = ({ group, version }: { group: string; version: string }): boolean =>
    apis.some((api) => api.group === group && api.version === version);
  const extensions = context.extensions.filter((extension) => !isRemote(extension));
  const builtin = new Set(apiGroups.map(({ group }) => group));
  const known = context.kinds.groups();
  const groups = withRemoteGroups(
    known.filter(({ group }) => builtin.has(group)),
    known.filter(({ group }) => !builtin.has(group)),
    apis,
  );
  const rows = [...context.kinds.all().map(rowOf), ...extensions.flatMap(extensionRows)];
  const remote = new Map<string, object>();
  for (const api of apis) {
    const found = documentsOf(context, api).discovery;
    remote.set(`${api.group}/${api.version}`, {
      version: api.version,
      ...(found ? { resources: found.resources } : {}),
      freshness: api.available && found ? 'Current' : 'Stale',
    });
  }
  return {
    groups: [
      ...groups,
      ...extensions.map(({ group, version }) => ({ group, versions: [version] })),
    ],
    rows: rows.filter((row) => !isRemote(row)),
    remote,
  };
}

/** Answers `/api`, `/apis`, `/apis/GROUP` and `/api(s)/…/VERSION`; `undefined` for other paths. */
export function serveDiscovery(
  context: ServerContext,
  request: ApiRequest,
): ApiResponse | undefined {
  const parts = request.path.split('/').filter((part) => part !== '');
  const [prefix, second, third] = parts;
  const document = documentOf(context);
  if (prefix === 'api') {
    if (parts.length === 1) return aggregated(request, document, true) ?? coreVersions();
    return parts.length === 2 ? resourceList(document, '', second ?? '') : undefined;
  }
  if (prefix !== 'apis') return undefined;
  if (parts.length === 1) return aggregated(request, document, false) ?? groupList(document);
  if (parts.length === 2) {
    const group = document.groups.find((entry) => entry.group === second);
    if (!group || second === '') return undefined;
    return jsonResponse(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) });
  }
  return parts.length === 3 ? resourceList(document, second ?? '', third ?? '') : undefined;
}

function coreVersions(): ApiResponse {
  return jsonResponse(200, {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }],
  });
}

function groupEntry({ group, versions }: Group) {
  const entries = versions.map((version) => ({
    groupVersion: apiVersionOf(group, version),
    version,
  }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

function groupList({ groups }: Document): ApiResponse {
  return jsonResponse(200, {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.filter(({ group }) => group !== '').map(groupEntry),
  });
}

function resourceList(
  { groups, rows }: Document,
  group: string,
  version: string,
): ApiResponse | undefined {
  const known = groups.find((entry) => entry.group === group);
  if (!known?.versions.includes(version)) return undefined;
  const resources = rows
    .filter((row) => row.group === group && row.version === version)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1))
    .flatMap((row) => [mainEntry(row), ...inOrder(row).map((sub) => subEntry(row, sub))]);
  return jsonResponse(200, {
    kind: 'APIResourceList',
    // Upstream leaves it out for the core group.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(group, version),
    resources,
  });
}

/** By name; of a definition's subresources the status comes first. */
function inOrder({ custom, subresources }: Row): Row['subresources'] {
  const sorted = subresources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return custom ? sorted.reverse() : sorted;
}

/** Where upstream hashes another group version than the one served: what its etcd holds, by its defaults. */
const hashedAs: Record<string, string> = {
  'events.k8s.io/v1/Event': '/v1/Event',
  'autoscaling/v1/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'storage.k8s.io/v1/VolumeAttributesClass': 'storage.k8s.io/v1beta1/VolumeAttributesClass',
  'apiextensions.k8s.io/v1/CustomResourceDefinition':
    'apiextensions.k8s.io/v1beta1/CustomResourceDefinition',
};

/** Changes with the shape of what is stored; clients only compare it. */
function storageVersionHash(row: Row): string {
  const served = `${row.group}/${row.version}/${row.kind}`;
  return createHash('sha256')
    .update(hashedAs[served] ?? served)
    .digest()
    .subarray(0, 8)
    .toString('base64');
}

function mainEntry(row: Row) {
  return {
    name: row.resource,
    singularName: row.singular,
    namespaced: row.namespaced,
    kind: row.kind,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(row.verbs.includes('watch') ? { storageVersionHash: storageVersionHash(row) } : {}),
  };
}

function subEntry(row: Row, sub: Row['subresources'][number]) {
  const foreign = sub.kind.group !== row.group || sub.kind.version !== row.version;
  return {
    name: `${row.resource}/${sub.name}`,
    singularName: '',
    namespaced: row.namespaced,
    ...(foreign && sub.kind.version !== ''
      ? { group: sub.kind.group, version: sub.kind.version }
      : {}),
    kind: sub.kind.kind,
    verbs: sub.verbs,
  };
}

const aggregatedVersions = ['v2', 'v2beta1'];

/** `APIGroupDiscoveryList`, when the client prefers it. */
function aggregated(
  request: ApiRequest,
  document: Document,
  core: boolean,
): ApiResponse | undefined {
  const version = preferredAggregation(request.headers['accept'] ?? '');
  if (version === undefined) return undefined;
  const groups = document.groups.filter(({ group }) => (group === '') === core);
  const value = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => aggregatedGroup(group, document)),
  };
  const body = new TextEncoder().encode(JSON.stringify(value));
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
  const headers = {
    'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    etag,
    vary: 'Accept',
    'cache-control': 'public',
  };
  if (request.headers['if-none-match'] === etag) {
    return { status: 304, headers, body: new Uint8Array() };
  }
  return bytesResponse(200, body, headers);
}

function preferredAggregation(accept: string): string | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue;
    const { g, v, as } = parameters;
    if (as === undefined) return undefined;
    const fits = g === 'apidiscovery.k8s.io' && as === 'APIGroupDiscoveryList';
    if (fits && v !== undefined && aggregatedVersions.includes(v)) return v;
  }
  return undefined;
}

function aggregatedGroup({ group, versions }: Group, { rows, remote }: Document) {
  return {
    metadata: group === '' ? {} : { name: group },
    versions: versions.map(
      (version) => remote.get(`${group}/${version}`) ?? aggregatedVersion(group, version, rows),
    ),
  };
}

function aggregatedVersion(group: string, version: string, rows: readonly Row[]) {
  return {
    version,
    resources: rows
      .filter((row) => row.group === group && row.version === version)
      .sort((a, b) => (a.resource < b.resource ? -1 : 1))
      .map(aggregatedResource),
    freshness: 'Current',
  };
}

/** Of built-in resources upstream names group and version only where they are not those of the document. */
function responseKindOf(row: Row, { group, version, kind }: Row['subresources'][number]['kind']) {
  const same = version === '' || (group === row.group && version === row.version);
  if (!same) return { group, version, kind };
  return row.custom
    ? { group: row.group, version: row.version, kind }
    : { group: '', version: '', kind };
}

function aggregatedResource(row: Row) {
  return {
    resource: row.resource,
    responseKind: row.custom
      ? { group: row.group, version: row.version, kind: row.kind }
      : { group: '', version: '', kind: row.kind },
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(row.subresources.length > 0
      ? {
          subresources: row.subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: responseKindOf(row, sub.kind),
            verbs: sub.verbs,
          })),
        }
      : {}),
  };
}
