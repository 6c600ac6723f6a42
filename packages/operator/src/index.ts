/**
 * `VirtualCluster` and what happens to it: CRD, reconciler, lifecycle, idle judge.
 *
 * @packageDocumentation
 */
export * from './control-plane.ts';
