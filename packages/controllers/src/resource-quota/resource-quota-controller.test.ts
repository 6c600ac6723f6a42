import { resources } from '@dormice/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControllerEngine, createControllerEngine } from '../engine.ts';
import { realCluster } from '../testing/real-cluster.ts';
import { resourceQuotaController } from './resource-quota-controller.ts';

const namespace = 'default';

describe('the resource quota controller', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>;
  let engine: ControllerEngine;

  beforeEach(async () => {
    cluster = await realCluster();
    engine = createControllerEngine({ controllers: [resourceQuotaController] });
    await engine.attach(cluster);
  });
  afterEach(async () => {
    await engine.close();
    await cluster.close();
  });

  const statusOf = async (name: string): Promise<unknown> => {
    await engine.idle();
    return (await cluster.client.get(resources.resourcequotas, name, { namespace }))['status'];
  };

  const quota = (name: string, spec: object) =>
    cluster.client.create(
      resources.resourcequotas,
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace }, spec },
      { namespace },
    );

  const configMap = (name: string) =>
    cluster.client.create(
      resources.configmaps,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } },
      { namespace },
    );

  it('counts what is there, and gives back what goes', async () => {
    await configMap('a');
    await quota('q', { hard: { configmaps: '2', pods: '1' } });
    const hard = { configmaps: '2', pods: '1' };
    expect(await statusOf('q')).toEqual({ hard, used: { configmaps: '1', pods: '0' } });
    await configMap('b');
    await expect(configMap('c')).rejects.toThrow('exceeded quota: q');
    await cluster.client.delete(resources.configmaps, 'a', { namespace });
    expect(await statusOf('q')).toEqual({ hard, used: { configmaps: '1', pods: '0' } });
    await configMap('c');
    expect(await statusOf('q')).toEqual({ hard, used: { configmaps: '2', pods: '0' } });
  });

  it('counts what the scopes of a quota choose', async () => {
    await cluster.client.create(
      resources.serviceaccounts,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
      { namespace },
    );
    await cluster.client.create(
      resources.pods,
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', namespace },
        spec: { containers: [{ name: 'a', image: 'a' }], automountServiceAccountToken: false },
      },
      { namespace },
    );
    await quota('best', { hard: { pods: '5' }, scopes: ['BestEffort'] });
    await quota('other', { hard: { pods: '5' }, scopes: ['NotBestEffort'] });
    expect(await statusOf('best')).toEqual({ hard: { pods: '5' }, used: { pods: '1' } });
    expect(await statusOf('other')).toEqual({ hard: { pods: '5' }, used: { pods: '0' } });
  });

  it('takes up what a quota allows now', async () => {
    const made = await quota('q', { hard: { pods: '1' } });
    expect(await statusOf('q')).toMatchObject({ hard: { pods: '1' } });
    const { metadata } = await cluster.client.get(resources.resourcequotas, 'q', { namespace });
    await cluster.client.update(resources.resourcequotas, {
      ...made,
      metadata,
      spec: { hard: { pods: '2' } },
    });
    expect(await statusOf('q')).toMatchObject({ hard: { pods: '2' }, used: { pods: '0' } });
  });
});
