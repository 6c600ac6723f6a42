import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import { get } from 'node:https';
import { connect as dial, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from './backend.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';

const run = promisify(execFile);
let certificate: { cert: string; key: string };
beforeAll(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=gateway test',
    notAfter: new Date(Date.now() + 3600_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(false)],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const label = 'PRIVATE KEY';
  certificate = {
    cert: cert.toString('pem'),
    key: `-----BEGIN ${label}-----\n${key.toString('base64')}\n-----END ${label}-----\n`,
  };
});

/** A virtual cluster as the gateway sees it: a real TLS server for HTTP/1.1 and HTTP/2 behind `accept`. */
class TestBackend implements Backend {
  readonly name: string;
  state: Backend['state'];
  wakes = 0;
  readonly accepted: Duplex[] = [];
  /** What a wake waits for. */
  gate: Promise<void> = Promise.resolve();
  readonly #server: http2.Http2SecureServer;

  constructor(name: string, state: Backend['state']) {
    this.name = name;
    this.state = state;
    this.#server = http2.createSecureServer({ ...certificate, allowHTTP1: true });
    this.#server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => response.end(`${name} ${request.httpVersion}`));
    });
  }

  async wake(): Promise<void> {
    this.wakes++;
    this.state = 'Waking';
    await this.gate;
    this.state = 'Running';
  }

  accept(socket: Duplex): void {
    this.accepted.push(socket);
    this.#server.emit('connection', socket);
  }

  close(): void {
    for (const socket of this.accepted) socket.destroy();
  }
}

let gateway: Gateway | undefined;
const backends: TestBackend[] = [];
afterEach(async () => {
  await gateway?.close();
  for (const backend of backends.splice(0)) backend.close();
  if (!gateway) return;
  expect([counts()['pending'], counts()['held']], 'connections left over').toEqual([0, 0]);
  gateway = undefined;
});

const backend = (name: string, state: Backend['state']): TestBackend => {
  const made = new TestBackend(name, state);
  backends.push(made);
  return made;
};

/** Starts a gateway; returns its port. */
async function open(
  names: Record<string, Backend>,
  options: Partial<GatewayOptions> = {},
): Promise<number> {
  gateway = createGateway({
    routes: { byServerName: (name) => names[name], bySourceAddress: () => undefined },
    ...options,
  });
  return (await gateway.listen({ port: 0, host: '127.0.0.1' })).port;
}

function counts(): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { name, labels, value } of gateway?.metrics() ?? [])
    found[labels['reason'] ?? name.replace('dormice_gateway_', '')] = value;
  return found;
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

