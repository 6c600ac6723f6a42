import SortedTree from 'sorted-btree';
import type { Engine, HistoryEvent, Version, Write } from './engine.ts';
import { endOf, type Position, positionOf } from './position.ts';
import { inRange } from './range.ts';
import type { Event, Key, Range, Revision } from './store.ts';

interface Logged extends HistoryEvent {
  previous: Version | undefined;
}

// The package is CommonJS: its class is the default export's property when imported from an ES module.
const Tree = SortedTree.default ?? SortedTree;

const byCodeUnit = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0);

/** State in a sorted tree, history in an array that compaction shortens. Durable the moment it is written. */
export class MemoryEngine implements Engine {
  readonly #tree = new Tree<Key, Version>(undefined, byCodeUnit);
  #log: Logged[] = [];

  read(key: Key): Version | undefined {
    return this.#tree.get(key);
  }

  scan(range: Range, limit: number): Version[] {
    const found: Version[] = [];
    this.#tree.forRange(range.start, range.end, false, (_key, version) => {
      if (found.length >= limit) return { break: true };
      found.push(version);
      return undefined;
    });
    return found;
  }

  count(range: Range): number {
    return this.#tree.forRange(range.start, range.end, false);
  }

  exists(key: Key): boolean {
    return this.#tree.has(key);
  }

  before(range: Range, revision: Revision): Map<Key, (() => Version) | undefined> {
    const found = new Map<Key, (() => Version) | undefined>();
    for (let index = this.#after(endOf(revision)); index < this.#log.length; index++) {
      const logged = this.#log[index];
      if (!logged || !inRange(range, logged.event.key) || found.has(logged.event.key)) continue;
      const { previous } = logged;
      found.set(logged.event.key, previous && (() => previous));
    }
    return found;
  }

  history(range: Range, after: Position, upTo: Position, limit: number): HistoryEvent[] {
    const found: HistoryEvent[] = [];
    for (let index = this.#after(after); index < this.#log.length; index++) {
      const logged = this.#log[index];
      if (!logged || logged.position > upTo || found.length >= limit) break;
      if (inRange(range, logged.event.key)) found.push(logged);
    }
    return found;
  }

  snapshot<T>(read: () => T): T {
    return read();
  }

  async write(writes: Write[]): Promise<void> {
    for (const { revision, steps } of writes) {
      steps.forEach(({ type, key, value }, index) => {
        const position = positionOf(revision, index);
        const previous = this.#tree.get(key);
        const event: Event = { type, key, revision, value };
        if (previous) event.previous = previous.value;
        this.#log.push({ position, event, previous });
        if (type === 'put') this.#tree.set(key, { key, value, revision, position });
        else this.#tree.delete(key);
      });
    }
  }

  async compact(before: Revision): Promise<void> {
    this.#log = this.#log.slice(this.#after(endOf(before)));
  }

  async close(): Promise<void> {
    this.#tree.clear();
    this.#log = [];
  }

  /** Index of the first logged change after a position. */
  #after(position: Position): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
