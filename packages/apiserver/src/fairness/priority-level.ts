import type { LevelConfiguration } from './seats.ts';
import { dealHand } from './shuffle-shard.ts';

/** Why a request got no seat; upstream's words in its metrics. */
export type Rejection = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled';

/** Thrown to a request that gets no seat. */
export class Rejected extends Error {
  readonly why: Rejection;

  constructor(why: Rejection) {
    super(why);
    this.why = why;
  }
}

interface Waiting {
  seats: number;
  start: () => void;
}

interface Queue {
  waiting: Waiting[];
  executing: number;
  /** Virtual time at which its next request would begin, had each queue its fair share: seat-milliseconds. */
  nextStart: number;
}

/** What a request is taken to last until it has ended, milliseconds. */
const estimateMs = 3;

/** Seats that the levels of one server share. */
export interface SeatPool {
  seats: number;
  levels: readonly PriorityLevel[];
}

/**
 * One priority level: seats, and queues for those who find none. Of the queues the one that is furthest behind its fair
 * share goes first, whatever the length of the others. Costs nothing while nobody asks.
 */
export class PriorityLevel {
  configuration: LevelConfiguration;
  seatsInUse = 0;
  executing = 0;
  waiting = 0;
  readonly #pool: SeatPool;
  readonly #clock: () => number;
  readonly #queues = new Map<number, Queue>();
  readonly #active = new Set<Queue>();
  #virtual = 0;

  constructor(configuration: LevelConfiguration, pool: SeatPool, clock: () => number) {
    this.configuration = configuration;
    this.#pool = pool;
    this.#clock = clock;
  }

  /**
   * Gives seats to a request of a flow, at once or when there are some. The result gives them back.
   *
   * @param hash of the flow
   * @param patience waits for the end of the request's patience: resolves with why it is over
   * @throws Rejected
   */
  async enter(
    hash: number,
    seats: number,
    patience: (settled: AbortSignal) => Promise<Rejection>,
  ): Promise<() => void> {
    const { exempt, queuing } = this.configuration;
    if (exempt) return this.#occupy(seats, undefined);
    if (!queuing) {
      if (!this.#hasRoom(seats)) throw new Rejected('concurrency-limit');
      return this.#occupy(seats, undefined);
    }
    const queue = this.#queueOf(hash, queuing);
    if (this.waiting === 0 && this.#hasRoom(seats)) return this.#occupy(seats, queue);
    if (queue.waiting.length >= queuing.lengthLimit) throw new Rejected('queue-full');
    return this.#wait(queue, seats, patience);
  }

  /** Lets go on who waits, as far as there is room. */
  dispatch(): void {
    while (this.waiting > 0) {
      const queue = this.#first();
      const [next] = queue?.waiting ?? [];
      if (!queue || !next || !this.#hasRoom(next.seats)) return;
      this.#leave(queue, next);
      next.start();
    }
  }

  async #wait(
    queue: Queue,
    seats: number,
    patience: (settled: AbortSignal) => Promise<Rejection>,
  ): Promise<() => void> {
    const settled = new AbortController();
    const release = await new Promise<() => void>((resolve, reject) => {
      const waiting: Waiting = {
        seats,
        start: () => resolve(this.#occupy(seats, queue)),
      };
      if (queue.waiting.length === 0 && queue.executing === 0) this.#begin(queue);
      queue.waiting.push(waiting);
      this.#active.add(queue);
      this.waiting += 1;
      void patience(settled.signal).then((why) => {
        if (!queue.waiting.includes(waiting)) return;
        this.#leave(queue, waiting);
        reject(new Rejected(why));
      });
    }).finally(() => settled.abort());
    return release;
  }

  #leave(queue: Queue, waiting: Waiting): void {
    queue.waiting.splice(queue.waiting.indexOf(waiting), 1);
    if (queue.waiting.length === 0) this.#active.delete(queue);
    this.waiting -= 1;
  }

  /** Having been idle is no credit. */
  #begin(queue: Queue): void {
    queue.nextStart = Math.max(queue.nextStart, this.#virtual);
  }

  #occupy(seats: number, queue: Queue | undefined): () => void {
    const since = this.#clock();
    this.seatsInUse += seats;
    this.executing += 1;
    if (queue) {
      if (queue.executing === 0 && queue.waiting.length === 0) this.#begin(queue);
      queue.executing += 1;
      this.#virtual = Math.max(this.#virtual, queue.nextStart);
      queue.nextStart += seats * estimateMs;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.seatsInUse -= seats;
      this.executing -= 1;
      if (queue) {
        queue.executing -= 1;
        queue.nextStart += seats * (this.#clock() - since - estimateMs);
      }
      this.dispatch();
      for (const level of this.#pool.levels) if (level.waiting > 0) level.dispatch();
    };
  }

  /** Own seats first, then those that the others leave: what is theirs alone stays free for them. */
  #hasRoom(seats: number): boolean {
    const { lower, upper } = this.configuration.limits;
    const wanted = this.seatsInUse + seats;
    if (wanted <= lower) return true;
    // A request wider than its level goes alone.
    if (wanted > upper && this.seatsInUse > 0) return false;
    let others = 0;
    for (const level of this.#pool.levels) {
      if (level === this || level.configuration.exempt) continue;
      others += Math.max(level.seatsInUse, level.configuration.limits.lower);
    }
    return wanted + others <= this.#pool.seats || this.seatsInUse === 0;
  }

  /** The shortest queue of the flow's hand. */
  #queueOf(hash: number, { queues, handSize }: { queues: number; handSize: number }): Queue {
    let best: Queue | undefined;
    for (const card of dealHand(hash, queues, handSize)) {
      let queue = this.#queues.get(card);
      if (!queue) {
        queue = { waiting: [], executing: 0, nextStart: 0 };
        this.#queues.set(card, queue);
      }
      if (!best || loadOf(queue) < loadOf(best)) best = queue;
    }
    return best ?? { waiting: [], executing: 0, nextStart: 0 };
  }

  #first(): Queue | undefined {
    let best: Queue | undefined;
    for (const queue of this.#active) {
      if (!best || queue.nextStart < best.nextStart) best = queue;
    }
    return best;
  }
}

const loadOf = ({ waiting, executing }: Queue): number => waiting.length + executing;
