/** What a unit of work asks for when it went well: nothing, or to be done again later. */
export type WorkResult = { after: number } | undefined;

export interface WorkQueueOptions<K> {
  process: (key: K) => Promise<WorkResult>;
  /** Default 4. */
  concurrency?: number;
  /** Keys that mean the same are one; default: the key itself (strings). */
  identity?: (key: K) => string;
  /** Keys of one class (a cluster) wait for each other's turn, so that no class starves another. Default: one class. */
  classOf?: (key: K) => string;
  /** First delay after a failure, milliseconds. Default 5 (client-go's). */
  base?: number;
  /** Longest delay, milliseconds. Default 30,000: a host that is back should be noticed soon. */
  cap?: number;
  onError?: (key: K, error: unknown, failures: number) => void;
  random?: () => number;
}

/**
 * Keys to be worked on: each at most once in the queue and never twice at the same time; one that is added while it is
 * worked on comes again. Failures back off per key. One timer for all delays, none while nothing waits.
 */
export interface WorkQueue<K> {
  add(key: K): void;
  /** Not before so many milliseconds; a sooner wish wins. */
  addAfter(key: K, milliseconds: number): void;
  /** Forgets all waiting keys of a class, and resolves when none of it is being worked on. */
  drop(classOf: string): Promise<void>;
  /** Resolves when nothing waits (delayed keys not counted) and nothing is worked on. For tests and shutdown. */
  idle(): Promise<void>;
  readonly length: number;
  /** Takes no more; resolves when the work in progress has ended. */
  close(): Promise<void>;
}

export function createWorkQueue<K>(options: WorkQueueOptions<K>): WorkQueue<K> {
  return new FairQueue(options);
}

interface Item<K> {
  key: K;
  id: string;
  class: string;
}

class FairQueue<K> implements WorkQueue<K> {
  readonly #options: Required<Omit<WorkQueueOptions<K>, 'onError'>> &
    Pick<WorkQueueOptions<K>, 'onError'>;
  /** Waiting keys by class; classes take turns in map order. */
  readonly #waiting = new Map<string, Map<string, Item<K>>>();
  readonly #working = new Map<string, Item<K>>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, { class: string; count: number }>();
  readonly #delayed = new Map<string, { item: Item<K>; at: number }>();
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;
  #scheduled = false;

  constructor(options: WorkQueueOptions<K>) {
    this.#options = {
      concurrency: 4,
      identity: String,
      classOf: () => '',
      base: 5,
      cap: 30_000,
      random: Math.random,
      ...options,
    };
  }

  get length(): number {
    let total = 0;
    for (const keys of this.#waiting.values()) total += keys.size;
    return total;
  }

  add(key: K): void {
    this.#enqueue(this.#item(key));
  }

  addAfter(key: K, milliseconds: number): void {
    if (this.#closed) return;
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    const item = this.#item(key);
    const at = Date.now() + milliseconds;
    const known = this.#delayed.get(item.id);
    if (known && known.at <= at) return;
    this.#delayed.set(item.id, { item, at });
    if (at < this.#timerAt) this.#arm(at);
  }

  async drop(name: string): Promise<void> {
    this.#waiting.delete(name);
    for (const [id, { item }] of this.#delayed) if (item.class === name) this.#delayed.delete(id);
    const mine = () => [...this.#working.values()].filter((item) => item.class === name);
    for (const item of mine()) this.#again.delete(item.id);
    await this.#until(() => mine().length === 0);
    // What was being worked on may have asked for more.
    this.#waiting.delete(name);
    for (const [id, { item }] of this.#delayed) if (item.class === name) this.#delayed.delete(id);
    for (const [id, { class: of }] of this.#failures) if (of === name) this.#failures.delete(id);
  }

  idle(): Promise<void> {
    return this.#until(() => this.#working.size === 0 && this.#waiting.size === 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting.clear();
    this.#delayed.clear();
    this.#again.clear();
    await this.#until(() => this.#working.size === 0);
  }

  #item(key: K): Item<K> {
    return { key, id: this.#options.identity(key), class: this.#options.classOf(key) };
  }

  #enqueue(item: Item<K>): void {
    if (this.#closed) return;
    this.#delayed.delete(item.id);
    if (this.#working.has(item.id)) {
      this.#again.add(item.id);
      return;
    }
    let keys = this.#waiting.get(item.class);
    if (!keys) {
      keys = new Map();
      this.#waiting.set(item.class, keys);
    }
    keys.set(item.id, item);
    this.#schedule();
  }

  /** The next key of the class whose turn it is; the class then goes to the end of the line. */
  #next(): Item<K> | undefined {
    for (const [name, keys] of this.#waiting) {
      this.#waiting.delete(name);
      for (const [id, item] of keys) {
        keys.delete(id);
        if (keys.size > 0) this.#waiting.set(name, keys);
        return item;
      }
    }
    return undefined;
  }

  /** Not at once: work that never waits would keep the process from everything else. */
  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#closed && this.#working.size < this.#options.concurrency) {
      const item = this.#next();
      if (!item) return;
      this.#working.set(item.id, item);
      void this.#work(item);
    }
  }

  async #work(item: Item<K>): Promise<void> {
    try {
      const result = await this.#options.process(item.key);
      this.#failures.delete(item.id);
      if (result) this.addAfter(item.key, result.after);
    } catch (error) {
      const failures = (this.#failures.get(item.id)?.count ?? 0) + 1;
      this.#failures.set(item.id, { class: item.class, count: failures });
      this.#options.onError?.(item.key, error, failures);
      this.addAfter(item.key, this.#delay(failures));
    } finally {
      this.#working.delete(item.id);
      if (this.#again.delete(item.id)) this.#enqueue(item);
      this.#schedule();
      for (const listener of this.#listeners) listener();
    }
  }

  /** Doubles from base to cap, spread by ±20 % so that what failed together does not come back together. */
  #delay(failures: number): number {
    const { base, cap, random } = this.#options;
    return Math.min(cap, base * 2 ** Math.min(failures - 1, 30)) * (0.8 + 0.4 * random());
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => this.#ring(),
      Math.max(0, Math.min(at - Date.now(), 2 ** 31 - 1)),
    );
    this.#timer.unref();
  }

  #ring(): void {
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { item, at } of [...this.#delayed.values()]) {
      if (at <= now) this.#enqueue(item);
      else next = Math.min(next, at);
    }
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next);
  }

  #until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#listeners.delete(check);
        resolve();
      };
      this.#listeners.add(check);
    });
  }
}
