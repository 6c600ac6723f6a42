import type { KubeObject } from '@dormice/apimachinery';
import type { Client, Cluster, ObjectChange } from '@dormice/client';

/** What a controller works on: one object by name, in one cluster. */
export interface ReconcileKey {
  /** `''` for cluster-scoped objects. */
  namespace: string;
  /** `''` where a controller works on a namespace as a whole. */
  name: string;
  /** `apps/deployments`, for controllers that work on objects of any resource. */
  resource?: string;
}

/** Reconcile again after a while, though nothing changed. */
export interface Requeue {
  /** Milliseconds. */
  after: number;
}

export interface Watch {
  /** `*`: of all groups and resources. */
  group: string;
  /** Plural. `*`: all. */
  resource: string;
  /** Which keys a change concerns. Does no I/O; the cluster is for controllers that remember something of each. */
  keys: (change: ObjectChange, cluster: Cluster) => ReconcileKey[];
}

/** What controllers must know of a cluster that its API does not tell. */
export interface ClusterFacts {
  /** PEM of the CA that signed the API server's certificate. */
  caCertificate?: string;
}

/** An `Event` about an object, as `kubectl describe` shows it. */
export interface ObjectEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

export interface ReconcileContext {
  cluster: Cluster;
  client: Client;
  facts: ClusterFacts;
  now: () => Date;
  signal: AbortSignal;
  /** Puts another key of the same controller and cluster into the queue. */
  enqueue: (key: ReconcileKey) => void;
  /** Records an event; trouble with it is logged and does not stop the reconcile. */
  event: (about: KubeObject, event: ObjectEvent) => Promise<void>;
  /** Keys waiting in the same cluster may be told apart by it in logs. */
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

/**
 * One controller. Level-based: `reconcile` reads the world through the client, makes it more like what the object says,
 * and may be called at any time, any number of times. Throwing retries with back-off.
 */
export interface Controller {
  /** Upstream's component name where there is one: events carry it. */
  readonly name: string;
  /** The first watch's resource is the one that keys name; its objects are enqueued when a cluster wakes. */
  readonly watches: readonly Watch[];
  /** Called once when a cluster is attached, after the change subscription stands. */
  start?(context: ReconcileContext): Promise<void>;
  reconcile(key: ReconcileKey, context: ReconcileContext): Promise<Requeue | undefined>;
}
