import type { ApiRequest, UserInfo } from '@dormice/client';
import { cacheOf, type ServerContext } from '../context.ts';
import { metricsOf } from '../metrics/cluster-metrics.ts';
import type { RequestInfo } from '../route.ts';
import { flowSchemaPrefix, priorityLevelPrefix } from './flow-objects.ts';
import { distinguisherOf, type FlowSchema, flowSchemasOf, takes } from './flow-schema.ts';
import { PriorityLevel, Rejected, type Rejection, type SeatPool } from './priority-level.ts';
import { levelsOf } from './seats.ts';
import { hashOf } from './shuffle-shard.ts';
import { seatsOf } from './work-estimate.ts';

/** How long a request waits for a seat at most: a quarter of upstream's request timeout of a minute, milliseconds. */
const patienceMs = 15_000;

/** Users that are Dormice's own parts: they keep the cluster going and are not the tenant's load. */
const ownPrefix = 'system:dormice:';

/** Requests that hold a connection rather than a seat. */
const connected = new Set(['attach', 'exec', 'portforward', 'proxy', 'log']);

/** A request that was let in. */
export interface Admitted {
  headers: Record<string, string>;
  /** Gives the seats back; to be called once the answer is made. */
  release(): void;
}

/** Priority and fairness of one virtual cluster, as its FlowSchemas and PriorityLevelConfigurations say. */
export class FlowControl {
  readonly #context: ServerContext;
  readonly #pool: { seats: number; levels: PriorityLevel[] };
  #source: { schemas: unknown; levels: unknown } = { schemas: undefined, levels: undefined };
  #schemas: FlowSchema[] = [];
  #levels = new Map<string, PriorityLevel>();

  constructor(context: ServerContext, seats: number) {
    this.#context = context;
    this.#pool = { seats, levels: [] };
  }

  get levels(): readonly PriorityLevel[] {
    this.#refresh();
    return this.#pool.levels;
  }

  /** @throws TooManyRequests */
  async admit(info: RequestInfo, user: UserInfo, request: ApiRequest): Promise<Admitted> {
    this.#refresh();
    const found = this.#find(info, user);
    if (!found) return { headers: {}, release: () => undefined };
    const { schema, level } = found;
    const headers = {
      'x-kubernetes-pf-flowschema-uid': schema.uid,
      'x-kubernetes-pf-prioritylevel-uid': level.configuration.uid,
    };
    const metrics = metricsOf(this.#context);
    const labelled = (before = '', after = ''): string =>
      metrics.labels.flow(schema.name, level.configuration.name, before, after);
    const labels = labelled();
    const since = performance.now();
    metrics.inQueue.add(labels);
    try {
      const flow = `${schema.name}/${distinguisherOf(schema, info, user)}`;
      const seats = info.isResource ? seatsOf(this.#context, info, request.query) : 1;
      const release = await level.enter(hashOf(flow), seats, (settled) =>
        patienceOf(request, settled),
      );
      const began = performance.now();
      metrics.waits.observe(labelled('execute="true",'), (began - since) / 1000);
      metrics.dispatched.add(labels);
      metrics.executing.add(labels);
      metrics.executingSeats.add(labels, seats);
      const leave = (): void => {
        release();
        metrics.executing.add(labels, -1);
        metrics.executingSeats.add(labels, -seats);
        const seconds = (performance.now() - began) / 1000;
        metrics.executions.observe(labelled('', ',type="regular"'), seconds);
      };
      return { headers, release: leave };
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      metrics.rejected.add(labelled('', `,reason="${error.why}"`));
      metrics.waits.observe(labelled('execute="false",'), (performance.now() - since) / 1000);
      throw new TooManyRequests(headers);
    } finally {
      metrics.inQueue.add(labels, -1);
    }
  }

  #find(info: RequestInfo, user: UserInfo) {
    for (const schema of this.#schemas) {
      if (!takes(schema, info, user)) continue;
      const level = this.#levels.get(schema.level) ?? this.#levels.get('catch-all');
      return level && { schema, level };
    }
    return undefined;
  }

  /** Reads the objects again when they changed. Levels keep who is in them. */
  #refresh(): void {
    const { objects } = this.#context;
    const source = {
      schemas: objects.list(flowSchemaPrefix),
      levels: objects.list(priorityLevelPrefix),
    };
    if (source.schemas === this.#source.schemas && source.levels === this.#source.levels) return;
    this.#source = source;
    const levels = new Map<string, PriorityLevel>();
    const pool: SeatPool = this.#pool;
    for (const configuration of levelsOf(source.levels, pool.seats)) {
      const level =
        this.#levels.get(configuration.name) ??
        new PriorityLevel(configuration, pool, () => performance.now());
      level.configuration = configuration;
      levels.set(configuration.name, level);
    }
    // A level that is gone still serves those who wait in it.
    const draining = this.#pool.levels.filter(
      (level) => !levels.has(level.configuration.name) && level.executing + level.waiting > 0,
    );
    this.#levels = levels;
    this.#pool.levels = [...levels.values(), ...draining];
    // A schema whose level does not exist takes nothing.
    this.#schemas = flowSchemasOf(source.schemas).filter(({ level }) => levels.has(level));
  }
}

/** Upstream's answer to who gets no seat is plain text. */
export class TooManyRequests extends Error {
  readonly headers: Record<string, string>;

  constructor(headers: Record<string, string>) {
    super('Too many requests, please try again later.');
    this.headers = headers;
  }
}

const key = Symbol('flow control');

export const flowControlOf = (context: ServerContext): FlowControl =>
  cacheOf(context, key, () => new FlowControl(context, context.limits.seats));

/** Is it a request that priority and fairness are for? */
export function isControlled(info: RequestInfo, user: UserInfo): boolean {
  if (user.username.startsWith(ownPrefix)) return false;
  return !(info.isResource && connected.has(info.subresource));
}

function patienceOf({ signal }: ApiRequest, settled: AbortSignal): Promise<Rejection> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('time-out'), patienceMs);
    const leave = (): void => resolve('cancelled');
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted) leave();
    settled.addEventListener('abort', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    });
  });
}
