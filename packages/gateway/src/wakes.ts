import type { Backend } from './backend.ts';
import type { GatewayLimits } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Refusal } from './refusal.ts';

interface Wake {
  done: Promise<void>;
  held: number;
}

export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: object,
) => void;

export interface WakesContext {
  limits: GatewayLimits;
  counts: GatewayCounts;
  /** Milliseconds. */
  now: () => number;
  log: Log;
}

/** The wakes under way: one for each backend, however many connections wait for it. */
export class Wakes {
  readonly #limits: GatewayLimits;
  readonly #counts: GatewayCounts;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #perBackend: RateLimiter;
  readonly #perSource: RateLimiter;
  readonly #underWay = new Map<string, Wake>();

  /** `signal` aborts all wakes; a client that leaves does not, since it will come back. */
  constructor({ limits, counts, now, log }: WakesContext, signal: AbortSignal) {
    this.#log = log;
    this.#limits = limits;
    this.#counts = counts;
    this.#signal = signal;
    this.#perBackend = new RateLimiter(limits.wakesPerBackend, now);
    this.#perSource = new RateLimiter(limits.wakesPerSource, now);
  }

  /** Joins the wake of a backend or starts it. The caller calls `leave` when it waits no longer. */
  join(backend: Backend, source: string): { done: Promise<void>; leave: () => void } | Refusal {
    if (this.#counts.held >= this.#limits.maxHeld) return 'held-limit';
    const found = this.#underWay.get(backend.name) ?? this.#start(backend, source);
    if (typeof found === 'string') return found;
    if (found.held >= this.#limits.maxHeldPerBackend) return 'held-limit';
    found.held++;
    this.#counts.held++;
    const leave = () => {
      found.held--;
      this.#counts.held--;
    };
    return { done: found.done, leave };
  }

  #start(backend: Backend, source: string): Wake | Refusal {
    // A wake that somebody else started is joined at no cost.
    const free = backend.state === 'Waking';
    if (!free && !(this.#perSource.take(source) && this.#perBackend.take(backend.name)))
      return 'wake-limit';
    if (!free) this.#counts.wakes++;
    const wake: Wake = { done: this.#wake(backend), held: 0 };
    this.#underWay.set(backend.name, wake);
    return wake;
  }

  async #wake(backend: Backend): Promise<void> {
    try {
      await backend.wake(this.#signal);
    } catch (error) {
      this.#counts.wakeFailures++;
      this.#log('warn', `${backend.name} did not wake: ${String(error)}`, { error });
      throw error;
    } finally {
      this.#underWay.delete(backend.name);
    }
  }
}
