/**
 * The built-in kinds of Kubernetes 1.35 as rows of data and pure functions.
 *
 * @packageDocumentation
 */
export * from './kind.ts';
