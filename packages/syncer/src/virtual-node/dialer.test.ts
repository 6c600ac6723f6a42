import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDialer, isOfThisMachine } from './dialer.ts';
import { clientFrame, serverFrame } from './port-forward-stream.ts';

/** A server's frame: as a client's, without the mask. */
function fromServer(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? Buffer.of(0x80 | opcode, payload.length)
      : Buffer.of(0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff);
  return Buffer.concat([head, payload]);
}

/** A host whose kubelet answers with these frames, byte by byte, and keeps what it gets. */
function host(frames: Buffer[]) {
  const sent: Buffer[] = [];
  const paths: string[] = [];
  const socket = new Duplex({
    read() {
      for (const byte of Buffer.concat(frames.splice(0))) this.push(Buffer.of(byte));
    },
    write(bytes, _encoding, done) {
      sent.push(bytes);
      done();
    },
  });
  const dialer = createDialer({
    connectUpgrade: async ({ path }) => {
      paths.push(path);
      return { status: 101, headers: {}, socket, head: Buffer.alloc(0) };
    },
    place: { uid: 'u-1', name: 'c', namespace: 'host-ns' },
  });
  return { dialer, sent, paths };
}

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' } };
const portOf = Buffer.of(0x90, 0x1f);

describe('the way to a pod', () => {
  it('carries bytes both ways through the host’s port-forward', async () => {
    const long = Buffer.alloc(300, 'x');
    const { dialer, sent, paths } = host([
      fromServer(2, Buffer.concat([Buffer.of(0), portOf])),
      fromServer(2, Buffer.concat([Buffer.of(1), portOf])),
      fromServer(2, Buffer.concat([Buffer.of(0), Buffer.from('hello ')])),
      fromServer(2, Buffer.concat([Buffer.of(0), long])),
      fromServer(8, Buffer.alloc(0)),
    ]);
    const stream = await dialer.pod(pod, 8080, new AbortController().signal);
    stream.write('ping');
    let text = '';
    for await (const bytes of stream) text += String(bytes);
    expect(text).toBe(`hello ${long}`);
    expect(paths[0]).toMatch(
      /^\/api\/v1\/namespaces\/host-ns\/pods\/[a-z0-9.-]+\/portforward\?ports=8080$/,
    );
    const [first = Buffer.alloc(0)] = sent;
    const mask = first.subarray(2, 6);
    const plain = first.subarray(6).map((byte, at) => byte ^ (mask[at & 3] ?? 0));
    expect(Buffer.from(plain)).toEqual(Buffer.from('\0ping'));
  });

  it('ends with what the kubelet says', async () => {
    const { dialer } = host([
      fromServer(
        2,
        Buffer.concat([Buffer.of(1), portOf, Buffer.from('uid x: connection refused')]),
      ),
    ]);
    const stream = await dialer.pod(pod, 8080, new AbortController().signal);
    const failed = new Promise((resolve) => stream.on('error', resolve));
    stream.resume();
    await expect(failed).resolves.toMatchObject({
      message: 'dial tcp 127.0.0.1:8080: connect: connection refused',
    });
  });
});

describe('the way to an address', () => {
  it.each([
    ['127.0.0.1', true],
    ['169.254.169.254', true],
    ['0.0.0.0', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['2001:db8::1', false],
  ])('%s is of the machine: %s', (address, expected) => {
    expect(isOfThisMachine(address)).toBe(expected);
  });

  it('never leads to the machine itself', async () => {
    const { dialer } = host([]);
    await expect(dialer.address('127.0.0.1', 443, new AbortController().signal)).rejects.toThrow(
      'dial tcp 127.0.0.1:443: connect: permission denied',
    );
  });
});

describe('frames', () => {
  it.each([0, 125, 126, 65_535, 65_536])('of %i bytes are read back', (length) => {
    const frame = clientFrame(2, Buffer.alloc(length, 7));
    const mask = frame.length - length;
    const unmasked = Buffer.concat([frame.subarray(0, mask - 4), Buffer.alloc(length, 7)]);
    unmasked[1] = (unmasked[1] ?? 0) & 0x7f;
    expect(serverFrame(unmasked)).toMatchObject({ opcode: 2, taken: unmasked.length });
    expect(serverFrame(unmasked.subarray(0, -1))).toBeUndefined();
  });
});
