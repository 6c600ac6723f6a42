import type { KubeObject } from '@dormice/apimachinery';
import type { Client } from './client.ts';

/** A committed change of one object of a cluster. */
export interface ObjectChange {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  group: string;
  /** Plural. */
  resource: string;
  /** `''` for cluster-scoped objects. */
  namespace: string;
  name: string;
  /** Parsed on first use and shared between listeners: never mutate it. For DELETED the last state. */
  readonly object: KubeObject;
  /** The state before, when there was one. Shared as well. */
  readonly previous: KubeObject | undefined;
}

/**
 * Every change of a cluster, of all resources, from the moment of subscription. In-process for the embedded control
 * plane (no watch, no timer, no memory while nothing happens); shared watches for others.
 */
export interface ChangeSource {
  /** Listeners are called synchronously and must not throw. Returns the unsubscription. */
  subscribe(listener: (change: ObjectChange) => void): () => void;
}

/** A running cluster as controllers and the syncer see it. */
export interface Cluster {
  /** UID of the `VirtualCluster`; `host` for the embedded host itself. */
  readonly uid: string;
  readonly client: Client;
  readonly changes: ChangeSource;
}
