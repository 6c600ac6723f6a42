import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer } from '../../testing/test-server.ts';
import type { CompiledAuthentication } from './configuration.ts';
import { readAuthentication } from './read-configuration.ts';
import { TestIssuer } from './testing-issuer.ts';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
});
afterAll(() => issuer.stop());

const base = (rest: object, own: object = {}) => ({
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  jwt: [
    {
      issuer: {
        url: issuer.url,
        certificateAuthority: issuer.authority,
        audiences: ['dormice', 'other'],
        audienceMatchPolicy: 'MatchAny',
      },
      ...rest,
    },
  ],
  ...own,
});
const compiled = (value: object): CompiledAuthentication =>
  readAuthentication(JSON.stringify(value));

/** Who the server says that the holder of a token is. */
async function ask(configuration: CompiledAuthentication, token: string) {
  const { server } = await testServer({
    now: () => new Date(),
    authentication: () => configuration,
  });
  const { status, body } = await server.request({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    query: new URLSearchParams(),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: new TextEncoder().encode('{}'),
  });
  const answer = JSON.parse(new TextDecoder().decode(body as Uint8Array));
  return status === 201 ? answer.status.userInfo : status;
}

const byClaims = {
  claimMappings: {
    username: { claim: 'sub', prefix: 'oidc:' },
    groups: { claim: 'groups', prefix: 'oidc:' },
  },
};
const byExpressions = {
  claimMappings: {
    username: { expression: 'claims.email.split("@")[0]' },
    groups: { expression: 'claims.?roles.orValue([])' },
    uid: { expression: 'claims.sub' },
    extra: [{ key: 'example.org/team', valueExpression: 'claims.a__dot__team' }],
  },
  claimValidationRules: [
    { claim: 'tenant', requiredValue: 'blue' },
    { expression: 'claims.email_verified == true', message: 'no mail' },
    { expression: 'claims.exp - claims.iat <= 3600', message: 'too long' },
  ],
  userValidationRules: [
    { expression: '!user.username.startsWith("system:")', message: 'reserved' },
  ],
};

describe('tokens of configured issuers', () => {
  it('give user and groups by claims', async () => {
    const token = await issuer.token({ sub: 'jane', groups: ['a', 'b'], jti: '7' });
    expect(await ask(compiled(base(byClaims)), token)).toEqual({
      username: 'oidc:jane',
      groups: ['oidc:a', 'oidc:b', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=7'] },
    });
    const single = await issuer.token({ sub: 'jane', groups: 'a', aud: ['x', 'other'] });
    expect((await ask(compiled(base(byClaims)), single)).groups).toContain('oidc:a');
  });

  it('give user, groups, UID and extra by expressions', async () => {
    const claims = { sub: '1', email: 'jane@x.y', email_verified: true, tenant: 'blue' };
    const token = await issuer.token({ ...claims, roles: ['r', ''], 'a.team': 'red' });
    expect(await ask(compiled(base(byExpressions)), token)).toEqual({
      username: 'jane',
      uid: '1',
      groups: ['r', 'system:authenticated'],
      extra: { 'example.org/team': ['red'] },
    });
  });

  it.each([
    ['another audience', { aud: 'nobody' }],
    ['an end in the past', { exp: 1 }],
    ['a begin in the future', { nbf: 4_000_000_000 }],
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['no user', { sub: 7 as never }],
    ['groups that are none', { groups: [{}] }],
  ])('are refused for %s', async (_, wrong) => {
    const token = await issuer.token({ sub: 'jane', ...wrong });
    expect(await ask(compiled(base(byClaims)), token)).toBe(401);
  });

  it.each([
    ['a required claim', { tenant: 'green' }],
    ['a rule about claims', { email_verified: false }],
    ['a rule about the user', { email: 'system:x@y' }],
    ['an expression that fails', { email: undefined }],
  ])('are refused by %s', async (_, wrong) => {
    const claims = { sub: '1', email: 'jane@x.y', email_verified: true, tenant: 'blue' };
    const token = await issuer.token({ ...claims, 'a.team': 'red', ...wrong });
    expect(await ask(compiled(base(byExpressions)), token)).toBe(401);
  });

  it('may be signed with a new key', async () => {
    const configuration = compiled(base(byClaims));
    const old = await issuer.token({ sub: 'old' });
    expect((await ask(configuration, old)).username).toBe('oidc:old');
    const other = await TestIssuer.start();
    const change = {
      ...base(byClaims).jwt[0]?.issuer,
      url: other.url,
      certificateAuthority: other.authority,
    };
    const rotating = compiled({ ...base(byClaims), jwt: [{ ...byClaims, issuer: change }] });
    await other.rotate();
    expect((await ask(rotating, await other.token({ sub: 'new' }))).username).toBe('oidc:new');
    await other.stop();
  });

  it('are refused when somebody else signed them', async () => {
    const other = await TestIssuer.start();
    const token = await other.token({ sub: 'jane', iss: issuer.url });
    await other.stop();
    expect(await ask(compiled(base(byClaims)), token)).toBe(401);
  });

  it('are reviewed as the API would take them', async () => {
    const configuration = compiled(base(byClaims));
    const { send } = await testServer({
      now: () => new Date(),
      authentication: () => configuration,
    });
    const token = await issuer.token({ sub: 'jane' });
    const path = '/apis/authentication.k8s.io/v1/tokenreviews';
    const { body } = await send('POST', path, { body: { spec: { token } } });
    expect(body['status']).toMatchObject({ authenticated: true, user: { username: 'oidc:jane' } });
  });
});

describe('anonymous requests', () => {
  const status = async (own: object, path: string) => {
    const configuration = compiled({ ...base(byClaims), ...own });
    const { server } = await testServer({ authentication: () => configuration });
    const asked = { method: 'GET', path, query: new URLSearchParams(), headers: {} } as const;
    return (await server.request(asked)).status;
  };

  it('are let in where the configuration says so', async () => {
    const paths = { anonymous: { enabled: true, conditions: [{ path: '/livez' }] } };
    expect(await status(paths, '/livez')).toBe(200);
    expect(await status(paths, '/readyz')).toBe(401);
    expect(await status({ anonymous: { enabled: false } }, '/livez')).toBe(401);
    expect(await status({}, '/readyz')).toBe(200);
  });
});
