import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const exec = '/api/v1/namespaces/{namespace}/pods/{name}/exec';
const version = '/apis/apps/v1';

describe('OpenAPI documents', () => {
  it('v2 have the paths of discovery, of connections and the old ones of watches', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', '/openapi/v2');
    const paths: Record<string, Record<string, { operationId: string }>> = body['paths'];
    const ids = (path: string, method = 'get') => paths[path]?.[method]?.operationId;
    expect(ids('/api/')).toBe('getCoreAPIVersions');
    expect(ids('/api/v1/')).toBe('getCoreV1APIResources');
    expect(ids('/apis/rbac.authorization.k8s.io/')).toBe('getRbacAuthorizationAPIGroup');
    expect(ids('/version/')).toBe('getCodeVersion');
    expect(ids('/openid/v1/jwks/')).toBe('getServiceAccountIssuerOpenIDKeyset');
    expect(ids(exec, 'post')).toBe('connectCoreV1PostNamespacedPodExec');
    expect(ids('/api/v1/nodes/{name}/proxy/{path}', 'options')).toBe(
      'connectCoreV1OptionsNodeProxyWithPath',
    );
    expect(ids('/api/v1/watch/nodes/{name}')).toBe('watchCoreV1Node');
    expect(ids(`${version}/watch/deployments`)).toBe('watchAppsV1DeploymentListForAllNamespaces');
    expect(Object.keys(paths).filter((path) => path.includes('/watch/'))).toHaveLength(148);
  });

  it('v3 of a version have its list of resources and its watches, not other groups’', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', `/openapi/v3${version}`);
    const names = Object.keys(body['paths']);
    expect(names).toContain(`${version}/`);
    expect(names).toContain(`${version}/watch/namespaces/{namespace}/deployments/{name}`);
    expect(names.every((path) => path.startsWith(`${version}/`))).toBe(true);
  });
});
