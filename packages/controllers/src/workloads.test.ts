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

/** Reads until it is so. */
async function until<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  milliseconds = 4_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`still not so: ${JSON.stringify(value, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('controllers with the real API server', { timeout: 30_000 }, () => {
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

  it('deletes secrets for tokens of accounts that are gone, or never were', async () => {
    const secret = (name: string, account: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace: 'team',
        annotations: { 'kubernetes.io/service-account.name': account },
      },
      type: 'kubernetes.io/service-account-token',
    });
    const { client } = cluster;
    const names = async () =>
      (await client.list(resources.secrets, { namespace: 'team' })).items.map(
        ({ metadata }) => metadata.name,
      );
    const metadata = { name: 'builder', namespace: 'team' };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    await client.create(resources.serviceaccounts, account);
    await client.create(resources.secrets, secret('holds', 'builder'));
    await client.create(resources.secrets, secret('orphan', 'nosuch'));
    await engine.idle();
    expect(await names()).toEqual(['holds']);
    await client.delete(resources.serviceaccounts, 'builder', { namespace: 'team' });
    await engine.idle();
    expect(await names()).toEqual([]);
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

  it('runs a job to completion and counts each pod once', async () => {
    await cluster.client.create(resources.jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'sum', namespace },
      spec: {
        completions: 3,
        parallelism: 2,
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'sum', image: 'sum:1' }] },
        },
      },
    });
    const job = await until(
      () => cluster.client.get(resources.jobs, 'sum', { namespace }),
      ({ status }) => status?.completionTime !== undefined,
    );
    expect(job['status']).toMatchObject({
      succeeded: 3,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
      conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete', status: 'True' }],
    });
    const { items } = await cluster.client.list(resources.pods, {
      namespace,
      labelSelector: 'job-name=sum',
    });
    expect(items).toHaveLength(3);
    expect(items.flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
  });

  it('runs an indexed job once for each index', async () => {
    await cluster.client.create(resources.jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'parts', namespace },
      spec: {
        completions: 3,
        parallelism: 3,
        completionMode: 'Indexed',
        ttlSecondsAfterFinished: 0,
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'part', image: 'part:1' }] },
        },
      },
    });
    const pods = await until(
      () => cluster.client.list(resources.pods, { namespace, labelSelector: 'job-name=parts' }),
      ({ items }) => items.length === 3,
    );
    expect(pods.items.map(({ spec }) => spec.hostname).sort()).toEqual([
      'parts-0',
      'parts-1',
      'parts-2',
    ]);
    // Its time to live is over when it ends: nothing stays.
    await until(
      () => cluster.client.list(resources.pods, { namespace, labelSelector: 'job-name=parts' }),
      ({ items }) => items.length === 0,
    );
    await engine.idle();
    const jobs = await cluster.client.list(resources.jobs, { namespace });
    expect(jobs.items.map(({ metadata }) => metadata.name)).toEqual(['sum']);
  });

  it('starts the pods of a stateful set in order, with claims that survive them', async () => {
    await cluster.client.create(resources.storageclasses, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard' },
      provisioner: 'dormice.dev/simulated',
    });
    await cluster.client.create(resources.statefulsets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace },
      spec: {
        replicas: 2,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: {
            containers: [
              { name: 'db', image: 'db:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: 'standard',
              resources: { requests: { storage: '1Gi' } },
            },
          },
        ],
      },
    });
    const read = () => cluster.client.get(resources.statefulsets, 'db', { namespace });
    const set = await until(read, ({ status }) => status?.availableReplicas === 2, 15_000);
    expect(set['status']).toMatchObject({ replicas: 2, readyReplicas: 2, currentReplicas: 2 });
    set['spec'].template.spec.containers[0].image = 'db:2';
    await cluster.client.update(resources.statefulsets, set);
    await until(
      read,
      ({ status }) =>
        status.updatedReplicas === 2 && status.currentRevision === status.updateRevision,
      15_000,
    );
    await cluster.client.delete(resources.statefulsets, 'db', { namespace });
    await engine.idle();
    const claims = await cluster.client.list(resources.persistentvolumeclaims, { namespace });
    expect(claims.items.map(({ metadata, status }) => [metadata.name, status.phase])).toEqual([
      ['data-db-0', 'Bound'],
      ['data-db-1', 'Bound'],
    ]);
  });

  it('runs a daemon on each node', async () => {
    await cluster.client.create(resources.daemonsets, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace },
      spec: {
        selector: { matchLabels: { app: 'agent' } },
        template: {
          metadata: { labels: { app: 'agent' } },
          spec: { containers: [{ name: 'agent', image: 'agent:1' }] },
        },
      },
    });
    await engine.idle();
    const set = await cluster.client.get(resources.daemonsets, 'agent', { namespace });
    expect(set['status']).toMatchObject({
      desiredNumberScheduled: 2,
      numberReady: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
    });
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
