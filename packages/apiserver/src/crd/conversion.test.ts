import { describe, expect, it } from 'vitest';
import { framesOf, type TestServer, testServer } from '../testing/test-server.ts';
import { type TestReply, type TlsService, tlsService } from '../testing/tls-service.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const v1 = '/apis/example.com/v1/namespaces/default/gates';
const v2 = '/apis/example.com/v2/namespaces/default/gates';

const schemaOf = (properties: object) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: { spec: { type: 'object', properties } },
  },
});
const text = { type: 'string' };

const crd = (clientConfig: object) => ({
  metadata: { name: 'gates.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gates', kind: 'Gate' },
    conversion: {
      strategy: 'Webhook',
      webhook: { clientConfig, conversionReviewVersions: ['v1'] },
    },
    versions: [
      { name: 'v1', served: true, storage: true, schema: schemaOf({ hostPort: text }) },
      {
        name: 'v2',
        served: true,
        storage: false,
        schema: schemaOf({ host: text, port: text, scheme: { ...text, default: 'tcp' } }),
      },
    ],
  },
});

interface Gate {
  apiVersion: string;
  metadata: object;
  spec: { hostPort?: string; host?: string; port?: string };
}

function converted(gate: Gate, apiVersion: string): object {
  const { hostPort = '', host, port } = gate.spec;
  const [before, after] = hostPort.split(':');
  const spec =
    apiVersion === 'example.com/v1'
      ? { hostPort: `${host}:${port}` }
      : { host: before, port: after, unknown: 'dropped' };
  return { ...gate, apiVersion, spec };
}

type Change = (result: { convertedObjects?: unknown[]; result: object }) => object;

/** Converts as told, and changes its answer. */
function converter(change: Change = (result) => result) {
  return ({ body }: { body: string }): TestReply => {
    const { request, apiVersion, kind } = JSON.parse(body);
    const response = change({
      result: { status: 'Success' },
      convertedObjects: request.objects.map((gate: Gate) =>
        converted(gate, request.desiredAPIVersion),
      ),
    });
    return {
      body: JSON.stringify({ apiVersion, kind, response: { uid: request.uid, ...response } }),
    };
  };
}

async function withGates(
  change?: Change,
): Promise<TestServer & { hook: TlsService; asked: () => { objects: Gate[] }[] }> {
  const hook = await tlsService(converter(change));
  const server = await testServer();
  const url = `https://127.0.0.1:${hook.port}/convert`;
  await server.create(crds, crd({ url, caBundle: hook.caBundle }));
  return {
    ...server,
    hook,
    asked: () => hook.requests.map(({ body }) => JSON.parse(body).request),
  };
}

const gate = (name: string, spec: object) => ({
  apiVersion: `example.com/${'hostPort' in spec ? 'v1' : 'v2'}`,
  kind: 'Gate',
  metadata: { name },
  spec,
});

