import { errors, type KubeObject, toStatusError } from '@dormice/apimachinery';
import type { Extension } from '@dormice/apiserver';
import { type ApiRequest, type ApiResponse, type Client, resources } from '@dormice/client';
import type { HostCache } from '../host-cache.ts';
import { identityOf, isFree, labels, namespaceValue } from '../labels.ts';
import { hostName } from '../names.ts';
import type { ClusterPlace } from '../translator.ts';

export interface MetricsOptions {
  host: Client;
  cache: HostCache;
  place: ClusterPlace;
}

const group = 'metrics.k8s.io';
const version = 'v1beta1';
const apiVersion = `${group}/${version}`;
const prefix = `/apis/${group}/${version}`;
const verbs = ['get', 'list'];

/** `metrics.k8s.io` from the host's: the cluster's own pods under their own names, and the nodes that they run on. */
export function metricsExtension(options: MetricsOptions): Extension {
  return {
    group,
    version,
    resources: [
      { name: 'nodes', kind: 'NodeMetrics', namespaced: false, verbs },
      { name: 'pods', kind: 'PodMetrics', namespaced: true, verbs },
    ],
    transport: {
      request: async (request) => {
        try {
          return json(200, await answer(options, request));
        } catch (error) {
          const { code, ...status } = toStatusError(error).toStatus();
          return json(code ?? 500, { ...status, code });
        }
      },
    },
  };
}

async function answer(options: MetricsOptions, request: ApiRequest): Promise<object> {
  if (request.method !== 'GET') throw errors.methodNotAllowed();
  const parts = request.path
    .slice(prefix.length)
    .split('/')
    .filter(Boolean)
    .map(decodeURIComponent);
  const labelSelector = request.query.get('labelSelector') ?? undefined;
  const [first, second, third, fourth] = parts;
  if (first === 'nodes' && parts.length === 1) {
    return listOf('NodeMetricsList', await nodes(options, labelSelector));
  }
  if (first === 'nodes' && second !== undefined && parts.length === 2) {
    const found = (await nodes(options, undefined)).find(
      ({ metadata }) => metadata.name === second,
    );
    if (!found) throw errors.notFound({ group, resource: 'nodes' }, second);
    return found;
  }
  if (first === 'pods' && parts.length === 1) {
    return listOf('PodMetricsList', await pods(options, undefined, labelSelector));
  }
  if (first === 'namespaces' && second !== undefined && third === 'pods') {
    if (parts.length === 3) {
      return listOf('PodMetricsList', await pods(options, second, labelSelector));
    }
    if (fourth !== undefined && parts.length === 4) return pod(options, second, fourth);
  }
  throw errors.unknownPath();
}

async function nodes(
  { host, cache, place }: MetricsOptions,
  labelSelector: string | undefined,
): Promise<KubeObject[]> {
  const used = new Set<string>();
  for (const pod of cache.of(place.uid, 'pods')) {
    if (pod.spec?.nodeName) used.add(pod.spec.nodeName);
  }
  const { items } = await host.list(
    resources.nodemetrics,
    labelSelector === undefined ? {} : { labelSelector },
  );
  return items.filter(({ metadata }) => used.has(metadata.name ?? ''));
}

async function pods(
  { host, cache, place }: MetricsOptions,
  namespace: string | undefined,
  labelSelector: string | undefined,
): Promise<KubeObject[]> {
  const own = [
    `${labels.cluster}=${place.uid}`,
    ...(namespace === undefined ? [] : [`${labels.namespace}=${namespaceValue(namespace)}`]),
    ...(labelSelector === undefined || labelSelector === '' ? [] : [labelSelector]),
  ];
  const { items } = await host.list(resources.podmetrics, {
    namespace: place.namespace,
    labelSelector: own.join(','),
  });
  return items.flatMap((item) => withNamesBack(item, cache, place) ?? []);
}

async function pod(
  { host, cache, place }: MetricsOptions,
  namespace: string,
  name: string,
): Promise<KubeObject> {
  const found = await host
    .get(resources.podmetrics, hostName(place.uid, namespace, name), { namespace: place.namespace })
    .catch((error: unknown) => {
      const { code } = toStatusError(error);
      if (code === 404) return undefined;
      throw error;
    });
  const translated = found && withNamesBack(found, cache, place);
  if (!translated) throw errors.notFound({ group, resource: 'pods' }, `${namespace}/${name}`);
  return translated;
}

function withNamesBack(
  item: KubeObject,
  cache: HostCache,
  place: ClusterPlace,
): KubeObject | undefined {
  const host = cache.get('pods', place.namespace, item.metadata.name ?? '');
  const identity = host && identityOf(host);
  if (identity?.cluster !== place.uid) return undefined;
  const own = Object.entries(item.metadata.labels ?? {}).filter(([key]) => isFree(key));
  return {
    ...item,
    metadata: {
      ...item.metadata,
      name: identity.name,
      namespace: identity.namespace,
      labels: Object.fromEntries(own),
    },
  };
}

function listOf(kind: string, items: KubeObject[]): object {
  return { kind, apiVersion, metadata: {}, items };
}

function json(status: number, value: object): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(value)),
  };
}
