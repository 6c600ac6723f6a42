import { deepEqual, isReason, labelSelectorFromMap } from '@dormice/apimachinery';
import { type ObjectChange, resources } from '@dormice/client';
import type { Pod } from '../common/pod.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import type { Controller, ReconcileContext, ReconcileKey } from '../controller.ts';
import {
  type EndpointSlice,
  managedByLabel,
  manager,
  planSlices,
  serviceNameLabel,
} from './endpoint-slices.ts';
import { type Endpoints, endpointsFor, sameEndpoints } from './endpoints.ts';
import { planMirror } from './mirror.ts';
import { type Service, selects } from './service.ts';

const namespaceKey = ({ namespace }: ObjectChange): ReconcileKey[] => [{ namespace, name: '' }];

/** Only what endpoints show of a pod concerns them. */
function podKeys(change: ObjectChange): ReconcileKey[] {
  const seen = (pod: Pod | undefined) =>
    pod && [
      pod.metadata.labels,
      pod.metadata.deletionTimestamp === undefined,
      pod.spec.nodeName,
      pod.status?.phase,
      pod.status?.podIPs ?? pod.status?.podIP,
      pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status,
    ];
  const same =
    change.type === 'MODIFIED' &&
    deepEqual(seen(change.object as Pod), seen(change.previous as Pod | undefined));
  return same ? [] : namespaceKey(change);
}

/** The kubernetes service's endpoints are the API server's own. */
const isApiServer = (namespace: string, name: string): boolean =>
  namespace === 'default' && name === 'kubernetes';

/**
 * Endpoints and EndpointSlices of services with selectors, and mirrored slices of Endpoints that people write. A key is
 * a namespace: one look at its pods serves all its services.
 */
export const endpointsController: Controller = {
  name: 'endpoint-slice-controller',
  watches: [
    { group: '', resource: 'services', keys: namespaceKey },
    { group: '', resource: 'pods', keys: podKeys },
    { group: '', resource: 'endpoints', keys: namespaceKey },
    { group: 'discovery.k8s.io', resource: 'endpointslices', keys: namespaceKey },
  ],
  async reconcile({ namespace }, context) {
    const { client } = context;
    const services = await readAll<Service>(client, resources.services, { namespace });
    const endpoints = await readAll<Endpoints>(client, resources.endpoints, { namespace });
    const slices = await readAll<EndpointSlice>(client, resources.endpointslices, { namespace });
    const selecting = services.filter(
      (service) => selects(service) && service.metadata.deletionTimestamp === undefined,
    );
    const pods =
      selecting.length > 0 ? await readAll<Pod>(client, resources.pods, { namespace }) : [];
    const troubles: unknown[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => troubles.push(error));
    };
    for (const service of selecting) {
      const { name = '' } = service.metadata;
      if (isApiServer(namespace, name)) continue;
      const matching = labelSelectorFromMap(service.spec.selector ?? {});
      const mine = pods.filter(({ metadata }) => matching.matches(metadata.labels));
      const known = endpoints.find(({ metadata }) => metadata.name === name);
      await attempt(() => writeEndpoints(service, mine, known, context));
      const own = slices.filter((slice) => isOwn(slice, name));
      await attempt(() => writeSlices(planSlices(service, mine, own), context));
    }
    await attempt(() => dropEndpoints(services, endpoints, context));
    await attempt(() => writeSlices(planMirror(services, endpoints, slices), context));
    if (troubles.length > 0) throw troubles[0];
    return undefined;
  },
};

const isOwn = ({ metadata: { labels } }: EndpointSlice, service: string): boolean =>
  labels?.[serviceNameLabel] === service && labels[managedByLabel] === manager;

async function writeEndpoints(
  service: Service,
  pods: readonly Pod[],
  known: Endpoints | undefined,
  { client }: ReconcileContext,
): Promise<void> {
  const wanted = endpointsFor(service, pods, known);
  if (known === undefined) await client.create(resources.endpoints, wanted);
  else if (!sameEndpoints(known, wanted)) await client.update(resources.endpoints, wanted);
}

async function writeSlices(
  plan: ReturnType<typeof planSlices>,
  { client }: ReconcileContext,
): Promise<void> {
  for (const slice of plan.create) await client.create(resources.endpointslices, slice);
  for (const slice of plan.update) {
    try {
      await client.update(resources.endpointslices, slice);
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
  }
  for (const { metadata } of plan.delete) {
    const { name = '', namespace = '' } = metadata;
    await ignoreNotFound(client.delete(resources.endpointslices, name, { namespace }));
  }
}

/** Endpoints that were made for a service go with it; those that people wrote without one stay. */
async function dropEndpoints(
  services: readonly Service[],
  endpoints: readonly Endpoints[],
  { client }: ReconcileContext,
): Promise<void> {
  const names = new Set(services.map(({ metadata }) => metadata.name));
  for (const { metadata } of endpoints) {
    const { name = '', namespace = '', labels } = metadata;
    if (names.has(name) || labels?.['endpoints.kubernetes.io/managed-by'] === undefined) continue;
    if (await find(client, resources.services, namespace, name)) continue;
    await ignoreNotFound(client.delete(resources.endpoints, name, { namespace }));
  }
}
