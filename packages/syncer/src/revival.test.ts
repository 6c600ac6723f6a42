import type { KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { House, hostNamespace } from './testing/house.ts';

let house: House;
beforeEach(async () => {
  house = await House.build();
  await house.start();
});
afterEach(() => house.close());

const pod = (name: string, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
});
const controller = {
  ownerReferences: [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u', controller: true },
  ],
};
const make = async (object: KubeObject) => {
  const made = await house.virtual.create(resources.pods, object);
  await house.settle();
  return made;
};

/** Asleep: the anchor is gone, and the host's collector has taken the pods with it. */
async function sleep(names: string[]): Promise<void> {
  await house.attachment?.detach();
  await house.host.delete(resources.configmaps, 'atlas-run', { namespace: hostNamespace });
  for (const name of names) await house.endOnHost(name);
}

describe('after a restart', () => {
  it('pods that run go on running: nothing is made twice, nothing is lost', async () => {
    await make(pod('a'));
    await make(pod('b'));
    await house.runOnHost('a');
    const before = await house.hostPods();
    const uid = (await house.virtualPod('a')).metadata.uid;
    await house.restart();
    expect(await house.hostPods()).toEqual(before);
    expect((await house.virtualPod('a')).metadata.uid).toBe(uid);
    expect((await house.virtualPod('a')).status.phase).toBe('Running');
  });

  it('what nobody wants any more is removed from the host, and what changed there is seen', async () => {
    await make(pod('a'));
    await make(pod('b'));
    await house.attachment?.detach();
    house.attachment = undefined;
    await house.virtual.delete(resources.pods, 'a', {
      namespace: 'default',
      gracePeriodSeconds: 0,
    });
    await house.runOnHost('b');
    await house.restart();
    expect(await house.hostPods()).toEqual([house.hostName('b')]);
    expect((await house.virtualPod('b')).status.phase).toBe('Running');
  });

  it('host objects of other virtual clusters, and of nobody, are left alone', async () => {
    const foreign = pod('foreign', {
      namespace: hostNamespace,
      labels: { 'dormice.dev/cluster': 'another', 'dormice.dev/managed-by': 'dormice' },
      annotations: { 'dormice.dev/name': 'foreign', 'dormice.dev/namespace': 'default' },
    });
    const liar = pod('liar', {
      namespace: hostNamespace,
      labels: { 'dormice.dev/cluster': house.uid, 'dormice.dev/managed-by': 'dormice' },
      annotations: { 'dormice.dev/name': 'other', 'dormice.dev/namespace': 'default' },
    });
    await house.host.create(resources.pods, foreign);
    await house.host.create(resources.pods, liar);
    await house.restart();
    expect(await house.hostPods()).toEqual(expect.arrayContaining(['foreign', 'liar']));
  });
});

describe('after sleep', () => {
  it('pods with a controller are left to it, single pods come back, finished ones stay', async () => {
    await make(pod('single', { labels: { app: 'x' } }));
    await make(pod('controlled', controller));
    await make({ ...pod('task'), spec: { ...pod('task').spec, restartPolicy: 'Never' } });
    const { uid } = (await house.virtualPod('single')).metadata;
    await house.runOnHost('single');
    await house.runOnHost('controlled');
    await house.runOnHost('task', { phase: 'Succeeded' });
    await sleep(['single', 'controlled', 'task']);
    await house.attach();
    await vi.waitFor(() =>
      expect(house.virtualPod('controlled')).rejects.toMatchObject({ reason: 'NotFound' }),
    );
    const single = await house.virtualPod('single');
    expect(single.metadata.uid).not.toBe(uid);
    expect(single.metadata.labels).toEqual({ app: 'x' });
    expect(single.spec.nodeName).toBeUndefined();
    expect((await house.virtualPod('task')).status.phase).toBe('Succeeded');
    expect(await house.hostPods()).toEqual([house.hostName('single')]);
    const { items } = await house.virtual.list(resources.secrets, { namespace: 'kube-system' });
    expect(items).toEqual([]);
  });

  it('a pod that is still ending from the run before is not taken for the new one', async () => {
    await make(pod('single'));
    await house.runOnHost('single');
    await house.attachment?.detach();
    await house.host.delete(resources.configmaps, 'atlas-run', { namespace: hostNamespace });
    await house.host.delete(resources.pods, house.hostName('single'), {
      namespace: hostNamespace,
    });
    await house.attach();
    expect((await house.virtualPod('single')).metadata.deletionTimestamp).toBeUndefined();
    await house.endOnHost('single');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await house.settle();
    const uid = (await house.virtualPod('single')).metadata.uid;
    expect((await house.hostPod('single')).metadata.annotations?.['dormice.dev/uid']).toBe(uid);
  });
});

describe('a host in trouble', () => {
  for (const [status, reason] of [
    [409, 'Conflict'],
    [429, 'TooManyRequests'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
  ] as const) {
    it(`that answers ${status} to writes gets the pod when it is well again`, async () => {
      house.fault = ({ method }) => (method === 'GET' ? undefined : { status, reason });
      await make(pod('web'));
      expect(await house.hostPods()).toEqual([]);
      house.fault = () => undefined;
      await expect.poll(() => house.hostPods(), { timeout: 5_000 }).toHaveLength(1);
    });
  }

  it('that does not answer at all gets everything when it is back', async () => {
    house.fault = () => 'silence';
    await make(pod('a'));
    await make(pod('b'));
    house.fault = () => undefined;
    await expect.poll(() => house.hostPods(), { timeout: 5_000 }).toHaveLength(2);
  });

  it('says why in an event when it refuses a pod for good', async () => {
    house.fault = ({ method, path }) =>
      method === 'POST' && path.endsWith('/pods')
        ? { status: 403, reason: 'Forbidden' }
        : undefined;
    await make(pod('web'));
    const { items } = await house.virtual.list(resources.events, { namespace: 'default' });
    expect(items).toMatchObject([
      { reason: 'FailedSync', type: 'Warning', involvedObject: { name: 'web', kind: 'Pod' } },
    ]);
  });
});

describe('host watches', () => {
  it('do not grow with the number of virtual clusters', async () => {
    const watches = () =>
      house.requests.filter(({ query }) => query.get('watch') === 'true').length;
    const before = watches();
    for (let n = 0; n < 5; n += 1) {
      const other = { ...house.cluster, uid: `00000000-0000-4000-8000-00000000000${n}` };
      const attachment = await house.syncer.attach(other, {
        name: `c${n}`,
        namespace: hostNamespace,
        owner: house.owner,
        anchor: await house.anchor(),
        config: {
          toHost: { serviceAccounts: { enabled: false } },
          fromHost: {
            storageClasses: { enabled: false },
            secrets: { enabled: false, mappings: { byName: {} } },
          },
        },
      });
      await attachment.detach();
    }
    expect(watches()).toBe(before);
  });
});
