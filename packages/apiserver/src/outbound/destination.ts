import { isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { DialError, NoEndpoints, ServiceGone } from './dial-error.ts';

export interface ServiceReference {
  namespace: string;
  name: string;
  port: number;
}

/** Where a Service leads: to a pod that is ready, or to an address. */
export type Destination =
  | { to: 'pod'; pod: { namespace: string; name: string }; port: number }
  | { to: 'address'; host: string; port: number };

/**
 * Picks a destination of a Service, a ready endpoint by chance. @throws DialError in upstream's words
 */
export async function destinationOf(
  client: Client,
  { namespace, name, port }: ServiceReference,
): Promise<Destination> {
  const service = await client.get(resources.services, name, { namespace }).catch((error) => {
    throw isReason(error, 'NotFound') ? new ServiceGone(`service "${name}" not found`) : error;
  });
  const { spec = {} } = service as KubeObject[string];
  if (spec.type === 'ExternalName') return { to: 'address', host: spec.externalName, port };
  const found = (spec.ports ?? []).find((entry: { port: number }) => entry.port === port);
  if (!found) throw new DialError(`no service port ${port} found for service "${name}"`);
  const endpoints = await readyEndpoints(client, namespace, name, found.name ?? '');
  const chosen = endpoints[Math.floor(Math.random() * endpoints.length)];
  if (!chosen) throw new NoEndpoints(`no endpoints available for service "${name}"`);
  return chosen;
}

/** Ready endpoints of one port of a Service, by its slices. */
export async function readyEndpoints(
  client: Client,
  namespace: string,
  name: string,
  portName: string,
): Promise<Destination[]> {
  const { items } = await client.list(resources.endpointslices, {
    namespace,
    labelSelector: `kubernetes.io/service-name=${name}`,
  });
  return items.flatMap((slice: KubeObject[string]) => {
    const port = (slice.ports ?? []).find((entry: Port) => (entry.name ?? '') === portName);
    if (!port?.port) return [];
    return (slice.endpoints ?? [])
      .filter(({ conditions }: Endpoint) => conditions?.ready !== false)
      .flatMap((endpoint: Endpoint) => endpointDestination(endpoint, namespace, port.port));
  });
}

interface Port {
  name?: string;
  port?: number;
}

interface Endpoint {
  addresses?: string[];
  conditions?: { ready?: boolean };
  targetRef?: { kind?: string; namespace?: string; name?: string };
}

function endpointDestination(endpoint: Endpoint, namespace: string, port: number): Destination[] {
  const { targetRef, addresses } = endpoint;
  if (targetRef?.kind === 'Pod' && targetRef.name !== undefined) {
    const pod = { namespace: targetRef.namespace ?? namespace, name: targetRef.name };
    return [{ to: 'pod', pod, port }];
  }
  const [host] = addresses ?? [];
  return host === undefined ? [] : [{ to: 'address', host, port }];
}
