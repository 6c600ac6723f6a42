import type { Engine, Step, Version, Write } from './engine.ts';
import { joinEntries } from './join.ts';
import { readPage } from './page.ts';
import { Pending } from './pending.ts';
import { positionOf } from './position.ts';
import type {
  Change,
  Entry,
  Event,
  JoinedPage,
  JoinOptions,
  Key,
  ListOptions,
  Page,
  Range,
  Revision,
  StampPage,
  Store,
  StoreError,
} from './store.ts';
import { closed, compacted, conflict, future, writeFailed } from './store-error.ts';
import { eachEvent, watchLog } from './watch-log.ts';
import { assertWellFormed } from './well-formed.ts';

interface Queued {
  write: Write;
  resolve: (revision: Revision) => void;
  reject: (error: StoreError) => void;
}

export interface LogStoreOptions {
  engine: Engine;
  /** Where the engine stands on opening. */
  revision: Revision;
  compacted: Revision;
  /** Revisions to keep at least before the newest; with a quarter more than that, the oldest are compacted. */
  keepRevisions: number;
  /** Called after each durable batch. */
  onWritten?: () => void;
  onClosed?: () => void;
}

type CommitListener = (revision: Revision, events: Event[]) => void;

/**
 * A `Store` over an engine: assigns revisions in memory, checks each commit against the writes that are on their way,
 * groups what arrives while one batch is being written, and tells listeners once a batch is durable.
 *
 * When a batch fails, what came after it fails too, since it was checked against state that never came to be. The
 * revisions of failed writes are not used again.
 */