function request(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      servername,
      rejectUnauthorized: false,
      agent: false,
    };
    get(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

async function requestHttp2(port: number, servername: string): Promise<string> {
  const session = http2.connect(`https://127.0.0.1:${port}`, {
    servername,
    rejectUnauthorized: false,
  });
  const stream = session.request({ ':path': '/' });
  let text = '';
  for await (const chunk of stream) text += chunk;
  session.close();
  return text;
}

/** Sends bytes and reads all that comes back. */
async function exchange(port: number, bytes: string | Buffer): Promise<Buffer> {
  const socket = dial({ port, host: '127.0.0.1' });
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(parts);
}

describe('a connection to a running cluster', () => {
  it('is served by HTTP/1.1 and by HTTP/2', async () => {
    const atlas = backend('ws/atlas', 'Running');
    const port = await open({ 'atlas.example': atlas });
    expect(await request(port, 'atlas.example')).toBe('ws/atlas 1.1');
    expect(await request(port, 'ATLAS.example')).toBe('ws/atlas 1.1');
    expect(await requestHttp2(port, 'atlas.example')).toBe('ws/atlas 2.0');
    expect([atlas.wakes, counts()['accepted_total']]).toEqual([0, 3]);
  });

  it('goes to the cluster that it names', async () => {
    const port = await open({
      'a.example': backend('ws/a', 'Running'),
      'b.example': backend('ws/b', 'Running'),
    });
    const answers = await Promise.all(
      ['a.example', 'b.example', 'a.example'].map((name) => requestHttp2(port, name)),
    );
    expect(answers).toEqual(['ws/a 2.0', 'ws/b 2.0', 'ws/a 2.0']);
  });

  it('may send its hello byte by byte', async () => {
    const port = await open({ 'atlas.example': backend('ws/atlas', 'Running') });
    const raw = dial({ port, host: '127.0.0.1' }).setNoDelay(true);
    await once(raw, 'connect');
    const client = connect({
      socket: trickle(raw),
      servername: 'atlas.example',
      rejectUnauthorized: false,
    });
    await once(client, 'secureConnect');
    client.destroy();
  });

  it('from a pod is served without a server name, by its address', async () => {
    const atlas = backend('ws/atlas', 'Running');
    const port = await open(
      {},
      {
        routes: {
          byServerName: () => undefined,
          bySourceAddress: (address) => (address === '127.0.0.1' ? atlas : undefined),
        },
      },
    );
    // curl sends no server name for an address.
    const { stdout } = await run('curl', ['-sk', `https://127.0.0.1:${port}/`]);
    expect(stdout).toBe('ws/atlas 2.0');
    expect(await request(port, 'kubernetes.default.svc')).toBe('ws/atlas 1.1');
  });
});

describe('a connection to a sleeping cluster', () => {
  it('is held, wakes it once for all who come, and is served', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    const woken = Promise.withResolvers<void>();
    atlas.gate = woken.promise;
    const port = await open({ 'atlas.example': atlas });
    const answers = [1, 2, 3].map(() => requestHttp2(port, 'atlas.example'));
    answers.push(request(port, 'atlas.example'));
    await until(() => counts()['held'] === 4);
    woken.resolve();
    expect(await Promise.all(answers)).toEqual([...Array(3).fill('ws/atlas 2.0'), 'ws/atlas 1.1']);
    expect([atlas.wakes, counts()['held'], counts()['held_seconds_count']]).toEqual([1, 0, 4]);
  });

  it('that leaves while it waits is dropped', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    const woken = Promise.withResolvers<void>();
    atlas.gate = woken.promise;
    const port = await open({ 'atlas.example': atlas });
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const raw = dial({ port, host: '127.0.0.1' });
      raw.on('error', () => undefined);
      connect({ socket: raw, servername: 'atlas.example' }).on('error', () => undefined);
      await until(() => counts()['held'] === 1);
      raw[leave]();
      await until(() => counts()['held'] === 0);
    }
    woken.resolve();
    await until(() => atlas.state === 'Running');
    expect([counts()['left-waiting'], atlas.accepted.length]).toEqual([2, 0]);
  });

  it('gets a TLS alert when the wake fails', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    atlas.gate = Promise.reject(new Error('no disk'));
    atlas.gate.catch(() => undefined);
    const logged: string[] = [];
    const log = (_level: string, message: string) => void logged.push(message);
    const port = await open({ 'atlas.example': atlas }, { log });
    await expect(request(port, 'atlas.example')).rejects.toThrow(/alert internal error/);
    expect(logged).toContain('ws/atlas did not wake: Error: no disk');
  });

  it('gets a TLS alert when the wake takes too long, which goes on for the next one', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    const woken = Promise.withResolvers<void>();
    atlas.gate = woken.promise;
    const port = await open({ 'atlas.example': atlas }, { wakeTimeoutMs: 50 });
    await expect(request(port, 'atlas.example')).rejects.toThrow(/alert internal error/);
    const next = request(port, 'atlas.example');
    woken.resolve();
    expect(await next).toBe('ws/atlas 1.1');
    expect(atlas.wakes).toBe(1);
  });

  it('does not wake it more often than the limit allows', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    const limits = { wakesPerBackend: { burst: 2, perSecond: 0 } };
    const port = await open({ 'atlas.example': atlas }, limits);
    for (let round = 0; round < 2; round++) {
      expect(await request(port, 'atlas.example')).toBe('ws/atlas 1.1');
      atlas.state = 'Sleeping';
    }
    await expect(request(port, 'atlas.example')).rejects.toThrow(/alert internal error/);
    expect([atlas.wakes, counts()['wake-limit']]).toEqual([2, 1]);
  });

  it('is refused when too many wait already', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    const woken = Promise.withResolvers<void>();
    atlas.gate = woken.promise;
    const port = await open({ 'atlas.example': atlas }, { maxHeldPerBackend: 2 });
    const held = [request(port, 'atlas.example'), request(port, 'atlas.example')];
    await until(() => counts()['held'] === 2);
    await expect(request(port, 'atlas.example')).rejects.toThrow(/alert internal error/);
    woken.resolve();
    await Promise.all(held);
  });

  it('is refused, and wakes nothing, when it is stopped', async () => {
    const atlas = backend('ws/atlas', 'Stopped');
    const port = await open({ 'atlas.example': atlas });
    await expect(request(port, 'atlas.example')).rejects.toThrow(/alert access denied/);
    expect(atlas.wakes).toBe(0);
  });
});

