import { isReason, StatusError } from '@dormice/apimachinery';
import {
  type Cluster,
  createWorkQueue,
  type ObjectChange,
  type WorkQueue,
  type WorkResult,
} from '@dormice/client';
import { recordEvent } from './common/events.ts';
import { resourceByName } from './common/resource-lookup.ts';
import type {
  ClusterFacts,
  Controller,
  ReconcileContext,
  ReconcileKey,
  Watch,
} from './controller.ts';

export interface ControllerEngineOptions {
  controllers: readonly Controller[];
  /** Reconciles at the same time, all clusters together. Default 8. */
  concurrency?: number;
  now?: () => Date;
  log?: ReconcileContext['log'];
}

/** Runs the same controllers for many clusters from one queue in which the clusters take turns. */
export interface ControllerEngine {
  /**
   * Starts the controllers of a cluster; what exists is reconciled in the background. Resolves with the detachment, after
   * which no reconcile of that cluster runs any more.
   */
  attach(cluster: Cluster, facts?: ClusterFacts): Promise<() => Promise<void>>;
  /** Resolves when nothing is to be done at once. For tests. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Objects of a page when a cluster is attached: between pages other clusters get their turn. */
const pageSize = 250;

interface Attached {
  id: string;
  cluster: Cluster;
  facts: ClusterFacts;
  abort: AbortController;
}

type Work = { attached: Attached } & (
  | { kind: 'reconcile'; controller: Controller; key: ReconcileKey }
  | { kind: 'start'; controller: Controller }
  /** Enqueues what exists of a resource. */
  | { kind: 'seed'; at: number; continue?: string }
);

interface Route {
  controller: Controller;
  watch: Watch;
}

export function createControllerEngine(options: ControllerEngineOptions): ControllerEngine {
  return new Engine(options);
}

class Engine implements ControllerEngine {
  readonly #options: ControllerEngineOptions;
  readonly #routes = new Map<string, Route[]>();
  readonly #everything: Route[] = [];
  /** `group/resource` of all first watches. */
  readonly #seeds: string[];
  readonly #queue: WorkQueue<Work>;
  readonly #attached = new Map<string, Attached>();
  #serial = 0;

