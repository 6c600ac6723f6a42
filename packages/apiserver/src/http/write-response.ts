import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { ApiResponse } from '@dormice/client';
import { Slices, type Tenant } from '../fairness/turns.ts';
import type { Incoming } from './read-request.ts';

const compress = promisify(gzip);
/** Smaller answers are not worth the work; upstream's limit, bytes. */
const gzipFrom = 128 * 1024;
/** What is handed to the connection at once, bytes. */
const pieceBytes = 64 * 1024;
/** A client that takes nothing of a stream for so long is dropped, milliseconds: its queue must not grow. */
const stalledMs = 60_000;

/** Sends an answer; streams are sent as they come, at the pace of the reader. */
export async function writeResponse(
  { status, headers, body, document }: ApiResponse,
  response: ServerResponse,
  request: Incoming,
  signal?: AbortSignal,
  tenant: Tenant = request,
): Promise<void> {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body instanceof Uint8Array) {
    await writeWhole(body, response, request, { tenant, signal });
    return;
  }
  const zips = document !== undefined && acceptsGzip(request);
  if (zips) setGzip(response);
  response.flushHeaders();
  const slices = new Slices(tenant);
  try {
    for await (const piece of zips ? compressed(body) : body) {
      if (response.destroyed) return;
      if (!response.write(piece)) await drained(response, signal);
      const rest = slices.rest();
      if (rest) await rest;
    }
    response.end();
  } catch (error) {
    response.destroy();
    if (!signal?.aborted) throw error;
  } finally {
    document?.();
  }
}

const acceptsGzip = ({ headers }: Incoming): boolean =>
  /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));

function setGzip(response: ServerResponse): void {
  response.setHeader('content-encoding', 'gzip');
  response.setHeader('vary', 'Accept-Encoding');
}

/** A document compressed while it is made. */
async function* compressed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const zip = createGzip({ level: 1, chunkSize: pieceBytes });
  const feeding = pipeline(body, zip);
  feeding.catch(() => undefined);
  yield* zip as AsyncIterable<Uint8Array>;
  await feeding;
}

async function writeWhole(
  body: Uint8Array,
  response: ServerResponse,
  request: Incoming,
  { tenant, signal }: { tenant: Tenant; signal: AbortSignal | undefined },
): Promise<void> {
  let bytes = body;
  if (acceptsGzip(request) && body.length > gzipFrom) {
    bytes = await compress(body, { level: 1 });
    setGzip(response);
  }
  if (response.statusCode !== 304) response.setHeader('content-length', bytes.length);
  if (request.method === 'HEAD' || bytes.length <= pieceBytes) {
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  await writePieces(bytes, response, { tenant, signal });
}

/** Encrypting and framing a large answer takes time too: it is sent in slices, at the pace of the reader. */
async function writePieces(
  bytes: Uint8Array,
  response: ServerResponse,
  { tenant, signal }: { tenant: Tenant; signal: AbortSignal | undefined },
): Promise<void> {
  const slices = new Slices(tenant);
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (response.destroyed) return;
      const flows = response.write(bytes.subarray(at, at + pieceBytes));
      if (!flows) await drained(response, signal);
      const rest = slices.rest();
      if (rest) await rest;
    }
    response.end();
  } catch (error) {
    response.destroy();
    if (!signal?.aborted) throw error;
  }
}

async function drained(response: ServerResponse, signal: AbortSignal | undefined): Promise<void> {
  const stalled = AbortSignal.timeout(stalledMs);
  await once(response, 'drain', { signal: signal ? AbortSignal.any([signal, stalled]) : stalled });
}
