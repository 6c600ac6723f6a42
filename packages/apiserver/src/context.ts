import type { Client } from '@dormice/client';
import type { Store } from '@dormice/storage';
import type { AdmissionPlugin, ApiServerOptions, Extension, PodConnector } from './api-server.ts';
import type { KindTable } from './crd/kind-table.ts';
import type { TenantLimits } from './fairness/limits.ts';
import type { ObjectCache } from './object-cache.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { ClusterPki } from './pki/cluster-pki.ts';

/** What every step of a request may use: one virtual cluster's parts. */
export interface ServerContext {
  readonly store: Store;
  /** Replaced when the serving certificate is renewed. */
  pki: ClusterPki;
  readonly kinds: KindTable;
  /** Small collections that requests look at. */
  readonly objects: ObjectCache;
  readonly now: () => Date;
  readonly uuid: () => string;
  /** Are MutatingAdmissionPolicies evaluated? */
  readonly mutatesByPolicy: boolean;
  /** The built-in plugins. */
  readonly admission: readonly AdmissionPlugin[];
  /** Plugins of the server's owner: they see objects after the strategies, with name and UID. */
  readonly lateAdmission: readonly AdmissionPlugin[];
  readonly pods: PodConnector | undefined;
  /** Exchanges with webhooks, converters and aggregated servers. */
  readonly outbound: Outbound;
  readonly extensions: readonly Extension[];
  readonly audit: ApiServerOptions['audit'];
  readonly authentication: ApiServerOptions['authentication'];
  readonly log: NonNullable<ApiServerOptions['log']>;
  readonly onActivity: NonNullable<ApiServerOptions['onActivity']>;
  /** In-process client for Dormice's own reads and writes. */
  readonly client: Client;
  /** Aborts when the server closes: ends watches. */
  readonly closing: AbortSignal;
  /** What the cluster may use at once. */
  readonly limits: TenantLimits;
  /** Counts for the idle judge. */
  readonly activity: { connections: number; watches: number; inFlight: number };
  /** Per-server memory of parts that need one (authorizer's rules, token cache). Dropped with the server. */
  readonly caches: Map<symbol, unknown>;
}

/** A cache of the server, made at first use. */
export function cacheOf<T>(context: ServerContext, key: symbol, make: () => T): T {
  let value = context.caches.get(key) as T | undefined;
  if (value === undefined) {
    value = make();
    context.caches.set(key, value);
  }
  return value;
}
