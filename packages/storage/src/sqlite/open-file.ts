import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../store.ts';
import { applicationId, cacheKiB, formatVersion, schema } from './format.ts';

/** Milliseconds to wait for a lock: only recovery and closing take one that readers and the writer share. */
const lockTimeout = 5000;

/**
 * Opens a store's file for writing, makes it when missing, and refuses what is not ours.
 *
 * `maxPages` bounds the file, in pages of 4 KiB.
 */
export function openForWriting(file: string, maxPages?: number): DatabaseSync {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Made by us, so that it never exists with wider permissions; SQLite gives its side files those of the main file.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file, { timeout: lockTimeout });
  try {
    const isNew = checkFormat(database, file);
    if (isNew) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -${cacheKiB};
      PRAGMA journal_size_limit = ${4 * 1024 * 1024};
      ${maxPages === undefined ? '' : `PRAGMA max_page_count = ${maxPages};`}
    `);
    if (isNew)
      database.exec(`
        BEGIN IMMEDIATE;
        ${schema}
        PRAGMA application_id = ${applicationId};
        PRAGMA user_version = ${formatVersion};
        COMMIT;
      `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export interface OpenForReading {
  database: DatabaseSync;
  /** The connection sees no later write: close it after the next one. */
  frozen: boolean;
}

/**
 * Opens a store's file for reading. Where SQLite cannot make its side files (read-only or full disk) and nothing waits
 * in the write-ahead log, the file is read as it stands.
 */
export function openForReading(file: string): OpenForReading {
  try {
    return { database: connect(file), frozen: false };
  } catch (error) {
    if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw error;
    const url = pathToFileURL(file);
    url.searchParams.set('immutable', '1');
    return { database: connect(url), frozen: true };
  }
}

function connect(file: string | URL): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: lockTimeout });
  try {
    // The count makes SQLite open the side files now rather than at the first read.
    database.exec(`PRAGMA cache_size = -${cacheKiB}; SELECT count(*) FROM meta`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** True for a file without any content yet. Throws `Unreadable` for one that is not a store of this version. */
function checkFormat(database: DatabaseSync, file: string): boolean {
  const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
  const id = pragma('application_id');
  const version = pragma('user_version');
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (id === 0 && version === 0 && tables === 0) return true;
  if (id !== applicationId)
    throw new StoreError(
      'Unreadable',
      `${file} is an SQLite database of another program (application id ${id}): name another file`,
    );
  if (version !== formatVersion)
    throw new StoreError(
      'Unreadable',
      `${file} has format ${version}, this Dormice reads format ${formatVersion}: ${
        version > formatVersion
          ? 'it was written by a newer Dormice, use that one'
          : 'it is damaged'
      }`,
    );
  return false;
}
