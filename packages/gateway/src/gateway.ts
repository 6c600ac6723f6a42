import { createServer, type Server, type Socket } from 'node:net';
import { addressMatcher, plainAddress } from './address.ts';
import type { Routes } from './backend.ts';
import { Connection, type ConnectionContext, type ConnectionInfo } from './connection.ts';
import { defaultLimits, type GatewayLimits } from './limits.ts';
import { GatewayCounts, type MetricSample } from './metrics.ts';
import { Wakes } from './wakes.ts';

export interface GatewayOptions extends Partial<GatewayLimits> {
  routes: Routes;
  /** Believe PROXY protocol headers (versions 1 and 2) from `trustedProxies`. A connection without one is served too. */
  proxyProtocol?: boolean;
  /** Addresses and CIDR ranges. Needed with `proxyProtocol`. */
  trustedProxies?: string[];
  /** Called for each connection, before it is handed on. */
  onConnection?: (info: ConnectionInfo) => void;
  log?: ConnectionContext['log'];
  /** Milliseconds; for tests. */
  now?: () => number;
}

export interface Gateway {
  /** May be called several times, for several addresses. Port 0 takes a free one. */
  listen(address: { port: number; host: string }): Promise<{ port: number; host: string }>;
  /** Stops listening and refuses what waits. Connections handed on belong to their virtual clusters and live on. */
  close(): Promise<void>;
  metrics(): MetricSample[];
}

/** Seconds without traffic after which a peer is probed. */
const keepAliveAfterMs = 30_000;

/** The front door. Routes each connection by its hello, wakes who sleeps, and never ends TLS itself. */
export function createGateway(options: GatewayOptions): Gateway {
  const limits = pickLimits(options);
  const { proxyProtocol = false, trustedProxies = [], now = Date.now } = options;
  if (proxyProtocol && trustedProxies.length === 0)
    throw new Error(
      'proxyProtocol: name the proxies to believe in trustedProxies (addresses, CIDR)',
    );
  const counts = new GatewayCounts();
  const stopping = new AbortController();
  const matches = addressMatcher(trustedProxies);
  const open = new Set<Connection>();
  const perSource = new Map<string, number>();
  const servers = new Set<Server>();
  const log = options.log ?? (() => undefined);

  const context: Omit<ConnectionContext, 'onDone'> = {
    routes: options.routes,
    limits,
    counts,
    wakes: new Wakes({ limits, counts, now, log }, stopping.signal),
    trusted: (address) => proxyProtocol && matches(address),
    now,
    onConnection: options.onConnection ?? (() => undefined),
    log,
  };

  const onSocket = (socket: Socket): void => {
    const source = plainAddress(socket.remoteAddress ?? '');
    const fromSource = perSource.get(source) ?? 0;
    const crowded = fromSource >= limits.maxPendingPerSource && !context.trusted(source);
    if (counts.pending >= limits.maxPending || crowded) {
      counts.connections++;
      counts.refuse('too-many');
      socket.resetAndDestroy();
      return;
    }
    perSource.set(source, fromSource + 1);
    const onDone = (connection: Connection) => {
      open.delete(connection);
      const left = (perSource.get(source) ?? 1) - 1;
      if (left > 0) perSource.set(source, left);
      else perSource.delete(source);
    };
    open.add(new Connection(socket, { ...context, onDone }));
  };

  return {
    listen: ({ port, host }) =>
      new Promise((resolve, reject) => {
        if (stopping.signal.aborted) throw new Error('the gateway is closed');
        const server = createServer(
          // Half-open as in node:https: a client may end its side and still read the answer.
          {
            allowHalfOpen: true,
            noDelay: true,
            keepAlive: true,
            keepAliveInitialDelay: keepAliveAfterMs,
          },
          onSocket,
        );
        server.once('error', reject);
        server.listen({ port, host }, () => {
          server.off('error', reject);
          server.on('error', (error) => log('error', `gateway: ${error.message}`, { error }));
          servers.add(server);
          const address = server.address();
          const bound = typeof address === 'object' && address ? address : { port, address: host };
          resolve({ port: bound.port, host: bound.address });
        });
      }),
    close: async () => {
      stopping.abort();
      // Without waiting for `close`: it comes only after the last connection that was handed on.
      for (const server of servers) server.close();
      servers.clear();
      for (const connection of [...open]) connection.refuse('closing');
      while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    metrics: () => counts.samples(),
  };
}

function pickLimits(options: Partial<GatewayLimits>): GatewayLimits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof GatewayLimits)[]) {
    if (options[name] !== undefined) Object.assign(limits, { [name]: options[name] });
  }
  return limits;
}
