import type { KubeObject, OwnerReference } from '@dormice/apimachinery';
import { type Client, type Cluster, resources, type WorkResult } from '@dormice/client';
import type { HostCache } from './host-cache.ts';
import { absent, type HostWriter } from './host-writer.ts';
import { hostName, type Purpose } from './names.ts';
import { ReferenceIndex } from './references.ts';
import type { ClusterPlace, TranslateContext } from './translator.ts';

/** What is copied: `spec.sync` of a `VirtualCluster`. */
export interface SyncConfig {
  toHost: { serviceAccounts: { enabled: boolean } };
  fromHost: {
    storageClasses: { enabled: boolean };
    secrets: { enabled: boolean; mappings: { byName: Record<string, string> } };
  };
}

/** Kinds of work. Most are virtual resources; `tokens` are those of a pod, `hostsecrets` mirrors by virtual name. */
export type SyncKind =
  | 'pods'
  | 'tokens'
  | 'services'
  | 'endpointslices'
  | 'configmaps'
  | 'secrets'
  | 'serviceaccounts'
  | 'persistentvolumeclaims'
  | 'persistentvolumes'
  | 'storageclasses'
  | 'nodes'
  | 'hostsecrets'
  | 'events';

export interface SyncKey {
  cluster: string;
  kind: SyncKind;
  /** Virtual; `''` for cluster-scoped kinds. */
  namespace: string;
  name: string;
}

/** What all attached clusters share. */
export interface Engine {
  host: HostWriter;
  cache: HostCache;
  now: () => Date;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
  enqueue(session: Session, kind: SyncKind, namespace: string, name: string): void;
  /** Does a piece of work at once, for one that needs its result. */
  run(session: Session, kind: SyncKind, namespace: string, name: string): Promise<WorkResult>;
}

/** Brings one thing to where it should be, from whatever state it is in. */
export type Sync = (
  engine: Engine,
  session: Session,
  key: Pick<SyncKey, 'namespace' | 'name'>,
) => Promise<WorkResult>;

/** What every translation of a cluster knows. */
export interface ClusterFacts {
  apiServiceIp?: string;
  dnsAddress?: string;
  domain: string;
}

export interface SessionOptions {
  cluster: Cluster;
  place: ClusterPlace;
  owner: OwnerReference;
  anchor: OwnerReference;
  config: SyncConfig;
  facts: ClusterFacts;
}

/** One attached virtual cluster. */
export class Session {
  readonly place: ClusterPlace;
  readonly owner: OwnerReference;
  readonly anchor: OwnerReference;
  readonly config: SyncConfig;
  readonly facts: ClusterFacts;
  readonly cluster: Cluster;
  /** Which pods use which `configmaps/NS/NAME`, `secrets/NS/NAME`. */
  readonly references = new ReferenceIndex();
  /** Host nodes that have a virtual Node. */
  readonly nodes = new Set<string>();
  /** Host events that wait to be told. */
  readonly events = new Map<string, KubeObject>();
  readonly #namespaceLabels = new Map<string, Promise<Record<string, string>>>();

  constructor(options: SessionOptions) {
    this.cluster = options.cluster;
    this.place = options.place;
    this.owner = options.owner;
    this.anchor = options.anchor;
    this.config = options.config;
    this.facts = options.facts;
  }

  get uid(): string {
    return this.place.uid;
  }

  /** The virtual API. */
  get client(): Client {
    return this.cluster.client;
  }

  hostName(namespace: string, name: string, purpose?: Purpose): string {
    return hostName(this.place.uid, namespace, name, purpose);
  }

  context(facts: unknown = this.facts): TranslateContext {
    return {
      cluster: this.place,
      hostName: (namespace, name, purpose) => this.hostName(namespace, name, purpose),
      owner: this.owner,
      anchor: this.anchor,
      facts,
    };
  }

  /** Labels of a virtual namespace; none of one that is not there. */
  namespaceLabels(namespace: string): Promise<Record<string, string>> {
    let known = this.#namespaceLabels.get(namespace);
    if (!known) {
      known = this.client
        .get(resources.namespaces, namespace)
        .catch(absent)
        .then((found) => found?.metadata.labels ?? {});
      known.catch(() => this.forgetNamespace(namespace));
      this.#namespaceLabels.set(namespace, known);
    }
    return known;
  }

  forgetNamespace(namespace: string): void {
    this.#namespaceLabels.delete(namespace);
  }
}
