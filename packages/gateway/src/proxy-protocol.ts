import { ByteReader } from './byte-reader.ts';

export type ProxyHeader =
  | { state: 'incomplete' }
  /** The connection does not begin with a header. */
  | { state: 'none' }
  | { state: 'malformed' }
  /** `source` is absent when the proxy speaks for itself (health checks). `length`: bytes of the header. */
  | { state: 'header'; length: number; source: string | undefined };

const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
/** Address and type-length-value fields of version 2; proxies send well under 600. */
const maxV2Bytes = 4096;
const maxV1Bytes = 107;
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

/** The PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt). */
export function readProxyHeader(received: Uint8Array): ProxyHeader {
  const start = received.subarray(0, signature.length);
  if (start.every((byte, index) => byte === signature[index])) {
    return start.length < signature.length ? { state: 'incomplete' } : readV2(received);
  }
  const word = text(received.subarray(0, 6));
  if (word === 'PROXY ') return readV1(received);
  return 'PROXY '.startsWith(word) ? { state: 'incomplete' } : { state: 'none' };
}

function readV1(received: Uint8Array): ProxyHeader {
  const line = text(received.subarray(0, maxV1Bytes));
  const end = line.indexOf('\r\n');
  if (end < 0) return { state: received.length >= maxV1Bytes ? 'malformed' : 'incomplete' };
  const length = end + 2;
  const [, family, source, destination, from, to, ...more] = line.slice(0, end).split(' ');
  if (family === 'UNKNOWN') return { state: 'header', length, source: undefined };
  const known = family === 'TCP4' || family === 'TCP6';
  const sound = known && source && destination && isPort(from) && isPort(to) && more.length === 0;
  if (!sound || !/^[0-9a-fA-F.:]+$/.test(source)) return { state: 'malformed' };
  return { state: 'header', length, source };
}

const isPort = (port: string | undefined) => /^\d{1,5}$/.test(port ?? '') && Number(port) < 65536;

function readV2(received: Uint8Array): ProxyHeader {
  const reader = new ByteReader(received.subarray(signature.length));
  const command = reader.number(1);
  const family = reader.number(1);
  const size = reader.number(2);
  if (command === undefined || family === undefined || size === undefined)
    return { state: 'incomplete' };
  if ((command !== 0x20 && command !== 0x21) || size > maxV2Bytes) return { state: 'malformed' };
  const body = reader.bytes(size);
  if (body === undefined) return { state: 'incomplete' };
  const length = signature.length + 4 + size;
  if (command === 0x20) return { state: 'header', length, source: undefined };
  if (family === 0x11 && size >= 12)
    return { state: 'header', length, source: body.subarray(0, 4).join('.') };
  if (family === 0x21 && size >= 36) {
    const fields = Array.from({ length: 8 }, (_, index) =>
      ((body[index * 2] ?? 0) * 256 + (body[index * 2 + 1] ?? 0)).toString(16),
    );
    return { state: 'header', length, source: fields.join(':') };
  }
  return { state: family === 0 ? 'header' : 'malformed', length, source: undefined };
}
