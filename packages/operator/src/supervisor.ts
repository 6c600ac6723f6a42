import type { Duplex } from 'node:stream';
import type { OwnerReference } from '@dormice/apimachinery';
import type { Client, Cluster } from '@dormice/client';
import type { Backend } from '@dormice/gateway';
import type { ControlPlane } from './control-plane.ts';
import { ensureVolumes } from './declared-volumes.ts';
import { goalOf, type Observed, wakesByConnection } from './lifecycle.ts';
import { purge } from './purge.ts';
import { ensureAnchor, removeAnchor } from './run-anchor.ts';
import { isEphemeral, referenceOf, type VirtualCluster } from './virtual-cluster.ts';

/** The parts of Dormice that join a running cluster. */
export interface Companions {
  host: Client;
  /** Starts the controllers of a cluster; returns how to stop them. */
  attachControllers: (cluster: Cluster, object: VirtualCluster) => Promise<() => Promise<void>>;
  /** Starts copying to and from the host; rejects while the host cannot be reached. */
  attachSyncer: (
    cluster: Cluster,
    object: VirtualCluster,
    anchor: OwnerReference,
  ) => Promise<{ apiServiceIp: string; detach: () => Promise<void> }>;
  now: () => Date;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

export interface SupervisorHooks {
  /** The wish to run came from a connection: it is to be recorded on the host. */
  onWakeByConnection: () => void;
  /** Something that the status shows has changed. */
  onChange: () => void;
}

/**
 * One virtual cluster's life: brings it from what it is to what its object says, one step at a time, and serves
 * connections meanwhile. Asleep it is this object and nothing else.
 */
export class Supervisor implements Backend {
  readonly controlPlane: ControlPlane;
  readonly #companions: Companions;
  readonly #hooks: SupervisorHooks;
  #object: VirtualCluster;
  /** Transitions of one cluster never overlap. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A connection wants it to run; the object does not say so yet. */
  #wanted = false;
  #failure: { reason: string; message: string } | undefined;
  #detachControllers: (() => Promise<void>) | undefined;
  #detachSyncer: (() => Promise<void>) | undefined;
  #hostTrouble: string | undefined;
  /** Whether the host is known to have no anchor of an earlier run. */
  #anchorGone = false;
  lastActivity: Date | undefined;
  awakeBecause: string | undefined;

  constructor(
    object: VirtualCluster,
    controlPlane: ControlPlane,
    companions: Companions,
    hooks: SupervisorHooks,
  ) {
    this.#object = object;
    this.controlPlane = controlPlane;
    this.#companions = companions;
    this.#hooks = hooks;
    const seen = object.status?.lastActivity;
    if (seen !== undefined) this.lastActivity = new Date(seen);
  }

