import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

const secrets = '/api/v1/namespaces/default/secrets';
const accounts = '/api/v1/namespaces/default/serviceaccounts';
const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';
const type = 'kubernetes.io/service-account-token';

const secretOf = (account: string, data?: object) => ({
  metadata: { name: 'tok', annotations: { 'kubernetes.io/service-account.name': account } },
  type,
  ...(data ? { data } : {}),
});
const decode = (text: string): string => Buffer.from(text, 'base64').toString();

async function tokenOf(server: TestServer): Promise<string> {
  const secret = await server.create(secrets, secretOf('default'));
  return decode(secret['data'].token);
}
async function review({ send }: TestServer, token: string, audiences?: string[]) {
  const spec = { token, ...(audiences ? { audiences } : {}) };
  return (await send('POST', reviews, { body: { spec } })).body['status'];
}

describe('a secret for a service account’s token', () => {
  it('is filled with token, CA and namespace, which nobody owns', async () => {
    const server = await testServer();
    const secret = await server.create(secrets, secretOf('default'));
    expect(Object.keys(secret['data'])).toEqual(['ca.crt', 'namespace', 'token']);
    expect(decode(secret['data'].namespace)).toBe('default');
    expect(JSON.stringify(secret.metadata.managedFields)).not.toContain('f:token');
    const account = (await server.send('GET', `${accounts}/default`)).body['metadata'];
    expect(secret.metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(account.uid);
    const [, payload = ''] = decode(secret['data'].token).split('.');
    expect(JSON.parse(decode(payload))).toEqual({
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/namespace': 'default',
      'kubernetes.io/serviceaccount/secret.name': 'tok',
      'kubernetes.io/serviceaccount/service-account.name': 'default',
      'kubernetes.io/serviceaccount/service-account.uid': account.uid,
      sub: 'system:serviceaccount:default:default',
    });
  });

  it('is filled anew when its token is taken out, and keeps what else is in it', async () => {
    const server = await testServer();
    await server.create(secrets, secretOf('default', { more: 'eA==' }));
    const body = { data: { token: null } };
    const patched = await server.send('PATCH', `${secrets}/tok`, {
      body,
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(Object.keys(patched.body['data']).sort()).toEqual([
      'ca.crt',
      'more',
      'namespace',
      'token',
    ]);
  });

  it('stays empty without its account', async () => {
    const server = await testServer();
    expect((await server.create(secrets, secretOf('nosuch')))['data']).toBeUndefined();
  });
});

describe('a token of a secret', () => {
  it('is the account, for the API; the day of its use is noted', async () => {
    const server = await testServer();
    const token = await tokenOf(server);
    const { authenticated, user } = await review(server, token);
    expect([authenticated, user.username, user.extra]).toEqual([
      true,
      'system:serviceaccount:default:default',
      undefined,
    ]);
    const { body } = await server.send('GET', `${secrets}/tok`);
    expect(body['metadata'].labels).toEqual({
      'kubernetes.io/legacy-token-last-used': server.clock.now.toISOString().slice(0, 10),
    });
    expect((await review(server, token, ['vault'])).authenticated).toBeUndefined();
  });

  it.each<[string, (server: TestServer) => Promise<unknown>]>([
    ['its secret goes', ({ send }) => send('DELETE', `${secrets}/tok`)],
    ['its account goes', ({ send }) => send('DELETE', `${accounts}/default`)],
    [
      'its account is another one of the name',
      async (server) => {
        await server.send('DELETE', `${accounts}/default`);
        await server.create(accounts, { metadata: { name: 'default' } });
      },
    ],
    [
      'it is not what the secret contains',
      ({ send }) =>
        send('PATCH', `${secrets}/tok`, {
          body: { data: { token: 'eA==' } },
          headers: { 'content-type': 'application/merge-patch+json' },
        }),
    ],
    [
      'it is marked invalid',
      ({ send }) =>
        send('PATCH', `${secrets}/tok`, {
          body: {
            metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } },
          },
          headers: { 'content-type': 'application/merge-patch+json' },
        }),
    ],
  ])('ends when %s', async (_, end) => {
    const server = await testServer();
    const token = await tokenOf(server);
    const before = (await review(server, token)).authenticated;
    await end(server);
    expect([before, (await review(server, token)).authenticated]).toEqual([true, undefined]);
  });

  it('that somebody wrote into a secret is none', async () => {
    const server = await testServer();
    const [head, payload = '', signature] = (await tokenOf(server)).split('.');
    const claims = { ...JSON.parse(decode(payload)), sub: 'system:serviceaccount:default:admin' };
    claims['kubernetes.io/serviceaccount/service-account.name'] = 'admin';
    const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature];
    const token = forged.join('.');
    await server.send('PATCH', `${secrets}/tok`, {
      body: { data: { token: Buffer.from(token).toString('base64') } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect((await review(server, token)).authenticated).toBeUndefined();
  });
});
