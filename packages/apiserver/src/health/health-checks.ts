import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { textResponse } from '../respond/respond.ts';

/** Passes, or says why not. */
type Check = (context: ServerContext) => string | undefined;

const passes: Check = () => undefined;

const storeAnswers: Check = (context) => {
  try {
    context.store.get('/health');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/**
 * By upstream's names, which probes and their exclusions use; the store is what etcd is there. The hooks are those that
 * have something like them here: the commit that makes a cluster is done before its first request is served.
 */
const alive: Record<string, Check> = {
  ping: passes,
  log: passes,
  etcd: storeAnswers,
};
const started: Record<string, Check> = {
  'poststarthook/start-apiserver-admission-initializer': passes,
  'poststarthook/priority-and-fairness-filter': passes,
  'poststarthook/crd-informer-synced': passes,
  'poststarthook/start-system-namespaces-controller': passes,
  'poststarthook/rbac/bootstrap-roles': passes,
  'poststarthook/scheduling/bootstrap-system-priority-classes': passes,
  'poststarthook/priority-and-fairness-config-producer': passes,
  'poststarthook/apiservice-registration-controller': passes,
};
const checksOf: Record<string, Record<string, Check>> = {
  healthz: { ...alive, ...started },
  livez: { ...alive, ...started },
  readyz: {
    ...alive,
    'etcd-readiness': storeAnswers,
    'informer-sync': passes,
    ...started,
    shutdown: ({ closing }) => (closing.aborted ? 'process is shutting down' : undefined),
  },
};

/** The paths of all checks and of each. */
export const healthPaths: readonly string[] = Object.entries(checksOf).flatMap(([root, checks]) => [
  `/${root}`,
  ...Object.keys(checks).map((name) => `/${root}/${name}`),
]);

/** Answers `/healthz`, `/livez`, `/readyz` and `/livez/NAME`; `undefined` for other paths. */
export function serveHealth(context: ServerContext, request: ApiRequest): ApiResponse | undefined {
  const [, root = '', name] = /^\/([^/]+)(?:\/(.+))?$/.exec(request.path) ?? [];
  const checks = Object.hasOwn(checksOf, root) ? checksOf[root] : undefined;
  if (!checks) return undefined;
  if (name === undefined) return all(context, request, root, checks);
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  return check && one(check(context));
}

function one(problem: string | undefined): ApiResponse {
  if (problem !== undefined) return textResponse(500, `internal server error: ${problem}\n`);
  const { 'x-content-type-options': _, ...headers } = textResponse(200, '').headers;
  return { ...textResponse(200, 'ok'), headers };
}

/** Why one fails is for the log: anybody may ask. */
function all(
  context: ServerContext,
  { query }: ApiRequest,
  root: string,
  checks: Record<string, Check>,
): ApiResponse {
  const excluded = new Set(query.getAll('exclude'));
  const unknown = [...excluded].filter((name) => !Object.hasOwn(checks, name)).sort();
  const failed: Record<string, string> = {};
  let text = '';
  for (const [name, check] of Object.entries(checks)) {
    const problem = excluded.has(name) ? undefined : check(context);
    if (problem !== undefined) failed[name] = problem;
    const mark = problem === undefined ? '+' : '-';
    const word = problem === undefined ? 'ok' : 'failed: reason withheld';
    text += `[${mark}]${name} ${excluded.has(name) ? 'excluded: ok' : word}\n`;
  }
  if (unknown.length > 0) {
    const names = unknown.map((name) => JSON.stringify(name)).join(',');
    text += `warn: some health checks cannot be excluded: no matches for ${names}\n`;
  }
  if (Object.keys(failed).length > 0) {
    context.log('warn', 'health checks failed', { path: `/${root}`, ...failed });
    return textResponse(500, `${text}${root} check failed\n`);
  }
  return textResponse(200, query.has('verbose') ? `${text}${root} check passed\n` : 'ok');
}
