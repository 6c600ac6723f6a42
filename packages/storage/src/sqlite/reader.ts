import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HistoryEvent, Joined, Version } from '../engine.ts';
import { endOf, type Position, revisionAt } from '../position.ts';
import type { Event, JoinOptions, Key, Range, Revision, Stamp } from '../store.ts';
import { keyToText, textToKey } from './key-text.ts';
import { openForReading } from './open-file.ts';

const statements = {
  read: 'SELECT c.id, v.bytes FROM current c JOIN value v ON v.id = c.id WHERE c.key = ?',
  exists: 'SELECT 1 FROM current WHERE key = ?',
  scan: `SELECT c.key, c.id, v.bytes FROM current c CROSS JOIN value v ON v.id = c.id
    WHERE c.key >= ? AND c.key < ? ORDER BY c.key LIMIT ?`,
  stamps: 'SELECT key, id FROM current WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
  // Text and not blobs: what is joined is text, and casting costs nothing where the database is UTF-8.
  join: `SELECT count(*), max(key), CAST(group_concat(item, ',') AS BLOB) FROM (
    SELECT c.key, CASE WHEN substr(v.bytes, 1, ?1) = ?2
      THEN CAST(?3 AS TEXT) || CAST(substr(v.bytes, ?1 + 1) AS TEXT) ELSE CAST(v.bytes AS TEXT) END AS item
    FROM current c CROSS JOIN value v ON v.id = c.id
    WHERE c.key >= ?4 AND c.key < ?5 ORDER BY c.key LIMIT ?6)`,
  count: 'SELECT count(*) FROM current WHERE key >= ? AND key < ?',
  before: `SELECT min(l.id), l.key, l.previous FROM log l
    WHERE l.id > ? AND l.key >= ? AND l.key < ? GROUP BY l.key`,
  value: 'SELECT bytes FROM value WHERE id = ?',
  history: `SELECT l.id, l.key, l.deleted, v.bytes, p.bytes FROM log l
    CROSS JOIN value v ON v.id = l.id LEFT JOIN value p ON p.id = l.previous
    WHERE l.id > ? AND l.id <= ? AND l.key >= ? AND l.key < ? ORDER BY l.id LIMIT ?`,
} as const;

/** Rows come as arrays, in the order of the columns above. */
type Row = (string | number | Uint8Array | null)[];

/** The reading side of one store's file, in the main thread. Waits for no disk write. */
export class Reader {
  /** Sees no later write: see `openForReading`. */
  readonly frozen: boolean;
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<keyof typeof statements, StatementSync>();

  constructor(file: string) {
    const { database, frozen } = openForReading(file);
    this.#database = database;
    this.frozen = frozen;
  }

  read(key: Key): Version | undefined {
    const [row] = this.#rows('read', keyToText(key));
    return row && version(key, row[0], row[1]);
  }

  scan(range: Range, limit: number): Version[] {
    const rows = this.#rows('scan', ...bounds(range), bounded(limit));
    return rows.map(([key, id, bytes]) => version(textToKey(String(key)), id, bytes));
  }

  stamps(range: Range, limit: number): Stamp[] {
    const rows = this.#rows('stamps', ...bounds(range), bounded(limit));
    return rows.map(([text, id]) => ({
      key: textToKey(String(text)),
      revision: revisionAt(Number(id)),
    }));
  }

  join(range: Range, limit: number, { head, by }: JoinOptions['replace']): Joined {
    const [row] = this.#rows('join', head.length, head, by, ...bounds(range), limit);
    const [count = 0, last = null, bytes = null] = row ?? [];
    return {
      bytes: (bytes as Uint8Array | null) ?? new Uint8Array(),
      count: Number(count),
      ...(last === null ? {} : { last: textToKey(String(last)) }),
    };
  }

  count(range: Range): number {
    return Number(this.#rows('count', ...bounds(range))[0]?.[0] ?? 0);
  }

  exists(key: Key): boolean {
    return this.#rows('exists', keyToText(key)).length > 0;
  }

  before(range: Range, revision: Revision): Map<Key, (() => Version) | undefined> {
    const found = new Map<Key, (() => Version) | undefined>();
    for (const [, text, previous] of this.#rows('before', endOf(revision), ...bounds(range))) {
      const key = textToKey(String(text));
      const read = () => version(key, previous, this.#rows('value', Number(previous))[0]?.[0]);
      found.set(key, previous === null ? undefined : read);
    }
    return found;
  }

  history(range: Range, after: Position, upTo: Position, limit: number): HistoryEvent[] {
    const rows = this.#rows('history', after, upTo, ...bounds(range), bounded(limit));
    return rows.map(([id, text, deleted, bytes, previous]) => {
      const position = Number(id);
      const event: Event = {
        type: deleted === 1 ? 'delete' : 'put',
        key: textToKey(String(text)),
        revision: revisionAt(position),
        value: bytes as Uint8Array,
      };
      if (previous !== null) event.previous = previous as Uint8Array;
      return { position, event };
    });
  }

  snapshot<T>(read: () => T): T {
    if (this.#database.isTransaction) return read();
    this.#database.exec('BEGIN');
    try {
      return read();
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #rows(name: keyof typeof statements, ...values: (string | number | Uint8Array)[]): Row[] {
    let statement = this.#prepared.get(name);
    if (!statement) {
      statement = this.#database.prepare(statements[name]);
      statement.setReturnArrays(true);
      this.#prepared.set(name, statement);
    }
    return statement.all(...values) as unknown as Row[];
  }
}

const bounds = ({ start, end }: Range): [string, string] => [keyToText(start), keyToText(end)];

/** SQLite takes a negative limit for none. */
const bounded = (limit: number): number => (Number.isFinite(limit) ? limit : -1);

function version(key: Key, id: Row[number] | undefined, bytes: Row[number] | undefined): Version {
  const position = Number(id);
  return { key, value: bytes as Uint8Array, revision: revisionAt(position), position };
}
