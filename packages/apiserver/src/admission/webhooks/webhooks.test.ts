import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../../testing/test-server.ts';
import { type TestReply, type TlsService, tlsService } from '../../testing/tls-service.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';
const rule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['configmaps'],
  operations: ['CREATE', 'UPDATE'],
};

/** A webhook's answer to any review. */
function answer(response: (object: Record<string, never>) => object) {
  return ({ body }: { body: string }): TestReply => {
    const { request } = JSON.parse(body);
    const { uid, object } = request;
    return {
      body: JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid, ...response(object) },
      }),
    };
  };
}

const patch = (operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

async function configure(
  { create }: TestServer,
  type: 'mutating' | 'validating',
  service: Pick<TlsService, 'port' | 'caBundle'>,
  more: object = {},
  name = 'w',
): Promise<void> {
  const kind = type === 'mutating' ? 'Mutating' : 'Validating';
  await create(`/apis/admissionregistration.k8s.io/v1/${type}webhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: {
          url: `https://127.0.0.1:${service.port}/hook`,
          caBundle: service.caBundle,
        },
        rules: [rule],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        ...more,
      },
    ],
  });
}

describe('a mutating webhook', () => {
  it('changes what is stored, and sees the request as upstream shows it', async () => {
    const server = await testServer();
    const hook = await tlsService(
      answer(() => patch([{ op: 'add', path: '/data', value: { by: 'hook' } }])),
    );
    await configure(server, 'mutating', hook);
    const made = await server.create(configmaps, { metadata: { name: 'c' } });
    expect(made['data']).toEqual({ by: 'hook' });
    const { url, body } = hook.requests[0] ?? { url: '', body: '{}' };
    expect(url).toBe('/hook?timeout=10s');
    expect(JSON.parse(body)).toMatchObject({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        kind: { group: '', version: 'v1', kind: 'ConfigMap' },
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
        name: 'c',
        namespace: 'default',
        operation: 'CREATE',
        userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
        object: { metadata: { name: 'c', namespace: 'default' } },
        oldObject: null,
        dryRun: false,
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      },
    });
  });

  it('is asked again when a later one changed the object and it wants that', async () => {
    const server = await testServer();
    const first = await tlsService(
      answer(({ data }) =>
        data === undefined
          ? { allowed: true }
          : patch([{ op: 'add', path: '/metadata/labels', value: { seen: 'second' } }]),
      ),
    );
    const second = await tlsService(
      answer(() => patch([{ op: 'add', path: '/data', value: { by: 'second' } }])),
    );
    await configure(server, 'mutating', first, { reinvocationPolicy: 'IfNeeded' }, 'a');
    await configure(server, 'mutating', second, {}, 'b');
    const made = await server.create(configmaps, { metadata: { name: 'c' } });
    expect(made.metadata.labels).toEqual({ seen: 'second' });
    expect([first.requests.length, second.requests.length]).toEqual([2, 1]);
  });
});

