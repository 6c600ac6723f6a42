import type { Position } from './position.ts';
import type { Entry, Event, JoinOptions, Key, Range, Revision, Stamp } from './store.ts';

/** One key's part of a `Write`, checked and with its bytes made. */
export interface Step {
  type: 'put' | 'delete';
  key: Key;
  /** The new value; for a deletion the last state. */
  value: Uint8Array;
  /** The version that this step replaces. */
  previous: { position: Position; value: Uint8Array } | undefined;
}

/** Values with commas between them. */
export interface Joined {
  bytes: Uint8Array;
  count: number;
  /** The last entry's key; absent without entries. */
  last?: Key;
}

/** One commit on its way to the disk. The step at index i has the position `positionOf(revision, i)`. */
export interface Write {
  revision: Revision;
  steps: Step[];
}

/** An entry with its place in the history. */
export interface Version extends Entry {
  position: Position;
}

export interface HistoryEvent {
  position: Position;
  event: Event;
}

/**
 * What a storage engine does for a `LogStore`: dumb reads and one atomic write at a time.
 *
 * Reads may run ahead: they may see a write whose promise has not resolved yet, but only when it is durable. The log
 * store corrects for that, since it knows what is on its way.
 */
export interface Engine {
  read(key: Key): Version | undefined;
  /** In key order, `limit` at most. */
  scan(range: Range, limit: number): Version[];
  /** `scan` without the values. Absent where that is no cheaper. */
  stamps?(range: Range, limit: number): Stamp[];
  /** `scan`, joined by the engine itself. Absent where that is no cheaper than doing it with what `scan` gives. */
  join?(range: Range, limit: number, replace: JoinOptions['replace']): Joined;
  count(range: Range): number;
  exists(key: Key): boolean;
  /** For each key that changed after `revision`: reads what it was then; `undefined` where it did not exist. */
  before(range: Range, revision: Revision): Map<Key, (() => Version) | undefined>;
  /** Changes with `after` < position ≤ `upTo`, in order, `limit` at most. */
  history(range: Range, after: Position, upTo: Position, limit: number): HistoryEvent[];
  /** Runs several reads on one consistent state. */
  snapshot<T>(read: () => T): T;
  /**
   * All or nothing, in order; called only after the one before has settled. Resolves when durable. `base` is the newest
   * durable revision: an engine that finds another one has a second writer, and refuses.
   */
  write(writes: Write[], base: Revision): Promise<void>;
  /** Forgets what only readers of revisions before `before` need. */
  compact(before: Revision): Promise<void>;
  close(): Promise<void>;
}
