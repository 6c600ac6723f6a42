/**
 * The one front door: picks the virtual cluster by server name, wakes it, hands the connection on.
 *
 * @packageDocumentation
 */
export * from './backend.ts';
