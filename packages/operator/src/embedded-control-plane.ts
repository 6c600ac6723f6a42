import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import {
  type AdmissionPlugin,
  type ApiServer,
  type ApiServerOptions,
  type ClusterPki,
  createApiServer,
  type Dialer,
  type Extension,
  type PodConnector,
  renewServing,
  servingCovers,
} from '@dormice/apiserver';
import type { Client, Cluster, UserInfo } from '@dormice/client';
import { systemUser } from '@dormice/client';
import type { Store } from '@dormice/storage';
import type { ControlPlane } from './control-plane.ts';

/** What the rest of Dormice gives to an embedded API server. */
export interface EmbeddedParts {
  admission?: AdmissionPlugin[];
  pods?: PodConnector;
  extensions?: Extension[];
  dialer?: Dialer;
  audit?: NonNullable<ApiServerOptions['audit']>;
  authentication?: NonNullable<ApiServerOptions['authentication']>;
  mutatingPolicies?: NonNullable<ApiServerOptions['mutatingPolicies']>;
}

export interface EmbeddedOptions {
  uid: string;
  /** Holds the state file; made when missing. */
  directory: string;
  pki: () => Promise<ClusterPki>;
  openStore: (file: string) => Promise<Store>;
  parts: () => EmbeddedParts;
  onActivity: (why: string) => void;
  /** Keeps a renewed identity. */
  keepPki: (pki: ClusterPki) => Promise<void>;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

const stateFile = 'state.db';

interface Running {
  store: Store;
  api: ApiServer;
  cluster: Cluster;
  pki: ClusterPki;
}

/** The control plane that is data in this process: a store and an API server over it, both only while it runs. */
export class EmbeddedControlPlane implements ControlPlane {
  readonly #options: EmbeddedOptions;
  #running: Running | undefined;
  #waking: Promise<void> | undefined;
  #failed = false;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
  }

  get state(): ControlPlane['state'] {
    if (this.#running) return 'Running';
    if (this.#waking) return 'Waking';
    return this.#failed ? 'Failed' : 'Sleeping';
  }

  wake(_signal: AbortSignal): Promise<void> {
    if (this.#running) return Promise.resolve();
    this.#waking ??= this.#start().finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  async #start(): Promise<void> {
    const { uid, directory, log } = this.#options;
    this.#failed = false;
    let store: Store | undefined;
    try {
      const pki = await this.#options.pki();
      store = await this.#options.openStore(path.join(directory, stateFile));
      const api = createApiServer({
        store,
        pki,
        ...this.#options.parts(),
        onActivity: ({ user, verb, userAgent }) =>
          this.#options.onActivity(`${user.username} (${userAgent.split(' ')[0]}) ${verb}`),
        log,
      });
      await api.bootstrap();
      const client = api.client(systemUser('control-plane'));
      this.#running = { store, api, pki, cluster: { uid, client, changes: api.changes } };
    } catch (error) {
      this.#failed = true;
      await store?.close();
      throw error;
    }
  }

  async sleep(): Promise<void> {
    await this.#waking?.catch(() => undefined);
    const running = this.#running;
    this.#running = undefined;
    this.#failed = false;
    if (!running) return;
    await running.api.close();
    await running.store.close();
  }

  accept(socket: Duplex): void {
    if (!this.#running) {
      socket.destroy();
      return;
    }
    this.#running.api.accept(socket);
  }

  client(user: UserInfo): Client {
    return this.#required().api.client(user);
  }

  get cluster(): Cluster {
    return this.#required().cluster;
  }

  get inFlight(): number {
    return this.#running?.api.activity.inFlight ?? 0;
  }

  async cover(wanted: string[]): Promise<void> {
    const running = this.#required();
    const now = new Date();
    if (servingCovers(running.pki, wanted, now)) return;
    const sans = [...new Set([...running.pki.sans, ...wanted])];
    running.pki = await renewServing(running.pki, sans, now);
    await this.#options.keepPki(running.pki);
    running.api.renew(running.pki);
  }

  async discardState(): Promise<void> {
    const file = path.join(this.#options.directory, stateFile);
    await Promise.all(
      ['', '-wal', '-shm'].map((suffix) => rm(`${file}${suffix}`, { force: true })),
    );
  }

  async destroy(): Promise<void> {
    await rm(this.#options.directory, { recursive: true, force: true });
  }

  async usage(): Promise<{ storageBytes: number; watches: number; connections: number }> {
    const file = path.join(this.#options.directory, stateFile);
    const sizes = await Promise.all(
      [file, `${file}-wal`].map((name) =>
        stat(name).then(
          (found) => found.size,
          () => 0,
        ),
      ),
    );
    const activity = this.#running?.api.activity;
    return {
      storageBytes: sizes.reduce((sum, size) => sum + size, 0),
      watches: activity?.watches ?? 0,
      connections: activity?.connections ?? 0,
    };
  }

  #required(): Running {
    if (!this.#running) throw new Error(`virtual cluster ${this.#options.uid} does not run`);
    return this.#running;
  }
}
