/**
 * Durable, ordered, revisioned keys: the `Store` interface and its engines.
 *
 * @packageDocumentation
 */
export * from './store.ts';
