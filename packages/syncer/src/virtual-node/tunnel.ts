import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Upgraded } from '@dormice/client';

/** Headers that are about this hop, or say who asks: the host is asked by Dormice. */
const kept =
  /^(accept|accept-encoding|content-type|range|user-agent|x-stream-protocol-version|sec-websocket-.*|if-.*|cookie)$/;

/** Headers of a tenant's request that go on to the host. Never credentials, never impersonation. */
export function forwardedHeaders(
  headers: IncomingHttpHeaders | Record<string, string>,
): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !kept.test(name.toLowerCase())) continue;
    forwarded[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  // A bearer token may travel as a WebSocket sub-protocol.
  const protocols = forwarded['sec-websocket-protocol'];
  if (protocols !== undefined) {
    const harmless = protocols
      .split(',')
      .map((protocol) => protocol.trim())
      .filter((protocol) => !protocol.startsWith('base64url.bearer.'));
    forwarded['sec-websocket-protocol'] = harmless.join(', ');
  }
  return forwarded;
}

/** Hands the host's 101 to the client and joins the two connections until either ends. */
export async function tunnel(answer: Upgraded, client: Duplex, head: Buffer): Promise<void> {
  const host = answer.socket;
  if (!host) throw new TypeError('the answer is not an upgrade');
  client.write(responseHead(answer));
  if (answer.head && answer.head.length > 0) client.write(answer.head);
  if (head.length > 0) host.write(head);
  const ended = await Promise.allSettled([pipeline(host, client), pipeline(client, host)]);
  client.destroy();
  host.destroy();
  const unexpected = ended.find((end) => end.status === 'rejected' && !isOrdinaryEnd(end.reason));
  if (unexpected?.status === 'rejected') throw unexpected.reason;
}

/** Either side may go without saying goodbye. */
function isOrdinaryEnd(error: NodeJS.ErrnoException): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(
    error.code ?? '',
  );
}

function responseHead({ status, headers }: Upgraded): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}`),
  );
  return [`HTTP/1.1 ${status} Switching Protocols`, ...lines, '', ''].join('\r\n');
}