describe('a validating webhook', () => {
  it('refuses in upstream’s words, and nothing is stored', async () => {
    const server = await testServer();
    const hook = await tlsService(
      answer(() => ({ allowed: false, status: { message: 'not today', code: 403 } })),
    );
    await configure(server, 'validating', hook);
    const { status, body } = await server.send('POST', configmaps, {
      body: { metadata: { name: 'c' } },
    });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      message: 'admission webhook "w.example.com" denied the request: not today',
      code: 403,
    });
    expect((await server.send('GET', `${configmaps}/c`)).status).toBe(404);
  });

  it('warns', async () => {
    const server = await testServer();
    const hook = await tlsService(answer(() => ({ allowed: true, warnings: ['careful'] })));
    await configure(server, 'validating', hook);
    const { headers } = await server.send('POST', configmaps, {
      body: { metadata: { name: 'c' } },
    });
    expect(headers['warning']).toEqual(['299 - "careful"']);
  });

  it('is asked only about what its rules and selectors choose', async () => {
    const server = await testServer();
    const hook = await tlsService(answer(() => ({ allowed: false })));
    await configure(server, 'validating', hook, {
      objectSelector: { matchLabels: { watched: 'yes' } },
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
        ],
      },
    });
    const labelled = { metadata: { name: 'c', labels: { watched: 'yes' } } };
    await server.create(configmaps, { metadata: { name: 'c' } });
    await server.create('/api/v1/namespaces/kube-system/configmaps', labelled);
    await server.create('/api/v1/namespaces/default/secrets', labelled);
    expect(hook.requests).toEqual([]);
    const refused = await server.send('PUT', `${configmaps}/c`, { body: labelled });
    expect(refused.body['message']).toBe(
      'admission webhook "w.example.com" denied the request without explanation',
    );
  });

  it('that cannot be reached refuses or lets pass, as its failure policy says', async () => {
    const server = await testServer();
    const gone = { port: 1, caBundle: (await tlsService(answer(() => ({})))).caBundle };
    await configure(server, 'validating', gone);
    const body = { metadata: { name: 'c' } };
    const refused = await server.send('POST', configmaps, { body });
    expect(refused.status).toBe(500);
    expect(refused.body['message']).toBe(
      'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https://127.0.0.1:1/hook?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused',
    );
    await server.send(
      'DELETE',
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/w',
    );
    await configure(server, 'validating', gone, { failurePolicy: 'Ignore' });
    expect((await server.send('POST', configmaps, { body })).status).toBe(201);
  });

  it('must have a certificate that its bundle vouches for', async () => {
    const server = await testServer();
    const hook = await tlsService(answer(() => ({ allowed: true })));
    const other = await tlsService(answer(() => ({ allowed: true })));
    await configure(server, 'validating', { port: hook.port, caBundle: other.caBundle });
    const { body } = await server.send('POST', configmaps, { body: { metadata: { name: 'c' } } });
    expect(body['message']).toContain('x509: certificate signed by unknown authority');
  });

  it('with side effects is not asked on a dry run', async () => {
    const server = await testServer();
    const hook = await tlsService(answer(() => ({ allowed: true })));
    await configure(server, 'validating', hook, { sideEffects: 'NoneOnDryRun' });
    const url = `${configmaps}?dryRun=All`;
    const body = { metadata: { name: 'c' } };
    expect((await server.send('POST', url, { body })).status).toBe(201);
    expect(JSON.parse(hook.requests[0]?.body ?? '{}').request.dryRun).toBe(true);
  });

  it('in a Service of the cluster is reached at the Service’s address, under its name', async () => {
    const server = await testServer();
    const hook = await tlsService(
      answer(() => ({ allowed: false, status: { message: 'from the service' } })),
      ['hook.default.svc'],
    );
    await server.create('/api/v1/namespaces/default/services', {
      metadata: { name: 'hook' },
      spec: { type: 'ExternalName', externalName: '127.0.0.1' },
    });
    await configure(server, 'validating', hook, {
      clientConfig: {
        service: { namespace: 'default', name: 'hook', path: '/v', port: hook.port },
        caBundle: hook.caBundle,
      },
    });
    const { body } = await server.send('POST', configmaps, { body: { metadata: { name: 'c' } } });
    expect(body['message']).toBe(
      'admission webhook "w.example.com" denied the request: from the service',
    );
    expect(hook.requests[0]?.headers.host).toBe(`hook.default.svc:${hook.port}`);
  });

  it('of a Service that is not there fails with its name', async () => {
    const server = await testServer();
    await configure(
      server,
      'validating',
      { port: 1, caBundle: '' },
      {
        clientConfig: { service: { namespace: 'default', name: 'hook' } },
      },
    );
    const { body } = await server.send('POST', configmaps, { body: { metadata: { name: 'c' } } });
    expect(body['message']).toBe(
      'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https://hook.default.svc:443/?timeout=10s": service "hook" not found',
    );
  });

  it('that cannot be reached in time fails when its time is up', async () => {
    const dialer = {
      pod: () => new Promise<never>(() => {}),
      address: () => new Promise<never>(() => {}),
    };
    const server = await testServer({ dialer });
    const service = { port: 1, caBundle: '' };
    await configure(server, 'validating', service, { timeoutSeconds: 1 });
    const { body } = await server.send('POST', configmaps, { body: { metadata: { name: 'c' } } });
    expect(body['message']).toBe(
      'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https://127.0.0.1:1/hook?timeout=1s": context deadline exceeded',
    );
  });

  it('is not asked about itself', async () => {
    const server = await testServer();
    const hook = await tlsService(answer(() => ({ allowed: false })));
    await configure(server, 'validating', hook, {
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'] }],
    });
    const url = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/w';
    expect((await server.send('DELETE', url)).status).toBe(200);
  });
});
