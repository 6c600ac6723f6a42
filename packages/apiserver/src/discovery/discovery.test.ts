import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

describe('discovery', () => {
  it('lists groups in the order of a kube-apiserver', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', '/apis');
    expect(body.kind).toBe('APIGroupList');
    const names: string[] = body['groups'].map(({ name }: { name: string }) => name);
    expect(names.slice(0, 5)).toEqual([
      'apiregistration.k8s.io',
      'apps',
      'events.k8s.io',
      'authentication.k8s.io',
      'authorization.k8s.io',
    ]);
    expect(names).not.toContain('metrics.k8s.io');
    expect(body['groups'].find(({ name }: { name: string }) => name === 'autoscaling')).toEqual({
      name: 'autoscaling',
      versions: [
        { groupVersion: 'autoscaling/v2', version: 'v2' },
        { groupVersion: 'autoscaling/v1', version: 'v1' },
      ],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
    });
  });

  it('lists the resources of a group version', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', '/apis/apps/v1');
    const resources: { name: string }[] = body['resources'];
    expect(resources.find(({ name }) => name === 'deployments')).toMatchObject({
      name: 'deployments',
      singularName: 'deployment',
      namespaced: true,
      kind: 'Deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
    });
    expect(resources.find(({ name }) => name === 'deployments/scale')).toEqual({
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  });

  it('says all at once to those who ask for it, and nothing twice', async () => {
    const { send } = await testServer();
    const first = await send('GET', '/apis', { accept: `${aggregated},application/json` });
    expect(first.headers['content-type']).toBe(aggregated);
    expect(first.body).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
    });
    const again = await send('GET', '/apis', {
      accept: aggregated,
      headers: { 'if-none-match': String(first.headers['etag']) },
    });
    expect(again.status).toBe(304);
  });

  it('shows groups of other parts of the process', async () => {
    const { send } = await testServer({
      extensions: [
        {
          group: 'metrics.k8s.io',
          version: 'v1beta1',
          resources: [{ name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get'] }],
          transport: {
            request: async ({ path, user }) => ({
              status: 200,
              headers: {},
              body: new TextEncoder().encode(JSON.stringify({ path, user: user?.username })),
            }),
          },
        },
      ],
    });
    const { body } = await send('GET', '/apis/metrics.k8s.io/v1beta1');
    expect(body['resources']).toMatchObject([{ name: 'pods', kind: 'PodMetrics' }]);
    const path = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods';
    expect((await send('GET', path)).body).toEqual({ path, user: 'admin' });
  });
});