  get name(): string {
    return referenceOf(this.#object);
  }

  get object(): VirtualCluster {
    return this.#object;
  }

  /** The newest known object. A wish to run is fulfilled when the object says it. */
  set object(object: VirtualCluster) {
    this.#object = object;
    if (goalOf(object) !== 'Sleep' || !wakesByConnection(object)) this.#wanted = false;
  }

  get state(): Backend['state'] {
    if (!wakesByConnection(this.#object) && this.controlPlane.state !== 'Running') return 'Stopped';
    return this.controlPlane.state;
  }

  get observed(): Observed {
    const { state } = this.controlPlane;
    if (state === 'Running') {
      const synced = this.#detachSyncer !== undefined;
      return {
        state,
        synced,
        ...(this.#hostTrouble === undefined ? {} : { why: this.#hostTrouble }),
      };
    }
    if (this.#failure) return { state: 'Failed', ...this.#failure };
    return state === 'Failed'
      ? { state, reason: 'StartFailed', message: 'The control plane did not start; see the log.' }
      : { state };
  }

  /** Does a connection want it though its object still says sleep? */
  get wanted(): boolean {
    return this.#wanted;
  }

  /** For the gateway: a connection waits. */
  async wake(signal: AbortSignal): Promise<void> {
    if (this.controlPlane.state === 'Running') return;
    if (!wakesByConnection(this.#object)) {
      throw new Error(`${this.name} is stopped; only a person can start it`);
    }
    if (goalOf(this.#object) === 'Sleep' && !this.#wanted) {
      this.#wanted = true;
      this.awakeBecause = 'a connection';
      this.#hooks.onWakeByConnection();
    }
    this.touch('a connection');
    await this.#inTurn(() => this.#run(signal));
  }

  accept(socket: Duplex): void {
    this.controlPlane.accept(socket);
  }

  /** Somebody used it. */
  touch(why: string): void {
    this.lastActivity = this.#companions.now();
    if (this.awakeBecause === undefined) this.awakeBecause = why;
  }

  /** One step towards the goal; throws when the host refuses, and is then called again. */
  converge(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      const goal = this.#wanted ? 'Run' : goalOf(this.#object);
      if (goal === 'Run') {
        await this.#run(signal);
        await this.#join();
      } else {
        await this.#sleep();
      }
    });
  }

  /** Something that it cannot do without is missing; said in its status until a step succeeds. */
  fail(reason: string, message: string): void {
    this.#failure = { reason, message };
  }

  /** Everything of it goes. Afterwards the supervisor is of no more use. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#sleep();
      const keep = this.#object.spec.deletionPolicy === 'Retain' ? 'all' : 'none';
      await purge(this.#companions.host, this.#object, keep);
      await this.controlPlane.destroy();
    });
  }

  /** The process ends: let go of everything, change nothing on the host. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#part());
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(step, step);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (this.controlPlane.state === 'Running') return;
    const { log, now } = this.#companions;
    const started = now().getTime();
    this.#hooks.onChange();
    try {
      await this.controlPlane.wake(signal);
      const { cluster } = this.controlPlane;
      await ensureVolumes(cluster.client, this.#object);
      this.#anchorGone = false;
      this.#failure = undefined;
      this.lastActivity ??= now();
      this.#detachControllers = await this.#companions.attachControllers(cluster, this.#object);
      log('info', 'virtual cluster runs', {
        cluster: this.name,
        milliseconds: now().getTime() - started,
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#failure = { reason: 'StartFailed', message };
      await this.#part();
      throw error;
    } finally {
      this.#hooks.onChange();
    }
  }

  /** Connects the running cluster with the host. */
  async #join(): Promise<void> {
    if (this.#detachSyncer || this.controlPlane.state !== 'Running') return;
    const { host, attachSyncer } = this.#companions;
    try {
      const anchor = await ensureAnchor(host, this.#object);
      const attached = await attachSyncer(this.controlPlane.cluster, this.#object, anchor);
      this.#detachSyncer = attached.detach;
      await this.controlPlane.cover([attached.apiServiceIp]);
      this.#hostTrouble = undefined;
    } catch (error) {
      this.#hostTrouble = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.#hooks.onChange();
    }
  }

  async #sleep(): Promise<void> {
    const ran = this.controlPlane.state === 'Running';
    await this.#part();
    this.awakeBecause = undefined;
    if (!this.#anchorGone) {
      await removeAnchor(this.#companions.host, this.#object);
      if (isEphemeral(this.#object.spec)) {
        await purge(this.#companions.host, this.#object, 'declared');
        await this.controlPlane.discardState();
      }
      this.#anchorGone = true;
    }
    if (ran) {
      this.#companions.log('info', 'virtual cluster sleeps', { cluster: this.name });
      this.#hooks.onChange();
    }
  }

  /** Syncer first (it must not take the pods' end for news), then controllers, then the API. */
  async #part(): Promise<void> {
    const detachSyncer = this.#detachSyncer;
    const detachControllers = this.#detachControllers;
    this.#detachSyncer = undefined;
    this.#detachControllers = undefined;
    await detachSyncer?.();
    await detachControllers?.();
    await this.controlPlane.sleep();
  }
}
