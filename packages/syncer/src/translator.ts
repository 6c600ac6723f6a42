import type { KubeObject } from '@dormice/apimachinery';

/** What a translator knows of the virtual cluster and of the host. Plain data. */
export interface TranslateContext {
  /** UID, name and host namespace of the `VirtualCluster`. */
  cluster: { uid: string; name: string; namespace: string };
  /** Host name of a virtual object of a kind: injective, at most 63 (or 253) characters. */
  hostName: (namespace: string, name: string) => string;
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

/** One synced kind. Pure: no client, no clock. */
export interface Translator<T extends KubeObject = KubeObject> {
  group: string;
  /** Plural. */
  resource: string;
  toHost(object: T, context: TranslateContext): KubeObject | Refusal;
  /** What the host knows back (status, volumeName …): the virtual object as it should be. */
  toVirtual?(host: KubeObject, object: T, context: TranslateContext): T;
}
