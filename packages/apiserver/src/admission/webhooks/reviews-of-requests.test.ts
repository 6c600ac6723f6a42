import { describe, expect, it, onTestFinished } from 'vitest';
import type { PodConnector } from '../../api-server.ts';
import { type TestServer, testServer } from '../../testing/test-server.ts';
import { tlsService } from '../../testing/tls-service.ts';

const core = '/api/v1/namespaces/default';
const merge = 'application/merge-patch+json';
const configurations = '/apis/admissionregistration.k8s.io/v1';

const pods: PodConnector = {
  log: async () => ({ status: 200, headers: {}, body: new Uint8Array() }),
  upgrade: async () => undefined,
  proxy: async () => ({ status: 200, headers: {}, body: new TextEncoder().encode('"ok"') }),
};

type Patch = { op: string; path: string; value?: unknown }[];

/** A server with a mutating and a validating webhook for everything namespaced; both are kept a record of. */
async function watched(patch?: Patch) {
  const t = await testServer({ pods });
  const hook = await tlsService(({ body, url }) => {
    const { request } = JSON.parse(body);
    const change =
      patch && url.startsWith('/mutate')
        ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
        : {};
    const response = { uid: request.uid, allowed: true, ...change };
    const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response };
    return { body: JSON.stringify(review) };
  });
  const webhook = (path: string) => ({
    name: `${path}.example.com`,
    clientConfig: { url: `https://127.0.0.1:${hook.port}/${path}`, caBundle: hook.caBundle },
    rules: [
      {
        operations: ['*'],
        apiGroups: ['*'],
        apiVersions: ['*'],
        resources: ['*/*'],
        scope: 'Namespaced',
      },
    ],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  });
  const metadata = { name: 'w' };
  await t.create(`${configurations}/mutatingwebhookconfigurations`, {
    metadata,
    webhooks: [webhook('mutate')],
  });
  await t.create(`${configurations}/validatingwebhookconfigurations`, {
    metadata,
    webhooks: [webhook('validate')],
  });
  onTestFinished(() => t.server.close());
  /** The reviews of what a request led to. */
  const reviews = async (send: (t: TestServer) => Promise<unknown>) => {
    hook.requests.length = 0;
    await send(t);
    return hook.requests.map(({ body }) => JSON.parse(body).request);
  };
  return { ...t, reviews };
}

const config = (name: string) => ({ metadata: { name } });

