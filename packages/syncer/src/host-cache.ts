import type { KubeObject } from '@dormice/apimachinery';
import {
  type Client,
  createInformer,
  type Informer,
  type InformerChange,
  type Resource,
  resources,
} from '@dormice/client';
import { labels, managedSelector } from './labels.ts';
import type { Loose } from './loose.ts';

/** Host kinds that carry a virtual cluster's UID. */
const owned = {
  pods: resources.pods,
  services: resources.services,
  configmaps: resources.configmaps,
  secrets: resources.secrets,
  serviceaccounts: resources.serviceaccounts,
  persistentvolumeclaims: resources.persistentvolumeclaims,
  endpointslices: resources.endpointslices,
} as const satisfies Record<string, Resource>;

/** Host kinds that are shared by all. */
const common = {
  nodes: resources.nodes,
  storageclasses: resources.storageclasses,
  persistentvolumes: resources.persistentvolumes,
} as const satisfies Record<string, Resource>;

export type OwnedKind = keyof typeof owned;
export type CommonKind = keyof typeof common;
export const ownedKinds = Object.keys(owned) as OwnedKind[];

export interface HostCacheEvents {
  owned: (kind: OwnedKind, cluster: string, change: InformerChange<KubeObject>) => void;
  common: (kind: CommonKind, change: InformerChange<KubeObject>) => void;
  event: (event: KubeObject) => void;
  /** A host object with a Secret that no virtual cluster made; without its data. */
  hostSecret: (change: InformerChange<KubeObject>) => void;
  onError: (what: string, error: unknown) => void;
}

/**
 * What Dormice knows of the host: one watch for each kind, whatever the number of virtual clusters. Contents of Secrets
 * and ConfigMaps are not kept.
 */
export class HostCache {
  readonly #client: Client;
  readonly #events: HostCacheEvents;
  readonly #owned = new Map<OwnedKind, Informer<KubeObject>>();
  readonly #common = new Map<CommonKind, Informer<KubeObject>>();
  readonly #others: Informer<KubeObject>[] = [];
  /** Cluster UID → kind → `namespace/name`. */
  readonly #byCluster = new Map<string, Map<OwnedKind, Map<string, KubeObject>>>();
  #hostSecrets: Informer<KubeObject> | undefined;

  constructor(client: Client, events: HostCacheEvents) {
    this.#client = client;
    this.#events = events;
  }

  /** Begins to watch; resolves when everything is listed. */
  async start(): Promise<void> {
    for (const kind of ownedKinds) {
      const informer = this.#informer(owned[kind], { labelSelector: managedSelector });
      informer.subscribe((change) => this.#onOwned(kind, change));
      this.#owned.set(kind, informer);
    }
    for (const kind of Object.keys(common) as CommonKind[]) {
      const informer = this.#informer(common[kind], {});
      informer.subscribe((change) => this.#events.common(kind, change));
      this.#common.set(kind, informer);
    }
    for (const kind of ['Pod', 'PersistentVolumeClaim']) {
      const informer = this.#informer(resources.events, {
        fieldSelector: `involvedObject.kind=${kind}`,
      });
      informer.subscribe(({ type, object }) => {
        if (type !== 'DELETED') this.#events.event(object);
      });
      this.#others.push(informer);
    }
    await Promise.all([...this.#owned.values(), ...this.#common.values()].map((i) => i.synced));
  }

  stop(): void {
    const all = [...this.#owned.values(), ...this.#common.values(), ...this.#others];
    for (const informer of all) informer.stop();
    this.#hostSecrets?.stop();
  }

  get(kind: OwnedKind, namespace: string, name: string): KubeObject | undefined {
    return this.#owned.get(kind)?.get(namespace, name);
  }

  getCommon(kind: CommonKind, name: string): KubeObject | undefined {
    return this.#common.get(kind)?.get('', name);
  }

  listCommon(kind: CommonKind): Iterable<KubeObject> {
    return this.#common.get(kind)?.list() ?? [];
  }

  /** Host objects of one virtual cluster. */
  of(cluster: string, kind: OwnedKind): Iterable<KubeObject> {
    return this.#byCluster.get(cluster)?.get(kind)?.values() ?? [];
  }

  /** Secrets of the host that no virtual cluster made; watched from the first call on. */
  hostSecrets(): Informer<KubeObject> {
    if (!this.#hostSecrets) {
      this.#hostSecrets = this.#informer(resources.secrets, {
        labelSelector: `!${labels.managedBy}`,
      });
      this.#hostSecrets.subscribe((change) => this.#events.hostSecret(change));
    }
    return this.#hostSecrets;
  }

  #informer(
    resource: Resource,
    selection: { labelSelector?: string; fieldSelector?: string },
  ): Informer<KubeObject> {
    return createInformer<KubeObject>(this.#client, resource, {
      ...selection,
      transform: trim,
      onError: (error) => this.#events.onError(resource.resource, error),
    });
  }

  #onOwned(kind: OwnedKind, change: InformerChange<KubeObject>): void {
    const cluster = change.object.metadata.labels?.[labels.cluster];
    if (cluster === undefined) return;
    const key = `${change.object.metadata.namespace}/${change.object.metadata.name}`;
    const kinds = this.#byCluster.get(cluster) ?? new Map<OwnedKind, Map<string, KubeObject>>();
    const objects = kinds.get(kind) ?? new Map<string, KubeObject>();
    if (change.type === 'DELETED') objects.delete(key);
    else objects.set(key, change.object);
    kinds.set(kind, objects);
    if (objects.size === 0) kinds.delete(kind);
    if (kinds.size === 0) this.#byCluster.delete(cluster);
    else this.#byCluster.set(cluster, kinds);
    this.#events.owned(kind, cluster, change);
  }
}

/** Without what nobody here reads: field managers, and the contents of Secrets and ConfigMaps. */
function trim(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const trimmed: Loose = { ...object, metadata };
  if (object.kind === 'Secret' || object.kind === 'ConfigMap') {
    delete trimmed.data;
    delete trimmed.binaryData;
  }
  return trimmed;
}
