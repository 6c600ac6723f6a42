import { request as httpsRequest } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** A call that was not answered as it should be; the message is Go's. */
export class CallError extends Error {}

export interface PostOptions {
  /** Shown in errors and sent: scheme, host, path and query. */
  url: URL;
  /** Where to connect to, if not to the URL's host. */
  connectTo: { host: string; port: number } | undefined;
  /** PEM; absent: the system's authorities. */
  ca: string | undefined;
  /** Milliseconds for everything. */
  timeoutMs: number;
  body: string;
  /** Largest answer, bytes. */
  limit: number;
}

/** POSTs JSON over TLS and answers with the body. @throws CallError */
export function postJson(options: PostOptions): Promise<{ status: number; body: string }> {
  const { url, connectTo, ca, timeoutMs, body, limit } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new CallError(wordsOf(error, signal)));
    const outgoing = httpsRequest(
      {
        method: 'POST',
        host: connectTo?.host ?? url.hostname.replace(/^\[|\]$/g, ''),
        port: connectTo?.port ?? (url.port || 443),
        servername: /^[\d.]+$|:/.test(url.hostname) ? '' : url.hostname,
        path: `${url.pathname}${url.search}`,
        ...(ca === undefined ? {} : { ca }),
        ...(connectTo === undefined ? {} : { checkServerIdentity: identityOf(url.hostname) }),
        agent: false,
        signal,
        headers: {
          host: url.host,
          'content-type': 'application/json',
          accept: 'application/json, */*',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'kube-apiserver-admission',
        },
      },
      (answer) => {
        const pieces: Buffer[] = [];
        let size = 0;
        answer.on('data', (piece: Buffer) => {
          size += piece.length;
          if (size > limit)
            answer.destroy(new Error(`response body is larger than ${limit} bytes`));
          else pieces.push(piece);
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8') }),
        );
        answer.on('error', fail);
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/** The name that the certificate must be for is the URL's, whatever address is connected to. */
function identityOf(hostname: string) {
  return (_host: string, certificate: PeerCertificate): Error | undefined =>
    checkServerIdentity(hostname, certificate);
}

/** Node's errors in Go's words, as far as users know them. */
function wordsOf(
  error: Error & { code?: string; address?: string; port?: number },
  signal: AbortSignal,
): string {
  if (signal.aborted) return 'context deadline exceeded';
  const at = `dial tcp ${error.address ?? ''}:${error.port ?? ''}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return `${at}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `${at}: connect: no route to host`;
    case 'ECONNRESET':
      return 'EOF';
    case 'ENOTFOUND':
      return `dial tcp: lookup ${(error as { hostname?: string }).hostname ?? ''}: no such host`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    case 'CERT_HAS_EXPIRED':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `tls: failed to verify certificate: x509: ${error.message}`;
    default:
      return error.message;
  }
}
