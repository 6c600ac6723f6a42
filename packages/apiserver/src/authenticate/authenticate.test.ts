import type { ApiRequest, UserInfo } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const pods = '/api/v1/namespaces/default/pods';
const self = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const tokenReviews = '/apis/authentication.k8s.io/v1/tokenreviews';

/** A token of `default/default`. */
async function tokenOf({ send }: TestServer, spec: object = {}): Promise<string> {
  const { status, body } = await send('POST', `${accounts}/default/token`, { body: { spec } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body['status'].token;
}

/** Who the server takes the bearer for: a request without a user, as it comes from the wire. */
async function bearer({ server }: TestServer, token: string, extra: Record<string, string> = {}) {
  const request: ApiRequest = {
    method: 'POST',
    path: self,
    query: new URLSearchParams(),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...extra,
    },
    body: new TextEncoder().encode('{}'),
  };
  const { status, body } = await server.request(request);
  const json = JSON.parse(new TextDecoder().decode(body as Uint8Array));
  return { status, user: json.status?.userInfo, message: json.message };
}

const boundPod = async (server: TestServer) => {
  const pod = await server.create(pods, {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
  return { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: pod.metadata.uid };
};

describe('a service account’s token', () => {
  it('is the account, with its groups and what it is bound to', async () => {
    const server = await testServer();
    const boundObjectRef = await boundPod(server);
    const { status, user } = await bearer(server, await tokenOf(server, { boundObjectRef }));
    expect(status).toBe(201);
    expect(user).toMatchObject({
      username: 'system:serviceaccount:default:default',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/pod-name': ['p'] },
    });
  });

  it('of another cluster is nobody’s', async () => {
    const [one, other] = [await testServer(), await testServer()];
    expect(await bearer(other, await tokenOf(one))).toMatchObject({
      status: 401,
      message: 'Unauthorized',
    });
  });

  it('ends a minute after its time as upstream’s, also when it was seen before', async () => {
    const server = await testServer();
    const token = await tokenOf(server, { expirationSeconds: 600 });
    const codes = [(await bearer(server, token)).status];
    server.clock.now = new Date(server.clock.now.getTime() + 660_000);
    codes.push((await bearer(server, token)).status);
    server.clock.now = new Date(server.clock.now.getTime() + 1_000);
    codes.push((await bearer(server, token)).status);
    expect(codes).toEqual([201, 201, 401]);
  });

  it('for others is none here, and holds in a review that asks for them', async () => {
    const server = await testServer();
    const token = await tokenOf(server, { audiences: ['vault'] });
    expect((await bearer(server, token)).status).toBe(401);
    const review = (audiences: string[]) =>
      server.send('POST', tokenReviews, { body: { spec: { token, audiences } } });
    expect((await review(['vault', 'x'])).body['status']).toMatchObject({
      authenticated: true,
      audiences: ['vault'],
    });
    expect((await review(['x'])).body['status'].authenticated).toBeUndefined();
  });

  it.each(['pods', 'serviceaccounts'])('ends when one of its %s goes', async (resource) => {
    const server = await testServer();
    const boundObjectRef = await boundPod(server);
    const token = await tokenOf(server, { boundObjectRef });
    const before = await bearer(server, token);
    const name = resource === 'pods' ? 'p' : 'default';
    await server.send('DELETE', `/api/v1/namespaces/default/${resource}/${name}`, {
      body: { gracePeriodSeconds: 0 },
    });
    expect([before.status, (await bearer(server, token)).status]).toEqual([201, 401]);
  });

  it('does not come back with a new account of the name', async () => {
    const server = await testServer();
    const token = await tokenOf(server);
    await server.send('DELETE', `${accounts}/default`);
    await server.create(accounts, { metadata: { name: 'default' } });
    expect((await bearer(server, token)).status).toBe(401);
  });

  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const parts = (token: string) => token.split('.') as [string, string, string];
  it.each<[string, (token: string) => string]>([
    [
      'with another payload',
      (token) => {
        const [head, payload, signature] = parts(token);
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
        claims['kubernetes.io'].serviceaccount.name = 'admin';
        return [head, segment(claims), signature].join('.');
      },
    ],
    [
      'without a signature',
      (token) => {
        const [, payload] = parts(token);
        return [segment({ alg: 'none', typ: 'JWT' }), payload, ''].join('.');
      },
    ],
    [
      'that says HS256',
      (token) => {
        const [, payload, signature] = parts(token);
        return [segment({ alg: 'HS256', typ: 'JWT' }), payload, signature].join('.');
      },
    ],
    ['that is cut off', (token) => token.slice(0, -6)],
    ['that is no token', () => 'x'],
  ])('%s does not hold', async (_name, forge) => {
    const server = await testServer();
    expect((await bearer(server, forge(await tokenOf(server)))).status).toBe(401);
  });

  it.each([
    [{ expirationSeconds: 599 }, 422],
    [{ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'no' } }, 404],
    [{ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'no' } }, 400],
  ])('is not made for %j', async (spec, code) => {
    const { send } = await testServer();
    const { status } = await send('POST', `${accounts}/default/token`, { body: { spec } });
    expect(status).toBe(code);
  });

  it('is not made for a pod that was replaced', async () => {
    const server = await testServer();
    const boundObjectRef = { ...(await boundPod(server)), uid: 'other' };
    const { status } = await server.send('POST', `${accounts}/default/token`, {
      body: { spec: { boundObjectRef } },
    });
    expect(status).toBe(409);
  });
});

describe('credentials of another sort', () => {
  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'x'])('%s is a 401', async (authorization) => {
    const { server } = await testServer();
    const query = new URLSearchParams();
    const { status } = await server.request({
      method: 'GET',
      path: '/api',
      query,
      headers: { authorization },
    });
    expect(status).toBe(401);
  });
});

