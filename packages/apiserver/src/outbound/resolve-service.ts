import { errors, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { present } from '../registry/stored.ts';

/** Where a TCP connection goes. */
export interface Address {
  host: string;
  port: number;
}

interface ServicePort {
  name?: string;
  port: number;
  targetPort?: number | string;
}

/**
 * The address of a Service of the virtual cluster. Cluster addresses are the host's, so that is where the connection
 * goes; a headless Service leads to one of its ready endpoints, an external name to that name.
 *
 * @throws StatusError 404 without the Service, 503 without port or endpoint
 */
export function resolveService(
  context: ServerContext,
  namespace: string,
  name: string,
  port: number,
): Address {
  const service = read(context, 'services', namespace, name);
  if (!service) throw errors.notFound({ group: '', resource: 'service' }, name);
  const { type, clusterIP, externalName, ports = [] } = service['spec'] ?? {};
  if (type === 'ExternalName') return { host: externalName, port };
  const found = (ports as ServicePort[]).find((entry) => entry.port === port);
  if (!found)
    throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
  if (clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None') {
    return { host: clusterIP, port };
  }
  return endpointOf(context, namespace, name, found);
}

function endpointOf(
  context: ServerContext,
  namespace: string,
  name: string,
  { name: portName = '' }: ServicePort,
): Address {
  const subsets = read(context, 'endpoints', namespace, name)?.['subsets'] ?? [];
  for (const { addresses = [], ports = [] } of subsets as {
    addresses?: { ip: string }[];
    ports?: { name?: string; port: number }[];
  }[]) {
    const port = ports.find((entry) => (entry.name ?? '') === portName);
    const [address] = addresses;
    if (port && address) return { host: address.ip, port: port.port };
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
}

function read(
  context: ServerContext,
  resource: string,
  namespace: string,
  name: string,
): KubeObject | undefined {
  const kind = context.kinds.find('', 'v1', resource);
  const entry = kind && context.store.get(keyOf(kind, namespace, name));
  return kind && entry && present(kind, entry.value);
}

const unavailable = (message: string): StatusError =>
  new StatusError(503, 'ServiceUnavailable', message);
