import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { errors, type StatusError } from '@dormice/apimachinery';
import type { ApiRequest, UserInfo } from '@dormice/client';

/** A request as Node gives it, of HTTP/1.1 or HTTP/2. */
export type Incoming = IncomingMessage & { stream?: { session?: { socket?: TLSSocket } } };

export class BodyTooLarge extends Error {
  readonly status: StatusError;

  constructor(limit: number) {
    super('body too large');
    this.status = errors.tooLarge(`Request entity too large: limit is ${limit}`);
  }
}

/** Headers that only the server itself may set. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || name.startsWith(':')) continue;
    plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** Reads the whole request; the user comes from the client certificate, if one was given and holds. */
export async function readRequest(message: Incoming, maxBody: number): Promise<ApiRequest> {
  const url = message.url ?? '/';
  const at = url.indexOf('?');
  const user = userOfConnection(message);
  const body = maxBody === 0 ? undefined : await bodyOf(message, maxBody);
  return {
    method: (message.method ?? 'GET') as ApiRequest['method'],
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
    headers: headersOf(message.headers),
    ...(body === undefined || body.length === 0 ? {} : { body }),
    ...(user === undefined ? {} : { user }),
  };
}

function bodyOf(message: Incoming, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const onData = (piece: Buffer): void => {
      size += piece.length;
      pieces.push(piece);
      if (size <= limit) return;
      // The stream stays: a body that is too large still gets its answer.
      message.off('data', onData).pause();
      reject(new BodyTooLarge(limit));
    };
    message.on('data', onData);
    message.once('end', () =>
      resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)),
    );
    message.once('error', reject);
    message.once('close', () => {
      if (!message.readableEnded)
        reject(new Error('the client went away before its request ended'));
    });
  });
}

/** Who a connection is. A certificate is taken apart once: that costs as much as answering a GET. */
interface Peer {
  user: UserInfo | undefined;
  /** When its certificate ends, milliseconds since 1970: connections may last longer. */
  until: number;
}

const peers = new WeakMap<TLSSocket, Peer>();

function userOfConnection(message: Incoming): UserInfo | undefined {
  const socket = (message.stream?.session?.socket ?? message.socket) as TLSSocket;
  let peer = peers.get(socket);
  if (!peer) {
    peer = peerOf(socket);
    peers.set(socket, peer);
  }
  return Date.now() > peer.until ? undefined : peer.user;
}

function peerOf(socket: TLSSocket): Peer {
  if (socket.authorized !== true) return { user: undefined, until: Number.POSITIVE_INFINITY };
  const certificate = socket.getPeerCertificate();
  return { user: userOf(certificate), until: Date.parse(certificate.valid_to) };
}

/** The attribute of a subject that holds a user's UID (Kubernetes' own number). */
const uidAttribute = '1.3.6.1.4.1.57683.2';

const fingerprint = (certificate: Buffer): string =>
  createHash('sha256').update(certificate).digest('hex');

/**
 * Common name and organizations of a client certificate that this cluster's authority signed. Node has checked the chain
 * and the dates; a certificate that failed is as none.
 */
function userOf({ subject, raw }: PeerCertificate): UserInfo | undefined {
  const username = [subject?.CN ?? ''].flat()[0] ?? '';
  if (username === '') return undefined;
  const organizations = [subject?.O ?? []].flat();
  const uid = [(subject as Record<string, string | string[]>)[uidAttribute] ?? []].flat()[0];
  return {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups: [...organizations, 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint(raw)}`] },
  };
}
