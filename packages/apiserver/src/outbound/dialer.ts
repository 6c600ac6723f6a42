import net from 'node:net';
import type { Duplex } from 'node:stream';
import type { KubeObject } from '@dormice/apimachinery';
import { DialError } from './dial-error.ts';

/** The way out of an API server: to webhooks, aggregated servers and converters. */
export interface Dialer {
  /** A byte stream to a port of a running pod of the cluster. Rejects with an `Error` that says why there is none. */
  pod(pod: KubeObject, port: number, signal: AbortSignal): Promise<Duplex>;
  /** A TCP connection to a name or address that a configuration states. */
  address(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
}

/** Connects from where the process runs; a cluster without containers has no pod to connect to. */
export const plainDialer: Dialer = {
  pod: (pod, port) =>
    Promise.reject(
      new DialError(
        `dial tcp ${pod['status']?.podIP ?? ''}:${port}: connect: no route to host: pods of this cluster are simulated`,
      ),
    ),
  address: connectTcp,
};

/** One TCP connection; its errors in the words of Go's dialer, which users of webhooks know. */
export function connectTcp(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, signal, autoSelectFamily: true });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.setNoDelay(true);
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      reject(new DialError(dialMessage(error, host, port), { cause: error }));
    });
  });
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
  EADDRNOTAVAIL: 'connect: cannot assign requested address',
};

function dialMessage(
  error: NodeJS.ErrnoException & { address?: string; errors?: NodeJS.ErrnoException[] },
  host: string,
  port: number,
): string {
  const first: typeof error = error.errors?.[0] ?? error;
  const code = first.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `dial tcp: lookup ${host}: ${code === 'ENOTFOUND' ? 'no such host' : 'Temporary failure in name resolution'}`;
  }
  if (code === 'ABORT_ERR') return `dial tcp ${joinHostPort(host, port)}: i/o timeout`;
  const where = joinHostPort(first.address ?? host, port);
  return `dial tcp ${where}: ${reasons[code] ?? first.message}`;
}

/** `host:port`, IPv6 addresses in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
