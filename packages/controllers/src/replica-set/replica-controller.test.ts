import type { KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pod } from '../common/pod.ts';
import { type ControllerEngine, createControllerEngine } from '../engine.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { replicaSetController } from './replica-controller.ts';

const web = (replicas: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } },
  },
});

describe('ReplicaSet controller', () => {
  let cluster: MemoryCluster;
  let engine: ControllerEngine;
  let detach: () => Promise<void>;
  const pods = () => cluster.all<Pod>(resources.pods);

  beforeEach(async () => {
    cluster = new MemoryCluster();
    engine = createControllerEngine({ controllers: [replicaSetController] });
    detach = await engine.attach(cluster);
  });
  afterEach(async () => {
    await detach();
    await engine.close();
  });

  it('creates the missing pods, owned by it, and counts them', async () => {
    await cluster.client.create(resources.replicasets, web(5));
    await engine.idle();
    expect(pods()).toHaveLength(5);
    const [set] = cluster.all(resources.replicasets);
    expect(pods()[0]?.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: set?.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(set?.['status']).toEqual({
      replicas: 5,
      fullyLabeledReplicas: 5,
      observedGeneration: 1,
      terminatingReplicas: 0,
    });
    expect(cluster.all(resources.events).map((event) => event['reason'])).toContain(
      'SuccessfulCreate',
    );
  });

  it('replaces a deleted pod and a failed one', async () => {
    await cluster.client.create(resources.replicasets, web(2));
    await engine.idle();
    const [first, second] = pods();
    await cluster.client.delete(resources.pods, first?.metadata.name ?? '', {
      namespace: 'default',
    });
    await cluster.client.update(
      resources.pods,
      { ...(second as Pod), status: { phase: 'Failed' } },
      { subresource: 'status' },
    );
    await engine.idle();
    expect(pods().filter(({ status }) => status?.phase !== 'Failed')).toHaveLength(2);
  });

  it('scales down by deleting the unready first', async () => {
    await cluster.client.create(resources.replicasets, web(3));
    await engine.idle();
    const [ready] = pods();
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    };
    await cluster.client.update(
      resources.pods,
      { ...(ready as Pod), status },
      { subresource: 'status' },
    );
    const set = await cluster.client.get(resources.replicasets, 'web', { namespace: 'default' });
    await cluster.client.update(resources.replicasets, {
      ...set,
      spec: { ...set['spec'], replicas: 1 },
    });
    await engine.idle();
    expect(pods().map(({ metadata }) => metadata.name)).toEqual([ready?.metadata.name]);
  });

  it('adopts a matching orphan and releases a pod whose labels no longer match', async () => {
    await cluster.client.create(resources.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'orphan', namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web' }] },
    });
    await cluster.client.create(resources.replicasets, web(1));
    await engine.idle();
    expect(pods()).toHaveLength(1);
    expect(pods()[0]?.metadata.ownerReferences?.[0]?.name).toBe('web');
    await cluster.client.patch(
      resources.pods,
      'orphan',
      { metadata: { labels: { app: 'other' } } },
      { namespace: 'default', type: 'merge' },
    );
    await engine.idle();
    expect(pods()).toHaveLength(2);
    expect(
      pods().find(({ metadata }) => metadata.name === 'orphan')?.metadata.ownerReferences,
    ).toEqual([]);
  });

  it('finds what exists when a cluster is attached', async () => {
    await detach();
    await cluster.client.create(resources.replicasets, web(2));
    detach = await engine.attach(cluster);
    await engine.idle();
    expect(pods()).toHaveLength(2);
  });

  it('does nothing any more for a detached cluster', async () => {
    await detach();
    await cluster.client.create(resources.replicasets, web(2));
    await engine.idle();
    expect(pods()).toHaveLength(0);
  });
});
