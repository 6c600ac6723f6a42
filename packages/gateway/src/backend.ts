import type { Duplex } from 'node:stream';

/** What the gateway needs of a virtual cluster. */
export interface Backend {
  /** `namespace/name`, for logs. */
  readonly name: string;
  readonly state: 'Sleeping' | 'Waking' | 'Running' | 'Failed' | 'Stopped';
  /** Idempotent; concurrent callers share one wake. Rejects when it cannot run (Stopped, failed). */
  wake(signal: AbortSignal): Promise<void>;
  /** Serves the connection. Only after `wake` resolved. */
  accept(socket: Duplex): void;
}

/** Who is behind a name. */
export interface Routes {
  /** By the server name of the ClientHello, lower case. */
  byServerName(name: string): Backend | undefined;
  /**
   * By the source address, for pods that dial the address of their `kubernetes` Service: they send no server name or
   * one that every virtual cluster has. Asked first when the address is a known pod's.
   */
  bySourceAddress(address: string): Backend | undefined;
}
