/**
 * The one front door: picks the virtual cluster by server name, wakes it, hands the connection on.
 *
 * @packageDocumentation
 */
export * from './backend.ts';
export type { ConnectionInfo } from './connection.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { defaultLimits, type GatewayLimits, type RateLimit } from './limits.ts';
export type { MetricSample } from './metrics.ts';