export class LogStore implements Store {
  readonly #options: LogStoreOptions;
  readonly #engine: Engine;
  readonly #pending = new Pending();
  readonly #subscribers = new Set<(event: Event) => void>();
  readonly #commitListeners = new Set<CommitListener>();
  #queue: Queued[] = [];
  #writing: Promise<void> | undefined;
  #assigned: Revision;
  #revision: Revision;
  #compacted: Revision;
  #compacting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(options: LogStoreOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#assigned = options.revision;
    this.#revision = options.revision;
    this.#compacted = options.compacted;
  }

  get revision(): Revision {
    return this.#revision;
  }

  get compacted(): Revision {
    return this.#compacted;
  }

  get(key: Key, at?: Revision): Entry | undefined {
    this.#assertOpen();
    if (at === undefined || at === this.#revision) {
      const pending = this.#pending.get(key);
      const found = pending ? pending.durable : this.#engine.read(key);
      return found && { key, value: found.value, revision: found.revision };
    }
    return this.list({ start: key, end: `${key}\0` }, { at }).entries[0];
  }

  list(range: Range, options: ListOptions = {}): Page {
    this.#assertOpen();
    const { limit = 0, at = this.#revision, count = true } = options;
    this.assertReadable(at);
    return this.#engine.snapshot(() => {
      const corrections =
        at === this.#revision ? this.#pending.durable(range) : this.#engine.before(range, at);
      return readPage(this.#engine, range, at, corrections, { limit, count });
    });
  }

  stamps(range: Range, options: ListOptions = {}): StampPage {
    this.#assertOpen();
    const { limit = 0, at = this.#revision, count = true } = options;
    this.assertReadable(at);
    if (at !== this.#revision || this.#pending.touches(range) || !this.#engine.stamps) {
      const { entries: stamps, ...page } = this.list(range, options);
      return { stamps, ...page };
    }
    const wanted = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    const found = this.#engine.stamps(range, wanted + 1);
    const start = found[wanted]?.key;
    if (start === undefined) return { stamps: found, revision: at };
    const remaining = count ? this.#engine.count({ start, end: range.end }) : undefined;
    return {
      stamps: found.slice(0, wanted),
      revision: at,
      next: start,
      ...(remaining === undefined ? {} : { remaining }),
    };
  }

  join(range: Range, { limit, at = this.#revision, replace }: JoinOptions): JoinedPage {
    this.#assertOpen();
    this.assertReadable(at);
    const direct = at === this.#revision && !this.#pending.touches(range);
    const { bytes, count, last } =
      direct && this.#engine.join
        ? this.#engine.join(range, limit, replace)
        : joinEntries(this.list(range, { limit, at, count: false }).entries, replace);
    const more = count === limit && last !== undefined;
    return { bytes, count, revision: at, ...(more ? { next: `${last}\0` } : {}) };
  }

  commit(changes: Change[]): Promise<Revision> {
    return new Promise((resolve, reject) => {
      this.#assertAccepting();
      assertWellFormed(changes);
      if (changes.length === 0) {
        resolve(this.#revision);
        return;
      }
      const newest = changes.map(({ key }) => this.#newest(key));
      const settledConflict = this.#check(changes, newest);
      if (settledConflict) {
        settledConflict.then(reject, reject);
        return;
      }
      const write = this.#build(changes, newest);
      this.#assigned = write.revision;
      const settled = new Promise<Revision>((done, failed) => {
        this.#queue.push({ write, resolve: done, reject: failed });
      });
      this.#pending.add(write, newest, settled);
      settled.then(resolve, reject);
      this.#flush();
    });
  }

  watch(range: Range, after: Revision, signal: AbortSignal): AsyncIterable<Event> {
    return eachEvent(this.watchBatches(range, after, signal), signal);
  }

  watchBatches(range: Range, after: Revision, signal: AbortSignal): AsyncIterable<Event[]> {
    return watchLog(
      {
        store: this,
        history: (...query) => this.#engine.history(...query),
        onCommit: (listener) => {
          this.#commitListeners.add(listener);
          return () => this.#commitListeners.delete(listener);
        },
      },
      range,
      after,
      signal,
    );
  }

  subscribe(listener: (event: Event) => void): () => void {
    // Wrapped, so that a function subscribed twice is called twice and unsubscribed once.
    const own = (event: Event) => listener(event);
    this.#subscribers.add(own);
    return () => this.#subscribers.delete(own);
  }

  async compact(before: Revision): Promise<void> {
    this.#assertAccepting();
    if (before > this.#revision) throw future(before, this.#revision);
    if (before <= this.#compacted) return this.#compacting;
    this.#compacted = before;
    const earlier = this.#compacting?.catch(() => undefined);
    const work = Promise.resolve(earlier).then(() => this.#engine.compact(before));
    this.#compacting = work;
    try {
      await work;
    } catch (error) {
      throw writeFailed(error);
    } finally {
      if (this.#compacting === work) this.#compacting = undefined;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#compacting?.catch(() => undefined);
    this.#closed = true;
    for (const listener of this.#commitListeners) listener(this.#revision, []);
    await this.#engine.close();
    this.#options.onClosed?.();
  }

  /** Throws `Closed`, `Future` or `Compacted` unless the state as of `at` can be read. */
  assertReadable(at: Revision): void {
    if (this.#closed) throw closed();
    if (at > this.#revision) throw future(at, this.#revision);
    if (at < this.#compacted) throw compacted(at, this.#compacted);
  }

  #assertOpen(): void {
    if (this.#closed) throw closed();
  }

  #assertAccepting(): void {
    if (this.#closing) throw closed();
  }

  /** A promise of the conflict, if there is one: it resolves when what the commit conflicts with is durable. */
  #check(
    changes: Change[],
    newest: readonly (Version | undefined)[],
  ): Promise<StoreError> | undefined {
    for (const [index, { key, expected }] of changes.entries()) {
      const actual = newest[index]?.revision ?? 0;
      if (actual === expected) continue;
      const error = conflict(key, expected, actual);
      return (this.#pending.get(key)?.settled ?? Promise.resolve()).then(() => error);
    }
    return undefined;
  }

  #build(changes: Change[], found: readonly (Version | undefined)[]): Write {
    const revision = this.#assigned + 1;
    const steps = changes.map((change, index): Step => {
      const { key } = change;
      const newest = found[index];
      const previous = newest && { position: newest.position, value: newest.value };
      if (change.value !== null)
        return { type: 'put', key, value: change.value(revision), previous };
      const last = change.last?.(revision) ?? newest?.value ?? new Uint8Array();
      return { type: 'delete', key, value: last, previous };
    });
    return { revision, steps };
  }

  #newest(key: Key): Version | undefined {
    const pending = this.#pending.get(key);
    return pending ? pending.newest : this.#engine.read(key);
  }

  #flush(): void {
    if (this.#writing || this.#queue.length === 0) return;
    // One turn later, so that commits made in the same turn share a batch.
    this.#writing = Promise.resolve().then(async () => {
      const batch = this.#queue;
      this.#queue = [];
      const failure = await this.#write(batch.map(({ write }) => write));
      if (failure) this.#fail(batch, failure);
      else this.#acknowledge(batch);
      this.#writing = undefined;
      this.#flush();
    });
  }

  async #write(writes: Write[]): Promise<StoreError | undefined> {
    try {
      await this.#engine.write(writes, this.#revision);
      return undefined;
    } catch (error) {
      return this.#isDurable(writes.at(-1)) ? undefined : writeFailed(error);
    }
  }

  /** Whether the log holds a write after all: its answer may have been lost with the thread that wrote it. */
  #isDurable(write: Write | undefined): boolean {
    const step = write?.steps.at(-1);
    if (!write || !step) return false;
    try {
      const position = positionOf(write.revision, write.steps.length - 1);
      const range = { start: step.key, end: `${step.key}\0` };
      const [found] = this.#engine.history(range, position - 1, position, 1);
      return found?.event.type === step.type && sameBytes(found.event.value, step.value);
    } catch {
      return false;
    }
  }

  #fail(batch: Queued[], error: StoreError): void {
    const failed = [...batch, ...this.#queue];
    this.#queue = [];
    this.#pending.clear();
    for (const { reject } of failed) reject(error);
  }

  #acknowledge(batch: Queued[]): void {
    for (const { write, resolve } of batch) {
      this.#revision = write.revision;
      this.#pending.acknowledge(write);
      const events = write.steps.map((step): Event => {
        const event: Event = {
          type: step.type,
          key: step.key,
          revision: write.revision,
          value: step.value,
        };
        if (step.previous) event.previous = step.previous.value;
        return event;
      });
      for (const event of events) for (const listener of this.#subscribers) call(listener, event);
      for (const listener of this.#commitListeners) listener(write.revision, events);
      resolve(write.revision);
    }
    this.#options.onWritten?.();
    this.#compactSurplus();
  }

  #compactSurplus(): void {
    const keep = this.#options.keepRevisions;
    if (this.#compacting || this.#closing || this.#revision - this.#compacted <= keep * 1.25)
      return;
    // A failure shows in the next write too, and the next batch tries again.
    this.compact(this.#revision - keep).catch(() => undefined);
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** A listener that throws is a bug of its own, which must not stop the others: it surfaces as an uncaught exception. */
function call(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
