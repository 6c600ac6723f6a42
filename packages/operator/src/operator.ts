import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { isReason } from '@dormice/apimachinery';
import type { ClusterPki } from '@dormice/apiserver';
import {
  createInformer,
  createWorkQueue,
  type Informer,
  resources,
  retryOnConflict,
  type WorkQueue,
} from '@dormice/client';
import type { Store } from '@dormice/storage';
import { EmbeddedControlPlane, type EmbeddedParts } from './embedded-control-plane.ts';
import { Fleet } from './fleet.ts';
import { type EventReason, emit } from './host-events.ts';
import { ensureNamespace, installCrd } from './host-setup.ts';
import { loadIdentity } from './identity.ts';
import { fingerprint, writeIdentity } from './identity-file.ts';
import { isIdle } from './idle.ts';
import { ensureKubeconfigSecret, removeKubeconfigSecret } from './kubeconfig-secret.ts';
import { goalOf } from './lifecycle.ts';
import { certificateSans, serverNameOf } from './names.ts';
import { ensureQuota } from './quota.ts';
import { nextStatus } from './status.ts';
import { type Companions, Supervisor } from './supervisor.ts';
import { finalizer, systemNamespace, type VirtualCluster } from './virtual-cluster.ts';

export interface OperatorOptions extends Companions {
  /** One folder a cluster is made below it. */
  clustersDirectory: string;
  openStore: (file: string) => Promise<Store>;
  /** What the API server of a cluster gets from the syncer. */
  partsFor: (object: VirtualCluster) => EmbeddedParts;
  /** `https://HOST:PORT` by which people reach the gateway. */
  endpoint: () => string;
  /** How many clusters are brought on their way at the same time. */
  concurrency?: number;
  /** How often idle clusters are looked for, milliseconds. */
  idleCheckMs?: number;
}

const defaults = { concurrency: 8, idleCheckMs: 5_000 };
/** A status with fresh activity and usage is written at most so often while nothing else changes. */
const statusRefreshMs = 60_000;

