/**
 * The Kubernetes API of one virtual cluster: request pipeline, registry, watch, discovery, OpenAPI, identity.
 *
 * @packageDocumentation
 */

export { harmlessCapabilities } from './admission/plugins/harmless-capabilities.ts';
export {
  type ServiceIpAllocatorOptions,
  serviceIpAllocator,
} from './admission/plugins/service-ip-allocator.ts';
export { evaluatorOf } from './admission/quota/evaluator.ts';
export { isInScopes } from './admission/quota/scopes.ts';
export * from './api-server.ts';
export type { AuditPolicy } from './audit/policy.ts';
export { readAuditPolicy } from './audit/read-policy.ts';
export type { CompiledAuthentication } from './authenticate/jwt/configuration.ts';
export { readAuthentication } from './authenticate/jwt/read-configuration.ts';
export { createApiServer } from './create-api-server.ts';
export { DialError } from './outbound/dial-error.ts';
export { connectTcp, type Dialer } from './outbound/dialer.ts';
export type { ClusterPki, KeyPair } from './pki/cluster-pki.ts';
export {
  type ClientCertificateRequest,
  createClusterPki,
  issueClientCertificate,
  type PkiRequest,
  renewServing,
  servingCovers,
} from './pki/create-pki.ts';
export { type KubeconfigRequest, kubeconfigFor } from './pki/kubeconfig.ts';
