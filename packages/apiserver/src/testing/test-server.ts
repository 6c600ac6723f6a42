import type { KubeObject } from '@dormice/apimachinery';
import { type ApiRequest, type ApiResponse, readBody, type UserInfo } from '@dormice/client';
import { MemoryStore, type Store } from '@dormice/storage';
import type { ApiServer, ApiServerOptions } from '../api-server.ts';
import { createApiServer } from '../create-api-server.ts';
import { createClusterPki } from '../pki/create-pki.ts';

export const admin: UserInfo = {
  username: 'admin',
  groups: ['system:masters', 'system:authenticated'],
};

export interface Answer {
  status: number;
  headers: ApiResponse['headers'];
  /** Parsed JSON, else the text. */
  body: KubeObject;
}

/** What a request may have besides method and path. */
export interface Extra {
  /** Sent as it is when it is text or bytes, else as JSON. */
  body?: unknown;
  type?: string;
  accept?: string;
  headers?: Record<string, string>;
  user?: UserInfo;
  signal?: AbortSignal;
}

export interface TestServer {
  server: ApiServer;
  store: Store;
  /** The clock's time; set it to move it. */
  clock: { now: Date };
  raw(method: ApiRequest['method'], url: string, extra?: Extra): Promise<ApiResponse>;
  send(method: ApiRequest['method'], url: string, extra?: Extra): Promise<Answer>;
  /** Creates and expects 201. */
  create(url: string, body: unknown): Promise<KubeObject>;
}

/** A bootstrapped server over a memory store with a clock that stands still; requests come from an administrator. */
export async function testServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const store = options.store ?? new MemoryStore();
  const clock = { now: new Date('2026-01-02T03:04:05Z') };
  const pki =
    options.pki ??
    (await createClusterPki({ name: 'test', uid: 'test-uid', sans: [], now: () => clock.now }));
  const server = createApiServer({ now: () => clock.now, ...options, store, pki });
  await server.bootstrap();
  const raw: TestServer['raw'] = (method, url, extra = {}) => {
    const { pathname, searchParams } = new URL(url, 'http://test');
    const body = bytesOf(extra.body);
    return server.request({
      method,
      path: pathname,
      query: searchParams,
      headers: {
        'user-agent': 'test/1.0',
        ...(extra.type === undefined ? {} : { 'content-type': extra.type }),
        ...(extra.accept === undefined ? {} : { accept: extra.accept }),
        ...extra.headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(extra.signal === undefined ? {} : { signal: extra.signal }),
      user: extra.user ?? admin,
    });
  };
  const send: TestServer['send'] = async (method, url, extra) => {
    const { status, headers, body, document } = await raw(method, url, extra);
    if (!(body instanceof Uint8Array || document)) throw new Error(`${url} answers with a stream`);
    const text = new TextDecoder().decode(await readBody(body));
    return { status, headers, body: parsed(text) };
  };
  const create: TestServer['create'] = async (url, body) => {
    const answer = await send('POST', url, { body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };
  await create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  return { server, store, clock, raw, send, create };
}

function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

function parsed(text: string): KubeObject {
  try {
    return JSON.parse(text) as KubeObject;
  } catch {
    return { apiVersion: '', kind: '', metadata: {}, text };
  }
}

/** The first `count` frames of a watch, parsed; fewer when it ends. */
export async function framesOf(
  response: ApiResponse,
  count: number,
): Promise<{ type: string; object: KubeObject }[]> {
  const frames: { type: string; object: KubeObject }[] = [];
  if (response.body instanceof Uint8Array) throw new Error('it is no stream');
  for await (const bytes of response.body) {
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
    frames.push(...lines.map((line) => JSON.parse(line)));
    if (frames.length >= count) break;
  }
  return frames;
}
