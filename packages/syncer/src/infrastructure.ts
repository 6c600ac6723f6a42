import type { KubeObject, OwnerReference } from '@dormice/apimachinery';
import { isReason } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { HostCache } from './host-cache.ts';
import { absent, type HostWriter } from './host-writer.ts';
import { serviceNameLabel } from './kinds/endpoint-slice.ts';
import { labels, managedBy } from './labels.ts';
import type { Loose } from './loose.ts';
import { hostName } from './names.ts';
import type { ClusterPlace } from './translator.ts';

/** Where pods of the host reach Dormice. */
export interface Advertised {
  /** IP address of this process as the host's pods see it. */
  address: string;
  /** Port of the gateway. */
  apiPort: number;
  dnsPort: number;
}

interface InfrastructureService {
  /** In the virtual cluster. */
  namespace: string;
  name: string;
  labels: Record<string, string>;
  ports: { name: string; port: number; protocol: 'TCP' | 'UDP'; target: keyof Advertised }[];
}

const api: InfrastructureService = {
  namespace: 'default',
  name: 'kubernetes',
  labels: { component: 'apiserver', provider: 'kubernetes' },
  ports: [{ name: 'https', port: 443, protocol: 'TCP', target: 'apiPort' }],
};

const dns: InfrastructureService = {
  namespace: 'kube-system',
  name: 'kube-dns',
  labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS' },
  ports: [
    { name: 'dns', port: 53, protocol: 'UDP', target: 'dnsPort' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', target: 'dnsPort' },
  ],
};

/** Host Service of one of the two. */
export function infrastructureName(uid: string, namespace: string, name: string): string {
  return hostName(uid, namespace, name, 'infrastructure');
}

/**
 * The two host Services by which pods of a virtual cluster reach its API and its DNS: cluster addresses that lead to
 * this process. They stay while the cluster sleeps, so that the addresses stay.
 */
export async function ensureHostInfrastructure(
  host: HostWriter,
  cache: HostCache,
  place: ClusterPlace,
  owner: OwnerReference,
  advertised: Advertised | undefined,
): Promise<{ apiServiceIp: string; dnsAddress: string | undefined }> {
  const ensure = (service: InfrastructureService) =>
    ensureOne(host, cache, place, owner, advertised, service);
  const [apiServiceIp, dnsAddress] = await Promise.all([ensure(api), ensure(dns)]);
  return { apiServiceIp, dnsAddress: advertised === undefined ? undefined : dnsAddress };
}

async function ensureOne(
  host: HostWriter,
  cache: HostCache,
  place: ClusterPlace,
  owner: OwnerReference,
  advertised: Advertised | undefined,
  service: InfrastructureService,
): Promise<string> {
  const name = infrastructureName(place.uid, service.namespace, service.name);
  const metadata = (more: Record<string, string>) => ({
    name,
    namespace: place.namespace,
    labels: {
      [labels.cluster]: place.uid,
      [labels.managedBy]: managedBy,
      [labels.infrastructure]: service.name,
      ...more,
    },
    ownerReferences: [owner],
  });
  const applied = await host.apply(
    resources.services,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata({}),
      spec: {
        type: 'ClusterIP',
        ports: service.ports.map(({ target: _, ...port }) => port),
      },
    },
    place.uid,
    cache.get('services', place.namespace, name),
  );
  if (advertised) {
    await host.apply(
      resources.endpointslices,
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: metadata({
          [serviceNameLabel]: name,
          'endpointslice.kubernetes.io/managed-by': 'dormice.dev',
        }),
        ...endpointsOf(service, advertised),
      },
      place.uid,
      cache.get('endpointslices', place.namespace, name),
    );
  }
  return applied.spec.clusterIP;
}

function endpointsOf(service: InfrastructureService, advertised: Advertised): Loose {
  return {
    addressType: advertised.address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [advertised.address], conditions: { ready: true } }],
    ports: service.ports.map(({ name, protocol, target }) => ({
      name,
      protocol,
      port: advertised[target],
    })),
  };
}

/** The virtual Services `default/kubernetes` and `kube-system/kube-dns`, with the addresses that the host gave. */
export async function ensureVirtualInfrastructure(
  client: Client,
  facts: { apiServiceIp: string; dnsAddress?: string },
  advertised: Advertised | undefined,
): Promise<void> {
  await ensureVirtualService(client, api, facts.apiServiceIp);
  // Where no pod really runs nothing is advertised: the Service's own address stands for the API server's.
  const at = advertised ?? { address: facts.apiServiceIp, apiPort: 443, dnsPort: 53 };
  await ensureVirtualEndpoints(client, api, at);
  await ensureLegacyEndpoints(client, at);
  if (facts.dnsAddress === undefined) return;
  await ensureVirtualService(client, dns, facts.dnsAddress);
  if (advertised) await ensureVirtualEndpoints(client, dns, advertised);
}

async function ensureVirtualService(
  client: Client,
  { namespace, name, labels: own, ports }: InfrastructureService,
  clusterIP: string,
): Promise<void> {
  const known = await client.get(resources.services, name, { namespace }).catch(absent);
  if (known?.spec?.clusterIP === clusterIP) return;
  if (known) await client.delete(resources.services, name, { namespace });
  await client.create(resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: own },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: ports.map(({ target, ...port }) => ({
        ...port,
        targetPort: target === 'apiPort' ? 6443 : port.port,
      })),
    },
  });
}

async function ensureVirtualEndpoints(
  client: Client,
  service: InfrastructureService,
  advertised: Advertised,
): Promise<void> {
  const { namespace, name } = service;
  const wanted: KubeObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace,
      labels: { [serviceNameLabel]: name },
    },
    ...endpointsOf(service, advertised),
  };
  const resource = resources.endpointslices;
  const known = await client.get(resource, name, { namespace }).catch(absent);
  if (!known) {
    await client.create(resource, wanted).catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
    return;
  }
  const { addressType, endpoints, ports } = wanted;
  if (known.addressType !== addressType) {
    await client.delete(resource, name, { namespace });
    await client.create(resource, wanted);
    return;
  }
  const same =
    JSON.stringify(known.endpoints?.[0]?.addresses) === JSON.stringify(endpoints[0].addresses) &&
    known.ports?.length === ports.length &&
    ports.every((port: Loose) => known.ports.some((found: Loose) => found.port === port.port));
  if (!same) await client.update(resource, { ...known, endpoints, ports });
}

/** `default/kubernetes` of the API that EndpointSlices replaced: clients still read it. */
async function ensureLegacyEndpoints(client: Client, advertised: Advertised): Promise<void> {
  const { namespace, name } = api;
  const subsets = [
    {
      addresses: [{ ip: advertised.address }],
      ports: [{ name: 'https', port: advertised.apiPort, protocol: 'TCP' }],
    },
  ];
  const known = await client.get(resources.endpoints, name, { namespace }).catch(absent);
  if (!known) {
    const skipMirror = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
    await client
      .create(resources.endpoints, {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name, namespace, labels: skipMirror },
        subsets,
      })
      .catch((error: unknown) => {
        if (!isReason(error, 'AlreadyExists')) throw error;
      });
  } else if (JSON.stringify(known['subsets']) !== JSON.stringify(subsets)) {
    await client.update(resources.endpoints, { ...known, subsets });
  }
}
