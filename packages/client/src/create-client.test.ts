import { describe, expect, it } from 'vitest';
import { createClient } from './create-client.ts';
import { listAll, retryOnConflict } from './helpers.ts';
import { resources } from './resource.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Answers in turn; keeps what was asked. */
function scripted(...answers: Partial<ApiResponse>[]): Transport & { asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  return {
    asked,
    request: async (request) => {
      asked.push(request);
      return { status: 200, headers: {}, body: bytes({}), ...answers.shift() };
    },
  };
}

const status = (code: number, reason: string, details?: object) => ({
  status: code,
  body: bytes({ kind: 'Status', status: 'Failure', reason, code, message: reason, details }),
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('client', () => {
  it('names objects by percent-encoded paths', async () => {
    const transport = scripted();
    const client = createClient(transport);
    await client.get(resources.clusterroles, 'system:node');
    await client.get(resources.deployments, 'web', { namespace: 'a', subresource: 'status' });
    expect(transport.asked.map(({ path }) => path)).toEqual([
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
      '/apis/apps/v1/namespaces/a/deployments/web/status',
    ]);
  });

  it('refuses to name a namespaced object without its namespace', async () => {
    const client = createClient(scripted());
    expect(() => client.get(resources.pods, 'web')).toThrow(/give options.namespace/);
  });

  it('puts the user on requests of an in-process transport', async () => {
    const transport = scripted();
    const user = { username: 'jane', groups: ['dev'] };
    await createClient(transport, { user }).list(resources.pods);
    expect(transport.asked[0]?.user).toEqual(user);
  });

  it('rejects with the status that the server sent', async () => {
    const client = createClient(scripted(status(409, 'Conflict')));
    await expect(client.get(resources.nodes, 'a')).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
  });

  it('tells what a proxy in between said', async () => {
    const body = new TextEncoder().encode('<h1>Bad Gateway</h1>');
    const client = createClient(scripted({ status: 502, body }));
    await expect(client.get(resources.nodes, 'a')).rejects.toThrow('502: <h1>Bad Gateway</h1>');
  });

  it('waits and tries again when it is told to, but not for ever', async () => {
    const busy = status(429, 'TooManyRequests', { retryAfterSeconds: 0 });
    const patient = scripted(busy, busy);
    await createClient(patient).get(resources.nodes, 'a');
    expect(patient.asked).toHaveLength(3);
    const hopeless = scripted(busy, busy);
    await expect(
      createClient(hopeless, { retries: 1 }).get(resources.nodes, 'a'),
    ).rejects.toMatchObject({ code: 429 });
  });

  it('follows a list through its pages', async () => {
    const page = (name: string, next?: string) => ({
      body: bytes({ metadata: { continue: next }, items: [{ metadata: { name } }] }),
    });
    const transport = scripted(page('a', 'token'), page('b'));
    const items = await listAll(createClient(transport), resources.pods, { namespace: 'x' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(transport.asked[1]?.query.get('continue')).toBe('token');
  });

  it('reads watch events whose lines are broken anywhere', async () => {
    const text = ['ADDED', 'MODIFIED', 'DELETED']
      .map((type) => `${JSON.stringify({ type, object: { metadata: { name: 'ü' } } })}\n`)
      .join('');
    const whole = new TextEncoder().encode(text);
    for (const size of [1, 7, 50, 1000]) {
      async function* body() {
        for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
      }
      const client = createClient(scripted({ body: body() }));
      const events = await collect(client.watch(resources.pods));
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    }
  });

  it('makes an error event of an ERROR in a watch', async () => {
    const line = { type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old' } };
    const client = createClient(scripted({ body: bytes(line) }));
    const [event] = await collect(client.watch(resources.pods));
    expect(event).toMatchObject({ type: 'ERROR', error: { code: 410, reason: 'Expired' } });
  });

  it('sends the content type and field manager of a patch', async () => {
    const transport = scripted();
    const options = { type: 'apply', namespace: 'a', fieldManager: 'me', force: true } as const;
    await createClient(transport).patch(resources.pods, 'web', { spec: {} }, options);
    const [request] = transport.asked;
    expect(request?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(request?.query.toString()).toBe('fieldManager=me&force=true');
  });
});

describe('retryOnConflict', () => {
  it('does the work again after a conflict, and gives up after five', async () => {
    const client = createClient(scripted(status(409, 'Conflict')));
    await expect(retryOnConflict(() => client.get(resources.nodes, 'a'))).resolves.toEqual({});
    const never = createClient(
      scripted(...Array.from({ length: 9 }, () => status(409, 'Conflict'))),
    );
    await expect(retryOnConflict(() => never.get(resources.nodes, 'a'))).rejects.toThrow(
      'Conflict',
    );
  });
});
