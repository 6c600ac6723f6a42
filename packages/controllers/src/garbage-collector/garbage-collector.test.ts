import type { KubeObject, OwnerReference } from '@dormice/apimachinery';
import { type Resource, resources } from '@dormice/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControllerEngine, createControllerEngine } from '../engine.ts';
import { realCluster } from '../testing/real-cluster.ts';
import { garbageCollector } from './garbage-collector.ts';

const namespace = 'default';

describe('garbage collector', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>;
  let engine: ControllerEngine;
  let detach: () => Promise<void>;

  beforeEach(async () => {
    cluster = await realCluster();
    engine = createControllerEngine({ controllers: [garbageCollector] });
    detach = await engine.attach(cluster);
    await engine.idle();
  });
  afterEach(async () => {
    await engine.close();
    await cluster.close();
  });

  const reference = (owner: KubeObject, block = false): OwnerReference => ({
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    ...(block ? { blockOwnerDeletion: true } : {}),
  });
  const make = (
    name: string,
    owners: OwnerReference[] = [],
    more: Partial<KubeObject['metadata']> = {},
  ) =>
    cluster.client.create(resources.configmaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, ownerReferences: owners, ...more },
    });
  const remove = (name: string, propagationPolicy: 'Background' | 'Foreground' | 'Orphan') =>
    cluster.client.delete(resources.configmaps, name, { namespace, propagationPolicy });
  const names = async (resource: Resource = resources.configmaps) =>
    (await cluster.client.list(resource, { namespace })).items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== 'kube-root-ca.crt')
      .sort();

  it('collects dependents of dependents in the background', async () => {
    const a = await make('a');
    const b = await make('b', [reference(a)]);
    await make('c', [reference(b)]);
    await make('other');
    await remove('a', 'Background');
    await engine.idle();
    expect(await names()).toEqual(['other']);
  });

  it('keeps what has another owner, and drops the reference to the one that went', async () => {
    const a = await make('a');
    const b = await make('b');
    await make('child', [reference(a), reference(b)]);
    await remove('a', 'Background');
    await engine.idle();
    const child = await cluster.client.get(resources.configmaps, 'child', { namespace });
    expect(child.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
  });

  it('collects what is created with an owner that does not exist, or has another uid', async () => {
    const a = await make('a');
    await make('child', [{ ...reference(a), uid: crypto.randomUUID() }]);
    await make('stray', [{ ...reference(a), name: 'never', uid: crypto.randomUUID() }]);
    await make('kept', [reference(a)]);
    await engine.idle();
    expect(await names()).toEqual(['a', 'kept']);
  });

  it('deletes nothing for an owner of a kind that the cluster does not know', async () => {
    const uid = crypto.randomUUID();
    await make('child', [{ apiVersion: 'example.org/v1', kind: 'Widget', name: 'w', uid }]);
    await engine.idle();
    expect(await names()).toEqual(['child']);
  });

  it('does not delete a cluster-scoped object for a namespaced owner', async () => {
    const a = await make('a');
    await cluster.client.create(resources.clusterroles, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'role', ownerReferences: [reference(a)] },
    });
    await remove('a', 'Background');
    await engine.idle();
    await cluster.client.get(resources.clusterroles, 'role');
  });

  it('orphans dependents when it is asked to', async () => {
    const a = await make('a');
    await make('child', [reference(a)]);
    await remove('a', 'Orphan');
    await engine.idle();
    expect(await names()).toEqual(['child']);
    const child = await cluster.client.get(resources.configmaps, 'child', { namespace });
    expect(child.metadata.ownerReferences ?? []).toEqual([]);
  });

  it('lets an owner go after its blocking dependents in the foreground', async () => {
    const a = await make('a');
    await make('child', [reference(a, true)], { finalizers: ['example.org/hold'] });
    await remove('a', 'Foreground');
    await engine.idle();
    const held = await cluster.client.get(resources.configmaps, 'child', { namespace });
    expect(held.metadata.deletionTimestamp).toBeDefined();
    expect(await names()).toEqual(['a', 'child']);
    const patch = { metadata: { finalizers: null } };
    await cluster.client.patch(resources.configmaps, 'child', patch, { namespace, type: 'merge' });
    await engine.idle();
    expect(await names()).toEqual([]);
  });

  it('does not wait in the foreground for dependents that do not block', async () => {
    const a = await make('a');
    await make('child', [reference(a)], { finalizers: ['example.org/hold'] });
    await remove('a', 'Foreground');
    await engine.idle();
    expect(await names()).toEqual(['child']);
  });

  it('ends a circle of owners', async () => {
    const a = await make('a');
    const b = await make('b', [reference(a, true)]);
    const patch = { metadata: { ownerReferences: [reference(b, true)] } };
    await cluster.client.patch(resources.configmaps, 'a', patch, { namespace, type: 'merge' });
    await remove('a', 'Foreground');
    await engine.idle();
    expect(await names()).toEqual([]);
  });

  it('collects what lost its owner while the cluster slept', async () => {
    const a = await make('a');
    await make('child', [reference(a)]);
    await engine.idle();
    await detach();
    await remove('a', 'Background');
    expect(await names()).toEqual(['child']);
    detach = await engine.attach(cluster);
    await engine.idle();
    expect(await names()).toEqual([]);
  });

  it('collects custom resources', async () => {
    const widgets: Resource = {
      group: 'example.org',
      version: 'v1',
      resource: 'widgets',
      kind: 'Widget',
      namespaced: true,
    };
    await cluster.client.create(resources.customresourcedefinitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.org' },
      spec: {
        group: 'example.org',
        names: { plural: 'widgets', kind: 'Widget' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    });
    const owner = await cluster.client.create(widgets, {
      apiVersion: 'example.org/v1',
      kind: 'Widget',
      metadata: { name: 'owner', namespace },
    });
    await make('child', [reference(owner)]);
    await engine.idle();
    await cluster.client.delete(widgets, 'owner', { namespace });
    await engine.idle();
    expect(await names()).toEqual([]);
    expect(await names(widgets)).toEqual([]);
  });
});