// What upstream's 1.35 sends for the same requests.
describe('the review of', () => {
  it('a creation has no name, UID or time before the server gave them', async () => {
    const { reviews } = await watched();
    const [mutating, validating] = await reviews((t) =>
      t.create(`${core}/configmaps?fieldManager=me`, { metadata: { generateName: 'g-' } }),
    );
    expect(mutating.name).toBeUndefined();
    expect(Object.keys(mutating.object.metadata).sort()).toEqual([
      'generateName',
      'managedFields',
      'namespace',
    ]);
    expect(mutating.options).toEqual({
      kind: 'CreateOptions',
      apiVersion: 'meta.k8s.io/v1',
      fieldManager: 'me',
    });
    expect(validating.name).toMatch(/^g-/);
    expect(validating.object.metadata.uid).toBeDefined();
  });

  it('a patch is that of an update, an apply that of a creation', async () => {
    const t = await watched();
    await t.create(`${core}/configmaps`, config('a'));
    const [patch] = await t.reviews(({ send }) =>
      send('PATCH', `${core}/configmaps/a`, { type: merge, body: { data: { a: 'b' } } }),
    );
    expect(patch).toMatchObject({ operation: 'UPDATE', options: { kind: 'UpdateOptions' } });
    const [apply] = await t.reviews(({ send }) =>
      send('PATCH', `${core}/configmaps/b?fieldManager=me&force=true`, {
        type: 'application/apply-patch+yaml',
        body: { apiVersion: 'v1', kind: 'ConfigMap', ...config('b') },
      }),
    );
    expect(apply.operation).toBe('CREATE');
    expect(apply.options).toEqual({
      kind: 'CreateOptions',
      apiVersion: 'meta.k8s.io/v1',
      fieldManager: 'me',
    });
  });

  it('an update shows first what the client sent, then what will be stored', async () => {
    const t = await watched();
    await t.create(`${core}/configmaps`, config('a'));
    const [mutating, validating] = await t.reviews(({ send }) =>
      send('PUT', `${core}/configmaps/a`, { body: { ...config('a'), data: { a: 'b' } } }),
    );
    expect(mutating.object.metadata.uid).toBeUndefined();
    expect(validating.object.metadata.uid).toBe(validating.oldObject.metadata.uid);
  });

  it('a deletion has its options, and a name unless it is of a collection', async () => {
    const t = await watched();
    for (const name of ['a', 'b']) await t.create(`${core}/configmaps`, config(name));
    const [one] = await t.reviews(({ send }) =>
      send('DELETE', `${core}/configmaps/a?gracePeriodSeconds=0&propagationPolicy=Background`),
    );
    expect(one).toMatchObject({
      operation: 'DELETE',
      name: 'a',
      object: null,
      options: {
        kind: 'DeleteOptions',
        apiVersion: 'meta.k8s.io/v1',
        gracePeriodSeconds: 0,
        propagationPolicy: 'Background',
      },
    });
    const [all] = await t.reviews(({ send }) => send('DELETE', `${core}/configmaps`));
    expect(all.name).toBeUndefined();
    expect(all.oldObject.metadata.name).toBe('b');
  });

  it('a scale shows the Scale before and after', async () => {
    const t = await watched();
    const labels = { app: 'x' };
    await t.create('/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'd' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    const [review, ...more] = await t.reviews(({ send }) =>
      send('PATCH', '/apis/apps/v1/namespaces/default/deployments/d/scale', {
        type: merge,
        body: { spec: { replicas: 3 } },
      }),
    );
    expect(more).toHaveLength(1);
    expect(review).toMatchObject({
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      subResource: 'scale',
      object: { kind: 'Scale', spec: { replicas: 3 } },
      oldObject: { kind: 'Scale', spec: { replicas: 1 } },
    });
  });

  it.each([
    ['binding', { group: '', version: 'v1', kind: 'Binding' }, { target: { name: 'n' } }],
    ['eviction', { group: 'policy', version: 'v1', kind: 'Eviction' }, {}],
  ])('a %s shows the body, and nothing else is reviewed', async (subresource, kind, more) => {
    const t = await watched();
    await t.create(`${core}/pods`, {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const apiVersion = kind.group === '' ? 'v1' : `${kind.group}/v1`;
    const body = { apiVersion, kind: kind.kind, ...config('p'), ...more };
    const found = await t.reviews(({ send }) =>
      send('POST', `${core}/pods/p/${subresource}`, { body }),
    );
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({
      kind,
      resource: { group: '', version: 'v1', resource: 'pods' },
      subResource: subresource,
      name: 'p',
      operation: 'CREATE',
      object: { kind: kind.kind, metadata: { name: 'p', namespace: 'default' } },
    });
  });

  it.each([
    ['exec?command=ls&container=c&stdout=true', { command: ['ls'], container: 'c', stdout: true }],
    ['portforward?ports=80', { ports: [80] }],
    ['proxy/a/b?c=d', { path: '/a/b' }],
  ])('a connection to %s shows its options', async (path, options) => {
    const t = await watched();
    await t.create(`${core}/pods`, {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const [review] = await t.reviews(({ send }) => send('GET', `${core}/pods/p/${path}`));
    expect(review).toMatchObject({ operation: 'CONNECT', oldObject: null, options: null });
    expect(review.object).toEqual({
      kind: review.kind.kind,
      apiVersion: 'v1',
      ...options,
    });
  });
});

describe('a mutating webhook', () => {
  it('cannot move an object to another namespace', async () => {
    const t = await watched([{ op: 'replace', path: '/metadata/namespace', value: 'kube-system' }]);
    const { status, body } = await t.send('POST', `${core}/configmaps`, { body: config('a') });
    expect([status, body['message']]).toEqual([
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ]);
  });

  it('whose patch does not apply is told so in the words of upstream', async () => {
    const t = await watched([{ op: 'remove', path: '/nope' }]);
    const { status, body } = await t.send('POST', `${core}/configmaps`, { body: config('a') });
    expect([status, body['message']]).toEqual([
      500,
      "Internal error occurred: error in remove for path: '/nope': Unable to remove nonexistent key: nope: missing value",
    ]);
  });
});
