import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const merge = 'application/merge-patch+json';
const pod = (name: string) => ({
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
});

async function withDeployment() {
  const server = await testServer();
  await server.create(deployments, {
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pod('x').spec },
    },
  });
  return server;
}

describe('scale', () => {
  it('shows and moves the number of replicas', async () => {
    const { send } = await withDeployment();
    const before = await send('GET', `${deployments}/web/scale`);
    expect(before.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=web' },
    });
    const { body } = await send('PUT', `${deployments}/web/scale`, {
      body: { ...before.body, spec: { replicas: 5 } },
    });
    expect(body['spec']).toEqual({ replicas: 5 });
    const { body: deployment } = await send('GET', `${deployments}/web`);
    expect([deployment['spec'].replicas, deployment.metadata.generation]).toEqual([5, 2]);
  });

  it.each([
    [
      'PUT',
      { metadata: { name: 'no' }, spec: { replicas: 1 } },
      400,
      'the name of the object (no) does not match the name on the URL (web)',
    ],
    [
      'PUT',
      { metadata: { name: 'web' }, spec: { replicas: -2 } },
      422,
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -2: must be greater than or equal to 0',
    ],
  ] as const)('%s %j is refused', async (method, body, status, message) => {
    const { send } = await withDeployment();
    const answer = await send(method, `${deployments}/web/scale`, { body });
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it('is applied among those who own the replicas, and owned by who applies it', async () => {
    const { send } = await withDeployment();
    const apply = (replicas: number, query: string) =>
      send('PATCH', `${deployments}/web/scale?fieldManager=hand${query}`, {
        type: 'application/apply-patch+yaml',
        body: {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: 'web' },
          spec: { replicas },
        },
      });
    const refused = await apply(7, '');
    expect([refused.status, refused.body['message']]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "test" using autoscaling/v1: .spec.replicas',
    ]);
    expect((await apply(7, '&force=true')).body['spec']).toEqual({ replicas: 7 });
    const { body } = await send('GET', `${deployments}/web`);
    expect(body['spec'].replicas).toBe(7);
    const owners = (body.metadata.managedFields ?? []).map(
      ({ manager, operation, apiVersion, subresource, fieldsV1 }) => [
        `${operation} ${manager} ${apiVersion} ${subresource ?? ''}`,
        JSON.stringify(fieldsV1).includes('f:replicas'),
      ],
    );
    expect(owners).toEqual([
      ['Apply hand apps/v1 scale', true],
      ['Update test apps/v1 ', false],
    ]);
  });

  it('is not there for kinds that do not scale', async () => {
    const { send, create } = await testServer();
    await create(pods, pod('p'));
    expect((await send('GET', `${pods}/p/scale`)).status).toBe(404);
  });
});

describe('pods/binding', () => {
  const binding = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };

  it('gives a pod its node, once', async () => {
    const { send, create } = await testServer();
    await create(pods, pod('p'));
    const answer = await send('POST', `${pods}/p/binding`, { body: binding });
    expect([answer.status, answer.body['status']]).toEqual([201, 'Success']);
    const { body } = await send('GET', `${pods}/p`);
    expect(body['spec'].nodeName).toBe('n1');
    expect(body['status'].conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    expect((await send('POST', `${pods}/p/binding`, { body: binding })).body['message']).toBe(
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
    );
  });

  it('names the pod in path and body', async () => {
    const { send, create } = await testServer();
    await create(pods, pod('p'));
    const body = { target: binding.target };
    expect((await send('POST', `${pods}/p/binding`, { body })).body['message']).toBe(
      'name in URL does not match name in Binding object',
    );
  });
});

describe('pods/eviction', () => {
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  const eviction = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'p', namespace: 'default' },
    deleteOptions: { gracePeriodSeconds: 0 },
  };

  async function withBudget(disruptionsAllowed: number) {
    const server = await testServer();
    await server.create(pods, pod('p'));
    await server.send('PATCH', `${pods}/p/status`, {
      body: { status: { phase: 'Running' } },
      type: merge,
    });
    await server.create(budgets, {
      metadata: { name: 'b' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    await server.send('PATCH', `${budgets}/b/status`, {
      body: {
        status: { disruptionsAllowed, desiredHealthy: 1, currentHealthy: 1, expectedPods: 1 },
      },
      type: merge,
    });
    return server;
  }

  it('deletes a pod that its budget can spare', async () => {
    const { send } = await withBudget(1);
    expect((await send('POST', `${pods}/p/eviction`, { body: eviction })).status).toBe(201);
    expect((await send('GET', `${pods}/p`)).status).toBe(404);
    const { body } = await send('GET', `${budgets}/b`);
    expect(body['status'].disruptionsAllowed).toBe(0);
  });

  it('refuses with 429 otherwise', async () => {
    const { send } = await withBudget(0);
    const { status, body } = await send('POST', `${pods}/p/eviction`, { body: eviction });
    expect([status, body['message']]).toEqual([
      429,
      "Cannot evict pod as it would violate the pod's disruption budget.",
    ]);
    expect((await send('GET', `${pods}/p`)).status).toBe(200);
  });
});