describe('refused cheaply, and never a wake:', () => {
  it('an unknown name and no name', async () => {
    const port = await open({});
    await expect(request(port, 'who.example')).rejects.toThrow(/unrecognized name/);
    await expect(run('curl', ['-sk', `https://127.0.0.1:${port}/`])).rejects.toMatchObject({
      code: 35,
    });
    expect([counts()['unknown-name'], counts()['no-name']]).toEqual([1, 1]);
  });

  it('plain HTTP, with a text that says what is expected', async () => {
    const port = await open({});
    const { stdout } = await run('curl', ['-si', `http://127.0.0.1:${port}/`]);
    expect(stdout).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n(.|\s)*expects HTTPS/);
  });

  it('other protocols, damaged and oversized hellos', async () => {
    const atlas = backend('ws/atlas', 'Sleeping');
    const port = await open({ 'atlas.example': atlas });
    expect(await exchange(port, 'SSH-2.0-OpenSSH_9\r\n')).toHaveLength(0);
    const alert = Buffer.from([21, 3, 3, 0, 2, 2, 50]);
    expect(await exchange(port, Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0]))).toEqual(alert);
    expect(await exchange(port, Buffer.from([22, 3, 1, 0, 4, 1, 9, 9, 9]))).toEqual(alert);
    const found = counts();
    expect([found['not-tls'], found['malformed'], found['too-large']]).toEqual([1, 1, 1]);
    expect(atlas.wakes).toBe(0);
  });

  it('slow hellos', async () => {
    const port = await open({}, { helloTimeoutMs: 30 });
    expect(await exchange(port, Buffer.from([22, 3, 1]))).toHaveLength(0);
    expect(counts()['slow-hello']).toBe(1);
  });

  it('port scans', async () => {
    const port = await open({});
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const socket: Socket = dial({ port, host: '127.0.0.1' });
      await once(socket, 'connect');
      socket[leave]();
    }
    await until(() => counts()['empty'] === 2);
  });

  it('more waiting connections than the limit', async () => {
    const port = await open({}, { maxPending: 3 });
    const sockets = Array.from({ length: 6 }, () =>
      dial({ port, host: '127.0.0.1' }).on('error', () => undefined),
    );
    await until(() => counts()['too-many'] === 3);
    for (const socket of sockets) socket.destroy();
    await until(() => counts()['pending'] === 0);
  });
});

describe('the PROXY protocol', () => {
  const header = 'PROXY TCP4 192.0.2.7 198.51.100.1 5000 443\r\n';

  async function through(port: number): Promise<string> {
    const raw = dial({ port, host: '127.0.0.1' });
    raw.write(header);
    const client = connect({ socket: raw, servername: 'atlas.example', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    client.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of client) text += chunk;
    return text;
  }

  it('tells the source when it comes from a trusted proxy, and may be missing', async () => {
    const sources: string[] = [];
    const port = await open(
      { 'atlas.example': backend('ws/atlas', 'Running') },
      {
        proxyProtocol: true,
        trustedProxies: ['127.0.0.0/8'],
        onConnection: ({ source }) => sources.push(source),
      },
    );
    expect(await through(port)).toMatch(/ws\/atlas 1\.1/);
    expect(await request(port, 'atlas.example')).toBe('ws/atlas 1.1');
    expect(sources).toEqual(['192.0.2.7', '127.0.0.1']);
  });

  it('is not believed from anybody else', async () => {
    const port = await open(
      { 'atlas.example': backend('ws/atlas', 'Running') },
      { proxyProtocol: true, trustedProxies: ['10.0.0.0/8'] },
    );
    await expect(through(port)).rejects.toThrow();
    expect(counts()['not-tls']).toBe(1);
  });

  it('needs to know whom to trust', () => {
    const routes = { byServerName: () => undefined, bySourceAddress: () => undefined };
    expect(() => createGateway({ routes, proxyProtocol: true })).toThrow(/trustedProxies/);
    expect(() =>
      createGateway({ routes, proxyProtocol: true, trustedProxies: ['10.0.0.0/40'] }),
    ).toThrow('"10.0.0.0/40"');
  });
});

describe('closing', () => {
  it('refuses who waits and leaves alone who is served', async () => {
    const asleep = backend('ws/asleep', 'Sleeping');
    asleep.gate = new Promise(() => undefined);
    const port = await open({
      'asleep.example': asleep,
      'awake.example': backend('ws/awake', 'Running'),
    });
    const session = http2.connect(`https://127.0.0.1:${port}`, {
      servername: 'awake.example',
      rejectUnauthorized: false,
    });
    await once(session, 'connect');
    const held = request(port, 'asleep.example');
    const refused = expect(held).rejects.toThrow(/alert internal error/);
    await until(() => counts()['held'] === 1);
    await gateway?.close();
    await refused;
    let text = '';
    for await (const chunk of session.request({ ':path': '/' })) text += chunk;
    expect(text).toBe('ws/awake 2.0');
    session.close();
    await expect(request(port, 'awake.example')).rejects.toThrow(/ECONNREFUSED/);
  });
});

/** A stream over a socket that sends each byte of its first write alone, a turn of the event loop apart. */
function trickle(socket: Socket): Duplex {
  let first = true;
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const parts = first ? Array.from(chunk, (byte) => Buffer.from([byte])) : [chunk];
      first = false;
      const next = () => {
        const part = parts.shift();
        if (!part) return done();
        socket.write(part);
        setImmediate(next);
      };
      next();
    },
    final: (done) => void socket.end(done),
  });
  socket.on('data', (chunk) => void stream.push(chunk));
  socket.on('end', () => void stream.push(null));
  return stream;
}
