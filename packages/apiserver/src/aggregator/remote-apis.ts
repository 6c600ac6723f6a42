import { getCondition, type KubeObject } from '@dormice/apimachinery';
import { prefixRange } from '@dormice/storage';
import { cacheOf, type ServerContext } from '../context.ts';
import type { Target } from '../outbound/outbound.ts';
import { keyPrefix } from '../registry/keys.ts';
import type { FrontProxy } from './front-proxy.ts';

export const apiServicePrefix = keyPrefix({
  group: 'apiregistration.k8s.io',
  resource: 'apiservices',
});

/** A group version that a server behind a Service answers for. */
export interface RemoteApi {
  /** Of the APIService: `v1alpha1.wardle.example.com`. */
  name: string;
  group: string;
  version: string;
  groupPriority: number;
  versionPriority: number;
  service: { namespace: string; name: string; port: number };
  available: boolean;
  insecure: boolean;
  /** PEM. */
  ca: string | undefined;
}

const decoder = new TextDecoder();

/** All APIServices of the cluster, read from the store: local ones are many, and nobody asks for them often. */
export function apiServices(context: ServerContext): KubeObject[] {
  return context.store
    .list(prefixRange(apiServicePrefix), { count: false })
    .entries.map(({ value }) => JSON.parse(decoder.decode(value)) as KubeObject);
}

const tableKey = Symbol('remote APIs');

function memoryOf(context: ServerContext): { table?: Map<string, RemoteApi> | undefined } {
  return cacheOf(context, tableKey, () => ({}));
}

/** The aggregated ones by `GROUP/VERSION`; the same map until an APIService changes. */
export function remoteTable(context: ServerContext): ReadonlyMap<string, RemoteApi> {
  const memory = memoryOf(context);
  memory.table ??= new Map(
    apiServices(context).flatMap((object) => {
      const api = remoteApiOf(object);
      return api ? [[`${api.group}/${api.version}`, api] as const] : [];
    }),
  );
  return memory.table;
}

/** To be called when an APIService changed. */
export function forgetRemoteApis(context: ServerContext): void {
  memoryOf(context).table = undefined;
}

function remoteApiOf(object: KubeObject): RemoteApi | undefined {
  const { spec = {}, status } = object as KubeObject[string];
  // Core and the registration itself are always ours: without them nothing could be repaired.
  if (!spec.service || !spec.group || spec.group === 'apiregistration.k8s.io') return undefined;
  const { namespace, name, port = 443 } = spec.service;
  return {
    name: object.metadata.name ?? '',
    group: spec.group,
    version: spec.version,
    groupPriority: spec.groupPriorityMinimum ?? 0,
    versionPriority: spec.versionPriority ?? 0,
    service: { namespace, name, port },
    available: getCondition(status?.conditions ?? [], 'Available')?.status === 'True',
    insecure: spec.insecureSkipTLSVerify === true,
    ca: spec.caBundle ? Buffer.from(spec.caBundle, 'base64').toString('utf8') : undefined,
  };
}

/** The aggregated server that answers for a path, if one does. */
export function remoteApiOfPath(context: ServerContext, path: string): RemoteApi | undefined {
  const table = remoteTable(context);
  if (table.size === 0) return undefined;
  const [, prefix, group, version] = path.split('/');
  return prefix === 'apis' ? table.get(`${group}/${version}`) : undefined;
}

export function remoteApis(context: ServerContext): RemoteApi[] {
  return [...remoteTable(context).values()];
}

/** How an aggregated server is reached; the check of its availability does not look at certificates. */
export function targetOf(api: RemoteApi, identity: FrontProxy, checkCertificate = true): Target {
  const { namespace, name } = api.service;
  return {
    service: api.service,
    serverName: `${name}.${namespace}.svc`,
    cert: identity.client.certificate,
    key: identity.client.key,
    ...(api.insecure || !checkCertificate ? { insecure: true } : {}),
    ...(api.ca === undefined || !checkCertificate ? {} : { ca: api.ca }),
  };
}

/** What aggregated servers said about themselves when they were last asked. */
export interface RemoteDocuments {
  /** Versions as aggregated discovery has them. */
  discovery?: { version: string; resources: unknown[] };
  /** `?hash=` of the OpenAPI v3 document. */
  openApiHash?: string;
  openApiV2?: { paths?: object; definitions?: object };
}

interface DocumentCache {
  /** Counts changes. */
  generation: number;
  byName: Map<string, { text: string; documents: RemoteDocuments }>;
}

const key = Symbol('aggregated documents');

export function documentCache(context: ServerContext): DocumentCache {
  return cacheOf<DocumentCache>(context, key, () => ({ generation: 0, byName: new Map() }));
}

export function rememberDocuments(
  context: ServerContext,
  name: string,
  documents: RemoteDocuments,
): void {
  const cache = documentCache(context);
  const text = JSON.stringify(documents);
  if (cache.byName.get(name)?.text === text) return;
  cache.byName.set(name, { text, documents });
  cache.generation += 1;
}

export const documentsOf = (context: ServerContext, { name }: RemoteApi): RemoteDocuments =>
  documentCache(context).byName.get(name)?.documents ?? {};