describe('impersonation', () => {
  const who = async ({ send }: TestServer, headers: Record<string, string>, user?: UserInfo) => {
    const answer = await send('POST', self, { body: {}, headers, ...(user ? { user } : {}) });
    const { status, body } = answer;
    return { status, user: body['status']?.userInfo, message: body['message'] };
  };

  it('takes name, groups, uid and extra', async () => {
    const { user } = await who(await testServer(), {
      'impersonate-user': 'jane',
      'impersonate-group': 'dev, ops',
      'impersonate-uid': '7',
      'impersonate-extra-acme.io%2fteam': 'x',
    });
    expect(user).toEqual({
      username: 'jane',
      uid: '7',
      groups: ['dev', 'ops', 'system:authenticated'],
      extra: { 'acme.io/team': ['x'] },
    });
  });

  it('a key that is no valid escape is taken as it is', async () => {
    const headers = { 'impersonate-user': 'jane', 'impersonate-extra-%zz': 'x' };
    expect((await who(await testServer(), headers)).user.extra).toEqual({ '%zz': ['x'] });
  });

  it.each([
    [
      { 'impersonate-user': 'jane' },
      'users "jane" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    ],
    [
      { 'impersonate-user': 'system:serviceaccount:a:b' },
      'serviceaccounts "b" is forbidden: User "bob" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "a"',
    ],
  ])('%j without the right is refused', async (headers, message) => {
    const bob: UserInfo = { username: 'bob', groups: ['system:authenticated'] };
    const answer = await who(await testServer(), headers, bob);
    expect([answer.status, answer.message]).toEqual([403, message]);
  });

  it('the right to a user is none to a group', async () => {
    const server = await testServer();
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    await server.create(`${rbac}/clusterroles`, {
      metadata: { name: 'i' },
      rules: [{ verbs: ['impersonate'], apiGroups: [''], resources: ['users'] }],
    });
    await server.create(`${rbac}/clusterrolebindings`, {
      metadata: { name: 'i' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'i' },
      subjects: [{ kind: 'User', name: 'bob', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    const bob: UserInfo = { username: 'bob', groups: ['system:authenticated'] };
    const asJane = { 'impersonate-user': 'jane' };
    const asMaster = { ...asJane, 'impersonate-group': 'system:masters' };
    expect((await who(server, asJane, bob)).status).toBe(201);
    expect((await who(server, asMaster, bob)).status).toBe(403);
  });

  it('groups without a user are a mistake', async () => {
    const { status } = await who(await testServer(), { 'impersonate-group': 'x' });
    expect(status).toBe(400);
  });
});
