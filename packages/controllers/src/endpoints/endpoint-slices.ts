import { deepEqual, type KubeObject, ownerReferenceTo } from '@dormice/apimachinery';
import { hashOf } from '../common/hash.ts';
import { isFinished, isReady, isTerminating, type Pod } from '../common/pod.ts';
import {
  hostnameFor,
  isHeadless,
  portOn,
  type Service,
  type ServicePort,
  serviceLabels,
} from './service.ts';

export interface EndpointSlice extends KubeObject {
  addressType: 'IPv4' | 'IPv6' | 'FQDN';
  endpoints: Endpoint[] | null;
  ports: EndpointPort[] | null;
}

interface Endpoint {
  addresses: string[];
  conditions: { ready: boolean; serving: boolean; terminating: boolean };
  hostname?: string;
  nodeName?: string;
  zone?: string;
  targetRef?: { kind: string; namespace?: string; name?: string; uid?: string };
}

interface EndpointPort {
  name: string;
  port?: number;
  protocol: string;
  appProtocol?: string;
}

/** Upstream's `--max-endpoints-per-slice`. */
const longestSlice = 100;
export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const manager = 'endpointslice-controller.k8s.io';

export interface SlicePlan {
  create: EndpointSlice[];
  update: EndpointSlice[];
  delete: EndpointSlice[];
}

/**
 * Pure: brings a service's slices to what its pods say, with as few writes as the packing allows. Endpoints stay in the
 * slice that has them, so that one pod's change is one slice's change.
 */
export function planSlices(
  service: Service,
  pods: readonly Pod[],
  existing: readonly EndpointSlice[],
): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], delete: [] };
  const kept = new Set<EndpointSlice>();
  for (const wanted of groupsOf(service, pods)) {
    const mine = existing.filter(
      (slice) =>
        slice.addressType === wanted.addressType &&
        deepEqual(slice.ports ?? [], wanted.ports) &&
        slice.metadata.deletionTimestamp === undefined,
    );
    for (const slice of mine) kept.add(slice);
    pack(service, wanted, mine, plan);
  }
  for (const slice of existing) if (!kept.has(slice)) plan.delete.push(slice);
  return reuse(plan);
}

interface Group {
  addressType: 'IPv4' | 'IPv6';
  ports: EndpointPort[];
  endpoints: Endpoint[];
}

/** Pods whose ports have the same numbers share slices. A service without pods has one empty slice. */
function groupsOf(service: Service, pods: readonly Pod[]): Group[] {
  const families = service.spec.ipFamilies?.length ? service.spec.ipFamilies : ['IPv4'];
  return families.flatMap((family) => {
    const addressType = family === 'IPv6' ? 'IPv6' : 'IPv4';
    const groups = new Map<string, Group>();
    for (const pod of pods) {
      const address = addressOf(pod, addressType);
      if (address === undefined || isFinished(pod)) continue;
      const ports = portsFor(service, pod);
      const id = JSON.stringify(ports);
      const group = groups.get(id) ?? { addressType, ports, endpoints: [] };
      groups.set(id, group);
      group.endpoints.push(endpointOf(service, pod, address));
    }
    const empty: Group = { addressType, ports: [], endpoints: [] };
    return groups.size === 0 ? [empty] : [...groups.values()];
  });
}

function addressOf({ status }: Pod, family: 'IPv4' | 'IPv6'): string | undefined {
  const all = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  return all.find((ip) => ip.includes(':') === (family === 'IPv6'));
}

function portsFor(service: Service, pod: Pod): EndpointPort[] {
  const ports = (service.spec.ports ?? []).flatMap((port: ServicePort): EndpointPort[] => {
    const number = portOn(pod, port);
    if (number === undefined) return [];
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
      },
    ];
  });
  const headlessWithoutPorts = isHeadless(service) && (service.spec.ports ?? []).length === 0;
  return headlessWithoutPorts ? [] : ports;
}

function endpointOf(service: Service, pod: Pod, address: string): Endpoint {
  const terminating = isTerminating(pod);
  const serving = isReady(pod);
  const published = service.spec.publishNotReadyAddresses === true;
  const hostname = hostnameFor(pod, service);
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [address],
    conditions: { ready: published || (serving && !terminating), serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
    },
  };
}

const idOf = ({ targetRef, addresses }: Endpoint): string =>
  `${targetRef?.uid ?? ''}|${addresses.join()}`;

function pack(service: Service, group: Group, slices: EndpointSlice[], plan: SlicePlan): void {
  const missing = new Map(group.endpoints.map((endpoint) => [idOf(endpoint), endpoint]));
  const contents = slices.map((slice) => {
    const stay = (slice.endpoints ?? []).flatMap((endpoint) => {
      const now = missing.get(idOf(endpoint));
      missing.delete(idOf(endpoint));
      return now ? [now] : [];
    });
    return { slice, endpoints: stay };
  });
  const rest = [...missing.values()];
  for (const content of contents) {
    content.endpoints.push(...rest.splice(0, Math.max(0, longestSlice - content.endpoints.length)));
  }
  for (const [at, { slice, endpoints }] of contents.entries()) {
    const useless = endpoints.length === 0 && (at > 0 || group.endpoints.length > 0);
    if (useless) {
      plan.delete.push(slice);
      continue;
    }
    const next = sliceFor(service, group, endpoints, slice);
    if (!deepEqual(next, slice)) plan.update.push(next);
  }
  const needsFirst = contents.length === 0 && group.endpoints.length === 0;
  if (needsFirst) plan.create.push(sliceFor(service, group, []));
  while (rest.length > 0) {
    plan.create.push(sliceFor(service, group, rest.splice(0, longestSlice)));
  }
}

function sliceFor(
  service: Service,
  { addressType, ports }: Group,
  endpoints: Endpoint[],
  known?: EndpointSlice,
): EndpointSlice {
  const { name = '', namespace } = service.metadata;
  const labels = {
    ...serviceLabels(service),
    [serviceNameLabel]: name,
    [managedByLabel]: manager,
  };
  if (known) {
    return {
      ...known,
      metadata: { ...known.metadata, labels },
      endpoints: endpoints.length === 0 && known.endpoints === null ? null : endpoints,
      ports: ports.length === 0 && known.ports === null ? null : ports,
    };
  }
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [
        ownerReferenceTo(
          { ...service, apiVersion: 'v1', kind: 'Service' },
          { controller: true, blockOwnerDeletion: true },
        ),
      ],
    },
    addressType,
    endpoints,
    ports,
  };
}

/** A slice that would go and one that would come of the same addresses are one that changes. */
function reuse(plan: SlicePlan): SlicePlan {
  const create: EndpointSlice[] = [];
  for (const fresh of plan.create) {
    const at = plan.delete.findIndex(({ addressType }) => addressType === fresh.addressType);
    const [old] = at < 0 ? [] : plan.delete.splice(at, 1);
    if (!old) {
      create.push(fresh);
      continue;
    }
    const { labels = {} } = fresh.metadata;
    plan.update.push({
      ...old,
      metadata: { ...old.metadata, labels },
      endpoints: fresh.endpoints,
      ports: fresh.ports,
    });
  }
  return { ...plan, create };
}

/** A name suffix for objects that are made again and again the same way. */
export const sliceNameOf = (base: string, content: unknown): string => `${base}-${hashOf(content)}`;
