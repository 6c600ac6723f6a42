import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

describe('OpenAPI', () => {
  it('has an index of documents that may be kept for ever', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', '/openapi/v3');
    const { serverRelativeURL } = body['paths']['apis/apps/v1'];
    expect(serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    const document = await send('GET', serverRelativeURL);
    expect(document.headers['cache-control']).toBe('public, immutable');
    expect(document.body['openapi']).toBe('3.0.0');
    const again = await send('GET', serverRelativeURL, {
      headers: { 'if-none-match': String(document.headers['etag']) },
    });
    expect(again.status).toBe(304);
  });

  it('describes what kubectl needs for patches and validation', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', '/openapi/v3/apis/apps/v1');
    const { schemas } = body['components'];
    expect(schemas['io.k8s.api.apps.v1.Deployment']['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ]);
    expect(schemas['io.k8s.api.core.v1.PodSpec'].properties.containers).toMatchObject({
      type: 'array',
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    });
  });

  it.each(['/openapi/v2', '/openapi/v3/api/v1'])(
    '%s has no reference that leads nowhere',
    async (path) => {
      const { send } = await testServer();
      const { body } = await send('GET', path);
      const known = new Set(Object.keys(body['definitions'] ?? body['components'].schemas));
      const references = JSON.stringify(body).match(/"\$ref":"[^"]+"/g) ?? [];
      const missing = references
        .map((text) => text.slice(text.lastIndexOf('/') + 1, -1))
        .filter((name) => !known.has(name));
      expect([...new Set(missing)]).toEqual([]);
      expect(references.length).toBeGreaterThan(100);
    },
  );

  it('is JSON, and says so to those who take nothing else', async () => {
    const { send } = await testServer();
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    expect((await send('GET', '/openapi/v2', { accept })).status).toBe(406);
    expect(
      (await send('GET', '/openapi/v2', { accept: `application/json, ${accept}` })).status,
    ).toBe(200);
  });
});