  constructor(options: ControllerEngineOptions) {
    this.#options = options;
    for (const controller of options.controllers) {
      for (const watch of controller.watches) this.#route({ controller, watch });
    }
    const firsts = options.controllers.flatMap(({ watches: [first] }) =>
      first === undefined || first.resource === '*' ? [] : [`${first.group}/${first.resource}`],
    );
    this.#seeds = [...new Set(firsts)];
    this.#queue = createWorkQueue<Work>({
      process: (work) => this.#process(work),
      concurrency: options.concurrency ?? 8,
      identity: identityOf,
      classOf: (work) => work.attached.id,
      onError: (work, error, failures) => this.#report(work, error, failures),
    });
  }

  #route(route: Route): void {
    const { group, resource } = route.watch;
    if (resource === '*') {
      this.#everything.push(route);
      return;
    }
    const name = `${group}/${resource}`;
    const routes = this.#routes.get(name);
    if (routes) routes.push(route);
    else this.#routes.set(name, [route]);
  }

  async attach(cluster: Cluster, facts: ClusterFacts = {}): Promise<() => Promise<void>> {
    this.#serial += 1;
    const attached: Attached = {
      id: `${cluster.uid}#${this.#serial}`,
      cluster,
      facts,
      abort: new AbortController(),
    };
    this.#attached.set(attached.id, attached);
    const unsubscribe = cluster.changes.subscribe((change) => this.#dispatch(attached, change));
    for (const controller of this.#options.controllers) {
      if (controller.start) this.#queue.add({ kind: 'start', attached, controller });
    }
    if (this.#seeds.length > 0) this.#queue.add({ kind: 'seed', attached, at: 0 });
    return async () => {
      unsubscribe();
      this.#attached.delete(attached.id);
      attached.abort.abort();
      await this.#queue.drop(attached.id);
    };
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async close(): Promise<void> {
    for (const { abort } of this.#attached.values()) abort.abort();
    await this.#queue.close();
  }

  #dispatch(attached: Attached, change: ObjectChange): void {
    const routes = this.#routes.get(`${change.group}/${change.resource}`);
    for (const route of routes ?? []) this.#offer(attached, route, change);
    for (const route of this.#everything) this.#offer(attached, route, change);
  }

  #offer(attached: Attached, { controller, watch }: Route, change: ObjectChange): void {
    try {
      for (const key of watch.keys(change, attached.cluster)) {
        this.#queue.add({ kind: 'reconcile', attached, controller, key });
      }
    } catch (error) {
      this.#log('error', `controller ${controller.name} could not read a change`, {
        cluster: attached.cluster.uid,
        error: String(error),
      });
    }
  }

  async #process(work: Work): Promise<WorkResult> {
    const { attached } = work;
    if (attached.abort.signal.aborted) return undefined;
    try {
      if (work.kind === 'seed') return await this.#seed(work);
      const context = this.#context(attached, work.controller);
      if (work.kind === 'start') {
        await work.controller.start?.(context);
        return undefined;
      }
      return await work.controller.reconcile(work.key, context);
    } catch (error) {
      if (attached.abort.signal.aborted || isHopeless(error)) return undefined;
      throw error;
    }
  }

  async #seed(work: Work & { kind: 'seed' }): Promise<WorkResult> {
    const { attached, at } = work;
    const name = this.#seeds[at];
    if (name === undefined) return undefined;
    const next = await this.#seedPage(attached, name, work.continue);
    this.#queue.add(
      next === undefined
        ? { kind: 'seed', attached, at: at + 1 }
        : { kind: 'seed', attached, at, continue: next },
    );
    return undefined;
  }

  async #seedPage(attached: Attached, name: string, from?: string): Promise<string | undefined> {
    const [group = '', plural = ''] = name.split('/');
    const resource = resourceByName(group, plural);
    if (!resource) throw new Error(`there is no built-in resource ${name} to watch`);
    const page = await attached.cluster.client.list(resource, {
      limit: pageSize,
      signal: attached.abort.signal,
      ...(from === undefined ? {} : { continue: from }),
    });
    const routes = (this.#routes.get(name) ?? []).filter(
      ({ controller, watch }) => controller.watches[0] === watch,
    );
    for (const object of page.items) {
      const change: ObjectChange = {
        type: 'ADDED',
        group,
        resource: plural,
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name ?? '',
        object,
        previous: undefined,
      };
      for (const route of routes) this.#offer(attached, route, change);
    }
    const next = page.metadata.continue;
    return next === '' ? undefined : next;
  }

  #context(attached: Attached, controller: Controller): ReconcileContext {
    const { cluster, facts, abort } = attached;
    const now = this.#options.now ?? (() => new Date());
    const log: ReconcileContext['log'] = (level, message, fields) =>
      this.#log(level, message, { cluster: cluster.uid, controller: controller.name, ...fields });
    return {
      cluster,
      client: cluster.client,
      facts,
      now,
      signal: abort.signal,
      log,
      enqueue: (key) => this.#queue.add({ kind: 'reconcile', attached, controller, key }),
      event: (about, event) =>
        recordEvent(cluster.client, now(), controller.name, about, event).catch((error: unknown) =>
          log('debug', `event ${event.reason} not recorded`, { error: String(error) }),
        ),
    };
  }

  #report(work: Work, error: unknown, failures: number): void {
    const expected = isReason(error, 'Conflict') || failures < 3;
    this.#log(expected ? 'debug' : 'warn', `${describe(work)} failed, it will be tried again`, {
      cluster: work.attached.cluster.uid,
      failures,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  #log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object): void {
    this.#options.log?.(level, message, fields);
  }
}

function identityOf(work: Work): string {
  const { id } = work.attached;
  if (work.kind === 'seed') return `${id}|seed|${work.at}|${work.continue ?? ''}`;
  if (work.kind === 'start') return `${id}|start|${work.controller.name}`;
  const { namespace, name, resource = '' } = work.key;
  return `${id}|${work.controller.name}|${resource}|${namespace}/${name}`;
}

function describe(work: Work): string {
  if (work.kind === 'seed') return 'listing what exists';
  if (work.kind === 'start') return `start of controller ${work.controller.name}`;
  const { namespace, name, resource } = work.key;
  const what = [resource, namespace, name].filter((part) => part !== undefined && part !== '');
  return `controller ${work.controller.name}, ${what.join(' ')}`;
}

/** A namespace that ends takes no new objects: trying again changes nothing. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof StatusError &&
    error.code === 403 &&
    error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
  );
}
