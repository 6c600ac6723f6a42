import type { KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House, hostNamespace } from './testing/house.ts';

let house: House;
beforeEach(async () => {
  house = await House.build();
  await house.start();
});
afterEach(() => house.close());

const pod = (name: string, spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'main', image: 'busybox' }], ...spec },
});

async function make(object: KubeObject): Promise<KubeObject> {
  const resource = object.kind === 'Pod' ? resources.pods : resources.services;
  const made = await house.virtual.create(resource, object);
  await house.settle();
  return made;
}

const gone = { reason: 'NotFound' };
const at = { namespace: hostNamespace };

describe('a pod', () => {
  it('runs on the host under a name of its own, owned by the run anchor, without a host token', async () => {
    await make(pod('web'));
    const host = await house.hostPod('web');
    expect(host.metadata.ownerReferences).toMatchObject([{ name: 'atlas-run', kind: 'ConfigMap' }]);
    expect(host.metadata.labels).toMatchObject({
      'dormice.dev/cluster': house.uid,
      'dormice.dev/namespace': 'default',
    });
    expect(host.spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      hostname: 'web',
      dnsPolicy: 'None',
    });
    expect(JSON.stringify(host.spec.volumes)).not.toContain('serviceAccountToken');
  });

  it('has the node and the status that the host gives it', async () => {
    await make(pod('web'));
    await house.runOnHost('web', { message: `${house.hostName('web')} is fine` });
    const virtual = await house.virtualPod('web');
    expect(virtual.spec.nodeName).toBe('node-1');
    expect(virtual.status).toMatchObject({
      phase: 'Running',
      podIP: '10.244.1.5',
      message: 'web is fine',
    });
    expect(house.syncer.clusterOfAddress('10.244.1.5')).toBe(house.uid);
  });

  it('brings its node into the cluster with its true capacity, and takes it away again', async () => {
    await make(pod('web'));
    await house.runOnHost('web');
    const node = await house.virtual.get(resources.nodes, 'node-1');
    expect(node.status.capacity).toMatchObject({ cpu: '4', memory: '8Gi' });
    const { items } = await house.virtual.list(resources.nodes);
    expect(items).toHaveLength(1);
    await house.virtual.delete(resources.pods, 'web', {
      namespace: 'default',
      gracePeriodSeconds: 0,
    });
    await house.settle();
    await house.endOnHost('web').catch(() => undefined);
    await expect(house.virtual.get(resources.nodes, 'node-1')).rejects.toMatchObject(gone);
  });

  it('that is deleted stays until the host pod has ended', async () => {
    await make(pod('web'));
    await house.runOnHost('web');
    await house.virtual.delete(resources.pods, 'web', { namespace: 'default' });
    await house.settle();
    expect((await house.hostPod('web')).metadata.deletionTimestamp).toBeDefined();
    expect((await house.virtualPod('web')).metadata.deletionTimestamp).toBeDefined();
    await house.endOnHost('web');
    await expect(house.virtualPod('web')).rejects.toMatchObject(gone);
  });

  it('whose host pod is deleted goes with it', async () => {
    await make(pod('web'));
    await house.runOnHost('web');
    await house.host.delete(resources.pods, house.hostName('web'), at);
    await house.settle();
    expect((await house.virtualPod('web')).metadata.deletionTimestamp).toBeDefined();
    await house.endOnHost('web');
    await expect(house.virtualPod('web')).rejects.toMatchObject(gone);
  });

  it('that has finished stays when its host pod is cleaned up', async () => {
    await make(pod('task', { restartPolicy: 'Never' }));
    await house.runOnHost('task', { phase: 'Succeeded' });
    await house.endOnHost('task');
    expect((await house.virtualPod('task')).status.phase).toBe('Succeeded');
  });

  it('made again under its name waits until the old host pod is gone', async () => {
    const first = await make(pod('web'));
    await house.runOnHost('web');
    await house.virtual.delete(resources.pods, 'web', {
      namespace: 'default',
      gracePeriodSeconds: 0,
    });
    const second = await make(pod('web'));
    await house.endOnHost('web').catch(() => undefined);
    const host = await house.hostPod('web');
    expect(host.metadata.annotations?.['dormice.dev/uid']).toBe(second.metadata.uid);
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
  });

  it('takes its labels and images along when they change', async () => {
    await make(pod('web', {}, { labels: { app: 'web', old: 'yes' } }));
    await house.runOnHost('web');
    await house.virtual.patch(
      resources.pods,
      'web',
      {
        metadata: { labels: { old: null, new: 'yes' } },
        spec: { containers: [{ name: 'main', image: 'busybox:2' }] },
      },
      { namespace: 'default', type: 'strategic' },
    );
    await house.settle();
    const host = await house.hostPod('web');
    expect(host.metadata.labels).toMatchObject({ app: 'web', new: 'yes' });
    expect(host.metadata.labels).not.toHaveProperty('old');
    expect(host.spec.containers[0].image).toBe('busybox:2');
  });

  it('whose host pod was changed by the host still gets its status', async () => {
    await make(pod('web'));
    await house.host.patch(
      resources.pods,
      house.hostName('web'),
      { metadata: { labels: { 'host.example/injected': 'yes' } } },
      { ...at, type: 'merge' },
    );
    await house.runOnHost('web', {
      containerStatuses: [status('main'), status('injected')],
    });
    const virtual = await house.virtualPod('web');
    expect(virtual.status.phase).toBe('Running');
    expect(virtual.status.containerStatuses.map(({ name }: { name: string }) => name)).toEqual([
      'main',
    ]);
    expect(virtual.metadata.labels ?? {}).not.toHaveProperty('host.example/injected');
  });

  it('that reaches for the host is refused at once, with the reason', async () => {
    await expect(make(pod('web', { hostPID: true }))).rejects.toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('spec.hostPID'),
    });
    await expect(
      make(pod('web', { volumes: [{ name: 'root', hostPath: { path: '/' } }] })),
    ).rejects.toMatchObject({ message: expect.stringContaining('spec.volumes[0].hostPath') });
  });

  it('finds a token of the virtual API, bound to it and renewed in time', async () => {
    const made = await make(pod('web'));
    const name = (await house.host.list(resources.secrets, at)).items.find(
      ({ metadata }) => metadata.annotations?.['dormice.dev/kind'] === 'Pod',
    )?.metadata.name;
    const read = () => house.host.get(resources.secrets, name ?? '', at);
    const first = await read();
    const token = Buffer.from(String(Object.values(first.data)[0]), 'base64').toString();
    const claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    ) as KubeObject;
    expect(claims['kubernetes.io']).toMatchObject({
      namespace: 'default',
      pod: { name: 'web', uid: made.metadata.uid },
    });
    expect(claims.exp - claims.iat).toBeLessThan(2 * 365 * 24 * 3600);
    house.advance(2 * 24 * 3600_000);
    await house.restart();
    expect((await read()).data).not.toEqual(first.data);
    await house.virtual.delete(resources.pods, 'web', { namespace: 'default' });
    await house.settle();
    await house.endOnHost('web').catch(() => undefined);
    await expect(read()).rejects.toMatchObject(gone);
  });
});

