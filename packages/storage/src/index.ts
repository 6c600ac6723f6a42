/**
 * Durable, ordered, revisioned keys: the `Store` interface and its engines.
 *
 * @packageDocumentation
 */
export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { inRange, prefixRange } from './range.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite/open-sqlite-store.ts';
export {
  createSqliteWriter,
  type SqliteWriter,
  type SqliteWriterOptions,
} from './sqlite/writer.ts';
export * from './store.ts';
