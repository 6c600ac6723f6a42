import { deepEqual, type KubeObject, type OwnerReference } from '@dormice/apimachinery';
import {
  type Client,
  type Cluster,
  createWorkQueue,
  type HttpTransport,
  type InformerChange,
  listAll,
  resources,
  type WorkQueue,
  type WorkResult,
} from '@dormice/client';
import { type CommonKind, HostCache, type OwnedKind, ownedKinds } from './host-cache.ts';
import { HostWriter } from './host-writer.ts';
import {
  type Advertised,
  ensureHostInfrastructure,
  ensureVirtualInfrastructure,
} from './infrastructure.ts';
import { type SecretMapping, secretMapping } from './kinds/host-secret-mapping.ts';
import { withoutHeartbeats } from './kinds/node.ts';
import { identityOf } from './labels.ts';
import { hostName } from './names.ts';
import { revive } from './revive.ts';
import { notePod, routeVirtual } from './route-virtual.ts';
import { ensureServiceRange } from './service-range.ts';
import { type Engine, Session, type SyncConfig, type SyncKey, type SyncKind } from './session.ts';
import { SourceIndex } from './source-index.ts';
import { subjectOf } from './sync/sync-event.ts';
import { syncs } from './syncs.ts';
import type { ClusterPlace } from './translator.ts';

export interface SyncerOptions {
  /** The host's API. */
  host: Client;
  /** Tunnels to the host's pods; absent for an embedded host, whose pods are simulated. */
  connectUpgrade?: HttpTransport['connectUpgrade'];
  /** Where pods reach Dormice; asked when a cluster is attached. Absent: they do not run, or need not. */
  advertise?: () => Advertised | undefined;
  /** Domain of virtual clusters' names. Default `cluster.local`. */
  domain?: string;
  /** Pieces of work at the same time. Default 16. */
  concurrency?: number;
  now?: () => Date;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

export interface AttachOptions {
  /** Name and host namespace of the `VirtualCluster`. */
  name: string;
  namespace: string;
  /** The `VirtualCluster`: owns what survives sleep. */
  owner: OwnerReference;
  /** The run anchor: owns pods. */
  anchor: OwnerReference;
  /** `spec.sync`. */
  config: SyncConfig;
}

export interface Attachment {
  /** Cluster addresses of the virtual API and DNS. */
  readonly apiServiceIp: string;
  readonly dnsAddress: string | undefined;
  /** Lets go: changes nothing more, neither here nor there. */
  detach(): Promise<void>;
}

/** How many host events wait for their pod to be seen. */
const earlyEventLimit = 1_000;

/** Keeps all attached virtual clusters and the host in step, with one set of host watches. */
export class Syncer {
  readonly sources = new SourceIndex();
  readonly cache: HostCache;
  readonly host: HostWriter;
  readonly #options: SyncerOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #mappings = new Map<string, SecretMapping>();
  readonly #queue: WorkQueue<SyncKey>;
  readonly #engine: Engine;
  readonly #running = new Map<string, Promise<void>>();
  readonly #earlyEvents = new Map<string, KubeObject[]>();

