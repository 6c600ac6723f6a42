import { describe, expect, it } from 'vitest';
import { framesOf, type TestServer, testServer } from '../testing/test-server.ts';
import { type TestReply, type TestRequest, tlsService } from '../testing/tls-service.ts';

const services = '/apis/apiregistration.k8s.io/v1/apiservices';
const name = 'v1alpha1.wardle.example.com';
const versionPath = '/apis/wardle.example.com/v1alpha1';

const resourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'wardle.example.com/v1alpha1',
  resources: [
    {
      name: 'flunders',
      singularName: 'flunder',
      namespaced: true,
      kind: 'Flunder',
      verbs: ['get'],
    },
    {
      name: 'flunders/status',
      singularName: '',
      namespaced: true,
      kind: 'Flunder',
      verbs: ['get'],
    },
  ],
};

function wardle({ url }: TestRequest): TestReply {
  if (url === versionPath) return { body: JSON.stringify(resourceList) };
  if (url === '/openapi/v3') {
    const path = { serverRelativeURL: `/openapi/v3${versionPath}?hash=ABC` };
    return { body: JSON.stringify({ paths: { [versionPath.slice(1)]: path } }) };
  }
  if (url.startsWith(`${versionPath}/`)) return { status: 202, body: '{"kind":"Flunder"}' };
  return { status: 404, body: '{}' };
}

/** The APIService once its condition has this reason. */
async function once(t: TestServer, reason: string) {
  const abort = new AbortController();
  const stream = await t.raw('GET', `${services}?watch=true&fieldSelector=metadata.name=${name}`, {
    signal: abort.signal,
  });
  if (stream.body instanceof Uint8Array) throw new Error('no stream');
  for await (const bytes of stream.body) {
    const { object } = JSON.parse(new TextDecoder().decode(bytes));
    const [condition] = object.status?.conditions ?? [];
    if (condition?.reason !== reason) continue;
    abort.abort();
    return condition;
  }
}

async function register(t: TestServer, service: object): Promise<void> {
  await t.create(services, {
    metadata: { name },
    spec: {
      group: 'wardle.example.com',
      version: 'v1alpha1',
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      ...service,
    },
  });
}

async function withWardle(): Promise<
  TestServer & { remote: Awaited<ReturnType<typeof tlsService>> }
> {
  const remote = await tlsService(wardle, ['api.default.svc']);
  const t = await testServer();
  await t.create('/api/v1/namespaces/default/services', {
    metadata: { name: 'api' },
    spec: { type: 'ExternalName', externalName: '127.0.0.1' },
  });
  await register(t, {
    caBundle: remote.caBundle,
    service: { namespace: 'default', name: 'api', port: remote.port },
  });
  await once(t, 'Passed');
  return { ...t, remote };
}

