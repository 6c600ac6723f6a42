import { createServer } from 'node:net';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxHelloBytes, readClientHello } from './client-hello.ts';

/** The first flight of Node's own TLS client. */
async function realHello(servername?: string): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const bytes = new Promise<Buffer>((resolve) =>
    server.once('connection', (socket) =>
      socket.once('data', (chunk) => {
        resolve(chunk);
        socket.destroy();
      }),
    ),
  );
  const client = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });
  client.on('error', () => undefined);
  const hello = await bytes;
  client.destroy();
  server.close();
  return hello;
}

/** The same handshake bytes in records of `size` bytes. */
function cutIntoRecords(hello: Buffer, size: number): Buffer {
  const body = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('a ClientHello', () => {
  let hello: Buffer;
  let nameless: Buffer;
  beforeAll(async () => {
    hello = await realHello('Atlas.k8s.Example.org');
    nameless = await realHello();
  });

  it('gives its server name in lower case', () => {
    expect(readClientHello(hello)).toEqual({
      state: 'hello',
      serverName: 'atlas.k8s.example.org',
    });
  });

  it('may have no server name', () => {
    expect(readClientHello(nameless)).toEqual({ state: 'hello', serverName: undefined });
  });

  it('is incomplete at every earlier byte', () => {
    for (let length = 0; length < hello.length; length++)
      expect(readClientHello(hello.subarray(0, length)), `${length} bytes`).toEqual({
        state: 'incomplete',
      });
  });

  it('may be cut into several records', () => {
    const cut = cutIntoRecords(hello, Math.ceil(hello.length / 9));
    expect(readClientHello(cut)).toMatchObject({ serverName: 'atlas.k8s.example.org' });
    for (let length = 0; length < cut.length; length++)
      expect(readClientHello(cut.subarray(0, length)).state).toBe('incomplete');
  });

  it('in a great many records is refused', () => {
    expect(readClientHello(cutIntoRecords(hello, 3))).toEqual({
      state: 'refused',
      reason: 'malformed',
    });
  });

  it('may be followed by early data', () => {
    const early = Buffer.concat([hello, Buffer.from([23, 3, 3, 0, 2, 1, 2])]);
    expect(readClientHello(early).state).toBe('hello');
  });

  it.each([
    ['GET / HTTP/1.1\r\n', 'plain-http'],
    ['PRI * HTTP/2.0\r\n', 'plain-http'],
    ['SSH-2.0-OpenSSH', 'not-tls'],
    ['\x80\x2e\x01\x00\x02', 'not-tls'],
    ['\x16\x03\x01\x00\x00', 'malformed'],
    ['\x16\x02\x01\x00\x05', 'malformed'],
    ['\x16\x03\x01\xff\xff', 'too-large'],
    ['\x16\x03\x01\x00\x04\x01\x10\x00\x00', 'too-large'],
    ['\x16\x03\x01\x00\x04\x02\x00\x00\x00', 'malformed'],
    ['\x16\x03\x01\x00\x04\x01\x00\x00\x00', 'malformed'],
  ])('%j is refused as %s', (text, reason) => {
    expect(readClientHello(Buffer.from(text, 'latin1'))).toEqual({ state: 'refused', reason });
  });

  it('is not waited for beyond its size limit', () => {
    const endless = Buffer.concat([
      Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xff]),
      Buffer.alloc(maxHelloBytes),
    ]);
    expect(readClientHello(endless).state).toBe('refused');
  });

  it.each(['bad name', '-a.example', 'a..b', 'a.', 'a'.repeat(254), 'a/b', '*.example'])(
    'with the server name %j is refused',
    async (name) => {
      expect(readClientHello(await realHello(name))).toEqual({
        state: 'refused',
        reason: 'malformed',
      });
    },
  );

  it('however damaged gives one of the three answers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
        fc.nat(),
        (edits, cut) => {
          const changed = Buffer.from(hello);
          for (const [at, byte] of edits) changed[at % changed.length] = byte;
          const answer = readClientHello(changed.subarray(0, cut % (changed.length + 1)));
          expect(['incomplete', 'hello', 'refused']).toContain(answer.state);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('made of anything at all gives one of the three answers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, framed) => {
        const input = framed
          ? Buffer.concat([Buffer.from([22, 3, 1, bytes.length >> 8, bytes.length & 255]), bytes])
          : bytes;
        expect(['incomplete', 'hello', 'refused']).toContain(readClientHello(input).state);
      }),
      { numRuns: 3000 },
    );
  });
});
