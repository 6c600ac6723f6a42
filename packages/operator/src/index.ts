/**
 * `VirtualCluster` and what happens to it: CRD, reconciler, lifecycle, idle judge.
 *
 * @packageDocumentation
 */
export * from './control-plane.ts';
export { virtualClusterCrd } from './crd.ts';
export { EmbeddedControlPlane, type EmbeddedParts } from './embedded-control-plane.ts';
export { Fleet } from './fleet.ts';
export { hasIdentity, readIdentity, writeIdentity } from './identity-file.ts';
export { kubeconfigSecretName, serverNameOf, serverNameZone } from './names.ts';
export { Operator, type OperatorOptions } from './operator.ts';
export { ownerOf } from './run-anchor.ts';
export type { Companions } from './supervisor.ts';
export { type SpecDraft, specFromVclusterValues } from './values/vcluster-values.ts';
export * from './virtual-cluster.ts';
