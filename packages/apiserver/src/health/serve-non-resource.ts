import { errors, StatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import { publicKeys } from '../authenticate/token-keys.ts';
import type { ServerContext } from '../context.ts';
import { renderMetrics } from '../metrics/render-metrics.ts';
import { parseAccept } from '../respond/negotiate.ts';
import { jsonResponse, textResponse } from '../respond/respond.ts';
import { healthPaths, serveHealth } from './health-checks.ts';

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

/** Answers what is no resource, no discovery and no OpenAPI; `undefined` for other paths. */
export async function serveNonResource(
  context: ServerContext,
  request: ApiRequest,
  _user: UserInfo,
): Promise<ApiResponse | undefined> {
  const health = serveHealth(context, request);
  if (health) return health;
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
      return jsonResponse(200, publicKeys(context), {
        'content-type': keySetType,
        ...kept,
      });
    case '/.well-known/openid-configuration':
      checkAccepts(request, 'application/json');
      return jsonResponse(200, issuerDocument(context.pki.issuer), kept);
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

/** Keys and where they are may be kept for an hour by whoever checks tokens. */
const kept = { 'cache-control': 'public, max-age=3600' };

const issuerDocument = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
});

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
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openid/v1/jwks',
    ...healthPaths,
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
