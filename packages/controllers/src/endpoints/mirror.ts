import { deepEqual, ownerReferenceTo } from '@dormice/apimachinery';
import {
  type EndpointSlice,
  managedByLabel,
  type SlicePlan,
  serviceNameLabel,
  sliceNameOf,
} from './endpoint-slices.ts';
import type { Endpoints, Subset } from './endpoints.ts';
import { type Service, selects } from './service.ts';

const mirrorManager = 'endpointslicemirroring-controller.k8s.io';
/** Endpoints with it are not mirrored. */
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
/** Upstream's `--mirroring-max-endpoints-per-subset`. */
const longestSubset = 1000;

/** Pure: slices that say what the Endpoints of services without a selector say, for readers of slices only. */
export function planMirror(
  services: readonly Service[],
  endpoints: readonly Endpoints[],
  slices: readonly EndpointSlice[],
): SlicePlan {
  const existing = slices.filter(
    ({ metadata }) => metadata.labels?.[managedByLabel] === mirrorManager,
  );
  const plain = new Set(
    services
      .filter((service) => !selects(service) && service.spec.type !== 'ExternalName')
      .map(({ metadata }) => metadata.name),
  );
  const wanted = new Map<string, EndpointSlice>();
  for (const one of endpoints) {
    const { name, labels, annotations } = one.metadata;
    if (!plain.has(name) || labels?.[skipLabel] === 'true') continue;
    if (labels?.['endpoints.kubernetes.io/managed-by'] !== undefined) continue;
    if (annotations?.[leaderAnnotation] !== undefined || hasOwnSlices(slices, name)) continue;
    for (const slice of mirrorOf(one)) wanted.set(slice.metadata.name ?? '', slice);
  }
  const plan: SlicePlan = { create: [], update: [], delete: [] };
  for (const slice of existing) {
    const next = wanted.get(slice.metadata.name ?? '');
    wanted.delete(slice.metadata.name ?? '');
    if (!next) plan.delete.push(slice);
    else if (!sameContent(slice, next)) {
      const { labels = {} } = next.metadata;
      plan.update.push({
        ...slice,
        metadata: { ...slice.metadata, labels },
        endpoints: next.endpoints,
        ports: next.ports,
      });
    }
  }
  plan.create.push(...wanted.values());
  return plan;
}

/** Who writes slices himself (the API server for `kubernetes`) wants no second ones. */
const hasOwnSlices = (slices: readonly EndpointSlice[], service: string | undefined): boolean =>
  slices.some(
    ({ metadata: { labels } }) =>
      labels?.[serviceNameLabel] === service && labels?.[managedByLabel] !== mirrorManager,
  );

const sameContent = (a: EndpointSlice, b: EndpointSlice): boolean =>
  deepEqual(a.endpoints ?? [], b.endpoints ?? []) &&
  deepEqual(a.ports ?? [], b.ports ?? []) &&
  deepEqual(a.metadata.labels, b.metadata.labels);

function mirrorOf(endpoints: Endpoints): EndpointSlice[] {
  const { name = '', namespace, labels } = endpoints.metadata;
  return (endpoints.subsets ?? []).flatMap((subset) =>
    (['IPv4', 'IPv6'] as const).flatMap((addressType): EndpointSlice[] => {
      const list = entriesOf(subset, addressType);
      if (list.length === 0) return [];
      const ports = (subset.ports ?? []).map((port) => ({ ...port, name: port.name ?? '' }));
      return [
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: {
            name: sliceNameOf(name, [addressType, ports]),
            ...(namespace === undefined ? {} : { namespace }),
            labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: mirrorManager },
            ownerReferences: [
              ownerReferenceTo(endpoints, { controller: true, blockOwnerDeletion: true }),
            ],
          },
          addressType,
          endpoints: list.slice(0, longestSubset),
          ports,
        },
      ];
    }),
  );
}

function entriesOf(
  subset: Subset,
  addressType: 'IPv4' | 'IPv6',
): NonNullable<EndpointSlice['endpoints']> {
  const convert = (ready: boolean, list: Subset['addresses'] = []) =>
    list
      .filter(({ ip }) => ip.includes(':') === (addressType === 'IPv6'))
      .map(({ ip, hostname, nodeName, targetRef }) => ({
        addresses: [ip],
        conditions: { ready, serving: ready, terminating: false },
        ...(hostname === undefined ? {} : { hostname }),
        ...(nodeName === undefined ? {} : { nodeName }),
        ...(targetRef === undefined ? {} : { targetRef }),
      }));
  return [...convert(true, subset.addresses), ...convert(false, subset.notReadyAddresses)];
}
