import type { Duplex } from 'node:stream';
import type { Client, Cluster, UserInfo } from '@dormice/client';

/** What serves one virtual cluster: `embedded` in this process, later `k0s` and `k8s` in a pod. */
export interface ControlPlane {
  readonly state: 'Sleeping' | 'Waking' | 'Running' | 'Failed';
  /** Idempotent; concurrent callers share one wake. */
  wake(signal: AbortSignal): Promise<void>;
  /** Ends connections, detaches controllers, closes the store. */
  sleep(): Promise<void>;
  /** Embedded: in-process; k0s, k8s: dial and splice. */
  accept(socket: Duplex): void;
  /** Only while Running. */
  client(user: UserInfo): Client;
  /** Only while Running. */
  readonly cluster: Cluster;
  /** Makes the serving certificate name all of these too. Only while Running. */
  cover(sans: string[]): Promise<void>;
  /** Discards the API state (Dynamic, Ephemeral); identity stays. Only while Sleeping. */
  discardState(): Promise<void>;
  /** Requests in flight that are somebody at work: exec, port-forward, uploads; no watches. */
  readonly inFlight: number;
  /** Removes everything. Only while Sleeping. */
  destroy(): Promise<void>;
  /** Memory and CPU that can be told apart for this cluster now; bytes and cores. */
  usage(): Promise<{ storageBytes: number; watches: number; connections: number }>;
}
