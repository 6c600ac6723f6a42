import type { UserInfo } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const bob: UserInfo = { username: 'bob', groups: ['team', 'system:authenticated'] };

const rule = (resources: string[], verbs: string[], extra = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...extra,
});

/** A server where group `team` has these rules in the namespace `default`. */
async function withRules(...rules: unknown[]) {
  const server = await testServer();
  await server.create(`${rbac}/namespaces/default/roles`, { metadata: { name: 'team' }, rules });
  await server.create(`${rbac}/namespaces/default/rolebindings`, {
    metadata: { name: 'team' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'team' },
    subjects: [{ kind: 'Group', name: 'team', apiGroup: group }],
  });
  return server;
}

describe('RBAC', () => {
  it.each([
    [
      '/api/v1/namespaces/default/configmaps',
      'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "default"',
    ],
    [
      '/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name%3Dx',
      'configmaps "x" is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "default"',
    ],
    [
      '/api/v1/nodes/n',
      'nodes "n" is forbidden: User "bob" cannot get resource "nodes" in API group "" at the cluster scope',
    ],
    [
      '/apis/apps/v1/namespaces/a/deployments/web/scale',
      'deployments.apps "web" is forbidden: User "bob" cannot get resource "deployments/scale" in API group "apps" in the namespace "a"',
    ],
    ['/metrics', 'forbidden: User "bob" cannot get path "/metrics"'],
  ])('refuses %s in upstream’s words', async (path, message) => {
    const { send } = await testServer();
    const { status, body } = await send('GET', path, { user: bob });
    expect([status, body['reason'], body['message']]).toEqual([403, 'Forbidden', message]);
  });

  it.each([
    ['GET', '/api/v1/namespaces/default/secrets/a', 404],
    ['GET', '/api/v1/namespaces/default/secrets/b', 403],
    ['GET', '/api/v1/namespaces/default/secrets', 403],
    ['GET', '/api/v1/namespaces/default/secrets?fieldSelector=metadata.name%3Da', 200],
    ['GET', '/api/v1/namespaces/default/secrets?fieldSelector=metadata.name!%3Da', 403],
    ['GET', '/api/v1/namespaces/default/secrets?fieldSelector=type%3Da', 403],
    ['GET', '/api/v1/namespaces/kube-system/secrets/a', 403],
    ['GET', '/api/v1/secrets?fieldSelector=metadata.name%3Da', 403],
    ['DELETE', '/api/v1/namespaces/default/secrets/a', 403],
    ['GET', '/api/v1/namespaces/default/secrets/%2e%2e%2fa', 403],
    ['GET', '/api/v1/namespaces/default%2Fx/secrets/a', 403],
  ] as const)('a rule for the name a: %s %s is %d', async (method, path, expected) => {
    const { send } = await withRules(rule(['secrets'], ['get', 'list'], { resourceNames: ['a'] }));
    expect((await send(method, path, { user: bob })).status).toBe(expected);
  });

  it('a rule for pods is none for their subresources, nor the other way round', async () => {
    const path = '/api/v1/namespaces/default/pods/p';
    const whole = await withRules(rule(['pods'], ['get']));
    const part = await withRules(rule(['pods/log'], ['get']));
    const answers = [
      await whole.send('GET', path, { user: bob }),
      await whole.send('GET', `${path}/log`, { user: bob }),
      await part.send('GET', path, { user: bob }),
      await part.send('GET', `${path}/log`, { user: bob }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 403, 403, 404]);
  });

  it('what is taken away counts at once', async () => {
    const { send } = await withRules(rule(['pods'], ['list']));
    const path = '/api/v1/namespaces/default/pods';
    const before = await send('GET', path, { user: bob });
    await send('DELETE', `${rbac}/namespaces/default/rolebindings/team`);
    const after = await send('GET', path, { user: bob });
    expect([before.status, after.status]).toEqual([200, 403]);
  });

  it('somebody without a name sees health and version, nothing else', async () => {
    const { send } = await testServer();
    const user: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };
    const paths = ['/livez', '/readyz', '/version', '/api', '/metrics', '/api/v1/pods'];
    const codes = [];
    for (const path of paths) codes.push((await send('GET', path, { user })).status);
    expect(codes).toEqual([200, 200, 200, 403, 403, 403]);
  });
});

describe('aggregated roles', () => {
  const foos = { apiGroups: ['x.io'], resources: ['foos'], verbs: ['get'] };
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  const rulesOf = async (server: Awaited<ReturnType<typeof testServer>>, name: string) =>
    (await server.send('GET', `${rbac}/clusterroles/${name}`)).body['rules'] as unknown[];

  it('hold the rules of a role that comes, as far as roles aggregate each other', async () => {
    const server = await testServer();
    await server.create(`${rbac}/clusterroles`, {
      metadata: { name: 'foo', labels },
      rules: [foos],
    });
    for (const name of ['view', 'edit', 'admin']) {
      expect(await rulesOf(server, name)).toContainEqual(foos);
    }
  });

  it('follow a change of rules and of labels, and a deletion', async () => {
    const server = await testServer();
    const path = `${rbac}/clusterroles/foo`;
    const type = 'application/merge-patch+json';
    const before = await rulesOf(server, 'view');
    await server.create(`${rbac}/clusterroles`, { metadata: { name: 'foo', labels }, rules: [] });
    await server.send('PATCH', path, { type, body: { rules: [foos] } });
    expect(await rulesOf(server, 'view')).toContainEqual(foos);
    await server.send('PATCH', path, { type, body: { metadata: { labels: null } } });
    expect(await rulesOf(server, 'view')).toEqual(before);
    await server.send('PATCH', path, { type, body: { metadata: { labels } } });
    expect(await rulesOf(server, 'view')).toContainEqual(foos);
    await server.send('DELETE', path);
    expect(await rulesOf(server, 'view')).toEqual(before);
  });

  it('are as a new cluster has them while no role of theirs changes', async () => {
    const server = await testServer();
    const versions = async () =>
      Promise.all(
        ['view', 'edit', 'admin'].map(
          async (name) =>
            (await server.send('GET', `${rbac}/clusterroles/${name}`)).body.metadata
              .resourceVersion,
        ),
      );
    const before = await versions();
    await server.create(`${rbac}/clusterroles`, { metadata: { name: 'foo' }, rules: [foos] });
    expect(await versions()).toEqual(before);
  });

  it('a dry run changes none', async () => {
    const server = await testServer();
    const before = await rulesOf(server, 'view');
    await server.send('POST', `${rbac}/clusterroles?dryRun=All`, {
      body: { metadata: { name: 'foo', labels }, rules: [foos] },
    });
    expect(await rulesOf(server, 'view')).toEqual(before);
  });
});
