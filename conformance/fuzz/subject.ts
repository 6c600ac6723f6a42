import { createApiServer, createClusterPki } from '@dormice/apiserver';
import type { ApiRequest, UserInfo } from '@dormice/client';
import { MemoryStore } from '@dormice/storage';

const admin: UserInfo = {
  username: 'admin',
  groups: ['system:masters', 'system:authenticated'],
};

/** A request as a case of the corpus or the generator makes it. */
export interface Attack {
  method: ApiRequest['method'];
  /** With its query. */
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array;
}

export interface Verdict {
  status: number;
  contentType: string;
  text: string;
  /** What happened to the store. */
  commits: number;
}

/** A server in this process with one object of each kind that attacks aim at. */
export async function fuzzSubject() {
  const store = new MemoryStore();
  const pki = await createClusterPki({ name: 'fuzz', uid: 'fuzz', sans: [] });
  const log: object[] = [];
  const server = createApiServer({
    store,
    pki,
    log: (level, _message, fields = {}) => void (level === 'error' && log.push(fields)),
  });
  await server.bootstrap();
  const attack = async ({ method, url, headers, body }: Attack): Promise<Verdict> => {
    const at = url.indexOf('?');
    const before = store.revision;
    const abort = new AbortController();
    const response = await server.request({
      method,
      path: at < 0 ? url : url.slice(0, at),
      query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
      headers,
      signal: abort.signal,
      user: admin,
      ...(body === undefined ? {} : { body }),
    });
    const whole = response.body instanceof Uint8Array;
    const text = whole ? new TextDecoder().decode(response.body as Uint8Array) : '';
    // A stream (a watch) that was accepted ends here; its generator has not begun.
    abort.abort();
    return {
      status: response.status,
      contentType: String(response.headers['content-type'] ?? ''),
      text,
      commits: store.revision - before,
    };
  };
  const create = async (url: string, object: object): Promise<void> => {
    const body = new TextEncoder().encode(JSON.stringify(object));
    const { status, text } = await attack({ method: 'POST', url, headers: {}, body });
    if (status !== 201) throw new Error(`${url}: ${text}`);
  };
  for (const [url, object] of targets) await create(url, object);
  return { attack, log, close: () => server.close() };
}

const labels = { app: 'a' };

const targets: [string, object][] = [
  ['/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } }],
  ['/api/v1/namespaces/default/configmaps', { metadata: { name: 'x', labels }, data: { a: 'b' } }],
  [
    '/apis/apps/v1/namespaces/default/deployments',
    {
      metadata: { name: 'x', labels },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    },
  ],
  [
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    {
      metadata: { name: 'things.fuzz.dev' },
      spec: {
        group: 'fuzz.dev',
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: {
                    type: 'object',
                    'x-kubernetes-preserve-unknown-fields': true,
                    properties: {
                      text: { type: 'string', pattern: '^(a+)+$' },
                      count: { type: 'integer', maximum: 10 },
                      list: { type: 'array', items: { type: 'string' } },
                    },
                  },
                },
              },
            },
          },
        ],
      },
    },
  ],
];
