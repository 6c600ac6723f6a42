/**
 * The Kubernetes API from the client's side: typed verbs over two transports (HTTP, in-process), informers, kubeconfig.
 *
 * @packageDocumentation
 */
export * from './client.ts';
export * from './cluster.ts';
export * from './resource.ts';
export * from './transport.ts';
export * from './user-info.ts';
