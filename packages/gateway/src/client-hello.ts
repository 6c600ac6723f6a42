import { ByteReader } from './byte-reader.ts';

export type Hello =
  /** More bytes are needed to tell. */
  | { state: 'incomplete' }
  | { state: 'hello'; serverName: string | undefined }
  | { state: 'refused'; reason: HelloRefusal };

export type HelloRefusal = 'plain-http' | 'not-tls' | 'malformed' | 'too-large';

/** Bytes of a hello with its record headers. Real ones take 200 to 2,000, with post-quantum key shares 4,000. */
export const maxHelloBytes = 16 * 1024;
/** Records that a hello may be cut into; real ones use one or two. */
const maxRecords = 16;

const contentTypeHandshake = 22;
const handshakeClientHello = 1;
const extensionServerName = 0;
const nameTypeHost = 0;

const incomplete: Hello = { state: 'incomplete' };
const refused = (reason: HelloRefusal): Hello => ({ state: 'refused', reason });

/**
 * Reads the ClientHello at the start of a connection (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2), which may
 * come in several records, from all bytes received so far. Strict about lengths; ignores every extension but the
 * server name (RFC 6066 section 3).
 */
export function readClientHello(received: Uint8Array): Hello {
  if (received.length === 0) return incomplete;
  if (received[0] !== contentTypeHandshake) return notTls(received);
  const parts: Uint8Array[] = [];
  let size = 0;
  const records = new ByteReader(received);
  for (let count = 0; count < maxRecords; count++) {
    const type = records.number(1);
    const major = records.number(1);
    records.number(1);
    const length = records.number(2);
    if (type !== undefined && type !== contentTypeHandshake) return refused('malformed');
    if (major !== undefined && major !== 3) return refused('malformed');
    if (length === 0) return refused('malformed');
    if (length !== undefined && length > maxHelloBytes) return refused('too-large');
    const available = Math.min(length ?? 0, records.left);
    const part = records.bytes(available) ?? new Uint8Array();
    parts.push(part);
    size += part.length;
    const answer = readHandshake(parts, size);
    if (answer.state !== 'incomplete') return answer;
    if (length === undefined || available < length || records.left === 0) {
      return received.length >= maxHelloBytes ? refused('too-large') : incomplete;
    }
  }
  return refused('malformed');
}

function readHandshake(parts: Uint8Array[], size: number): Hello {
  const header = new ByteReader(join(parts, 4));
  const type = header.number(1);
  const length = header.number(3);
  if (type !== undefined && type !== handshakeClientHello) return refused('malformed');
  if (length === undefined) return incomplete;
  if (length > maxHelloBytes) return refused('too-large');
  if (size < 4 + length) return incomplete;
  // Nothing may follow the hello before the server has spoken, but early data, which comes in records of another type.
  if (size > 4 + length) return refused('malformed');
  return readBody(join(parts, size).subarray(4));
}

function readBody(body: Uint8Array): Hello {
  const reader = new ByteReader(body);
  const version = reader.number(2);
  const random = reader.bytes(32);
  const session = reader.vector(1);
  const suites = reader.vector(2);
  const compressions = reader.vector(1);
  const sound =
    version !== undefined &&
    version >> 8 === 3 &&
    random !== undefined &&
    session !== undefined &&
    session.length <= 32 &&
    suites !== undefined &&
    suites.length >= 2 &&
    suites.length % 2 === 0 &&
    compressions !== undefined &&
    compressions.length >= 1;
  if (!sound) return refused('malformed');
  if (reader.left === 0) return { state: 'hello', serverName: undefined };
  const extensions = reader.vector(2);
  if (extensions === undefined || reader.left > 0) return refused('malformed');
  return readExtensions(extensions);
}

function readExtensions(extensions: Uint8Array): Hello {
  const reader = new ByteReader(extensions);
  let serverName: string | undefined;
  while (reader.left > 0) {
    const type = reader.number(2);
    const data = reader.vector(2);
    if (data === undefined) return refused('malformed');
    if (type !== extensionServerName) continue;
    if (serverName !== undefined) return refused('malformed');
    serverName = readServerName(data);
    if (serverName === undefined) return refused('malformed');
  }
  return { state: 'hello', serverName };
}

const hostName =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

function readServerName(data: Uint8Array): string | undefined {
  const outer = new ByteReader(data);
  const list = outer.vector(2);
  if (list === undefined || outer.left > 0) return undefined;
  const reader = new ByteReader(list);
  const type = reader.number(1);
  const name = reader.vector(2);
  if (type !== nameTypeHost || name === undefined || reader.left > 0) return undefined;
  const text = String.fromCharCode(...name.subarray(0, 254)).toLowerCase();
  return hostName.test(text) ? text : undefined;
}

const methods = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'PATCH ',
  'DELETE ',
  'OPTIONS ',
  'CONNECT ',
  'PRI ',
];

function notTls(received: Uint8Array): Hello {
  const start = String.fromCharCode(...received.subarray(0, 8));
  if (methods.some((method) => start.startsWith(method))) return refused('plain-http');
  return methods.some((method) => method.startsWith(start)) ? incomplete : refused('not-tls');
}

/** The first `size` bytes of the parts, or all when they are fewer. */
function join(parts: Uint8Array[], size: number): Uint8Array {
  const first = parts[0] ?? new Uint8Array();
  if (first.length >= size) return first.subarray(0, size);
  const joined = new Uint8Array(
    Math.min(
      size,
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
  );
  let offset = 0;
  for (const part of parts) {
    const fitting = part.subarray(0, joined.length - offset);
    joined.set(fitting, offset);
    offset += fitting.length;
  }
  return joined;
}
