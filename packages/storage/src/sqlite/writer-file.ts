import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { endOf, firstRevision, type Position, revisionAt } from '../position.ts';
import { type Revision, StoreError } from '../store.ts';
import type { PackedBatch } from './messages.ts';
import { openForWriting } from './open-file.ts';

/** Rows of the log that one compaction transaction drops: short enough that commits do not wait long behind it. */
const compactionStep = 500;

const statements = {
  newest: 'SELECT max(id) FROM log',
  log: 'INSERT INTO log (id, key, previous, deleted) VALUES (?, ?, ?, ?)',
  value: 'INSERT INTO value (id, bytes) VALUES (?, ?)',
  put: 'INSERT INTO current (key, id) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET id = excluded.id',
  remove: 'DELETE FROM current WHERE key = ?',
  compacted: "SELECT number FROM meta WHERE name = 'compacted'",
  setCompacted: "UPDATE meta SET number = max(number, ?) WHERE name = 'compacted'",
  lastOfStep: `SELECT max(id) FROM (SELECT id FROM log WHERE id <= ? ORDER BY id LIMIT ${compactionStep})`,
  dropReplaced:
    'DELETE FROM value WHERE id IN (SELECT previous FROM log WHERE id <= ? AND previous IS NOT NULL)',
  dropLastStates:
    'DELETE FROM value WHERE id IN (SELECT id FROM log WHERE id <= ? AND deleted = 1)',
  dropLog: 'DELETE FROM log WHERE id <= ?',
} as const;

/** The writing side of one store's file; lives in the writer thread. Its handle can be dropped at any time. */
export class WriterFile {
  readonly #file: string;
  readonly #maxPages: number | undefined;
  #database: DatabaseSync | undefined;
  #prepared = new Map<keyof typeof statements, StatementSync>();

  constructor(file: string, maxPages: number | undefined) {
    this.#file = file;
    this.#maxPages = maxPages;
  }

  get file(): string {
    return this.#file;
  }

  state(): { newest: Revision; compacted: Revision } {
    const compacted = this.#number('compacted');
    return { newest: Math.max(firstRevision, compacted, revisionAt(this.#newest())), compacted };
  }

  /**
   * One transaction. `base` is the newest revision that the writer knows to be durable: when the file says otherwise,
   * somebody else wrote it, and the batch is refused.
   */
  write(base: Revision, batch: PackedBatch): void {
    this.#transaction(() => {
      const { newest } = this.state();
      if (newest !== base)
        throw new StoreError(
          'WriteFailed',
          `${this.#file} is at revision ${newest}, not at ${base}: another process writes to it; stop that one`,
        );
      let offset = 0;
      batch.ids.forEach((id, index) => {
        const key = batch.keys[index] ?? '';
        const deleted = batch.deleted[index] === true;
        const end = offset + (batch.lengths[index] ?? 0);
        this.#run('value', id, batch.bytes.subarray(offset, end));
        this.#run('log', id, key, batch.previous[index] ?? null, deleted ? 1 : 0);
        if (deleted) this.#run('remove', key);
        else this.#run('put', key, id);
        offset = end;
      });
    });
  }

  /** Says first, durably, that the past is gone, so that a crash in the middle shows no half of it. */
  beginCompaction(before: Revision): void {
    this.#transaction(() => this.#run('setCompacted', before));
  }

  /** Drops a part of what is compacted; false when nothing is left. */
  compactStep(): boolean {
    const before = this.#number('compacted');
    const last = this.#number('lastOfStep', endOf(before));
    if (last === 0) {
      this.#shrink();
      return false;
    }
    this.#transaction(() => {
      this.#run('dropReplaced', last);
      this.#run('dropLastStates', last);
      this.#run('dropLog', last);
    });
    return true;
  }

  /** Lets go of the handle, which also folds the write-ahead log into the file. */
  release(): void {
    this.#prepared.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  /** Gives pages back to the file system once a quarter of the file is unused. */
  #shrink(): void {
    const pages = (name: string) =>
      Number(this.#open().prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
    if (pages('freelist_count') * 4 > pages('page_count') && pages('page_count') > 256)
      this.#open().exec('PRAGMA incremental_vacuum');
  }

  #newest(): Position {
    return this.#number('newest');
  }

  #transaction(work: () => void): void {
    const database = this.#open();
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after some errors (disk full, I/O).
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  #open(): DatabaseSync {
    this.#database ??= openForWriting(this.#file, this.#maxPages);
    return this.#database;
  }

  #prepare(name: keyof typeof statements): StatementSync {
    let statement = this.#prepared.get(name);
    if (!statement) {
      statement = this.#open().prepare(statements[name]);
      this.#prepared.set(name, statement);
    }
    return statement;
  }

  #run(name: keyof typeof statements, ...values: (string | number | null | Uint8Array)[]): void {
    this.#prepare(name).run(...values);
  }

  #number(name: keyof typeof statements, ...values: number[]): number {
    const row = this.#prepare(name).get(...values) ?? {};
    return Number(Object.values(row)[0] ?? 0);
  }
}
