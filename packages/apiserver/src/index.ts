/**
 * The Kubernetes API of one virtual cluster: request pipeline, registry, watch, discovery, OpenAPI, identity.
 *
 * @packageDocumentation
 */
export * from './api-server.ts';
export type { ClusterPki, KeyPair } from './pki/cluster-pki.ts';
export { createApiServer } from './create-api-server.ts';
