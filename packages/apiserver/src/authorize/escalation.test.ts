import type { UserInfo } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const bob: UserInfo = { username: 'bob', groups: ['system:authenticated'] };
const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const makesRoles = {
  verbs: ['create', 'update', 'patch'],
  apiGroups: [group],
  resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
};

const roleNamed = (name: string, rules: unknown[], extra = {}) => ({
  metadata: { name, ...extra },
  rules,
});
const binding = (name: string, kind: string, role: string) => ({
  metadata: { name },
  roleRef: { apiGroup: group, kind, name: role },
  subjects: [{ kind: 'User', name: 'bob', apiGroup: group }],
});

/** Bob may write RBAC objects everywhere, and do everything in `default` only. */
async function withBob(...rules: unknown[]) {
  const server = await testServer();
  await server.create(`${rbac}/clusterroles`, roleNamed('bobs', [makesRoles, ...rules]));
  await server.create(`${rbac}/clusterrolebindings`, binding('bobs', 'ClusterRole', 'bobs'));
  await server.create(`${rbac}/namespaces/default/roles`, roleNamed('all', [all]));
  await server.create(`${rbac}/namespaces/default/rolebindings`, binding('all', 'Role', 'all'));
  return server;
}

describe('the escalation check', () => {
  it('tells what is missing, one resource a line', async () => {
    const { send } = await withBob();
    const { status, body } = await send('POST', `${rbac}/clusterroles`, {
      user: bob,
      body: roleNamed('x', [
        { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets', 'pods'] },
      ]),
    });
    expect(status).toBe(403);
    expect(body['message']).toBe(
      `clusterroles.rbac.authorization.k8s.io "x" is forbidden: user "bob" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}
{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`,
    );
  });

  it('rights in the namespace default are none in the cluster', async () => {
    const { send } = await withBob();
    const role = roleNamed('x', [all]);
    const inCluster = await send('POST', `${rbac}/clusterroles`, { user: bob, body: role });
    const bound = await send('POST', `${rbac}/clusterrolebindings`, {
      user: bob,
      body: binding('x', 'ClusterRole', 'view'),
    });
    const inDefault = await send('POST', `${rbac}/namespaces/default/roles`, {
      user: bob,
      body: role,
    });
    const elsewhere = await send('POST', `${rbac}/namespaces/kube-system/roles`, {
      user: bob,
      body: role,
    });
    expect([inCluster, bound, inDefault, elsewhere].map(({ status }) => status)).toEqual([
      403, 403, 201, 403,
    ]);
  });

  it.each(['PUT', 'PATCH'] as const)('holds for a %s too', async (method) => {
    const { send, create } = await withBob();
    await create(`${rbac}/clusterroles`, roleNamed('x', []));
    const { status } = await send(method, `${rbac}/clusterroles/x`, {
      user: bob,
      body: roleNamed('x', [all]),
      ...(method === 'PATCH' ? { type: 'application/merge-patch+json' } : {}),
    });
    expect(status).toBe(403);
  });

  it('an aggregation rule needs all rights, on create and on update', async () => {
    const { send, create } = await withBob();
    const message = (name: string) =>
      `clusterroles.rbac.authorization.k8s.io "${name}" is forbidden: must have cluster-admin privileges to use the aggregationRule`;
    const aggregationRule = { clusterRoleSelectors: [{}] };
    const made = await send('POST', `${rbac}/clusterroles`, {
      user: bob,
      body: { ...roleNamed('x', []), aggregationRule },
    });
    await create(`${rbac}/clusterroles`, roleNamed('y', []));
    const changed = await send('PATCH', `${rbac}/clusterroles/y`, {
      user: bob,
      body: { aggregationRule },
      type: 'application/merge-patch+json',
    });
    expect([made.body['message'], changed.body['message']]).toEqual([message('x'), message('y')]);
  });

  it('lets go who may escalate or bind', async () => {
    const { send } = await withBob({
      verbs: ['escalate', 'bind'],
      apiGroups: [group],
      resources: ['clusterroles'],
      resourceNames: ['x', 'view'],
    });
    const made = await send('POST', `${rbac}/clusterroles`, {
      user: bob,
      body: roleNamed('x', [all]),
    });
    const bound = await send('POST', `${rbac}/clusterrolebindings`, {
      user: bob,
      body: binding('v', 'ClusterRole', 'view'),
    });
    const other = await send('POST', `${rbac}/clusterrolebindings`, {
      user: bob,
      body: binding('e', 'ClusterRole', 'edit'),
    });
    expect([made.status, bound.status, other.status]).toEqual([201, 201, 403]);
  });

  it('lets owners and finalizers of a mightier role change', async () => {
    const { send, create } = await withBob();
    await create(`${rbac}/clusterroles`, roleNamed('x', [all], { finalizers: ['a.io/b'] }));
    const { status, body } = await send('PATCH', `${rbac}/clusterroles/x`, {
      user: bob,
      body: { metadata: { finalizers: null } },
      type: 'application/merge-patch+json',
    });
    expect([status, body.metadata.finalizers]).toEqual([200, undefined]);
  });

  it('a binding to a role that is not there is a 404 in upstream’s words', async () => {
    const { send } = await withBob();
    const { status, body } = await send('POST', `${rbac}/clusterrolebindings`, {
      user: bob,
      body: binding('x', 'ClusterRole', 'nope'),
    });
    expect([status, body['message']]).toEqual([
      404,
      'clusterrolebindings.rbac.authorization.k8s.io "nope" not found',
    ]);
  });
});
