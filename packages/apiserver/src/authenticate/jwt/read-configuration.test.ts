import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAuthentication } from './read-configuration.ts';

const valid = {
  issuer: { url: 'https://issuer.example', audiences: ['a'] },
  claimMappings: { username: { claim: 'sub', prefix: '' } },
};
const file = (jwt: unknown, rest: object = {}) =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1beta1',
    kind: 'AuthenticationConfiguration',
    jwt,
    ...rest,
  });
const faults = (jwt: unknown, rest: object = {}): string => {
  try {
    readAuthentication(file(jwt, rest));
    return '';
  } catch (error) {
    return (error as Error).message.replace('authentication configuration: ', '');
  }
};
const issuer = (change: object) => faults([{ ...valid, issuer: { ...valid.issuer, ...change } }]);
const mapping = (claimMappings: object) => faults([{ ...valid, claimMappings }]);

describe('an authentication configuration', () => {
  it('may name nobody, or several issuers', () => {
    expect(faults([])).toBe('');
    const second = { ...valid, issuer: { ...valid.issuer, url: 'https://b.example' } };
    expect(faults([valid, second])).toBe('');
  });

  it('stands in the documentation', () => {
    const page = new URL('../../../../../docs/authentication.md', import.meta.url);
    const example = /```yaml\n(.*?)```/s.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
    expect(readAuthentication(example).issuers[0]?.claimRules).toHaveLength(1);
  });

  it('names the issuer as upstream wants it', () => {
    expect(issuer({ url: 'http://u:p@x.example/?a=b#c' })).toBe(
      'jwt[0].issuer.url: Invalid value: "http://u:p@x.example/?a=b#c": URL scheme must be https; jwt[0].issuer.url: Invalid value: "http://u:p@x.example/?a=b#c": URL must not contain a username or password; jwt[0].issuer.url: Invalid value: "http://u:p@x.example/?a=b#c": URL must not contain a query; jwt[0].issuer.url: Invalid value: "http://u:p@x.example/?a=b#c": URL must not contain a fragment',
    );
    expect(issuer({ discoveryURL: 'https://issuer.example/' })).toContain(
      'discoveryURL must be different from URL',
    );
    expect(issuer({ audiences: ['a', 'b'] })).toBe(
      'jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
    );
    expect(issuer({ audiences: ['a', 'a'], audienceMatchPolicy: 'MatchAny' })).toBe(
      'jwt[0].issuer.audiences[1]: Duplicate value: "a"',
    );
    expect(issuer({ certificateAuthority: 'x' })).toContain('"<omitted>"');
    expect(issuer({ egressSelectorType: 'cluster' })).toContain('leave it out');
    expect(faults([valid, valid])).toBe(
      'jwt[1].issuer.url: Duplicate value: "https://issuer.example"',
    );
  });

  it('says how claims become users', () => {
    expect(mapping({ username: { claim: 'sub' } })).toBe(
      'jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing',
    );
    expect(mapping({ username: {} })).toBe(
      'jwt[0].claimMappings.username: Required value: claim or expression is required',
    );
    expect(mapping({ username: { expression: 'claims.' } })).toContain('compilation failed');
    expect(mapping({ username: { expression: 'claims.email' } })).toContain(
      'claims.email_verified must be used',
    );
    const extra = (key: string) =>
      mapping({ username: { claim: 'a', prefix: '' }, extra: [{ key, valueExpression: '"x"' }] });
    expect(extra('team')).toContain('must be a domain-prefixed path (such as "acme.io/foo")');
    expect(extra('a.k8s.io/team')).toContain('are reserved for Kubernetes use');
    expect(extra('a.example/Team')).toContain('must be lowercase');
  });

  it('has rules that answer yes or no', () => {
    const rules = (claimValidationRules: object[]) => faults([{ ...valid, claimValidationRules }]);
    expect(rules([{ expression: '1' }])).toBe(
      'jwt[0].claimValidationRules[0].expression: Invalid value: "1": must evaluate to bool',
    );
    expect(rules([{ claim: 'a', expression: 'true' }])).toContain("can't both be set");
    expect(faults([{ ...valid, userValidationRules: [{ expression: 'user.nobody' }] }])).toContain(
      "undefined field 'nobody'",
    );
  });

  it('has no fields that nobody knows, and is of a known version', () => {
    expect(faults([{ ...valid, odd: 1 }])).toBe('jwt[0].odd: Invalid value: 1: unknown field');
    expect(() => readAuthentication('{}')).toThrow('apiVersion: Unsupported value: ""');
    expect(faults([], { anonymous: { enabled: false, conditions: [{ path: '/a' }] } })).toContain(
      'enabled should be set to true when conditions are defined',
    );
  });
});
