import http2, { type Http2SecureServer, type Http2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import { toStatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { holdBytes } from '../fairness/list-bytes.ts';
import { serveUpgrade } from '../pods/upgrade.ts';
import { maxBodyBytes } from '../registry/body.ts';
import { errorResponse } from '../respond/respond.ts';
import { BodyTooLarge, type Incoming, readRequest } from './read-request.ts';
import { writeResponse } from './write-response.ts';

export interface TlsFront {
  accept(socket: Duplex): void;
  /** The context's identity was replaced: new connections get it. */
  renew(): void;
  close(): Promise<void>;
}

/**
 * What one HTTP/2 connection may have under way, MiB. Node's 10 would refuse further requests of a client that is still
 * reading one large list: client-go sends everything over one connection.
 */
const sessionMemoryMiB = 256;
/** A silent HTTP/2 connection is asked whether it is still there, and dropped when it does not answer. */
const pingEveryMs = 30_000;

/** Why the work for a request is given up. Made once: an exception for each answer would cost more than many answers. */
const gone = new DOMException('the client is gone', 'AbortError');

/** Ends TLS for one cluster: its own certificate, its own authority for clients, HTTP/1.1 and HTTP/2 on one socket. */
export function createTlsFront(
  context: ServerContext,
  handle: (request: ApiRequest) => Promise<ApiResponse>,
): TlsFront {
  const sockets = new Set<Duplex>();
  let server: Http2SecureServer | undefined;

  function serverOf(): Http2SecureServer {
    if (server) return server;
    const { ca, serving } = context.pki;
    server = http2.createSecureServer({
      allowHTTP1: true,
      cert: serving.certificate,
      key: serving.key,
      ca: ca.certificate,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      maxSessionMemory: sessionMemoryMiB,
      settings: { maxConcurrentStreams: 1000, initialWindowSize: 1 << 20 },
    });
    server.on('request', (message, response) => {
      void answer(message as unknown as Incoming, response as never);
    });
    server.on('session', keepAlive);
    server.on('upgrade', (message, socket, head) => {
      void readRequest(message as Incoming, 0).then((request) =>
        serveUpgrade(context, request, message, socket, head),
      );
    });
    // A client that speaks no TLS, or leaves in the middle of the handshake, is nobody's error.
    server.on('tlsClientError', () => undefined);
    server.on('sessionError', () => undefined);
    return server;
  }

  async function answer(
    message: Incoming,
    response: Parameters<typeof writeResponse>[1],
  ): Promise<void> {
    try {
      const request = await readRequest(message, maxBodyBytes);
      const abort = new AbortController();
      response.on('close', () => abort.abort(gone));
      const answered = await handle({ ...request, signal: abort.signal });
      const sent = holdBytes(context, 'length' in answered.body ? answered.body.length : 0);
      try {
        await writeResponse(answered, response, message, abort.signal, context);
      } finally {
        sent();
      }
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        await writeResponse(withoutMore(errorResponse(error.status), message), response, message);
        return;
      }
      if (response.destroyed || response.headersSent) {
        response.destroy();
        return;
      }
      context.log('warn', 'answering failed', { error: String(error) });
      await writeResponse(errorResponse(toStatusError(error)), response, message).catch(() =>
        response.destroy(),
      );
    }
  }

  return {
    accept(socket) {
      sockets.add(socket);
      context.activity.connections += 1;
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        context.activity.connections -= 1;
      });
      serverOf().emit('connection', socket);
    },
    renew() {
      const { ca, serving } = context.pki;
      server?.setSecureContext({ cert: serving.certificate, key: serving.key, ca: ca.certificate });
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      server?.removeAllListeners();
      server = undefined;
    },
  };
}

/** What still comes of a refused body is thrown away until the client stops; HTTP/1.1 closes, HTTP/2 ends the stream. */
function withoutMore(refusal: ApiResponse, message: Incoming): ApiResponse {
  message.resume();
  if (message.httpVersionMajor < 2) refusal.headers['connection'] = 'close';
  return refusal;
}

function keepAlive(session: Http2Session): void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered || session.destroyed) {
      session.destroy();
      return;
    }
    answered = false;
    session.ping((error) => {
      answered = !error;
    });
  }, pingEveryMs);
  timer.unref();
  session.on('close', () => clearInterval(timer));
  session.on('error', () => undefined);
}
