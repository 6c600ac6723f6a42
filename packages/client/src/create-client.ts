import { type KubeList, type KubeObject, type Status, StatusError } from '@dormice/apimachinery';
import { decodeJson, linesOf, readBody } from './body.ts';
import type {
  Client,
  DeleteOptions,
  ListOptions,
  ObjectOptions,
  PatchOptions,
  PatchType,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client.ts';
import { listQuery, pathOf } from './path.ts';
import type { Resource } from './resource.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';
import type { UserInfo } from './user-info.ts';

export interface ClientOptions {
  /** In-process transports only: who asks. */
  user?: UserInfo;
  userAgent?: string;
  /** Default field manager of writes. Default `dormice`. */
  fieldManager?: string;
  /** How often a 429 with `Retry-After` is tried again. Default 3. */
  retries?: number;
}

const contentTypes: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

const encoder = new TextEncoder();
/** Longest that a `Retry-After` is obeyed before the call fails, seconds. */
const longestRetryAfter = 10;

/** The typed verbs over a transport. */
export function createClient(transport: Transport, options: ClientOptions = {}): Client {
  return new TransportClient(transport, options);
}

class TransportClient implements Client {
  readonly transport: Transport;
  readonly #options: Required<Omit<ClientOptions, 'user'>> & { user: UserInfo | undefined };

  constructor(transport: Transport, options: ClientOptions) {
    const { user } = options;
    this.transport =
      user === undefined
        ? transport
        : { request: (request) => transport.request({ user, ...request }) };
    this.#options = {
      user: options.user,
      userAgent: options.userAgent ?? 'dormice',
      fieldManager: options.fieldManager ?? 'dormice',
      retries: options.retries ?? 3,
    };
  }

  get<T extends KubeObject>(
    resource: Resource,
    name: string,
    options: ObjectOptions = {},
  ): Promise<T> {
    const path = objectPath(resource, options.namespace, name, options.subresource);
    return this.#json<T>('GET', path, { signal: options.signal });
  }

  list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<KubeList<T>> {
    const path = pathOf(resource, options.namespace);
    return this.#json('GET', path, { query: listQuery(options), signal: options.signal });
  }

  async *watch<T extends KubeObject>(
    resource: Resource,
    options: WatchOptions = {},
  ): AsyncIterable<WatchEvent<T>> {
    const query = listQuery(options);
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', 'true');
    if (options.timeoutSeconds !== undefined) {
      query.set('timeoutSeconds', String(options.timeoutSeconds));
    }
    const response = await this.#send('GET', pathOf(resource, options.namespace), {
      query,
      signal: options.signal,
    });
    for await (const line of linesOf(response.body)) {
      const event = decodeJson<{ type: string; object: unknown }>(line);
      if (event.type === 'ERROR') {
        yield { type: 'ERROR', error: StatusError.fromStatus(event.object as Status, 500) };
      } else {
        yield event as WatchEvent<T>;
      }
    }
  }

  create<T extends KubeObject>(
    resource: Resource,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    const namespace = options.namespace ?? object.metadata.namespace;
    const path =
      options.subresource === undefined
        ? objectPath(resource, namespace)
        : objectPath(resource, namespace, object.metadata.name, options.subresource);
    return this.#json('POST', path, {
      query: this.#writeQuery(options),
      body: object,
      signal: options.signal,
    });
  }

  update<T extends KubeObject>(
    resource: Resource,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    const namespace = options.namespace ?? object.metadata.namespace;
    const path = objectPath(resource, namespace, object.metadata.name, options.subresource);
    return this.#json('PUT', path, {
      query: this.#writeQuery(options),
      body: object,
      signal: options.signal,
    });
  }

  patch<T extends KubeObject>(
    resource: Resource,
    name: string,
    patch: unknown,
    options: PatchOptions,
  ): Promise<T> {
    const query = this.#writeQuery(options);
    if (options.force) query.set('force', 'true');
    const path = objectPath(resource, options.namespace, name, options.subresource);
    return this.#json('PATCH', path, {
      query,
      body: patch,
      contentType: contentTypes[options.type],
      signal: options.signal,
    });
  }

  delete(resource: Resource, name: string, options: DeleteOptions = {}): Promise<KubeObject> {
    const path = objectPath(resource, options.namespace, name, options.subresource);
    return this.#json('DELETE', path, { body: deleteBody(options), signal: options.signal });
  }

  async deleteCollection(
    resource: Resource,
    options: ListOptions & DeleteOptions = {},
  ): Promise<void> {
    await this.#send('DELETE', objectPath(resource, options.namespace), {
      query: listQuery(options),
      body: deleteBody(options),
      signal: options.signal,
    });
  }

  #writeQuery(options: WriteOptions): URLSearchParams {
    const query = new URLSearchParams({
      fieldManager: options.fieldManager ?? this.#options.fieldManager,
    });
    if (options.dryRun) query.set('dryRun', 'All');
    return query;
  }

  async #json<T>(method: ApiRequest['method'], path: string, call: Call): Promise<T> {
    const response = await this.#send(method, path, call);
    return decodeJson<T>(await readBody(response.body));
  }

  async #send(method: ApiRequest['method'], path: string, call: Call): Promise<ApiResponse> {
    const request: ApiRequest = {
      method,
      path,
      query: call.query ?? new URLSearchParams(),
      headers: { accept: 'application/json', 'user-agent': this.#options.userAgent },
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...(this.#options.user === undefined ? {} : { user: this.#options.user }),
    };
    if (call.body !== undefined) {
      request.body = encoder.encode(JSON.stringify(call.body));
      request.headers['content-type'] = call.contentType ?? 'application/json';
    }
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.transport.request(request);
      if (response.status < 400) return response;
      const error = await refusal(response);
      const wait = error.details?.retryAfterSeconds ?? Number(response.headers['retry-after'] ?? 0);
      const again = error.code === 429 && attempt < this.#options.retries;
      if (!again || wait > longestRetryAfter) throw error;
      await pause(Math.max(wait, 0.1) * 1000, call.signal);
    }
  }
}

interface Call {
  query?: URLSearchParams;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal | undefined;
}

/** Namespaced resources need a namespace for everything but lists and watches: a missing one is the caller's mistake. */
function objectPath(
  resource: Resource,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  if (resource.namespaced && (namespace === undefined || namespace === '')) {
    throw new TypeError(`${resource.resource} are namespaced: give options.namespace`);
  }
  return pathOf(resource, namespace, name, subresource);
}

function deleteBody(options: DeleteOptions): unknown {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
}

/** A `Status` where the server sent one; proxies in between send anything. */
async function refusal(response: ApiResponse): Promise<StatusError> {
  const bytes = await readBody(response.body);
  try {
    return StatusError.fromStatus(decodeJson<Partial<Status>>(bytes), response.status);
  } catch {
    const text = new TextDecoder().decode(bytes.subarray(0, 512));
    return new StatusError(response.status, '', `the server answered ${response.status}: ${text}`);
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
