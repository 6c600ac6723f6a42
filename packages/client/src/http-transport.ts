import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';

export interface HttpTransportOptions {
  /** `https://HOST:PORT`, perhaps with a path prefix. */
  server: string;
  /** PEM. */
  ca?: string;
  clientCertificate?: string;
  clientKey?: string;
  token?: string;
  /** Read again at each request: projected tokens change. */
  tokenFile?: string;
  /** A token made anew when it is needed (exec plugins). */
  tokenSource?: () => Promise<string>;
  /** Server name to send and to check, when it is not the host of `server`. */
  tlsServerName?: string;
  insecureSkipTlsVerify?: boolean;
  /** HTTP/2 where the server offers it. Default true. */
  http2?: boolean;
}

/** An upgraded connection: what follows the 101, or the refusal. */
export interface Upgraded {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Present for a 101. */
  socket?: Duplex;
  head?: Buffer;
  /** Body of a refusal. */
  body?: Uint8Array;
}

export interface HttpTransport extends Transport {
  readonly server: string;
  /** Sends an HTTP/1.1 request with `Connection: Upgrade` (exec, attach, port-forward) and hands the socket over. */
  connectUpgrade(request: {
    path: string;
    method?: string;
    headers: http.OutgoingHttpHeaders;
  }): Promise<Upgraded>;
  close(): Promise<void>;
}

/** Headers that speak of one hop, or of a body that undici measures itself. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
  'keep-alive',
]);

export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const url = new URL(options.server);
  const prefix = url.pathname.replace(/\/$/, '');
  const tls = {
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.clientCertificate === undefined ? {} : { cert: options.clientCertificate }),
    ...(options.clientKey === undefined ? {} : { key: options.clientKey }),
    ...(options.tlsServerName === undefined ? {} : { servername: options.tlsServerName }),
    rejectUnauthorized: options.insecureSkipTlsVerify !== true,
  };
  let pool: Promise<Agent> | undefined;
  /** undici is loaded by the first request: a process that only serves needs none of it. */
  const agent = (): Promise<Agent> => {
    pool ??= import('undici').then(
      ({ Agent }) =>
        new Agent({
          allowH2: options.http2 ?? true,
          connect: tls,
          // Watches are silent for minutes; the server ends them.
          bodyTimeout: 0,
          headersTimeout: 60_000,
          connectTimeout: 10_000,
          keepAliveTimeout: 30_000,
        }),
    );
    return pool;
  };

  async function authorization(): Promise<Record<string, string>> {
    const token =
      options.tokenFile === undefined
        ? (options.token ?? (await options.tokenSource?.()))
        : readFileSync(options.tokenFile, 'utf8').trim();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  return {
    server: options.server,

    async request(request: ApiRequest): Promise<ApiResponse> {
      const query = request.query.toString();
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !ownHeaders.has(name)),
      );
      const response = await (await agent()).request({
        origin: url.origin,
        path: `${prefix}${request.path}${query === '' ? '' : `?${query}`}`,
        method: request.method as Dispatcher.HttpMethod,
        headers: { ...headers, ...(await authorization()) },
        body: request.body ?? null,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      return {
        status: response.statusCode,
        headers: response.headers as ApiResponse['headers'],
        body: response.body,
      };
    },

    async connectUpgrade({ path, method = 'GET', headers }) {
      const send = url.protocol === 'https:' ? https.request : http.request;
      const all = { ...headers, ...(await authorization()) };
      return new Promise<Upgraded>((resolve, reject) => {
        const request = send({
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port === '' ? undefined : Number(url.port),
          path: `${prefix}${path}`,
          method,
          headers: all,
          agent: false,
          ALPNProtocols: ['http/1.1'],
          ...tls,
        } as https.RequestOptions);
        request.on('upgrade', (response, socket, head) => {
          resolve({ status: response.statusCode ?? 101, headers: response.headers, socket, head });
        });
        request.on('response', (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('end', () => {
            const { statusCode = 500, headers: answered } = response;
            resolve({ status: statusCode, headers: answered, body: Buffer.concat(pieces) });
          });
          response.on('error', reject);
        });
        request.on('error', reject);
        request.end();
      });
    },

    close: async () => (await pool)?.destroy(),
  };
}
