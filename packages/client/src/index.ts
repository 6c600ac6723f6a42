/**
 * The Kubernetes API from the client's side: typed verbs over two transports (HTTP, in-process), informers, work queue,
 * kubeconfig.
 *
 * @packageDocumentation
 */
export { decodeJson, linesOf, readBody } from './body.ts';
export * from './client.ts';
export * from './cluster.ts';
export { type ClientOptions, createClient } from './create-client.ts';
export { listAll, retryOnConflict } from './helpers.ts';
export {
  createHttpTransport,
  type HttpTransport,
  type HttpTransportOptions,
  type Upgraded,
} from './http-transport.ts';
export {
  createInformer,
  type Informer,
  type InformerChange,
  type InformerOptions,
} from './informer.ts';
export {
  inClusterConfig,
  type KubeconfigContext,
  type KubeconfigFile,
  loadKubeconfig,
  parseKubeconfig,
  transportFromKubeconfig,
} from './kubeconfig.ts';
export { mergeKubeconfig } from './merge-kubeconfig.ts';
export { pathOf } from './path.ts';
export * from './resource.ts';
export * from './transport.ts';
export * from './user-info.ts';
export {
  createWorkQueue,
  type WorkQueue,
  type WorkQueueOptions,
  type WorkResult,
} from './workqueue.ts';
