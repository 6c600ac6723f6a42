import { cacheOf, type ServerContext } from '../context.ts';

interface Counters {
  /** Requests by `verb resource code`. */
  requests: Map<string, number>;
}

const key = Symbol('metrics');

const countersOf = (context: ServerContext): Counters =>
  cacheOf(context, key, () => ({ requests: new Map() }));

/** Counts one answered request. */
export function countRequest(
  context: ServerContext,
  labels: { verb: string; group: string; version: string; resource: string; code: number },
): void {
  const { verb, group, version, resource, code } = labels;
  const name = `verb="${verb.toUpperCase()}",group="${group}",version="${version}",resource="${resource}",code="${code}"`;
  const { requests } = countersOf(context);
  requests.set(name, (requests.get(name) ?? 0) + 1);
}

/** Prometheus text under upstream's names, with what this server counts. */
export function renderMetrics(context: ServerContext): string {
  const { activity } = context;
  const lines = [
    '# HELP apiserver_request_total Counter of apiserver requests broken out for each verb, group, version, resource and code.',
    '# TYPE apiserver_request_total counter',
    ...[...countersOf(context).requests].map(
      ([labels, count]) => `apiserver_request_total{${labels}} ${count}`,
    ),
    '# HELP apiserver_current_inflight_requests Number of requests that are being answered now.',
    '# TYPE apiserver_current_inflight_requests gauge',
    `apiserver_current_inflight_requests ${activity.inFlight}`,
    '# HELP apiserver_longrunning_requests Number of open watches.',
    '# TYPE apiserver_longrunning_requests gauge',
    `apiserver_longrunning_requests{verb="WATCH"} ${activity.watches}`,
    '# HELP apiserver_storage_revision Newest durable revision of the store.',
    '# TYPE apiserver_storage_revision gauge',
    `apiserver_storage_revision ${context.store.revision}`,
  ];
  return `${lines.join('\n')}\n`;
}
