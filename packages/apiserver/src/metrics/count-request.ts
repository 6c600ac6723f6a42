import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import type { RequestInfo } from '../route.ts';
import { type ClusterMetrics, metricsOf } from './cluster-metrics.ts';

/** Verbs that lead to a running workload have a name of their own. */
const connects = new Set(['attach', 'exec', 'portforward', 'proxy', 'log']);

const isMutating = ({ method }: ApiRequest): boolean => method !== 'GET' && method !== 'HEAD';

/** Notes a request that is begun; the result notes its answer. */
export function beginRequest(
  context: ServerContext,
  request: ApiRequest,
  info: RequestInfo,
): (response: ApiResponse) => void {
  const metrics = metricsOf(context);
  const kind = isMutating(request) ? 'mutating' : 'readOnly';
  const since = performance.now();
  metrics.inFlight[kind] += 1;
  return (response) => {
    metrics.inFlight[kind] -= 1;
    note(
      metrics,
      labelsOf(context, metrics, { request, info }),
      response,
      (performance.now() - since) / 1000,
    );
  };
}

interface Labels {
  text: string;
  isRead: boolean;
  /** Component, and so on, without `dry_run`. */
  plain: string;
}

function note(
  metrics: ClusterMetrics,
  { text, plain, isRead }: Labels,
  { status, body }: ApiResponse,
  seconds: number,
): void {
  metrics.requests.add(metrics.labels.code(status, text));
  metrics.durations.observe(text, seconds);
  if (isRead && body instanceof Uint8Array) metrics.sizes.observe(plain, body.length);
}

/** Upstream's labels. What no API serves counts as nothing in particular: tenants cannot make up series. */
function labelsOf(
  context: ServerContext,
  metrics: ClusterMetrics,
  { request, info }: { request: ApiRequest; info: RequestInfo },
): Labels {
  const dryRun = request.query.getAll('dryRun').includes('All') ? 'All' : '';
  const isRead = request.method === 'GET';
  const plain =
    info.isResource && context.kinds.find(info.group, info.version, info.resource)
      ? resourceLabels(metrics, info, verbOf(info, request))
      : otherLabels(request);
  return { text: metrics.labels.dryRun(dryRun, plain), plain, isRead };
}

/** The part of the labels that long-running requests share with all others. */
export function resourceLabels(
  { labels }: ClusterMetrics,
  info: RequestInfo & { isResource: true },
  verb: string,
): string {
  const { group, version, resource, subresource } = info;
  return labels.resource(
    group,
    version,
    resource,
    knownSubresource(subresource),
    scopeOf(info),
    verb,
  );
}

const subresources = new Set([
  ...connects,
  'approval',
  'binding',
  'ephemeralcontainers',
  'eviction',
  'finalize',
  'resize',
  'scale',
  'status',
  'token',
]);

const knownSubresource = (name: string): string => (subresources.has(name) ? name : '');

const paths = new Set([
  '/api',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/version',
]);

function otherLabels({ path, method }: ApiRequest): string {
  const known = paths.has(path) ? path : '';
  return `component="",group="",resource="",scope="",subresource="${known}",verb="${method}",version=""`;
}

function scopeOf({ name, namespace, verb }: RequestInfo & { isResource: true }): string {
  if (name !== '' || verb === 'create') return 'resource';
  return namespace === '' ? 'cluster' : 'namespace';
}

function verbOf(info: RequestInfo & { isResource: true }, request: ApiRequest): string {
  if (connects.has(info.subresource)) return 'CONNECT';
  switch (info.verb) {
    case 'list':
      return 'LIST';
    case 'watch':
      return 'WATCH';
    case 'deletecollection':
      return 'DELETECOLLECTION';
    case 'patch':
      return (request.headers['content-type'] ?? '').startsWith('application/apply-patch')
        ? 'APPLY'
        : 'PATCH';
    default:
      return request.method;
  }
}
