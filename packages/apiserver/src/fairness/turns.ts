/** Something that has a share of the process: a virtual cluster. */
export type Tenant = object;

interface Queue {
  /** Milliseconds of the event loop that its slices have taken, as if it had been there from the start. */
  used: number;
  waiting: (() => void)[];
}

/**
 * Shares the event loop between tenants: long work is done in slices, one slice a turn of the loop, and the next slice is
 * that of the tenant which has had the least time. What is short waits for one slice of somebody else at most.
 *
 * Nothing is kept for a tenant that waits for no slice.
 */
export class Turns {
  readonly #queues = new Map<Tenant, Queue>();
  readonly #clock: () => number;
  readonly #later: (run: () => void) => void;
  #scheduled = false;
  #running: { queue: Queue; since: number } | undefined;
  /** Time that the tenant served last had had; who comes anew starts there, so that having been idle is no credit. */
  #virtual = 0;

  constructor(
    clock: () => number = () => performance.now(),
    later: (run: () => void) => void = (run) => void setImmediate(run),
  ) {
    this.#clock = clock;
    this.#later = later;
  }

  /** Resolves when it is this tenant's turn: what follows is its slice, up to the next `await`. */
  take(tenant: Tenant): Promise<void> {
    return new Promise((resolve) => {
      let queue = this.#queues.get(tenant);
      if (!queue) {
        queue = { used: this.#virtual, waiting: [] };
        this.#queues.set(tenant, queue);
      }
      queue.waiting.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => this.#next());
  }

  #next(): void {
    this.#scheduled = false;
    this.#charge();
    const [tenant, queue] = this.#least() ?? [];
    if (!tenant || !queue) return;
    this.#virtual = Math.max(this.#virtual, queue.used);
    this.#running = { queue, since: this.#clock() };
    queue.waiting.shift()?.();
    this.#schedule();
  }

  /** The slice that ran since the last turn is paid; tenants without work are forgotten. */
  #charge(): void {
    if (!this.#running) return;
    const { queue, since } = this.#running;
    queue.used += this.#clock() - since;
    this.#running = undefined;
    for (const [tenant, one] of this.#queues) {
      if (one.waiting.length === 0) this.#queues.delete(tenant);
    }
  }

  #least(): [Tenant, Queue] | undefined {
    let best: [Tenant, Queue] | undefined;
    for (const entry of this.#queues) {
      if (entry[1].waiting.length === 0) continue;
      if (!best || entry[1].used < best[1].used) best = entry;
    }
    return best;
  }
}

/** One event loop, one order of turns: all virtual clusters of the process share it. */
const turns = new Turns();

/**
 * How long a slice may be, milliseconds. A short request of another tenant passes the loop about six times on its way and
 * may wait for a slice each time; a shorter one would be spent on turning round.
 */
const sliceMs = 0.3;

/** Long work of one request in slices. */
export class Slices {
  readonly #tenant: Tenant;
  #since = performance.now();

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  /** Waits for the next turn when this slice has been long enough; otherwise `undefined`, which costs no turn. */
  rest(): Promise<void> | undefined {
    return performance.now() - this.#since < sliceMs ? undefined : this.#turn();
  }

  async #turn(): Promise<void> {
    await turns.take(this.#tenant);
    this.#since = performance.now();
  }
}
