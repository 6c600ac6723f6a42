import type { KubeObject } from '@dormice/apimachinery';

/** A Service with its EndpointSlices: all that its records are made of. */
export interface ServiceEntry {
  service: KubeObject;
  slices: readonly KubeObject[];
}

/** One address behind a headless Service. */
export interface Endpoint {
  /** First label of the endpoint's own name: its hostname, or its address with dashes. */
  label: string;
  named: boolean;
  address: string;
  ports: readonly EndpointPort[];
}

export interface EndpointPort {
  name: string;
  /** Lower case: `tcp`. */
  protocol: string;
  port: number;
}

export const isIpv6 = (address: string): boolean => address.includes(':');

/** `10.1.2.3` → `10-1-2-3`; IPv6 likewise. */
export const dashed = (address: string): string => address.replaceAll(/[.:]/g, '-');

/** Addresses of the Service itself; none when it is headless or an alias. */
export function clusterAddresses({ service }: ServiceEntry): string[] {
  const spec = service['spec'] ?? {};
  const all: string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  return all.filter((address) => address !== '' && address !== 'None');
}

export function isHeadless({ service }: ServiceEntry): boolean {
  return service['spec']?.clusterIP === 'None';
}

/** The other name that an ExternalName Service stands for. */
export function externalName({ service }: ServiceEntry): string | undefined {
  const spec = service['spec'] ?? {};
  return spec.type === 'ExternalName' ? String(spec.externalName ?? '') : undefined;
}

export function servicePorts({ service }: ServiceEntry): EndpointPort[] {
  return (service['spec']?.ports ?? []).map(portFrom);
}

/** Endpoints that are ready (unknown counts as ready, as the API says), each address once. */
export function readyEndpoints({ slices }: ServiceEntry): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    const ports: EndpointPort[] = (slice['ports'] ?? []).map(portFrom);
    for (const endpoint of slice['endpoints'] ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      for (const address of endpoint.addresses ?? []) {
        const known = found.get(address);
        found.set(address, {
          label: endpoint.hostname ?? known?.label ?? dashed(address),
          named: endpoint.hostname !== undefined || known?.named === true,
          address,
          ports: [...(known?.ports ?? []), ...ports],
        });
      }
    }
  }
  return [...found.values()];
}

function portFrom(port: { name?: string; protocol?: string; port?: number }): EndpointPort {
  return {
    name: port.name ?? '',
    protocol: (port.protocol ?? 'TCP').toLowerCase(),
    port: port.port ?? 0,
  };
}
