import type { Client, ObjectChange } from '@dormice/client';

/** What a controller works on: one object by name, in one cluster. */
export interface ReconcileKey {
  /** `''` for cluster-scoped objects. */
  namespace: string;
  name: string;
}

/** Reconcile again after a while, though nothing changed. */
export interface Requeue {
  /** Milliseconds. */
  after: number;
}

export interface Watch {
  group: string;
  /** Plural. */
  resource: string;
  /** Which keys a change concerns. Pure. */
  keys: (change: ObjectChange) => ReconcileKey[];
}

export interface ReconcileContext {
  client: Client;
  now: () => Date;
  signal: AbortSignal;
  /** Keys waiting in the same cluster may be told apart by it in logs. */
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

/**
 * One controller. Level-based: `reconcile` reads the world through the client, makes it more like what the object says,
 * and may be called at any time, any number of times. Throwing retries with back-off.
 */
export interface Controller {
  readonly name: string;
  /** The first watch's resource is the one that keys name; its objects are enqueued when a cluster wakes. */
  readonly watches: readonly Watch[];
  reconcile(key: ReconcileKey, context: ReconcileContext): Promise<Requeue | undefined>;
}
