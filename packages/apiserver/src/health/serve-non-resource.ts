import { errors, StatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import { publicKeys } from '../authenticate/service-account-token.ts';
import type { ServerContext } from '../context.ts';
import { renderMetrics } from '../metrics/render-metrics.ts';
import { parseAccept } from '../respond/negotiate.ts';
import { jsonResponse, textResponse } from '../respond/respond.ts';

/** What `/version` says: the API is that of this release. */
const version = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4+dormice',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-11-23T00:00:00Z',
  goVersion: 'none',
  compiler: 'node',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

/** The checks behind the health paths: each passes or says why not. */
const checks: Record<string, (context: ServerContext) => string | undefined> = {
  ping: () => undefined,
  log: () => undefined,
  store: (context) => {
    try {
      context.store.get('/health');
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};

const healthPaths = new Set(['healthz', 'livez', 'readyz']);

/** Answers what is no resource, no discovery and no OpenAPI; `undefined` for other paths. */
export async function serveNonResource(
  context: ServerContext,
  request: ApiRequest,
  _user: UserInfo,
): Promise<ApiResponse | undefined> {
  const [first = '', second] = request.path.split('/').filter((part) => part !== '');
  if (healthPaths.has(first)) return serveHealth(context, request, first, second);
  if (onlyRead.has(request.path) && !['GET', 'HEAD'].includes(request.method)) {
    throw errors.methodNotAllowed();
  }
  switch (request.path) {
    case '/':
      return jsonResponse(200, { paths: rootPaths(context) });
    case '/version':
    case '/version/':
      checkAccepts(request, 'application/json');
      return jsonResponse(200, version);
    case '/metrics':
      return {
        ...textResponse(200, renderMetrics(context)),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      };
    case '/openid/v1/jwks':
      checkAccepts(request, keySetType);
      return jsonResponse(200, publicKeys(context), { 'content-type': keySetType });
    case '/.well-known/openid-configuration':
      checkAccepts(request, 'application/json');
      return jsonResponse(200, {
        issuer: context.pki.issuer,
        jwks_uri: `${context.pki.issuer}/openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      });
    default:
      return undefined;
  }
}

const onlyRead = new Set([
  '/version',
  '/version/',
  '/openid/v1/jwks',
  '/.well-known/openid-configuration',
]);

const keySetType = 'application/jwk-set+json';

/** Upstream's router knows no `application/*` here. @throws StatusError 406 */
function checkAccepts({ headers }: ApiRequest, type: string): void {
  const accepted = parseAccept(headers['accept'] ?? '*/*').map((clause) => clause.type);
  if (accepted.some((one) => one === type || one === '*/*' || one === '')) return;
  const message = `406: Not Acceptable\n\nAvailable representations: ${type}`;
  throw new StatusError(406, 'NotAcceptable', message, {});
}

function rootPaths(context: ServerContext): string[] {
  const groups = context.kinds
    .groups()
    .filter(({ group }) => group !== '')
    .flatMap(({ group, versions }) => [
      `/apis/${group}`,
      ...versions.map((name) => `/apis/${group}/${name}`),
    ]);
  const others = [
    '/healthz',
    '/livez',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openid/v1/jwks',
    '/readyz',
    '/version',
  ];
  return [
    '/.well-known/openid-configuration',
    '/api',
    '/api/v1',
    '/apis',
    ...groups,
    ...others,
  ].sort();
}

function serveHealth(
  context: ServerContext,
  request: ApiRequest,
  path: string,
  single: string | undefined,
): ApiResponse | undefined {
  if (single !== undefined) {
    const check = checks[single];
    if (!check) return undefined;
    const problem = check(context);
    return textResponse(problem === undefined ? 200 : 500, problem ?? 'ok');
  }
  const excluded = new Set(request.query.getAll('exclude'));
  const lines: string[] = [];
  let failed = context.closing.aborted && path === 'readyz';
  for (const [name, check] of Object.entries(checks)) {
    const problem = excluded.has(name) ? undefined : check(context);
    if (problem !== undefined) failed = true;
    const mark = problem === undefined ? '[+]' : '[-]';
    const word = excluded.has(name)
      ? 'excluded: ok'
      : problem === undefined
        ? 'ok'
        : 'failed: reason withheld';
    lines.push(`${mark}${name} ${word}`);
  }
  if (failed) return textResponse(500, `${lines.join('\n')}\n${path} check failed\n`);
  return textResponse(
    200,
    request.query.has('verbose') ? `${lines.join('\n')}\n${path} check passed\n` : 'ok',
  );
}
