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

  it('v2 comes in protobuf for client-go', async () => {
    const { raw } = await testServer();
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const { status, headers, body } = await raw('GET', '/openapi/v2', { accept });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    );
    expect(Buffer.from(body as Uint8Array).subarray(0, 5)).toEqual(Buffer.from('\n\u00032.0'));
  });

  it('says what it has to those who take something else', async () => {
    const { send } = await testServer();
    expect((await send('GET', '/openapi/v2', { accept: 'text/html' })).status).toBe(406);
  });

  it('publishes custom resources with their own words, and v2 without what it cannot say', async () => {
    const { send, create } = await testServer();
    await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        names: { plural: 'things', kind: 'Thing' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                description: 'A thing.',
                properties: {
                  spec: {
                    type: 'object',
                    properties: {
                      size: { 'x-kubernetes-int-or-string': true },
                      any: {
                        type: 'object',
                        nullable: true,
                        properties: { a: { type: 'string' } },
                      },
                      level: { type: 'string', default: 'low' },
                    },
                  },
                },
              },
            },
          },
        ],
      },
    });
    const name = 'com.example.v1.Thing';
    const v3 = (await send('GET', '/openapi/v3/apis/example.com/v1')).body['components'].schemas;
    expect(v3[name].description).toBe('A thing.');
    expect(v3[name].properties.spec.properties).toEqual({
      size: {
        'x-kubernetes-int-or-string': true,
        anyOf: [{ type: 'integer' }, { type: 'string' }],
      },
      any: { type: 'object', nullable: true, properties: { a: { type: 'string' } } },
      level: { type: 'string', default: 'low' },
    });
    const v2 = (await send('GET', '/openapi/v2')).body['definitions'];
    expect(v2[name].properties.spec.properties).toEqual({
      size: { 'x-kubernetes-int-or-string': true },
      any: {},
      level: { type: 'string' },
    });
  });

  it('writes v3 in protobuf for those who ask for it', async () => {
    const { raw } = await testServer();
    const type = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf';
    const answer = await raw('GET', '/openapi/v3/apis/apps/v1', { accept: type });
    expect(answer.headers['content-type']).toBe(type);
    expect(Buffer.from(answer.body as Uint8Array).toString('latin1', 0, 7)).toBe('\n\u00053.0.0');
    const other = await raw('GET', '/openapi/v3/apis/apps/v1', { accept: 'text/html' });
    expect(other.status).toBe(406);
  });
});
