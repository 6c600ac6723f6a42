/** What one client, one name and all together may cost. */
export interface GatewayLimits {
  /** Milliseconds from the connection to the complete hello. */
  helloTimeoutMs: number;
  /** Milliseconds that a client is held while its cluster wakes. client-go gives up on a TLS handshake after 10,000. */
  wakeTimeoutMs: number;
  /** Connections whose hello is not complete, or that are being told why they are refused. */
  maxPending: number;
  /** From one address, waiting or held; proxies that are trusted are not counted. */
  maxPendingPerSource: number;
  /** Connections held for wakes. */
  maxHeld: number;
  maxHeldPerBackend: number;
  /** Bytes kept of a held client beyond its hello (early data); more waits in the network. */
  maxHeldBytes: number;
  /** Wakes that connections may start. */
  wakesPerBackend: RateLimit;
  wakesPerSource: RateLimit;
  /** Milliseconds that a refused client has to take its answer. */
  lingerMs: number;
}

export interface RateLimit {
  /** At once, after a rest. */
  burst: number;
  perSecond: number;
}

export const defaultLimits: GatewayLimits = {
  helloTimeoutMs: 5_000,
  wakeTimeoutMs: 9_000,
  maxPending: 2_048,
  maxPendingPerSource: 1_024,
  maxHeld: 4_096,
  maxHeldPerBackend: 256,
  maxHeldBytes: 64 * 1024,
  wakesPerBackend: { burst: 30, perSecond: 2 },
  wakesPerSource: { burst: 200, perSecond: 20 },
  lingerMs: 500,
};
