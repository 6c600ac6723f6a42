/**
 * Cluster DNS answered from a virtual cluster's Services and EndpointSlices; other names go to the host's resolvers.
 *
 * @packageDocumentation
 */
export { createLiveZone, type LiveZone } from './live-zone.ts';
export { createDnsServer, type DnsServer, type DnsServerOptions } from './server.ts';
export { systemResolvers } from './system-resolvers.ts';
export { type DnsZone, type ZoneResult, zoneFrom } from './zone.ts';
