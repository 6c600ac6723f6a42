import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const pods = '/api/v1/namespaces/default/pods';

const ask = ({ send }: TestServer, body: object) =>
  send('POST', `${accounts}/default/token`, { body });

const decoded = (token: string, part: number) =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString());

/** Answers of kube-apiserver 1.35. */
describe('a token request', () => {
  it.each<[object, number, string]>([
    [
      { spec: { expirationSeconds: 10 } },
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes',
    ],
    [
      { spec: { expirationSeconds: 5_000_000_000 } },
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5000000000: may not specify a duration larger than 2^32 seconds',
    ],
    [
      { metadata: { name: 'other' } },
      422,
      'TokenRequest.authentication.k8s.io "default" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
    ],
    [
      { metadata: { namespace: 'other' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      { spec: { boundObjectRef: { kind: 'Deployment', apiVersion: 'apps/v1', name: 'x' } } },
      400,
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    ],
    [{ spec: { boundObjectRef: {} } }, 400, 'cannot bind token to object of type /, Kind='],
    [
      { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v2', name: 'x' } } },
      404,
      'pods "x" not found',
    ],
    [
      { spec: { boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'nope' } } },
      404,
      'nodes "nope" not found',
    ],
  ])('%j is refused with %i', async (body, code, message) => {
    const answer = await ask(await testServer(), body);
    expect([answer.status, answer.body['message']]).toEqual([code, message]);
  });

  it('for another account of the name is a conflict', async () => {
    const server = await testServer();
    const { body } = await server.send('GET', `${accounts}/default`);
    const answer = await ask(server, { metadata: { uid: 'x' } });
    expect([answer.status, answer.body['message']]).toEqual([
      409,
      `Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "default": the UID in the token request (x) does not match the UID of the service account (${body['metadata'].uid})`,
    ]);
  });

  it('is answered with itself, filled in', async () => {
    const server = await testServer();
    const { body: account } = await server.send('GET', `${accounts}/default`);
    const { body } = await ask(server, {
      metadata: { generateName: 'x', labels: { a: 'b' } },
      spec: { audiences: [] },
      status: { token: 'x' },
    });
    const { managedFields, ...metadata } = body['metadata'];
    expect(metadata).toEqual({
      name: 'default',
      generateName: 'x',
      namespace: 'default',
      uid: account['metadata'].uid,
      creationTimestamp: server.clock.now.toISOString().replace(/\.\d+/, ''),
      labels: { a: 'b' },
    });
    expect(managedFields).toMatchObject([
      {
        operation: 'Update',
        apiVersion: 'authentication.k8s.io/v1',
        fieldsV1: {
          'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, 'f:a': {} } },
          'f:spec': { 'f:audiences': {}, 'f:expirationSeconds': {} },
          'f:status': { 'f:token': {} },
        },
        subresource: 'token',
      },
    ]);
    const { audiences, expirationSeconds, boundObjectRef } = body['spec'];
    expect([audiences.length, expirationSeconds, boundObjectRef]).toEqual([1, 3600, null]);
  });
});

describe('the claims of a token', () => {
  it('are those of upstream, in its order, and the header names the key of the key set', async () => {
    const server = await testServer();
    const { body } = await ask(server, {});
    const { token } = body['status'];
    const keys = await server.send('GET', '/openid/v1/jwks');
    expect(decoded(token, 0)).toEqual({ alg: 'ES256', kid: keys.body['keys'][0].kid });
    const claims = decoded(token, 1);
    expect(Object.keys(claims)).toEqual([
      'aud',
      'exp',
      'iat',
      'iss',
      'jti',
      'kubernetes.io',
      'nbf',
      'sub',
    ]);
    expect(claims.exp - claims.iat).toBe(3600);
    expect(claims['kubernetes.io']).toEqual({
      namespace: 'default',
      serviceaccount: { name: 'default', uid: body['metadata'].uid },
    });
  });

  it('of a pod on a node name both; the usual token of a kubelet holds for a year', async () => {
    const server = await testServer();
    const node = await server.create('/api/v1/nodes', { metadata: { name: 'n' } });
    const pod = await server.create(pods, {
      metadata: { name: 'p' },
      spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
    });
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'p' };
    const { body } = await ask(server, { spec: { boundObjectRef, expirationSeconds: 3607 } });
    const claims = decoded(body['status'].token, 1);
    expect(claims.exp - claims.iat).toBe(365 * 24 * 3600);
    expect(claims['kubernetes.io']).toMatchObject({
      node: { name: 'n', uid: node.metadata.uid },
      pod: { name: 'p', uid: pod.metadata.uid },
      warnafter: claims.iat + 3607,
    });
    const expires = Date.parse(body['status'].expirationTimestamp) / 1000;
    expect(expires - claims.iat).toBe(3607);
  });

  it('for others than the API keep the time that was asked for', async () => {
    const server = await testServer();
    await server.create(pods, {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'p' };
    const spec = { boundObjectRef, expirationSeconds: 3607, audiences: ['vault'] };
    const claims = decoded((await ask(server, { spec })).body['status'].token, 1);
    expect([claims.exp - claims.iat, claims['kubernetes.io'].warnafter]).toEqual([3607, undefined]);
  });
});