describe('the way to a pod', () => {
  it('tells what the host says about it in the names of the tenant', async () => {
    await make(pod('web'));
    const log = () =>
      house.virtual.get(resources.pods, 'web', { namespace: 'default', subresource: 'log' });
    await expect(log()).rejects.toMatchObject({ code: 501 });
    house.fault = ({ path }) =>
      path.endsWith('/log')
        ? { status: 400, reason: `container "main" in pod "${house.hostName('web')}" is waiting` }
        : undefined;
    await expect(log()).rejects.toMatchObject({
      code: 400,
      message: 'container "main" in pod "web" is waiting',
    });
  });
});

describe('what pods use', () => {
  const config = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { a: '1' },
  });

  it('lies on the host as long as a pod uses it, no longer', async () => {
    await house.virtual.create(resources.configmaps, config('used'));
    await house.virtual.create(resources.configmaps, config('unused'));
    await make(pod('web', { volumes: [{ name: 'v', configMap: { name: 'used' } }] }));
    const onHost = () => house.host.get(resources.configmaps, house.hostName('used'), at);
    expect((await onHost()).data).toEqual({ a: '1' });
    await expect(
      house.host.get(resources.configmaps, house.hostName('unused'), at),
    ).rejects.toMatchObject(gone);
    await house.virtual.patch(
      resources.configmaps,
      'used',
      { data: { a: '2' } },
      { namespace: 'default', type: 'merge' },
    );
    await house.settle();
    expect((await onHost()).data).toEqual({ a: '2' });
    await house.virtual.delete(resources.pods, 'web', { namespace: 'default' });
    await house.settle();
    await expect(onHost()).rejects.toMatchObject(gone);
  });
});

