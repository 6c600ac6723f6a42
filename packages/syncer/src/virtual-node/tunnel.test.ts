import { describe, expect, it } from 'vitest';
import { forwardedHeaders } from './tunnel.ts';

describe('headers to the host', () => {
  it('never carry credentials or impersonation', () => {
    expect(
      forwardedHeaders({
        authorization: 'Bearer x',
        'impersonate-user': 'admin',
        'x-remote-user': 'admin',
        'x-forwarded-for': '10.0.0.1',
        host: 'virtual',
        accept: '*/*',
        'x-stream-protocol-version': 'v5.channel.k8s.io',
        'sec-websocket-protocol': 'v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.abc',
      }),
    ).toEqual({
      accept: '*/*',
      'x-stream-protocol-version': 'v5.channel.k8s.io',
      'sec-websocket-protocol': 'v5.channel.k8s.io',
    });
  });
});
