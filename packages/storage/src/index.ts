/**
 * Durable, ordered, revisioned keys: the `Store` interface and its engines.
 *
 * @packageDocumentation
 */
export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { inRange, prefixRange } from './range.ts';
export * from './store.ts';
