import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../../testing/test-server.ts';

const core = '/api/v1/namespaces/default';
const pods = `${core}/pods`;
const pod = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'p', ...metadata },
  spec: { containers: [{ name: 'main', image: 'a' }], ...spec },
});

let test: TestServer;
const create = (path: string, body: unknown) => test.create(path, body);
const messageOf = async (body: unknown, path = pods): Promise<string> =>
  String((await test.send('POST', path, { body })).body['message']);

beforeEach(async () => {
  test = await testServer();
});

afterEach(() => test.server.close());

// Expected words: what a kube-apiserver 1.35 answered to the same requests (`conformance/twin`).
describe('ServiceAccount', () => {
  beforeEach(() =>
    create(`${core}/serviceaccounts`, {
      metadata: {
        name: 'strict',
        annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' },
      },
      secrets: [{ name: 'known' }],
    }),
  );

  it('refuses secrets that a strict account does not list', async () => {
    const secret = (secretName: string) => ({
      serviceAccountName: 'strict',
      volumes: [{ name: 'v', secret: { secretName } }],
    });
    expect(await messageOf(pod(secret('other')))).toBe(
      'pods "p" is forbidden: volume with secret.secretName="other" is not allowed because service account strict does not reference that secret',
    );
    await create(pods, pod(secret('known')));
  });

  it('keeps mirror pods from secrets', async () => {
    const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const spec = { nodeName: 'n', imagePullSecrets: [{ name: 'a' }] };
    expect(await messageOf(pod(spec, mirror))).toBe(
      'pods "p" is forbidden: a mirror pod may not reference secrets',
    );
  });
});

describe('DefaultIngressClass', () => {
  it('gives an Ingress the default class', async () => {
    await create('/apis/networking.k8s.io/v1/ingressclasses', {
      metadata: {
        name: 'c',
        annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
      },
      spec: { controller: 'a.example/b' },
    });
    const made = await create('/apis/networking.k8s.io/v1/namespaces/default/ingresses', {
      metadata: { name: 'i' },
      spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } },
    });
    expect(made['spec'].ingressClassName).toBe('c');
  });
});

describe('PersistentVolumeClaimResize', () => {
  it('lets only bound claims grow, of classes that can', async () => {
    await create('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'fixed' },
      provisioner: 'a.example/b',
    });
    const claims = `${core}/persistentvolumeclaims`;
    await create(claims, {
      metadata: { name: 'c' },
      spec: {
        storageClassName: 'fixed',
        accessModes: ['ReadWriteOnce'],
        volumeName: 'v',
        resources: { requests: { storage: '1Gi' } },
      },
    });
    const patch = async (path: string, body: unknown) =>
      (await test.send('PATCH', path, { body, type: 'application/merge-patch+json' })).body;
    const larger = { spec: { resources: { requests: { storage: '2Gi' } } } };
    // Validation comes first: an unbound claim does not change at all.
    await patch(`${claims}/c/status`, { status: { phase: 'Bound' } });
    expect((await patch(`${claims}/c`, larger))['message']).toBe(
      'persistentvolumeclaims "c" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  });
});

describe('PodTopologyLabels', () => {
  it('labels a pod with the zone of its node', async () => {
    const labels = { 'topology.kubernetes.io/zone': 'z', other: 'x' };
    await create('/api/v1/nodes', { metadata: { name: 'n', labels } });
    await create(pods, pod());
    await test.send('POST', `${pods}/p/binding`, {
      body: { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } },
    });
    const { body } = await test.send('GET', `${pods}/p`);
    expect(body.metadata.labels).toEqual({ 'topology.kubernetes.io/zone': 'z' });
  });
});

describe('Priority', () => {
  it('lets one class be the default', async () => {
    const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
    const body = (name: string) => ({ metadata: { name }, value: 5, globalDefault: true });
    await create(classes, body('low'));
    expect(await messageOf(body('next'), classes)).toBe(
      'priorityclasses.scheduling.k8s.io "next" is forbidden: PriorityClass low is already marked as default. Only one default can exist',
    );
    expect((await create(pods, pod()))['spec']).toMatchObject({
      priority: 5,
      priorityClassName: 'low',
    });
  });
});

describe('RuntimeClass', () => {
  it('knows where overhead comes from, and merges tolerations', async () => {
    await create('/apis/node.k8s.io/v1/runtimeclasses', {
      metadata: { name: 'there' },
      handler: 'h',
      scheduling: { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
    });
    expect(await messageOf(pod({ overhead: { cpu: '1' } }))).toBe(
      'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    const made = await create(pods, pod({ runtimeClassName: 'there' }));
    expect(made['spec'].tolerations).toEqual([{ operator: 'Exists', effect: 'NoExecute' }]);
  });
});

describe('LimitRanger', () => {
  it('fills in, says so, and refuses', async () => {
    await create(`${core}/limitranges`, {
      metadata: { name: 'l' },
      spec: {
        limits: [
          { type: 'Container', default: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } },
          { type: 'Pod', max: { memory: '1Gi' } },
        ],
      },
    });
    const limits = (requests: object, memory: string) =>
      pod({ containers: [{ name: 'm', image: 'a', resources: { requests, limits: { memory } } }] });
    expect(await messageOf(limits({ cpu: '300m' }, '2Gi'))).toBe(
      'pods "p" is forbidden: [cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    );
    const made = await create(pods, limits({ cpu: '500m' }, '1Gi'));
    expect(made.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu limit for container m',
    });
  });
});

describe('NamespaceLifecycle', () => {
  it('tells why nothing is made in a namespace that ends', async () => {
    await create('/api/v1/namespaces', { metadata: { name: 'n' } });
    await test.send('DELETE', '/api/v1/namespaces/n');
    const { status, body } = await test.send('POST', '/api/v1/namespaces/n/configmaps', {
      body: { metadata: { name: 'a' } },
    });
    expect([status, body['message'], body['details'].causes]).toEqual([
      403,
      'configmaps "a" is forbidden: unable to create new content in namespace n because it is being terminated',
      [
        {
          reason: 'NamespaceTerminating',
          message: 'namespace n is being terminated',
          field: 'metadata.namespace',
        },
      ],
    ]);
  });
});
