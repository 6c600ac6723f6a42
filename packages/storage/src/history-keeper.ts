import type { Revision, Store } from './store.ts';

type Kept = Pick<Store, 'revision' | 'compacted' | 'compact'>;

/**
 * Compacts what is older than a while, for all stores with one timer.
 *
 * Each sweep compacts a store up to where it stood at the sweep before, so history lives one to two intervals. A store
 * without newer history is forgotten until it is written again. Same rule as kube-apiserver's compactor.
 */
export class HistoryKeeper {
  readonly #interval: number;
  readonly #seen = new Map<Kept, Revision>();
  #timer: NodeJS.Timeout | undefined;

  /** `interval`: milliseconds. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  written(store: Kept): void {
    if (this.#seen.has(store)) return;
    this.#seen.set(store, store.compacted);
    this.#timer ??= setInterval(() => this.sweep(), this.#interval).unref();
  }

  forget(store: Kept): void {
    this.#seen.delete(store);
    this.#rest();
  }

  sweep(): void {
    for (const [store, before] of this.#seen) {
      // A failure (disk full) leaves history in the file, which the next compaction takes along.
      if (before > store.compacted) store.compact(before).catch(() => undefined);
      if (store.compacted === store.revision) this.#seen.delete(store);
      else this.#seen.set(store, store.revision);
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#seen.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