/** Reconciles `VirtualCluster` objects of the host with control planes of this process. */
export class Operator {
  readonly fleet = new Fleet();
  readonly #options: OperatorOptions & typeof defaults;
  readonly #stop = new AbortController();
  readonly #pki = new Map<string, ClusterPki>();
  /** Clusters whose kubeconfig is known to be good. */
  readonly #kubeconfigs = new Set<string>();
  #informer: Informer<VirtualCluster> | undefined;
  #queue: WorkQueue<string> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OperatorOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** Installs the CRD, takes over what the host has, and begins. Resolves when all known clusters are in the fleet. */
  async start(): Promise<void> {
    const { host, concurrency, idleCheckMs } = this.#options;
    await installCrd(host);
    await ensureNamespace(host, systemNamespace);
    this.#queue = createWorkQueue<string>({
      concurrency,
      process: async (uid) => {
        await this.#reconcile(uid);
        return undefined;
      },
      onError: (uid, error) =>
        this.#options.log('warn', 'reconcile failed, will be tried again', {
          cluster: this.fleet.get(uid)?.name ?? uid,
          error: error instanceof Error ? error.message : String(error),
        }),
    });
    this.#informer = createInformer<VirtualCluster>(host, resources.virtualclusters, {
      onError: (error) =>
        this.#options.log('warn', 'watching virtual clusters', { error: String(error) }),
    });
    this.#informer.subscribe((change) => this.#observe(change.type, change.object));
    await this.#informer.synced;
    this.#timer = setInterval(() => this.#judgeIdle(), idleCheckMs);
    this.#timer.unref();
  }

  /** Lets go of all clusters without changing anything on the host. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    this.#informer?.stop();
    await this.#queue?.close();
    await Promise.all([...this.fleet.all()].map((supervisor) => supervisor.close()));
  }

  /** The CA of a running cluster, PEM. */
  caOf(uid: string): string {
    return this.#pki.get(uid)?.ca.certificate ?? '';
  }

  #observe(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: VirtualCluster): void {
    const uid = object.metadata.uid ?? '';
    if (type === 'DELETED') {
      const supervisor = this.fleet.get(uid);
      this.fleet.remove(uid);
      this.#forget(uid);
      supervisor?.close().catch((error: unknown) => this.#logError(supervisor.name, error));
      return;
    }
    const known = this.fleet.get(uid);
    if (known) known.object = object;
    else this.fleet.add(uid, this.#supervise(object));
    const conflicts = this.fleet.claim(uid);
    for (const { serverName, holder } of conflicts) {
      this.#event(
        object,
        'HostnameConflict',
        'Warning',
        `host name ${serverName} belongs to ${holder}; choose another one`,
      );
    }
    this.#queue?.add(uid);
  }

  #forget(uid: string): void {
    this.#pki.delete(uid);
    this.#kubeconfigs.delete(uid);
  }

  #supervise(object: VirtualCluster): Supervisor {
    const uid = object.metadata.uid ?? '';
    const directory = path.join(this.#options.clustersDirectory, uid);
    const { log, now, openStore, partsFor } = this.#options;
    const current = (): VirtualCluster => this.fleet.get(uid)?.object ?? object;
    const controlPlane = new EmbeddedControlPlane({
      uid,
      directory,
      openStore,
      log,
      pki: async () => {
        const pki = await loadIdentity(current(), directory, now);
        this.#pki.set(uid, pki);
        return pki;
      },
      keepPki: async (pki) => {
        await writeIdentity(directory, pki);
        this.#pki.set(uid, pki);
      },
      parts: () => partsFor(current()),
      onActivity: (why) => this.fleet.get(uid)?.touch(why),
    });
    return new Supervisor(object, controlPlane, this.#options, {
      onWakeByConnection: () => this.#queue?.add(uid),
      onChange: () => this.#queue?.add(uid),
    });
  }

  async #reconcile(uid: string): Promise<void> {
    const supervisor = this.fleet.get(uid);
    if (!supervisor) return;
    const { object } = supervisor;
    const goal = goalOf(object);
    if (goal === 'Remove') {
      await this.#remove(uid, supervisor);
      return;
    }
    if (!(object.metadata.finalizers ?? []).includes(finalizer)) {
      supervisor.object = await this.#setFinalizers(object, [
        ...(object.metadata.finalizers ?? []),
        finalizer,
      ]);
    }
    if (supervisor.wanted) await this.#recordWake(supervisor);
    const before = supervisor.observed.state;
    try {
      await this.#ensureIdentity(supervisor);
      await ensureQuota(this.#options.host, supervisor.object);
      await supervisor.converge(this.#stop.signal);
      if (supervisor.controlPlane.state === 'Running') {
        await supervisor.controlPlane.cover(certificateSans(supervisor.object));
      }
    } finally {
      await this.#writeStatus(supervisor);
    }
    const after = supervisor.observed.state;
    if (before !== after && after === 'Sleeping') {
      this.#event(
        supervisor.object,
        'Slept',
        'Normal',
        'Put to sleep; its pods stop, its volumes stay.',
      );
    }
    if (before !== after && after === 'Running') {
      const why = supervisor.awakeBecause;
      this.#event(
        supervisor.object,
        why === undefined ? 'Started' : 'Woken',
        'Normal',
        why === undefined ? 'Started.' : `Woken by ${why}.`,
      );
    }
  }

  /** Keys and kubeconfig exist from the first reconcile on, so that a sleeping cluster can be connected to. */
  async #ensureIdentity(supervisor: Supervisor): Promise<void> {
    const { object } = supervisor;
    const uid = object.metadata.uid ?? '';
    if (this.#kubeconfigs.has(uid)) return;
    const directory = path.join(this.#options.clustersDirectory, uid);
    const pki = await loadIdentity(object, directory, this.#options.now).catch((error: unknown) => {
      supervisor.fail('StateMissing', error instanceof Error ? error.message : String(error));
      throw error;
    });
    await ensureKubeconfigSecret(this.#options.host, object, pki, {
      endpoint: this.#options.endpoint(),
      now: this.#options.now(),
    });
    this.#pki.set(uid, pki);
    this.#kubeconfigs.add(uid);
  }

  async #remove(uid: string, supervisor: Supervisor): Promise<void> {
    const { object } = supervisor;
    await this.#writeStatus(supervisor);
    await supervisor.remove();
    await removeKubeconfigSecret(this.#options.host, object);
    this.#forget(uid);
    const rest = (object.metadata.finalizers ?? []).filter((entry) => entry !== finalizer);
    try {
      await this.#setFinalizers(object, rest);
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
    this.#options.log('info', 'virtual cluster removed', { cluster: supervisor.name });
  }

  #setFinalizers(object: VirtualCluster, finalizers: string[]): Promise<VirtualCluster> {
    return this.#options.host.patch<VirtualCluster>(
      resources.virtualclusters,
      object.metadata.name ?? '',
      { metadata: { finalizers, resourceVersion: object.metadata.resourceVersion } },
      { type: 'merge', namespace: object.metadata.namespace ?? '' },
    );
  }

  /** A connection woke it: from now on the host says so too. */
  async #recordWake(supervisor: Supervisor): Promise<void> {
    supervisor.object = await this.#scale(supervisor.object, 1);
  }

  #scale(object: VirtualCluster, replicas: 0 | 1): Promise<VirtualCluster> {
    return this.#options.host.patch<VirtualCluster>(
      resources.virtualclusters,
      object.metadata.name ?? '',
      { metadata: { uid: object.metadata.uid }, spec: { replicas } },
      { type: 'merge', namespace: object.metadata.namespace ?? '' },
    );
  }

  async #writeStatus(supervisor: Supervisor): Promise<void> {
    const { object } = supervisor;
    const uid = object.metadata.uid ?? '';
    const { name = '', namespace = '' } = object.metadata;
    const pki = this.#pki.get(uid);
    const status = nextStatus(object, {
      observed: supervisor.observed,
      now: this.#options.now(),
      endpoint: this.#options.endpoint(),
      serverName: serverNameOf(name, namespace),
      lastActivity: supervisor.lastActivity,
      awakeBecause: supervisor.awakeBecause,
      identity: pki && fingerprint(pki),
      usage: await supervisor.controlPlane.usage(),
    });
    if (status === undefined) return;
    try {
      supervisor.object = await retryOnConflict(() =>
        this.#options.host.patch<VirtualCluster>(
          resources.virtualclusters,
          name,
          { metadata: { uid }, status: { ...absent(object.status, status), ...status } },
          { type: 'merge', namespace, subresource: 'status' },
        ),
      );
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
  }

  #judgeIdle(): void {
    const now = this.#options.now();
    for (const supervisor of this.fleet.all()) {
      const running = supervisor.controlPlane.state === 'Running';
      if (!running) continue;
      const shown = supervisor.object.status?.lastActivity;
      const stale = supervisor.lastActivity
        ? supervisor.lastActivity.getTime() - (shown === undefined ? 0 : Date.parse(shown))
        : 0;
      if (stale >= statusRefreshMs) this.#queue?.add(supervisor.object.metadata.uid ?? '');
      const inFlight = supervisor.controlPlane.inFlight;
      if (
        !isIdle(supervisor.object, {
          now,
          running,
          inFlight,
          lastActivity: supervisor.lastActivity,
        })
      ) {
        continue;
      }
      if (goalOf(supervisor.object) !== 'Run') continue;
      this.#scale(supervisor.object, 0).then(
        (object) => {
          supervisor.object = object;
          const after = object.spec.sleep?.afterIdle ?? '';
          this.#event(object, 'IdleSleep', 'Normal', `Nobody used it for ${after}.`);
          this.#queue?.add(object.metadata.uid ?? '');
        },
        (error: unknown) => this.#logError(supervisor.name, error),
      );
    }
  }

  #event(
    object: VirtualCluster,
    reason: EventReason,
    type: 'Normal' | 'Warning',
    message: string,
  ): void {
    const { host, now } = this.#options;
    const suffix = randomUUID().slice(0, 13).replace('-', '');
    emit(host, object, { reason, type, message, now: now(), suffix }).catch((error: unknown) =>
      this.#logError(`${object.metadata.namespace}/${object.metadata.name}`, error),
    );
  }

  #logError(cluster: string, error: unknown): void {
    this.#options.log('warn', error instanceof Error ? error.message : String(error), { cluster });
  }
}

/** A merge patch removes what it sets to null: fields that were shown and no longer are. */
function absent(before: object | undefined, next: object): Record<string, null> {
  return Object.fromEntries(
    Object.keys(before ?? {})
      .filter((key) => !(key in next))
      .map((key) => [key, null]),
  );
}
