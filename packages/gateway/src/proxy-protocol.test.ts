import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProxyHeader } from './proxy-protocol.ts';

const v1 = (text: string) => Buffer.from(text, 'latin1');
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const v2 = (command: number, family: number, body: number[]) =>
  Buffer.concat([signature, Buffer.from([command, family, 0, body.length, ...body])]);

describe('a PROXY header', () => {
  it.each([
    ['PROXY TCP4 192.0.2.1 198.51.100.1 5000 443\r\n', '192.0.2.1'],
    ['PROXY TCP6 2001:db8::1 2001:db8::2 5000 443\r\n', '2001:db8::1'],
    ['PROXY UNKNOWN\r\n', undefined],
  ])('of version 1, %j, tells the source', (text, source) => {
    const bytes = v1(`${text}\x16\x03`);
    expect(readProxyHeader(bytes)).toEqual({ state: 'header', length: text.length, source });
    for (let length = 0; length < text.length; length++)
      expect(readProxyHeader(bytes.subarray(0, length)).state).toBe('incomplete');
  });

  it('of version 2 tells an IPv4 source', () => {
    const bytes = v2(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 1, 0, 80, 1, 187]);
    expect(readProxyHeader(bytes)).toEqual({ state: 'header', length: 28, source: '192.0.2.1' });
    for (let length = 0; length < bytes.length; length++)
      expect(readProxyHeader(bytes.subarray(0, length)).state).toBe('incomplete');
  });

  it('of version 2 tells an IPv6 source', () => {
    const address = [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1];
    const bytes = v2(0x21, 0x21, [...address, ...address, 0, 80, 1, 187]);
    expect(readProxyHeader(bytes)).toMatchObject({ source: '2001:db8:0:0:0:0:0:1' });
  });

  it('of version 2 for the proxy itself has no source', () => {
    expect(readProxyHeader(v2(0x20, 0, []))).toEqual({
      state: 'header',
      length: 16,
      source: undefined,
    });
  });

  it.each([
    ['ports that are none', v1('PROXY TCP4 192.0.2.1 198.51.100.1 5000 70000\r\n')],
    ['an address that is none', v1('PROXY TCP4 here 198.51.100.1 5000 443\r\n')],
    ['no end', v1(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['an unknown command', v2(0x22, 0x11, Array<number>(12).fill(0))],
    ['too few bytes', v2(0x21, 0x11, [1, 2, 3])],
  ])('with %s is malformed', (_name, bytes) => {
    expect(readProxyHeader(bytes).state).toBe('malformed');
  });

  it('is told from a hello by the first byte', () => {
    expect(readProxyHeader(Buffer.from([22, 3, 1]))).toEqual({ state: 'none' });
  });

  it('made of anything at all gives an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, signed) => {
        readProxyHeader(signed ? Buffer.concat([signature, bytes]) : bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
