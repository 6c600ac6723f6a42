import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { isFinished, isReady, isTerminating, type Pod } from '../common/pod.ts';
import { hostnameFor, portOn, type Service, serviceLabels } from './service.ts';

export interface Endpoints extends KubeObject {
  subsets?: Subset[];
}

export interface Subset {
  addresses?: Address[];
  notReadyAddresses?: Address[];
  ports?: { name?: string; port: number; protocol: string; appProtocol?: string }[];
}

interface Address {
  ip: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: { kind: string; namespace?: string; name?: string; uid?: string };
}

/** Most addresses of an Endpoints object (KEP-752): more are left out, and an annotation says so. */
const capacity = 1000;
const overCapacity = 'endpoints.kubernetes.io/over-capacity';

/** Pure: the pods behind a service as the older API shows them. */
export function endpointsFor(
  service: Service,
  pods: readonly Pod[],
  known: Endpoints | undefined,
): Endpoints {
  const family = service.spec.ipFamilies?.[0] === 'IPv6';
  const tuples = pods.flatMap((pod) => addressesOf(service, pod, family));
  const { subsets, cut } = subsetsOf(tuples);
  const { name = '', namespace } = service.metadata;
  const annotations: Record<string, string> = { ...known?.metadata.annotations };
  delete annotations[overCapacity];
  if (cut) annotations[overCapacity] = 'truncated';
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    ...known,
    metadata: {
      ...known?.metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...serviceLabels(service),
        'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...(subsets.length > 0 ? { subsets } : { subsets: [] }),
  };
}

export const sameEndpoints = (a: Endpoints, b: Endpoints): boolean =>
  deepEqual(a.subsets ?? [], b.subsets ?? []) &&
  deepEqual(a.metadata.labels, b.metadata.labels) &&
  deepEqual(a.metadata.annotations, b.metadata.annotations);

interface Tuple {
  address: Address;
  ready: boolean;
  port: NonNullable<Subset['ports']>[number] | undefined;
}

function addressesOf(service: Service, pod: Pod, ipv6: boolean): Tuple[] {
  const all = pod.status?.podIPs?.map(({ ip }) => ip) ?? [pod.status?.podIP ?? ''];
  const ip = all.find((one) => one !== '' && one.includes(':') === ipv6);
  const published = service.spec.publishNotReadyAddresses === true;
  if (ip === undefined || isFinished(pod) || (isTerminating(pod) && !published)) return [];
  const hostname = hostnameFor(pod, service);
  const { name, namespace, uid } = pod.metadata;
  const address: Address = {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
    },
  };
  const ready = published || isReady(pod);
  const ports = service.spec.ports ?? [];
  if (ports.length === 0) return [{ address, ready, port: undefined }];
  return ports.flatMap((port) => {
    const number = portOn(pod, port);
    if (number === undefined) return [];
    const entry = {
      ...(port.name ? { name: port.name } : {}),
      port: number,
      protocol: port.protocol ?? 'TCP',
      ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    };
    return [{ address, ready, port: entry }];
  });
}

/** Addresses with the same set of ports are one subset. */
function subsetsOf(tuples: readonly Tuple[]): { subsets: Subset[]; cut: boolean } {
  const byAddress = new Map<string, { address: Address; ready: boolean; ports: Tuple['port'][] }>();
  for (const { address, ready, port } of tuples) {
    const id = `${address.ip}|${address.targetRef?.uid}`;
    const entry = byAddress.get(id) ?? { address, ready, ports: [] };
    byAddress.set(id, entry);
    entry.ports.push(port);
  }
  const sorted = [...byAddress.values()].sort(
    (a, b) =>
      Number(b.ready) - Number(a.ready) ||
      compare(
        `${a.address.ip}|${a.address.targetRef?.uid}`,
        `${b.address.ip}|${b.address.targetRef?.uid}`,
      ),
  );
  const subsets = new Map<string, Subset>();
  for (const { address, ready, ports } of sorted.slice(0, capacity)) {
    const known = ports
      .filter((port) => port !== undefined)
      .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
    const id = JSON.stringify(known);
    const subset = subsets.get(id) ?? {};
    subsets.set(id, subset);
    const field = ready ? 'addresses' : 'notReadyAddresses';
    subset[field] = [...(subset[field] ?? []), address];
    if (known.length > 0) subset.ports = known;
  }
  return {
    subsets: [...subsets].sort(([a], [b]) => compare(a, b)).map(([, subset]) => subset),
    cut: sorted.length > capacity,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
