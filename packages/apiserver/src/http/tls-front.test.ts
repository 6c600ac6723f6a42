import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { MemoryStore } from '@dormice/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiServer } from '../api-server.ts';
import { createApiServer } from '../create-api-server.ts';
import type { ClusterPki, KeyPair } from '../pki/cluster-pki.ts';
import { createClusterPki, issueClientCertificate } from '../pki/create-pki.ts';

interface Running {
  api: ApiServer;
  pki: ClusterPki;
  port: number;
  clock: { now: Date };
  close(): Promise<void>;
}

interface Call {
  method?: string;
  path: string;
  certificate?: KeyPair;
  token?: string;
  body?: string;
  headers?: Record<string, string>;
}

async function start(name: string): Promise<Running> {
  const clock = { now: new Date() };
  const pki = await createClusterPki({ name, uid: `uid-${name}`, sans: [] });
  const api = createApiServer({ store: new MemoryStore(), pki, now: () => clock.now });
  await api.bootstrap();
  const server = net.createServer((socket) => api.accept(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const close = async () => {
    server.close();
    await api.close();
  };
  return { api, pki, port, clock, close };
}

let one: Running;
let other: Running;
let admin: KeyPair;

beforeAll(async () => {
  one = await start('one');
  other = await start('other');
  admin = await issueClientCertificate(one.pki, {
    username: 'admin',
    groups: ['system:masters'],
    days: 1,
  });
  await call({
    method: 'POST',
    path: '/api/v1/namespaces/default/serviceaccounts',
    certificate: admin,
    body: '{"metadata":{"name":"default"}}',
  });
});

afterAll(async () => {
  await one.close();
  await other.close();
});

function call(request: Call, to = one): Promise<{ status: number; body: Record<string, unknown> }> {
  const { method = 'GET', path, certificate, token, body, headers } = request;
  return new Promise((resolve, reject) => {
    const sent = https.request(
      {
        host: '127.0.0.1',
        port: to.port,
        path,
        method,
        agent: false,
        ca: to.pki.ca.certificate,
        servername: 'kubernetes',
        ...(certificate === undefined
          ? {}
          : { cert: certificate.certificate, key: certificate.key }),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => {
          text += piece.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

async function tokenFor(spec: object): Promise<string> {
  const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
  const { body } = await call({
    method: 'POST',
    path,
    certificate: admin,
    body: JSON.stringify({ spec }),
  });
  return (body as { status: { token: string } }).status.token;
}

const whoami = {
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: '{}',
};

describe('who asks', () => {
  it("is the subject of a certificate that the cluster's own authority signed", async () => {
    const { status, body } = await call({ ...whoami, certificate: admin });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: {
        userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      },
    });
  });

  it("is nobody with another cluster's certificate", async () => {
    const { status, body } = await call({ path: '/api/v1/namespaces', certificate: admin }, other);
    expect(status).toBe(403);
    expect(body['message']).toContain('User "system:anonymous" cannot list resource "namespaces"');
  });

  it('is the service account of a good token', async () => {
    const { body } = await call({ ...whoami, token: await tokenFor({}) });
    expect(body).toMatchObject({
      status: { userInfo: { username: 'system:serviceaccount:default:default' } },
    });
  });

  it('is refused with a foreign, tampered, expired or misdirected token', async () => {
    const good = await tokenFor({ expirationSeconds: 600 });
    const refused = async (token: string, to = one) => {
      const { status, body } = await call({ ...whoami, token }, to);
      expect([status, body['reason']]).toEqual([401, 'Unauthorized']);
    };
    await refused(good, other);
    await refused(`${good.slice(0, -4)}AAAA`);
    const [, payload = ''] = good.split('.');
    await refused(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`);
    await refused(await tokenFor({ audiences: ['somebody-else'] }));
    await refused('no-token-at-all');
    const before = one.clock.now;
    one.clock.now = new Date(before.getTime() + 661_000);
    await refused(good);
    one.clock.now = before;
  });

  it('is refused when what the token hangs on is gone', async () => {
    const path = '/api/v1/namespaces/default/secrets';
    await call({ method: 'POST', path, certificate: admin, body: '{"metadata":{"name":"s"}}' });
    const token = await tokenFor({
      boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 's' },
    });
    expect((await call({ ...whoami, token })).status).toBe(201);
    await call({ method: 'DELETE', path: `${path}/s`, certificate: admin });
    expect((await call({ ...whoami, token })).status).toBe(401);
  });

  it('may only be somebody else with the right to be', async () => {
    const headers = { 'impersonate-user': 'jane' };
    const { body } = await call({ ...whoami, certificate: admin, headers });
    expect(body).toMatchObject({ status: { userInfo: { username: 'jane' } } });
    const { status } = await call({ ...whoami, token: await tokenFor({}), headers });
    expect(status).toBe(403);
  });

  it('is asked nothing for health', async () => {
    expect(await call({ path: '/livez' })).toEqual({ status: 200, body: { text: 'ok' } });
  });
});

describe('bad input', () => {
  const configMaps = '/api/v1/namespaces/default/configmaps';
  const post = (body: string, headers?: Record<string, string>, query = '') =>
    call({
      method: 'POST',
      path: `${configMaps}${query}`,
      certificate: admin,
      body,
      headers: headers ?? {},
    });

  it.each([
    ['malformed JSON', '{"metadata":', 400, 'BadRequest'],
    ['a wrong type', '{"metadata":{"name":5}}', 400, 'BadRequest'],
    ['a name that breaks the rules', '{"metadata":{"name":"Not_DNS"}}', 422, 'Invalid'],
    [
      'a body over 3 MiB',
      `{"metadata":{"name":"big"},"data":{"a":"${'x'.repeat(3 << 20)}"}}`,
      413,
      'RequestEntityTooLarge',
    ],
  ])('%s is refused', async (_, body, status, reason) => {
    const answer = await post(body);
    expect([answer.status, answer.body['reason']]).toEqual([status, reason]);
  });

  it('malformed YAML and unknown media types are refused', async () => {
    expect((await post('a: [', { 'content-type': 'application/yaml' })).status).toBe(400);
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('unknown fields are refused, warned of or ignored, as asked', async () => {
    const body = (name: string) => `{"metadata":{"name":"${name}"},"foo":1}`;
    const strict = await post(body('a'), {}, '?fieldValidation=Strict');
    expect(strict.body['message']).toContain('strict decoding error: unknown field "foo"');
    expect((await post(body('b'), {}, '?fieldValidation=Ignore')).status).toBe(201);
    expect((await post(body('c'))).status).toBe(201);
  });

  it('a resourceVersion of the future is told as one', async () => {
    const { status, body } = await call({
      path: `${configMaps}?resourceVersion=99999999`,
      certificate: admin,
    });
    expect(status).toBe(504);
    expect(body['message']).toContain('Too large resource version: 99999999');
  });
});

describe('connections', () => {
  it('speak HTTP/2 too, on the same port', async () => {
    const session = http2.connect(`https://127.0.0.1:${one.port}`, {
      ca: one.pki.ca.certificate,
      cert: admin.certificate,
      key: admin.key,
      servername: 'kubernetes',
    });
    const stream = session.request({ ':path': '/version' });
    let text = '';
    for await (const piece of stream.setEncoding('utf8')) text += piece;
    session.close();
    expect(JSON.parse(text)).toMatchObject({ major: '1', minor: '35' });
  });

  const configMaps = '/api/v1/namespaces/default/configmaps';

  /** One HTTP/2 connection, as client-go has it; answers with the status, and reads the body if wanted. */
  function connection() {
    const session = http2.connect(`https://127.0.0.1:${one.port}`, {
      ca: one.pki.ca.certificate,
      cert: admin.certificate,
      key: admin.key,
      servername: 'kubernetes',
      maxSessionMemory: 500,
    });
    const ask = (headers: http2.OutgoingHttpHeaders, body?: Buffer, reads = true) =>
      new Promise<unknown>((resolve, reject) => {
        const stream = session.request(headers);
        stream.on('response', (answer) => {
          if (reads) stream.resume();
          resolve(answer[':status']);
        });
        stream.on('error', reject);
        stream.end(body);
      });
    return { ask, close: () => session.destroy() };
  }

  it('of HTTP/2 hear of a body that is too large, and go on', async () => {
    const { ask, close } = connection();
    const large = await ask(
      { ':method': 'POST', ':path': configMaps },
      Buffer.alloc(20 << 20, 'x'),
    );
    const next = await ask({ ':path': '/version' });
    close();
    expect([large, next]).toEqual([413, 200]);
  });

  it('of HTTP/2 serve other requests beside a list of 20 MiB that nobody reads', async () => {
    const data = { a: 'x'.repeat(1 << 20) };
    for (let index = 0; index < 20; index += 1) {
      const body = JSON.stringify({ metadata: { name: `large-${index}` }, data });
      await call({ method: 'POST', path: configMaps, certificate: admin, body });
    }
    const { ask, close } = connection();
    const list = await ask({ ':path': configMaps }, undefined, false);
    const others = [];
    for (let index = 0; index < 3; index += 1) others.push(await ask({ ':path': '/version' }));
    close();
    await call({ method: 'DELETE', path: configMaps, certificate: admin });
    expect([list, ...others]).toEqual([200, 200, 200, 200]);
  });

  it('that watch and never read hold nobody up', async () => {
    const watching = https.get({
      host: '127.0.0.1',
      port: one.port,
      path: '/api/v1/namespaces/default/configmaps?watch=true',
      ca: one.pki.ca.certificate,
      cert: admin.certificate,
      key: admin.key,
      servername: 'kubernetes',
      agent: false,
    });
    await new Promise<void>((resolve) =>
      watching.once('response', (response) => resolve(void response.pause())),
    );
    const data = 'x'.repeat(100_000);
    for (let index = 0; index < 100; index += 1) {
      const body = `{"metadata":{"name":"flood-${index}"},"data":{"a":"${data}"}}`;
      const answer = await call({
        method: 'POST',
        path: '/api/v1/namespaces/default/configmaps',
        certificate: admin,
        body,
      });
      expect(answer.status).toBe(201);
    }
    watching.on('error', () => undefined);
    watching.destroy();
    await expect.poll(() => one.api.activity.watches).toBe(0);
  });
});