describe('a CRD that a webhook converts', () => {
  it('stores its storage version and answers in the version that is asked for', async () => {
    const t = await withGates();
    const made = await t.create(v2, gate('a', { host: 'h', port: '1' }));
    expect(made).toMatchObject({
      apiVersion: 'example.com/v2',
      spec: { host: 'h', port: '1', scheme: 'tcp' },
    });
    const stored = new TextDecoder().decode(t.store.get('/example.com/gates/default/a')?.value);
    expect(JSON.parse(stored)).toMatchObject({
      apiVersion: 'example.com/v1',
      spec: { hostPort: 'h:1' },
    });
    expect((await t.send('GET', `${v1}/a`)).body['spec']).toEqual({ hostPort: 'h:1' });
    expect((await t.send('GET', `${v2}/a`)).body['spec']).toEqual({
      host: 'h',
      port: '1',
      scheme: 'tcp',
    });
    const [first] = t.asked();
    expect(first).toMatchObject({ desiredAPIVersion: 'example.com/v1' });
    expect(t.hook.requests[0]?.url).toBe('/convert?timeout=30s');
    await t.server.close();
  });

  it('lists with one review for all objects, and none in the stored version', async () => {
    const t = await withGates();
    for (const name of ['a', 'b', 'c']) await t.create(v1, gate(name, { hostPort: `${name}:1` }));
    await t.send('GET', v1);
    expect(t.asked()).toEqual([]);
    const { body } = await t.send('GET', `${v2}?labelSelector=!x`);
    expect(body['items'].map((item: Gate) => item.spec.host)).toEqual(['a', 'b', 'c']);
    const reviews = t.asked();
    expect(reviews.map(({ objects }) => objects.length)).toEqual([3]);
    await t.server.close();
  });

  it('updates, patches and deletes in any version', async () => {
    const t = await withGates();
    await t.create(v1, gate('a', { hostPort: 'h:1' }));
    const patched = await t.send('PATCH', `${v2}/a`, {
      type: 'application/merge-patch+json',
      body: { spec: { port: '2' } },
    });
    expect(patched.body['spec']).toMatchObject({ host: 'h', port: '2' });
    const applied = await t.send('PATCH', `${v2}/b?fieldManager=me`, {
      type: 'application/apply-patch+yaml',
      body: gate('b', { host: 'x', port: '9' }),
    });
    expect(applied.status).toBe(201);
    const now = (await t.send('GET', `${v2}/a`)).body;
    now['spec'].host = 'other';
    expect((await t.send('PUT', `${v2}/a`, { body: now })).status).toBe(200);
    expect((await t.send('GET', `${v1}/a`)).body['spec']).toEqual({ hostPort: 'other:2' });
    expect((await t.send('DELETE', v2)).status).toBe(200);
    expect((await t.send('GET', v1)).body['items']).toEqual([]);
    await t.server.close();
  });

  it('is watched in any version', async () => {
    const t = await withGates();
    await t.create(v1, gate('a', { hostPort: 'h:1' }));
    const watch = await t.raw('GET', `${v2}?watch=true`);
    const frames = framesOf(watch, 3);
    await t.create(v1, gate('b', { hostPort: 'h:2' }));
    await t.send('DELETE', `${v1}/b`);
    const seen = (await frames).map(({ type, object }) => [
      type,
      object.apiVersion,
      object['spec'],
    ]);
    const spec = { host: 'h', scheme: 'tcp' };
    expect(seen).toEqual([
      ['ADDED', 'example.com/v2', { ...spec, port: '1' }],
      ['ADDED', 'example.com/v2', { ...spec, port: '2' }],
      ['DELETED', 'example.com/v2', { ...spec, port: '2' }],
    ]);
    await t.server.close();
  });

  it('keeps metadata but for labels and annotations', async () => {
    const t = await withGates((response) => ({
      ...response,
      convertedObjects: response.convertedObjects?.map((object) => {
        const { metadata, ...rest } = object as Gate;
        return { ...rest, metadata: { ...metadata, labels: { a: 'b' }, finalizers: ['x/y'] } };
      }),
    }));
    await t.create(v1, gate('a', { hostPort: 'h:1' }));
    const { metadata } = (await t.send('GET', `${v2}/a`)).body;
    expect(metadata.labels).toEqual({ a: 'b' });
    expect(metadata.finalizers).toBeUndefined();
    await t.server.close();
  });
});

describe('a conversion that fails', () => {
  it.each<[string, Change, string]>([
    [
      'by its own words',
      () => ({ result: { status: 'Failure', message: 'no way' } }),
      'failed: no way',
    ],
    [
      'without words',
      () => ({ result: {} }),
      "failed: response.result.status was '', not 'Success'",
    ],
    [
      'with too few objects',
      (response) => ({ ...response, convertedObjects: [] }),
      'returned 0 objects, expected 1',
    ],
    [
      'with another object',
      (response) => ({
        ...response,
        convertedObjects: response.convertedObjects?.map((object) => ({
          ...(object as Gate),
          metadata: { ...(object as Gate).metadata, name: 'z' },
        })),
      }),
      'returned invalid object: must have the same name: a != z',
    ],
    [
      'with another version',
      (response) => ({
        ...response,
        convertedObjects: response.convertedObjects?.map((object) => ({
          ...(object as Gate),
          apiVersion: 'example.com/v3',
        })),
      }),
      'returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v3)',
    ],
  ])('%s', async (_how, change, message) => {
    const t = await withGates(change);
    await t.create(v1, gate('a', { hostPort: 'h:1' }));
    const { status, body } = await t.send('GET', `${v2}/a`);
    expect(status).toBe(500);
    expect(body['message']).toBe(`conversion webhook for example.com/v1, Kind=Gate ${message}`);
    await t.server.close();
  });

  it('for want of a Service names the URL', async () => {
    const t = await testServer();
    await t.create(crds, crd({ service: { namespace: 'default', name: 'hook', path: '/c' } }));
    await t.create(v1, gate('a', { hostPort: 'h:1' }));
    const { body } = await t.send('GET', v2);
    expect(body['message']).toBe(
      'conversion webhook for example.com/v1, Kind=Gate failed: Post "https://hook.default.svc:443/c?timeout=30s": service "hook" not found',
    );
    await t.server.close();
  });
});
