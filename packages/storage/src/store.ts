/** Counts writes of one virtual cluster; starts at 1 and never goes back. Clients see it as `resourceVersion`. */
export type Revision = number;

/**
 * `/<group or core>/<plural>/<namespace or empty>/<name>`; ordered by UTF-16 code unit, as JavaScript's `<` does. Opaque
 * to storage engines.
 */
export type Key = string;

export interface Entry {
  key: Key;
  /** The bytes that clients read. Never mutated after they were handed over. */
  value: Uint8Array;
  /** Revision of the write that made this value. */
  revision: Revision;
}

/** Half-open: `start` ≤ key < `end`. */
export interface Range {
  start: Key;
  end: Key;
}

export interface Page {
  entries: Entry[];
  /** Revision at which the page is consistent. */
  revision: Revision;
  /** The key to continue at; absent on the last page. */
  next?: Key;
  /** Entries after this page, when a limit cut it off. */
  remaining?: number;
}

export interface ListOptions {
  /** Entries at most; 0 or absent: all. */
  limit?: number;
  /** The state as of this revision; default: the newest durable one. */
  at?: Revision;
  /** `false` leaves `remaining` out, which saves counting. Default true. */
  count?: boolean;
}

/** What a list needs to know whether it still has an entry. */
export interface Stamp {
  key: Key;
  revision: Revision;
}

/** A page without values. */
export interface StampPage {
  stamps: Stamp[];
  /** Revision at which the page is consistent. */
  revision: Revision;
  /** The key to continue at; absent on the last page. */
  next?: Key;
  /** Entries after this page, when a limit cut it off. */
  remaining?: number;
}

/** How the values of a joined page are written one after the other. */
export interface JoinOptions {
  /** Entries at most, 1 or more. */
  limit: number;
  /** The state as of this revision; default: the newest durable one. */
  at?: Revision;
  /** Values that begin with `head` begin with `by` instead. */
  replace: { head: Uint8Array; by: Uint8Array };
}

/** A page whose values are one text, with a comma between them. */
export interface JoinedPage {
  /** Empty without entries. */
  bytes: Uint8Array;
  /** How many entries. */
  count: number;
  /** Revision at which the page is consistent. */
  revision: Revision;
  /** The key to continue at; absent when there is nothing more. What follows may turn out to be nothing. */
  next?: Key;
}

/**
 * One key's part of a commit.
 *
 * `expected` is the revision that the key must have now: 0 for "must not exist". `value` is made from the revision that
 * the commit gets (objects carry it inside); `null` deletes. A deletion may give the object's last state in `last`, which
 * watchers get (Kubernetes' DELETED events carry it, with the deletion's own revision inside).
 */
export type Change =
  | { key: Key; expected: Revision; value: (revision: Revision) => Uint8Array }
  | { key: Key; expected: Revision; value: null; last?: (revision: Revision) => Uint8Array };

export interface Event {
  type: 'put' | 'delete';
  key: Key;
  revision: Revision;
  /** The new value; for a deletion the last state. */
  value: Uint8Array;
  /** The value before; absent on creation. */
  previous?: Uint8Array;
}

export type StoreErrorCode =
  /** The key's revision is not the expected one. Rejected only after what it conflicts with is durable. */
  | 'Conflict'
  /** The revision asked for is no longer kept. */
  | 'Compacted'
  /** The revision asked for does not exist yet. */
  | 'Future'
  /** The disk refuses writes (full, read-only, I/O error). Reads go on. */
  | 'WriteFailed'
  /** The store is closed. */
  | 'Closed'
  /** The file is no store, is damaged, or was written by a newer version. Only on opening. */
  | 'Unreadable'
  /** The call itself is wrong: a key twice in one commit, a deletion of what is expected not to exist. */
  | 'Invalid';

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** `Conflict`: the key. `Compacted`: nothing. */
  readonly key: Key | undefined;

  constructor(code: StoreErrorCode, message: string, options?: { key?: Key; cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
    this.key = options?.key;
  }
}

/** Durable, ordered, revisioned keys of one virtual cluster. One writer. */
export interface Store {
  /** Newest durable revision. */
  readonly revision: Revision;
  /** Oldest revision that can be listed at or watched from. */
  readonly compacted: Revision;
  get(key: Key, at?: Revision): Entry | undefined;
  /** Throws `Compacted` or `Future` for `at`. */
  list(range: Range, options?: ListOptions): Page;
  /** `list` without the values. */
  stamps(range: Range, options?: ListOptions): StampPage;
  /** Reads a page of long lists at a fraction of the cost of taking it apart: see `JoinOptions`. Throws as `list`. */
  join(range: Range, options: JoinOptions): JoinedPage;
  /** All or nothing, acknowledged when durable. Several changes share one revision. */
  commit(changes: Change[]): Promise<Revision>;
  /**
   * Events after `after`, in order, without gap, until `signal` aborts or the reader stops. Throws `Compacted` when
   * `after` is no longer kept, also later, when a reader is so slow that its events were compacted.
   */
  watch(range: Range, after: Revision, signal: AbortSignal): AsyncIterable<Event>;
  /** The same, all events that are there at once: for readers who pass them on. Batches are never empty. */
  watchBatches(range: Range, after: Revision, signal: AbortSignal): AsyncIterable<Event[]>;
  /**
   * Called synchronously for each durable event, in order. The listener must not throw. For in-process consumers
   * (watch fan-out, controllers), which keep no queue here. Returns the unsubscription.
   */
  subscribe(listener: (event: Event) => void): () => void;
  compact(before: Revision): Promise<void>;
  /** Waits for pending commits, then lets go of all handles. */
  close(): Promise<void>;
}
