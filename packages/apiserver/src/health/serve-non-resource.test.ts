import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';

describe('paths that are no resources', () => {
  it.each([
    ['/version', 'application/json'],
    ['/.well-known/openid-configuration', 'application/json'],
    ['/openid/v1/jwks', 'application/jwk-set+json'],
  ])('%s has one form only, and says so to those who want another', async (path, type) => {
    const { send } = await testServer();
    for (const accept of ['*/*', `text/html, ${type};q=0.1`]) {
      const { status, headers } = await send('GET', path, { accept });
      expect([status, headers['content-type']]).toEqual([200, type]);
    }
    const { status, body } = await send('GET', path, { accept: 'application/*' });
    expect([status, body['reason'], body['message']]).toEqual([
      406,
      'NotAcceptable',
      `406: Not Acceptable\n\nAvailable representations: ${type}`,
    ]);
    const inProtobuf = await send('GET', path, { accept: protobuf });
    expect([inProtobuf.status, inProtobuf.headers['content-type']]).toEqual([406, protobuf]);
  });

  it.each(['/api/v2', '/api/v2/pods', '/apis/apps/v9', '/apis/apps/v9/deployments'])(
    '%s is below a group, which answers that it is not there',
    async (path) => {
      const { send } = await testServer();
      const { status, body } = await send('GET', path);
      expect([status, body['message']]).toEqual([
        404,
        'the server could not find the requested resource',
      ]);
    },
  );

  it.each(['/nothing', '/apis/nothing.k8s.io/v1/x'])('%s is no page at all', async (path) => {
    const { raw } = await testServer();
    const { status, body } = await raw('GET', path);
    expect([status, new TextDecoder().decode(body as Uint8Array)]).toEqual([
      404,
      '404 page not found\n',
    ]);
  });
});
