import { describe, expect, it } from 'vitest';
import { routeOf } from './route.ts';

const route = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string) => {
  const { pathname, searchParams } = new URL(url, 'http://test');
  const info = routeOf({ method, path: pathname, query: searchParams });
  if (!info.isResource) return 'no resource';
  const { verb, group, version, namespace, resource, name, subresource, rest } = info;
  return [verb, group, version, namespace, resource, name, subresource, rest].join(' ').trimEnd();
};

describe('routeOf', () => {
  it.each([
    ['GET', '/api/v1/namespaces/d/pods', 'list  v1 d pods'],
    ['GET', '/api/v1/namespaces/d/pods/p', 'get  v1 d pods p'],
    ['GET', '/api/v1/namespaces/d/pods/p/log', 'get  v1 d pods p log'],
    ['GET', '/api/v1/namespaces/d/pods/p/proxy/a/b', 'get  v1 d pods p proxy a/b'],
    ['GET', '/api/v1/pods?watch=true', 'watch  v1  pods'],
    ['GET', '/api/v1/watch/namespaces/d/pods', 'watch  v1 d pods'],
    ['GET', '/api/v1/watch/pods', 'watch  v1  pods'],
    ['GET', '/api/v1/namespaces', 'list  v1  namespaces'],
    ['GET', '/api/v1/namespaces/d', 'get  v1 d namespaces d'],
    ['PUT', '/api/v1/namespaces/d/finalize', 'update  v1 d namespaces d finalize'],
    ['PATCH', '/api/v1/namespaces/d/status', 'patch  v1 d namespaces d status'],
    ['DELETE', '/apis/apps/v1/namespaces/d/deployments', 'deletecollection apps v1 d deployments'],
    ['DELETE', '/apis/apps/v1/namespaces/d/deployments/x', 'delete apps v1 d deployments x'],
    ['POST', '/apis/apps/v1/namespaces/d/deployments', 'create apps v1 d deployments'],
    [
      'GET',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab',
      'get rbac.authorization.k8s.io v1  clusterroles a:b',
    ],
  ] as const)('%s %s', (method, url, expected) => {
    expect(route(method, url)).toBe(expected);
  });

  it.each([
    '/',
    '/api',
    '/apis',
    '/apis/apps',
    '/apis/apps/v1',
    '/api/v1',
    '/version',
    '/openapi/v3/api/v1',
  ])('%s is no resource', (path) => {
    expect(route('GET', path)).toBe('no resource');
  });
});
