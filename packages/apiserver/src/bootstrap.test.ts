import { describe, expect, it } from 'vitest';
import { testServer } from './testing/test-server.ts';

describe('bootstrap', () => {
  it('writes what a new cluster has, and keeps what a tenant changed', async () => {
    const { send, server, store } = await testServer();
    const { body } = await send('GET', '/api/v1/namespaces');
    expect(body['items'].map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(
      ['default', 'kube-node-lease', 'kube-public', 'kube-system'],
    );
    await send('PATCH', '/api/v1/namespaces/kube-public', {
      body: { metadata: { labels: { mine: 'yes' } } },
      type: 'application/merge-patch+json',
    });
    const before = store.revision;
    await server.bootstrap();
    expect(store.revision).toBe(before);
  });

  it('gives everybody their default roles', async () => {
    const { send } = await testServer();
    const { body } = await send(
      'GET',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin',
    );
    expect(body['rules']).toEqual([
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ]);
  });
});
