/**
 * Copies what must be real to the host and what the host knows back; the virtual node.
 *
 * @packageDocumentation
 */
export { type ClusterPartsOptions, clusterParts } from './cluster-parts.ts';
export { type HostAccess, hostIsolation } from './host-isolation.ts';
export type { Advertised } from './infrastructure.ts';
export { secretMapping } from './kinds/host-secret-mapping.ts';
export { annotations, labels } from './labels.ts';
export { hostName } from './names.ts';
export { type ServiceAllocatorOptions, serviceAllocator } from './service-allocator.ts';
export type { SyncConfig } from './session.ts';
export {
  type Attachment,
  type AttachOptions,
  createSyncer,
  type Syncer,
  type SyncerOptions,
} from './syncer.ts';
export * from './translator.ts';
export { type MetricsOptions, metricsExtension } from './virtual-node/metrics.ts';
export { createPodConnector, type PodConnectorOptions } from './virtual-node/pod-connector.ts';
