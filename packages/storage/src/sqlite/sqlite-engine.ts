import type { Engine, HistoryEvent, Joined, Version, Write } from '../engine.ts';
import type { Position } from '../position.ts';
import {
  type JoinOptions,
  type Key,
  type Range,
  type Revision,
  type Stamp,
  StoreError,
} from '../store.ts';
import type { HandleOwner } from './handles.ts';
import { pack } from './pack.ts';
import { Reader } from './reader.ts';
import { explainSqlite } from './sqlite-error.ts';
import type { SqliteWriter } from './writer.ts';

/** Reads with a connection of its own, opened when needed; writes through the writer thread. */
export class SqliteEngine implements Engine, HandleOwner {
  readonly #file: string;
  readonly #writer: SqliteWriter;
  readonly #number: number;
  #reader: Reader | undefined;
  #writing = false;
  /** The last write failed. */
  #failing = false;

  constructor(file: string, writer: SqliteWriter, number: number) {
    this.#file = file;
    this.#writer = writer;
    this.#number = number;
  }

  read(key: Key): Version | undefined {
    return this.#open().read(key);
  }

  scan(range: Range, limit: number): Version[] {
    return this.#open().scan(range, limit);
  }

  stamps(range: Range, limit: number): Stamp[] {
    return this.#open().stamps(range, limit);
  }

  join(range: Range, limit: number, replace: JoinOptions['replace']): Joined {
    return this.#open().join(range, limit, replace);
  }

  count(range: Range): number {
    return this.#open().count(range);
  }

  exists(key: Key): boolean {
    return this.#open().exists(key);
  }

  before(range: Range, revision: Revision): Map<Key, (() => Version) | undefined> {
    return this.#open().before(range, revision);
  }

  history(range: Range, after: Position, upTo: Position, limit: number): HistoryEvent[] {
    return this.#open().history(range, after, upTo, limit);
  }

  snapshot<T>(read: () => T): T {
    return this.#open().snapshot(read);
  }

  async write(writes: Write[], base: Revision): Promise<void> {
    this.#writer.handles.use(this);
    const batch = pack(writes);
    this.#writing = true;
    try {
      await this.#writer.ask({ type: 'write', store: this.#number, base, batch }, [
        batch.bytes.buffer,
      ]);
      this.#failing = false;
      if (this.#reader?.frozen) this.#closeReader();
    } catch (error) {
      this.#failing = true;
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  async compact(before: Revision): Promise<void> {
    if (this.#reader?.frozen) this.#closeReader();
    this.#writer.handles.use(this);
    await this.#writer.ask({ type: 'compact', store: this.#number, before });
  }

  release(): void {
    // On a full disk the files could perhaps not be opened again, and reads must go on.
    if (this.#failing) return;
    this.#closeReader();
    if (this.#writing) return;
    // The handle is only an economy: an error here would show in the next write as well.
    this.#writer.ask({ type: 'release', store: this.#number }).catch(() => undefined);
  }

  /** The reader first, so that the writer thread's connection is the last one and does the folding of the log. */
  async close(): Promise<void> {
    this.#closeReader();
    this.#writer.handles.forget(this);
    this.#writer.disclaim(this.#file);
    await this.#writer.ask({ type: 'close', store: this.#number });
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #open(): Reader {
    this.#writer.handles.use(this);
    try {
      this.#reader ??= new Reader(this.#file);
      return this.#reader;
    } catch (error) {
      throw new StoreError('Unreadable', explainSqlite(error, this.#file), { cause: error });
    }
  }
}