  constructor(options: SyncerOptions) {
    this.#options = options;
    this.host = new HostWriter(options.host);
    this.cache = new HostCache(options.host, {
      owned: (kind, cluster, change) => this.#onOwned(kind, cluster, change),
      common: (kind, change) => this.#onCommon(kind, change),
      event: (event) => this.#onEvent(event),
      hostSecret: (change) => this.#onHostSecret(change),
      onError: (what, error) =>
        options.log('warn', 'watching the host failed, will be tried again', {
          what,
          error: String(error),
        }),
    });
    this.#queue = createWorkQueue<SyncKey>({
      concurrency: options.concurrency ?? 16,
      identity: idOf,
      classOf: ({ cluster }) => cluster,
      base: 50,
      process: (key) => this.#process(key),
      onError: (key, error, failures) =>
        options.log(failures > 3 ? 'warn' : 'debug', 'sync failed, will be tried again', {
          ...key,
          failures,
          error: error instanceof Error ? error.message : String(error),
        }),
    });
    this.#engine = {
      host: this.host,
      cache: this.cache,
      now: options.now ?? (() => new Date()),
      log: options.log,
      enqueue: (session, kind, namespace, name) => this.#enqueue(session, kind, namespace, name),
      run: (session, kind, namespace, name) =>
        this.#run(session, { cluster: session.uid, kind, namespace, name }),
    };
  }

  /** Resolves when the host is listed. */
  async start(): Promise<void> {
    await this.cache.start();
  }

  async close(): Promise<void> {
    this.cache.stop();
    await this.#queue.close();
  }

  /** The virtual cluster of a pod's address. */
  clusterOfAddress(address: string): string | undefined {
    return this.sources.clusterOf(address);
  }

  /** How many pieces of work wait; for metrics and tests. */
  get backlog(): number {
    return this.#queue.length;
  }

  /** Resolves when nothing waits and nothing is being done. For tests. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Connects a running virtual cluster with the host; rejects while the host cannot be reached. */
  async attach(cluster: Cluster, options: AttachOptions): Promise<Attachment> {
    const place: ClusterPlace = {
      uid: cluster.uid,
      name: options.name,
      namespace: options.namespace,
    };
    const { enabled, mappings } = options.config.fromHost.secrets;
    const mapping = enabled ? secretMapping(mappings.byName, place.namespace) : undefined;
    const advertised = this.#options.advertise?.();
    const infrastructure = await ensureHostInfrastructure(
      this.host,
      this.cache,
      place,
      options.owner,
      advertised,
    );
    const { apiServiceIp, dnsAddress } = infrastructure;
    const facts = { apiServiceIp, ...(dnsAddress === undefined ? {} : { dnsAddress }) };
    await ensureVirtualInfrastructure(cluster.client, facts, advertised);
    await ensureServiceRange(cluster.client, this.host.client, apiServiceIp);
    const session = new Session({
      cluster,
      place,
      owner: options.owner,
      anchor: options.anchor,
      config: options.config,
      facts: { ...facts, domain: this.#options.domain ?? 'cluster.local' },
    });
    await revive(this.#engine, session);
    this.#sessions.set(cluster.uid, session);
    if (mapping) this.#mappings.set(cluster.uid, mapping);
    const unsubscribe = cluster.changes.subscribe((change) =>
      routeVirtual(
        this.#engine,
        session,
        change,
        (namespace, name) => mapping?.toHost(namespace, name) !== undefined,
      ),
    );
    const detach = async () => {
      unsubscribe();
      this.#sessions.delete(cluster.uid);
      this.#mappings.delete(cluster.uid);
      await this.#queue.drop(cluster.uid);
    };
    try {
      await this.#enqueueAll(session, mapping);
    } catch (error) {
      await detach();
      throw error;
    }
    return { apiServiceIp, dnsAddress, detach };
  }

  /** Looks again, a little later, whether what was made on the host for a virtual object is still wanted. */
  checkLater(uid: string, kind: SyncKind, namespace: string, name: string): void {
    if (!this.#sessions.has(uid)) return;
    this.#queue.addAfter({ cluster: uid, kind, namespace, name }, 3_000);
  }

  async #process(key: SyncKey): Promise<WorkResult> {
    const session = this.#sessions.get(key.cluster);
    if (!session) return undefined;
    return this.#run(session, key);
  }

  /** The same piece of work is never done twice at the same time, whoever asks for it. */
  #run(session: Session, key: SyncKey): Promise<WorkResult> {
    const id = idOf(key);
    const before = this.#running.get(id) ?? Promise.resolve();
    const mine = before.then(() => syncs[key.kind](this.#engine, session, key));
    const done = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(id, done);
    void done.then(() => {
      if (this.#running.get(id) === done) this.#running.delete(id);
    });
    return mine;
  }

  #enqueue(session: Session, kind: SyncKind, namespace: string, name: string): void {
    this.#queue.add({ cluster: session.uid, kind, namespace, name });
  }

  /** Everything that either side has, once: what happened while nobody looked is found out here. */
  async #enqueueAll(session: Session, mapping: SecretMapping | undefined): Promise<void> {
    const lists = [
      ['pods', resources.pods],
      ['services', resources.services],
      ['serviceaccounts', resources.serviceaccounts],
      ['persistentvolumeclaims', resources.persistentvolumeclaims],
      ['endpointslices', resources.endpointslices],
      ['storageclasses', resources.storageclasses],
      ['nodes', resources.nodes],
      ['persistentvolumes', resources.persistentvolumes],
    ] as const;
    for (const [kind, resource] of lists) {
      for (const object of await listAll(session.client, resource)) {
        const { namespace = '', name = '' } = object.metadata;
        if (kind === 'pods') notePod(this.#engine, session, namespace, name, object);
        this.#enqueue(session, kind, namespace, name);
      }
    }
    for (const kind of ownedKinds) {
      for (const object of this.cache.of(session.uid, kind))
        this.#enqueueOwned(session, kind, object);
    }
    for (const { metadata } of this.cache.listCommon('storageclasses')) {
      this.#enqueue(session, 'storageclasses', '', metadata.name ?? '');
    }
    if (!mapping) return;
    for (const object of this.cache.hostSecrets().list()) this.#mapSecret(session, mapping, object);
  }

  #onOwned(kind: OwnedKind, cluster: string, change: InformerChange<KubeObject>): void {
    if (kind === 'pods') this.sources.observe(change.object, change.type === 'DELETED');
    const session = this.#sessions.get(cluster);
    if (!session) return;
    this.#enqueueOwned(session, kind, change.object);
    if (kind !== 'pods') return;
    const node: string | undefined = change.object.spec?.nodeName;
    if (node !== undefined && (change.type === 'DELETED' || !session.nodes.has(node))) {
      this.#enqueue(session, 'nodes', '', node);
    }
    this.#flushEarlyEvents(change.object);
  }

  /** The work that a host object of a cluster means, if it is really the one that it says to be. */
  #enqueueOwned(session: Session, kind: OwnedKind, object: KubeObject): void {
    const identity = identityOf(object);
    if (!identity) return;
    const { namespace, name } = identity;
    const tokens = kind === 'secrets' && identity.kind === 'Pod';
    const purpose = tokens ? 'tokens' : '';
    if (hostName(session.uid, namespace, name, purpose) !== object.metadata.name) return;
    this.#enqueue(session, tokens ? 'tokens' : kind, namespace, name);
    if (kind === 'persistentvolumeclaims' && object.spec?.volumeName) {
      this.#enqueue(session, 'persistentvolumes', '', object.spec.volumeName);
    }
  }

  #onCommon(kind: CommonKind, { type, object, previous }: InformerChange<KubeObject>): void {
    const name = object.metadata.name ?? '';
    if (kind === 'persistentvolumes') {
      const claim = object.spec?.claimRef;
      const host = claim && this.cache.get('persistentvolumeclaims', claim.namespace, claim.name);
      const session = this.#sessions.get((host && identityOf(host)?.cluster) ?? '');
      if (session) this.#enqueue(session, kind, '', name);
      return;
    }
    if (kind === 'nodes' && type === 'MODIFIED' && previous && onlyHeartbeat(previous, object))
      return;
    for (const session of this.#sessions.values()) {
      if (kind === 'nodes' && !session.nodes.has(name)) continue;
      this.#enqueue(session, kind, '', name);
    }
  }

  /** Events come on another watch than pods: one that is early waits for its pod. */
  #onEvent(event: KubeObject): void {
    const subject = subjectOf(this.cache, event);
    if (!subject) {
      const { namespace = '', name = '' } = event.involvedObject ?? {};
      if (![...this.#sessions.values()].some(({ place }) => place.namespace === namespace)) return;
      if (this.#earlyEvents.size >= earlyEventLimit) this.#earlyEvents.clear();
      const key = `${namespace}/${name}`;
      this.#earlyEvents.set(key, [...(this.#earlyEvents.get(key) ?? []).slice(-20), event]);
      return;
    }
    const session = this.#sessions.get(identityOf(subject)?.cluster ?? '');
    if (!session) return;
    const name = event.metadata.name ?? '';
    session.events.set(name, event);
    this.#enqueue(session, 'events', '', name);
  }

  #flushEarlyEvents({ metadata }: KubeObject): void {
    const key = `${metadata.namespace}/${metadata.name}`;
    const waiting = this.#earlyEvents.get(key);
    if (!waiting) return;
    this.#earlyEvents.delete(key);
    for (const event of waiting) this.#onEvent(event);
  }

  #onHostSecret({ object }: InformerChange<KubeObject>): void {
    for (const [uid, mapping] of this.#mappings) {
      const session = this.#sessions.get(uid);
      if (session) this.#mapSecret(session, mapping, object);
    }
  }

  #mapSecret(session: Session, mapping: SecretMapping, { metadata }: KubeObject): void {
    if (metadata.namespace !== session.place.namespace) return;
    const target = mapping.toVirtual(metadata.name ?? '');
    if (target) this.#enqueue(session, 'hostsecrets', target.namespace, target.name);
  }
}

function idOf({ cluster, kind, namespace, name }: SyncKey): string {
  return `${cluster}|${kind}|${namespace}|${name}`;
}

function onlyHeartbeat(before: KubeObject, after: KubeObject): boolean {
  return (
    deepEqual(withoutHeartbeats(before.status), withoutHeartbeats(after.status)) &&
    deepEqual(before.spec, after.spec) &&
    deepEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {})
  );
}

export function createSyncer(options: SyncerOptions): Syncer {
  return new Syncer(options);
}
