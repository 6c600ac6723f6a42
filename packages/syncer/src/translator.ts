import type { KubeObject, OwnerReference } from '@dormice/apimachinery';
import type { Purpose } from './names.ts';

/** Where a virtual cluster lives on the host. */
export interface ClusterPlace {
  /** UID, name and host namespace of the `VirtualCluster`. */
  uid: string;
  name: string;
  namespace: string;
}

/** What a translator knows of the virtual cluster and of the host. Plain data. */
export interface TranslateContext {
  cluster: ClusterPlace;
  /** Host name of a virtual object of a kind: injective, at most 63 characters. */
  hostName: (namespace: string, name: string, purpose?: Purpose) => string;
  /** Owner of what survives sleep. */
  owner: OwnerReference;
  /** Owner of pods and of what goes with them. */
  anchor: OwnerReference;
  /** Further facts that a kind needs are named in its own module and handed in by the engine. */
  // biome-ignore lint/suspicious/noExplicitAny: narrowed by each kind's module
  facts: any;
}

/** The object cannot be synced as it is; told to the user as a Warning event with this reason. */
export interface Refusal {
  refused: true;
  reason: string;
  message: string;
}

export function refusal(reason: string, message: string): Refusal {
  return { refused: true, reason, message };
}

export function isRefusal(value: KubeObject | Refusal): value is Refusal {
  return 'refused' in value && value.refused === true;
}

/** One synced kind. Pure: no client, no clock. */
export interface Translator<T extends KubeObject = KubeObject> {
  group: string;
  /** Plural. */
  resource: string;
  toHost(object: T, context: TranslateContext): KubeObject | Refusal;
  /** What the host knows back (status, volumeName …): the virtual object as it should be. */
  toVirtual?(host: KubeObject, object: T, context: TranslateContext): T;
}
