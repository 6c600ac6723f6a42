import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { DialError } from './dial-error.ts';

/** What TLS towards a target needs. */
export interface TlsIdentity {
  /** Name that the server's certificate must have. */
  serverName: string;
  /** PEM; absent: the system's authorities. */
  ca?: string;
  insecure?: boolean;
  /** Client certificate and key, PEM. */
  cert?: string;
  key?: string;
}

/** How long an unused connection is kept, milliseconds. */
const idleMs = 30_000;
/** Time for connecting and the handshake, milliseconds; Go's transport waits as long. */
const connectMs = 30_000;

const isAddress = (name: string): boolean => /^[0-9.]+$/.test(name) || name.includes(':');

/** TLS over streams that a dialer makes; connections are kept and used again. */
export class OutboundAgent extends https.Agent {
  readonly #dial: (signal: AbortSignal) => Promise<Duplex>;
  readonly #tls: TlsIdentity;

  constructor(dial: (signal: AbortSignal) => Promise<Duplex>, identity: TlsIdentity) {
    super({ keepAlive: true, timeout: idleMs, maxFreeSockets: 8 });
    this.#dial = dial;
    this.#tls = identity;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const none = undefined as unknown as Duplex;
    this.secure().then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, none),
    );
    return undefined;
  }

  /** A new connection after its handshake. */
  async secure(): Promise<tls.TLSSocket> {
    const signal = AbortSignal.timeout(connectMs);
    const stream = await inTime(this.#dial(signal), signal);
    const { serverName, ca, insecure, cert, key } = this.#tls;
    return new Promise((resolve, reject) => {
      const socket = tls.connect({
        socket: stream,
        ...(isAddress(serverName) ? { host: serverName } : { servername: serverName }),
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        rejectUnauthorized: insecure !== true,
        ALPNProtocols: ['http/1.1'],
      });
      const fail = (error: Error): void => {
        stream.destroy();
        reject(error);
      };
      const late = (): void => {
        socket.destroy(new Error('net/http: TLS handshake timeout'));
      };
      signal.addEventListener('abort', late, { once: true });
      stream.once('error', fail);
      socket.once('error', fail);
      socket.once('secureConnect', () => {
        signal.removeEventListener('abort', late);
        socket.removeListener('error', fail);
        resolve(socket);
      });
    });
  }
}

/** A connection that comes when nobody waits any more is closed. */
function inTime(dialled: Promise<Duplex>, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      reject(new DialError('i/o timeout'));
      dialled.then((stream) => stream.destroy()).catch(() => undefined);
    };
    signal.addEventListener('abort', late, { once: true });
    dialled.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
  });
}
