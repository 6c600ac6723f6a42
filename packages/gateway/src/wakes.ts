import type { Backend } from './backend.ts';
import type { GatewayLimits } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Refusal } from './refusal.ts';

interface Wake {
  done: Promise<void>;
  held: number;
}

/** The wakes under way: one for each backend, however many connections wait for it. */
export class Wakes {
  readonly #limits: GatewayLimits;
  readonly #counts: GatewayCounts;
  readonly #signal: AbortSignal;
  readonly #perBackend: RateLimiter;
  readonly #perSource: RateLimiter;
  readonly #underWay = new Map<string, Wake>();

  /** `signal` aborts all wakes; a client that leaves does not, since it will come back. */
  constructor(
    limits: GatewayLimits,
    counts: GatewayCounts,
    now: () => number,
    signal: AbortSignal,
  ) {
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
    this.#counts.wakes++;
    const done = backend.wake(this.#signal).finally(() => this.#underWay.delete(backend.name));
    const wake: Wake = { done, held: 0 };
    this.#underWay.set(backend.name, wake);
    done.catch(() => {
      this.#counts.wakeFailures++;
    });
    return wake;
  }
}
