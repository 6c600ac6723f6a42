/**
 * Copies what must be real to the host and what the host knows back; the virtual node.
 *
 * @packageDocumentation
 */
export * from './translator.ts';
