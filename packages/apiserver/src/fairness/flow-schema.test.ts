import type { UserInfo } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import { type RequestInfo, routeOf } from '../route.ts';
import { flowSchemasOf, takes } from './flow-schema.ts';

const everything = {
  verbs: ['*'],
  apiGroups: ['*'],
  resources: ['*'],
  clusterScope: true,
  namespaces: ['*'],
};
const anybody = [{ kind: 'User', user: { name: '*' } }];

function fits(rule: object, info: RequestInfo, user: Partial<UserInfo> = {}): boolean {
  const [schema] = flowSchemasOf([
    { apiVersion: '', kind: '', metadata: { name: 'x' }, spec: { rules: [rule] } },
  ]);
  return schema !== undefined && takes(schema, info, { username: 'u', groups: [], ...user });
}

const get = (path: string): RequestInfo =>
  routeOf({ method: 'GET', path, query: new URLSearchParams() });

const pods = get('/api/v1/namespaces/a/pods/p');
const nodes = get('/api/v1/nodes/n');
const sa = { username: 'system:serviceaccount:kube-system:deploy' };

describe('a flow schema', () => {
  it.each([
    ['a user', [{ kind: 'User', user: { name: 'u' } }], {}, true],
    ['another user', [{ kind: 'User', user: { name: 'v' } }], {}, false],
    ['a group', [{ kind: 'Group', group: { name: 'g' } }], { groups: ['g'] }, true],
    ['all groups', [{ kind: 'Group', group: { name: '*' } }], {}, true],
    ['no group', [{ kind: 'Group', group: { name: 'g' } }], {}, false],
    ['a service account', [subject('kube-system', 'deploy')], sa, true],
    ['all of a namespace', [subject('kube-system', '*')], sa, true],
    ['of another namespace', [subject('kube', '*')], sa, false],
  ])('takes %s', (_what, subjects, user, expected) => {
    expect(fits({ subjects, resourceRules: [everything] }, pods, user)).toBe(expected);
  });

  it.each([
    ['in a namespace', pods, { namespaces: ['a'] }, true],
    ['in another', pods, { namespaces: ['b'] }, false],
    ['of the cluster', nodes, { namespaces: [] }, true],
    ['of the cluster, not meant', nodes, { clusterScope: false }, false],
    ['of another group', pods, { apiGroups: ['apps'] }, false],
    ['another verb', pods, { verbs: ['list'] }, false],
    [
      'a subresource, not meant',
      get('/api/v1/namespaces/a/pods/p/status'),
      { resources: ['pods'] },
      false,
    ],
    [
      'a subresource',
      get('/api/v1/namespaces/a/pods/p/status'),
      { resources: ['pods/status'] },
      true,
    ],
  ])('takes what is %s', (_what, info, change, expected) => {
    const rule = { subjects: anybody, resourceRules: [{ ...everything, ...change }] };
    expect(fits(rule, info)).toBe(expected);
  });

  it.each([
    ['/healthz', ['/healthz'], true],
    ['/healthz/ping', ['/healthz'], false],
    ['/healthz/ping', ['/healthz/*'], true],
    ['/version', ['*'], true],
  ])('takes the path %s by %j: %s', (path, nonResourceURLs, expected) => {
    const rule = { subjects: anybody, nonResourceRules: [{ verbs: ['get'], nonResourceURLs }] };
    expect(fits(rule, get(path))).toBe(expected);
  });

  it('is tried by precedence, then by name', () => {
    const one = (name: string, matchingPrecedence: number) => ({
      apiVersion: '',
      kind: '',
      metadata: { name },
      spec: { matchingPrecedence },
    });
    const order = flowSchemasOf([one('c', 2), one('b', 1), one('a', 2)]);
    expect(order.map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });
});

function subject(namespace: string, name: string) {
  return { kind: 'ServiceAccount', serviceAccount: { namespace, name } };
}
