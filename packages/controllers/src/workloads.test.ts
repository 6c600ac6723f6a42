import type { KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinControllers } from './builtin-controllers.ts';
import { type ControllerEngine, createControllerEngine } from './engine.ts';
import { simulatedNodeControllers } from './simulated-nodes/simulated-node-controllers.ts';
import { realCluster } from './testing/real-cluster.ts';

const deployment = (name: string, replicas: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] },
    },
  },
});

describe('controllers with the real API server', () => {
  let cluster: Awaited<ReturnType<typeof realCluster>>;
  let engine: ControllerEngine;
  const namespace = 'default';
  const log: string[] = [];

  beforeAll(async () => {
    cluster = await realCluster();
    engine = createControllerEngine({
      controllers: [...builtinControllers(), ...simulatedNodeControllers({ nodes: 2 })],
      log: (level, message, fields) => {
        if (level !== 'debug') log.push(`${message} ${JSON.stringify(fields)}`);
      },
    });
    await engine.attach(cluster, { caCertificate: 'PEM' });
    await engine.idle();
  });
  afterAll(async () => {
    await engine.close();
    await cluster.close();
    expect(log).toEqual([]);
  });

  it('gives a new namespace its service account and root CA', async () => {
    await cluster.client.create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team' },
    });
    await engine.idle();
    const options = { namespace: 'team' };
    await cluster.client.get(resources.serviceaccounts, 'default', options);
    const ca = await cluster.client.get(resources.configmaps, 'kube-root-ca.crt', options);
    expect(ca['data']).toEqual({ 'ca.crt': 'PEM' });
  });

  it('rolls a deployment out, and then its next template', async () => {
    await cluster.client.create(resources.deployments, deployment('web', 3));
    await engine.idle();
    const first = await cluster.client.get(resources.deployments, 'web', { namespace });
    expect(first['status']).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      updatedReplicas: 3,
    });
    first['spec'].template.spec.containers[0].image = 'web:2';
    await cluster.client.update(resources.deployments, first);
    await engine.idle();
    const second = await cluster.client.get(resources.deployments, 'web', { namespace });
    expect(second['status']).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3 });
    expect(second.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' });
    const sets = await cluster.client.list(resources.replicasets, { namespace });
    expect(sets.items.map((set) => set['spec'].replicas).sort()).toEqual([0, 3]);
  });

  it('publishes the ready pods of a service', async () => {
    await cluster.client.create(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    await engine.idle();
    const slices = await cluster.client.list(resources.endpointslices, {
      namespace,
      labelSelector: 'kubernetes.io/service-name=web',
    });
    expect(slices.items[0]?.['endpoints']).toHaveLength(3);
    const endpoints = await cluster.client.get(resources.endpoints, 'web', { namespace });
    expect(endpoints['subsets'][0].addresses).toHaveLength(3);
  });

  it('collects the pods of a deleted deployment', async () => {
    await cluster.client.delete(resources.deployments, 'web', { namespace });
    await engine.idle();
    expect((await cluster.client.list(resources.replicasets, { namespace })).items).toEqual([]);
    expect((await cluster.client.list(resources.pods, { namespace })).items).toEqual([]);
  });

  it('empties a namespace and lets it go', async () => {
    await cluster.client.create(resources.deployments, {
      ...deployment('web', 2),
      metadata: { name: 'web', namespace: 'team' },
    });
    await engine.idle();
    await cluster.client.delete(resources.namespaces, 'team');
    await engine.idle();
    const names = (await cluster.client.list(resources.namespaces)).items.map(
      ({ metadata }) => metadata.name,
    );
    expect(names).not.toContain('team');
  });
});
