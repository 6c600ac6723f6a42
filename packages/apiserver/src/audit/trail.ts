import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { type RequestInfo, routeOf } from '../route.ts';
import { type Decision, decide, type Stage } from './policy.ts';

/** Bodies larger than this are not written down, bytes. */
const largestBody = 1024 * 1024;
const decoder = new TextDecoder();

/** What is known of one request, and written down at its stages. */
export class Trail {
  readonly #context: ServerContext;
  readonly #request: ApiRequest;
  readonly #id: string;
  readonly #received: Date;
  readonly #info: RequestInfo;
  readonly #annotations: Record<string, string> = {};
  #user: UserInfo = { username: '', groups: [] };
  #impersonated: UserInfo | undefined;
  #decision: Decision | undefined;

  constructor(context: ServerContext, request: ApiRequest, id: string) {
    this.#context = context;
    this.#request = request;
    this.#id = id;
    this.#received = context.now();
    this.#info = routeOf(request);
  }

  /** Who asks is known: the policy decides, and the request is noted as received. */
  identified(user: UserInfo, acting: UserInfo): void {
    this.#user = user;
    if (acting !== user) this.#impersonated = acting;
    this.#settle(user);
    this.#write('RequestReceived', {});
  }

  authorized(allowed: boolean, reason: string): void {
    this.annotate('authorization.k8s.io/decision', allowed ? 'allow' : 'forbid');
    this.annotate('authorization.k8s.io/reason', reason);
  }

  annotate(key: string, value: string): void {
    this.#annotations[key] ??= value;
  }

  /** The answer is there: of a stream its beginning. */
  answered(response: ApiResponse): void {
    const decision = this.#decision ?? this.#settle(this.#user);
    const isStream = !(response.body instanceof Uint8Array);
    const status = statusOf(response, decision);
    this.#write(isStream ? 'ResponseStarted' : 'ResponseComplete', {
      ...this.#bodies(decision, response),
      responseStatus: status,
    });
  }

  #settle(user: UserInfo): Decision {
    const { audit } = this.#context;
    this.#decision = audit
      ? decide(audit.policy, this.#info, user)
      : { level: 'None', omitStages: new Set(), omitManagedFields: false };
    return this.#decision;
  }

  #bodies({ level, omitManagedFields }: Decision, { body }: ApiResponse): object {
    if (level !== 'Request' && level !== 'RequestResponse') return {};
    const requestObject = jsonOf(this.#request.body, omitManagedFields);
    const responseObject =
      level === 'RequestResponse' && body instanceof Uint8Array
        ? jsonOf(body, omitManagedFields)
        : undefined;
    return {
      ...(requestObject === undefined ? {} : { requestObject }),
      ...(responseObject === undefined ? {} : { responseObject }),
    };
  }

  #write(stage: Stage, more: object): void {
    const { audit } = this.#context;
    const decision = this.#decision;
    if (!audit || !decision || decision.level === 'None' || decision.omitStages.has(stage)) return;
    const query = this.#request.query.toString();
    const now = this.#context.now();
    audit.write(
      JSON.stringify({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: decision.level,
        auditID: this.#id,
        stage,
        requestURI: query === '' ? this.#request.path : `${this.#request.path}?${query}`,
        verb: this.#info.verb,
        user: this.#user,
        ...(this.#impersonated ? { impersonatedUser: this.#impersonated } : {}),
        ...sourceOf(this.#request),
        ...objectOf(this.#info),
        ...more,
        requestReceivedTimestamp: micros(this.#received),
        stageTimestamp: micros(now),
        ...(Object.keys(this.#annotations).length > 0 ? { annotations: this.#annotations } : {}),
      }),
    );
  }
}

const micros = (date: Date): string => date.toISOString().replace('Z', '000Z');

function sourceOf({ headers }: ApiRequest): object {
  const agent = headers['user-agent'];
  const address = headers['x-forwarded-for'];
  return {
    ...(address ? { sourceIPs: address.split(',').map((part) => part.trim()) } : {}),
    ...(agent ? { userAgent: agent } : {}),
  };
}

function objectOf(info: RequestInfo): object {
  if (!info.isResource || info.resource === '') return {};
  const { resource, namespace, name, group, version, subresource } = info;
  return {
    objectRef: {
      resource,
      ...(namespace === '' ? {} : { namespace }),
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { apiGroup: group }),
      apiVersion: version,
      ...(subresource === '' ? {} : { subresource }),
    },
  };
}

/** Code, and of a refusal what it says. */
function statusOf({ status, body }: ApiResponse, { level }: Decision): object {
  const base = { metadata: {}, code: status };
  if (status < 400 || level === 'None' || !(body instanceof Uint8Array)) return base;
  const value = jsonOf(body, false) as { kind?: string; message?: string; reason?: string };
  if (value?.kind !== 'Status') return base;
  const { message, reason } = value;
  return { ...base, status: 'Failure', message, ...(reason ? { reason } : {}) };
}

function jsonOf(bytes: Uint8Array | undefined, omitManagedFields: boolean): unknown {
  if (!bytes || bytes.length === 0 || bytes.length > largestBody) return undefined;
  try {
    const value = JSON.parse(decoder.decode(bytes)) as {
      metadata?: { managedFields?: unknown };
    } | null;
    if (omitManagedFields && value?.metadata) delete value.metadata.managedFields;
    return value;
  } catch {
    return undefined;
  }
}

const trails = new WeakMap<ApiRequest, Trail>();

/** Begins to follow a request; nothing where no log is kept. */
export function beginTrail(
  context: ServerContext,
  request: ApiRequest,
  id: string,
): Trail | undefined {
  if (!context.audit) return undefined;
  const trail = new Trail(context, request, id);
  trails.set(request, trail);
  return trail;
}

/** The trail of a request that is on its way. */
export const trailOf = (request: ApiRequest): Trail | undefined => trails.get(request);
