import path from 'node:path';
import { LogStore } from '../log-store.ts';
import type { Store } from '../store.ts';
import { SqliteEngine } from './sqlite-engine.ts';
import type { SqliteWriter } from './writer.ts';

export interface SqliteStoreOptions {
  /** The state file; made when missing, with its directory. Beside it lie `-wal` and `-shm` while it is open. */
  file: string;
  /** Shared by all stores of the process. */
  writer: SqliteWriter;
  /**
   * Revisions of history to keep at least while there are many writes; time bounds it too, see `createSqliteWriter`.
   * Default 10,000: a minute of a busy cluster, enough for a watch to come back after a broken connection.
   */
  keepRevisions?: number;
  /** Bound of the file, pages of 4 KiB. Default: none. Beyond it writes fail as on a full disk. */
  maxPages?: number;
}

/** Opens a store. Throws `Unreadable` for a file that is open already, damaged, foreign or of a newer format. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { writer, maxPages, keepRevisions = 10_000 } = options;
  const file = path.resolve(options.file);
  const number = writer.claim(file);
  try {
    const { opened } = await writer.ask({ type: 'open', store: number, file, maxPages });
    if (!opened) throw new Error(`the writer thread did not say where ${file} stands`);
    const engine = new SqliteEngine(file, writer, number);
    const store: LogStore = new LogStore({
      engine,
      revision: opened.newest,
      compacted: opened.compacted,
      keepRevisions,
      onWritten: () => writer.history.written(store),
      onClosed: () => writer.history.forget(store),
    });
    // The writer thread has it open now, and lets go when nobody uses it.
    writer.handles.use(engine);
    // Has an old history, perhaps, of which nothing says when it was made.
    if (opened.newest > opened.compacted) writer.history.written(store);
    return store;
  } catch (error) {
    writer.disclaim(file);
    throw error;
  }
}