describe('a ServiceAccount', () => {
  const account = (name: string) =>
    house.host.get(resources.serviceaccounts, house.hostName(name), at);

  it('lies on the host without a token; the default one only when a pod runs as it', async () => {
    await house.virtual.create(resources.serviceaccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot', namespace: 'default' },
    });
    await house.settle();
    expect((await account('robot')).automountServiceAccountToken).toBe(false);
    await expect(account('default')).rejects.toMatchObject(gone);
    await make(pod('web'));
    expect((await account('default')).automountServiceAccountToken).toBe(false);
  });
});

describe('a Service', () => {
  const service = (spec: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { ports: [{ port: 80 }], selector: { app: 'web' }, ...spec },
  });

  it('has the address of its host Service in the answer to its creation', async () => {
    const made = await make(service({}));
    const host = await house.host.get(resources.services, house.hostName('web'), at);
    expect(made.spec.clusterIP).toMatch(/^10\.43\./);
    expect(made.spec.clusterIP).toBe(host.spec.clusterIP);
    expect(host.spec.selector).toEqual({
      app: 'web',
      'dormice.dev/cluster': house.uid,
      'dormice.dev/namespace': 'default',
    });
  });

  it('goes from the host with the virtual one', async () => {
    await make(service({}));
    await house.virtual.delete(resources.services, 'web', { namespace: 'default' });
    await house.settle();
    await expect(
      house.host.get(resources.services, house.hostName('web'), at),
    ).rejects.toMatchObject(gone);
  });

  it('that is headless or an alias needs nothing on the host', async () => {
    const made = await make(service({ clusterIP: 'None' }));
    expect(made.spec.clusterIP).toBe('None');
    await expect(
      house.host.get(resources.services, house.hostName('web'), at),
    ).rejects.toMatchObject(gone);
  });

  it('of the API and of DNS has the address that leads to Dormice', async () => {
    const api = await house.virtual.get(resources.services, 'kubernetes', { namespace: 'default' });
    expect(api.spec.clusterIP).toBe(house.attachment?.apiServiceIp);
    const dns = await house.virtual.get(resources.services, 'kube-dns', {
      namespace: 'kube-system',
    });
    expect(dns.spec.clusterIP).toBe(house.attachment?.dnsAddress);
  });
});

