import { errors, StatusError, toStatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import { aggregator } from './aggregator/fetch-documents.ts';
import { proxyToRemote } from './aggregator/proxy.ts';
import { remoteApiOfPath } from './aggregator/remote-apis.ts';
import { beginTrail, trailOf } from './audit/trail.ts';
import { authenticate, impersonate } from './authenticate/authenticate.ts';
import { authorize, forbiddenError } from './authorize/authorize.ts';
import type { ServerContext } from './context.ts';
import { serveDiscovery } from './discovery/discovery.ts';
import { flowControlOf, isControlled, TooManyRequests } from './fairness/flow-control.ts';
import { serveNonResource } from './health/serve-non-resource.ts';
import { beginRequest } from './metrics/count-request.ts';
import { serveOpenApi } from './openapi/serve-openapi.ts';
import { mediaTypeOfErrors, negotiate } from './respond/negotiate.ts';
import { prettied } from './respond/pretty.ts';
import { errorResponse, inMediaType, textResponse } from './respond/respond.ts';
import { type RequestInfo, type ResourceRequest, routeOf } from './route.ts';
import { serveResource } from './serve-resource.ts';

/** One request, followed: each step is one function in one file, in this order. */
export async function handle(context: ServerContext, request: ApiRequest): Promise<ApiResponse> {
  const auditId = request.headers['audit-id'] ?? context.uuid();
  const flowHeaders: Record<string, string> = {};
  const info = routeOf(request);
  const answered = beginRequest(context, request, info);
  const trail = beginTrail(context, request, auditId);
  context.activity.inFlight += 1;
  try {
    const response = prettied(request, await follow(context, info, { request, flowHeaders }));
    Object.assign(response.headers, flowHeaders, { 'audit-id': auditId });
    answered(response);
    trail?.answered(response);
    return response;
  } catch (error) {
    if (error instanceof TooManyRequests) {
      const response = tooManyRequests(error);
      response.headers['audit-id'] = auditId;
      answered(response);
      trail?.answered(response);
      return response;
    }
    const status = toStatusError(error);
    if (status.code >= 500 && !(error instanceof StatusError)) {
      context.log('error', 'request failed', {
        path: request.path,
        method: request.method,
        auditId,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
    const response = prettied(
      request,
      inMediaType(errorResponse(status), mediaTypeOfErrors(request)),
    );
    Object.assign(response.headers, flowHeaders, { 'audit-id': auditId });
    answered(response);
    trail?.answered(response);
    return response;
  } finally {
    context.activity.inFlight -= 1;
  }
}

const tooManyRequests = ({ message, headers }: TooManyRequests): ApiResponse => {
  const response = textResponse(429, `${message}\n`);
  return { ...response, headers: { ...response.headers, ...headers, 'retry-after': '1' } };
};

async function follow(
  context: ServerContext,
  info: RequestInfo,
  { request, flowHeaders }: { request: ApiRequest; flowHeaders: Record<string, string> },
): Promise<ApiResponse> {
  const who = await authenticate(context, request);
  const user = await impersonate(context, who, request);
  trailOf(request)?.identified(who, user);
  if (!isControlled(info, user)) return serve(context, info, user, request);
  const { headers, release } = await flowControlOf(context).admit(info, user, request);
  Object.assign(flowHeaders, headers);
  let document: ApiResponse['document'];
  try {
    const response = await serve(context, info, user, request);
    ({ document } = response);
    return document ? { ...response, ...keeping(response.body, document, release) } : response;
  } finally {
    // A list that is made while it is sent keeps its seats as long.
    if (!document) release();
  }
}

/** A document that gives the seats back when it was read, or when nobody wants it. */
function keeping(
  body: ApiResponse['body'],
  document: () => void,
  release: () => void,
): Pick<ApiResponse, 'body' | 'document'> {
  let kept = true;
  const end = (): void => {
    document();
    if (kept) release();
    kept = false;
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      if (body instanceof Uint8Array) yield body;
      else yield* body;
    } finally {
      end();
    }
  }
  return { body: read(), document: end };
}

async function serve(
  context: ServerContext,
  info: RequestInfo,
  user: UserInfo,
  request: ApiRequest,
): Promise<ApiResponse> {
  await authorizeRequest(context, info, user, request);
  noteActivity(context, info, user, request);
  const remote = remoteApiOfPath(context, request.path);
  if (remote) return proxyToRemote(context, remote, request, user);
  if (!info.isResource || info.resource === '') return servePath(context, request, user);
  const extension = context.extensions.find(
    ({ group, version }) => group === info.group && version === info.version,
  );
  if (extension) return extension.transport.request({ ...request, user });
  const kind = context.kinds.find(info.group, info.version, info.resource);
  if (!kind && !context.kinds.hasVersion(info.group, info.version)) {
    return nothingAt(context, request.path);
  }
  return serveResource(context, checkedKind(kind, info), info, request, user);
}

async function authorizeRequest(
  context: ServerContext,
  info: RequestInfo,
  user: UserInfo,
  request: ApiRequest,
): Promise<void> {
  const attributes = info.isResource
    ? { ...info, name: nameOf(info, request), user, isResource: info.resource !== '' }
    : {
        user,
        verb: info.verb,
        isResource: false,
        group: '',
        version: '',
        resource: '',
        subresource: '',
        namespace: '',
        name: '',
        path: request.path,
      };
  const decision = await authorize(context, attributes);
  trailOf(request)?.authorized(decision.allowed, decision.reason);
  if (!decision.allowed) throw forbiddenError(attributes, decision.reason);
}

/** A collection narrowed to one name counts as a request for that name: rules with `resourceNames` fit. */
function nameOf(info: ResourceRequest, { query }: ApiRequest): string {
  if (info.name !== '' || info.verb === 'create') return info.name;
  const terms = (query.get('fieldSelector') ?? '').split(',');
  const named = terms.map((term) => /^metadata\.name==?([^=]+)$/.exec(term.trim())?.[1]);
  return named.find((name) => name !== undefined) ?? '';
}

/** Users whose requests are nobody's activity: Dormice's own parts. */
const ownPrefix = 'system:dormice:';

function noteActivity(
  context: ServerContext,
  info: RequestInfo,
  user: UserInfo,
  request: ApiRequest,
): void {
  if (!info.isResource || user.username.startsWith(ownPrefix)) return;
  if (info.verb === 'watch' || user.username === 'system:anonymous') return;
  if (user.groups.includes('system:serviceaccounts')) return;
  context.onActivity({ user, verb: info.verb, userAgent: request.headers['user-agent'] ?? '' });
}

async function servePath(
  context: ServerContext,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  const documented = request.path.startsWith('/openapi/v3/')
    ? remoteApiOfPath(context, request.path.slice('/openapi/v3'.length))
    : undefined;
  if (documented) return proxyToRemote(context, documented, request, aggregator);
  const found =
    inDiscoveryType(serveDiscovery(context, request), request) ??
    serveOpenApi(context, request) ??
    (await serveNonResource(context, request, user));
  return found ?? nothingAt(context, request.path);
}

/** Discovery comes in every media type that objects come in. */
function inDiscoveryType(
  response: ApiResponse | undefined,
  request: ApiRequest,
): ApiResponse | undefined {
  return response && inMediaType(response, negotiate(request, { discovery: true }).mediaType);
}

/** Groups answer for what is below them, even for versions that they have not; the rest is the router's. */
function nothingAt({ kinds }: ServerContext, path: string): ApiResponse {
  const [, group] = /^\/apis\/([^/]+)\//.exec(path) ?? [];
  const isServed = kinds.groups().some((served) => served.group === group);
  if (path.startsWith('/api/') || isServed) throw errors.unknownPath();
  return textResponse(404, '404 page not found\n');
}

/** Paths must fit the kind's scope. */
function checkedKind(kind: Kind | undefined, info: ResourceRequest): Kind {
  if (!kind) throw errors.unknownPath();
  const isNamespaced = kind.scope === 'Namespaced';
  const self = info.resource === 'namespaces' && info.name === info.namespace;
  if (!isNamespaced && info.namespace !== '' && !self) throw errors.unknownPath();
  if (isNamespaced && info.namespace === '' && info.name !== '') throw errors.unknownPath();
  return kind;
}