describe('an aggregated server', () => {
  it('gets requests below its group version as the user who asked', async () => {
    const t = await withWardle();
    const user = {
      username: 'jane',
      uid: '7',
      groups: ['system:masters', 'team'],
      extra: { 'example.com/a': ['x', 'y'] },
    };
    const answer = await t.raw('GET', `${versionPath}/namespaces/default/flunders?limit=5`, {
      user,
      headers: { authorization: 'Bearer secret', 'x-remote-user': 'mallory' },
    });
    expect(answer.status).toBe(202);
    const seen = t.remote.requests.at(-1);
    expect(seen?.url).toBe(`${versionPath}/namespaces/default/flunders?limit=5`);
    expect(seen?.headers).toMatchObject({
      'x-remote-user': 'jane',
      'x-remote-uid': '7',
      'x-remote-group': 'system:masters, team',
      'x-remote-extra-example.com%2fa': 'x, y',
    });
    expect(seen?.headers.authorization).toBeUndefined();
    await t.server.close();
  });

  it('stands in plain and aggregated discovery and in the index of OpenAPI', async () => {
    const t = await withWardle();
    const plain = await t.send('GET', '/apis');
    expect(plain.body['groups'].at(-1)).toEqual({
      name: 'wardle.example.com',
      versions: [{ groupVersion: 'wardle.example.com/v1alpha1', version: 'v1alpha1' }],
      preferredVersion: { groupVersion: 'wardle.example.com/v1alpha1', version: 'v1alpha1' },
    });
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const aggregated = await t.send('GET', '/apis', { accept });
    const kind = { group: 'wardle.example.com', version: 'v1alpha1', kind: 'Flunder' };
    expect(aggregated.body['items'].at(-1).versions).toEqual([
      {
        version: 'v1alpha1',
        freshness: 'Current',
        resources: [
          {
            resource: 'flunders',
            responseKind: kind,
            scope: 'Namespaced',
            singularResource: 'flunder',
            verbs: ['get'],
            subresources: [{ subresource: 'status', responseKind: kind, verbs: ['get'] }],
          },
        ],
      },
    ]);
    const index = await t.send('GET', '/openapi/v3');
    expect(index.body['paths'][versionPath.slice(1)]).toEqual({
      serverRelativeURL: `/openapi/v3${versionPath}?hash=ABC`,
    });
    await t.server.close();
  });

  it('whose certificate is not of its bundle is available, but requests fail', async () => {
    const t = await withWardle();
    const other = await tlsService(wardle);
    const now = await t.send('GET', `${services}/${name}`);
    now.body['spec'].caBundle = other.caBundle;
    await t.send('PUT', `${services}/${name}`, { body: now.body });
    const answer = await t.send('GET', `${versionPath}/flunders`);
    expect(answer.status).toBe(503);
    expect(answer.body['text']).toBe(
      'error trying to reach service: tls: failed to verify certificate: x509: certificate signed by unknown authority\n',
    );
    await t.server.close();
  });
});

describe('the condition of an APIService', () => {
  it('says that its Service is not there, and requests get 503', async () => {
    const t = await testServer();
    await register(t, {
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'gone' },
    });
    expect(await once(t, 'ServiceNotFound')).toMatchObject({
      status: 'False',
      message: 'service/gone in "default" is not present',
    });
    const answer = await t.send('GET', `${versionPath}/flunders`);
    expect([answer.status, answer.body['text']]).toEqual([503, 'service unavailable\n']);
    await t.server.close();
  });

  it('says that the Service has no endpoints', async () => {
    const t = await testServer();
    await t.create('/api/v1/namespaces/default/services', {
      metadata: { name: 'empty' },
      spec: { ports: [{ port: 443 }] },
    });
    await register(t, {
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'empty' },
    });
    const { message } = await once(t, 'EndpointsNotFound');
    expect(message).toBe('cannot find endpointslices for service/empty in "default"');
    await t.server.close();
  });
});

describe('local APIServices', () => {
  const crd = {
    metadata: { name: 'tabs.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'tabs', kind: 'Tab' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  };
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  it('come and go with the versions of a CRD', async () => {
    const t = await testServer();
    await t.create(crds, crd);
    const made = await t.send('GET', `${services}/v1.example.com`);
    expect(made.body).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
      spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1000 },
      status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
    });
    const watch = await t.raw(
      'GET',
      `${services}?watch=true&resourceVersion=${made.body.metadata.resourceVersion}`,
    );
    await t.send('DELETE', `${crds}/tabs.example.com`);
    const [gone] = await framesOf(watch, 1);
    expect([gone?.type, gone?.object.metadata.name]).toEqual(['DELETED', 'v1.example.com']);
    await t.server.close();
  });
});

describe('extension-apiserver-authentication', () => {
  it('tells aggregated servers whom to trust', async () => {
    const t = await testServer();
    const { body } = await t.send(
      'GET',
      '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication',
    );
    expect(Object.keys(body['data']).sort()).toEqual([
      'client-ca-file',
      'requestheader-allowed-names',
      'requestheader-client-ca-file',
      'requestheader-extra-headers-prefix',
      'requestheader-group-headers',
      'requestheader-uid-headers',
      'requestheader-username-headers',
    ]);
    expect(body['data']['requestheader-client-ca-file']).toMatch(/^-----BEGIN CERTIFICATE-----/);
    await t.server.close();
  });
});