describe('Secrets of the host', () => {
  const secret = (name: string, more: object = {}, metadata: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: hostNamespace, ...metadata },
    type: 'Opaque',
    data: { a: 'MQ==' },
    ...more,
  });
  const read = (name: string) =>
    house.virtual.get(resources.secrets, name, { namespace: 'default' });

  it('appear by the mapping, follow every field, and survive what tenants do to them', async () => {
    await house.host.create(resources.secrets, secret('db'));
    await house.settle();
    expect(await read('db')).toMatchObject({ type: 'Opaque', data: { a: 'MQ==' } });
    await house.virtual.delete(resources.secrets, 'db', { namespace: 'default' });
    await house.settle();
    expect((await read('db')).data).toEqual({ a: 'MQ==' });
    await house.host.delete(resources.secrets, 'db', at);
    await house.host.create(
      resources.secrets,
      secret('db', {
        type: 'kubernetes.io/basic-auth',
        data: { username: 'YQ==', password: 'Yg==' },
      }),
    );
    await house.settle();
    expect(await read('db')).toMatchObject({
      type: 'kubernetes.io/basic-auth',
      data: { username: 'YQ==', password: 'Yg==' },
    });
    await house.host.delete(resources.secrets, 'db', at);
    await house.settle();
    await expect(read('db')).rejects.toMatchObject(gone);
  });

  it('of the control plane, of Helm and of accounts stay on the host', async () => {
    await house.host.create(
      resources.secrets,
      secret('marked', {}, { labels: { 'dormice.dev/anything': 'x' } }),
    );
    await house.host.create(resources.secrets, secret('helm', { type: 'helm.sh/release.v1' }));
    await house.host.create(
      resources.secrets,
      secret(
        'account',
        { type: 'kubernetes.io/service-account-token' },
        { annotations: { 'kubernetes.io/service-account.name': 'default' } },
      ),
    );
    await house.settle();
    for (const name of ['marked', 'helm', 'account']) {
      await expect(read(name)).rejects.toMatchObject(gone);
    }
  });

  it('do not replace what the tenant made itself', async () => {
    await house.virtual.create(resources.secrets, {
      ...secret('mine'),
      metadata: { name: 'mine', namespace: 'default' },
    });
    await house.host.create(resources.secrets, secret('mine', { data: { a: 'Mg==' } }));
    await house.settle();
    expect((await read('mine')).data).toEqual({ a: 'MQ==' });
  });
});

describe('volumes', () => {
  const claim: KubeObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'standard',
    },
  };

  it('are claimed on the host, and shown as bound as the host bound them', async () => {
    await house.virtual.create(resources.persistentvolumeclaims, claim);
    await house.settle();
    const name = house.hostName('data');
    const host = await house.host.get(resources.persistentvolumeclaims, name, at);
    expect(host.metadata.ownerReferences).toMatchObject([{ name: 'atlas' }]);
    await house.host.create(resources.persistentvolumes, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-1' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteMany'],
        storageClassName: 'standard',
        csi: {
          driver: 'example.org',
          volumeHandle: 'x',
          nodePublishSecretRef: { name: 'key', namespace: 'kube-system' },
        },
        claimRef: {
          kind: 'PersistentVolumeClaim',
          name,
          namespace: hostNamespace,
          uid: host.metadata.uid,
        },
      },
    });
    const bound = await house.host.update(resources.persistentvolumeclaims, {
      ...host,
      spec: { ...host.spec, volumeName: 'pv-1' },
    });
    await house.host.update(
      resources.persistentvolumeclaims,
      {
        ...bound,
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany'] },
      },
      { subresource: 'status' },
    );
    await house.settle();
    const virtual = await house.virtual.get(resources.persistentvolumeclaims, 'data', {
      namespace: 'default',
    });
    expect(virtual.spec.volumeName).toBe('pv-1');
    expect(virtual.status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
    const volume = await house.virtual.get(resources.persistentvolumes, 'pv-1');
    expect(volume.spec.claimRef).toMatchObject({ name: 'data', namespace: 'default' });
    expect(JSON.stringify(volume)).not.toContain('kube-system');
  });

  it('come in the classes of the host', async () => {
    const mirrored = await house.virtual.get(resources.storageclasses, 'standard');
    expect(mirrored.provisioner).toBe('example.org/disks');
    await house.virtual.delete(resources.storageclasses, 'standard');
    await house.settle();
    expect((await house.virtual.get(resources.storageclasses, 'standard')).provisioner).toBe(
      'example.org/disks',
    );
  });
});

function status(name: string): object {
  return { name, image: 'x', imageID: '', ready: true, restartCount: 0, state: {} };
}
