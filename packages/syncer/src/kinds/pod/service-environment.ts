import type { KubeObject } from '@dormice/apimachinery';
import type { Loose } from '../../loose.ts';

/** Services whose variables one pod gets at most: a namespace with thousands would make pods that no node can start. */
export const serviceLimit = 100;

interface Variable {
  name: string;
  value: string;
}

/**
 * The variables by which containers find Services: those of the API always, those of the pod's namespace when the pod
 * has service links. Sorted, so that the same pod is the same pod every time.
 */
export function serviceEnvironment(
  services: readonly KubeObject[],
  apiServiceIp: string | undefined,
  links: boolean,
): Variable[] {
  const found: Variable[] = [];
  if (links) {
    const linked = services
      .filter(({ metadata }) => metadata.name !== 'kubernetes')
      .filter(({ spec }) => spec?.clusterIP && spec.clusterIP !== 'None')
      .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
      .slice(0, serviceLimit);
    for (const service of linked) {
      found.push(
        ...variablesOf(
          service.metadata.name ?? '',
          service.spec.clusterIP,
          service.spec.ports ?? [],
        ),
      );
    }
  }
  if (apiServiceIp !== undefined) {
    found.push(
      ...variablesOf('kubernetes', apiServiceIp, [{ name: 'https', port: 443, protocol: 'TCP' }]),
    );
  }
  return found;
}

function variablesOf(name: string, address: string, ports: Loose[]): Variable[] {
  const [first] = ports;
  if (!first) return [];
  const prefix = upper(name);
  const host = address.includes(':') ? `[${address}]` : address;
  const url = (port: Loose) => `${protocolOf(port)}://${host}:${port.port}`;
  const list: Variable[] = [
    { name: `${prefix}_SERVICE_HOST`, value: address },
    { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
    ...ports
      .filter((port) => port.name)
      .map((port) => ({
        name: `${prefix}_SERVICE_PORT_${upper(port.name)}`,
        value: String(port.port),
      })),
    { name: `${prefix}_PORT`, value: url(first) },
  ];
  for (const port of ports) {
    const stem = `${prefix}_PORT_${port.port}_${protocolOf(port).toUpperCase()}`;
    list.push(
      { name: stem, value: url(port) },
      { name: `${stem}_PROTO`, value: protocolOf(port) },
      { name: `${stem}_PORT`, value: String(port.port) },
      { name: `${stem}_ADDR`, value: address },
    );
  }
  return list;
}

const protocolOf = (port: Loose): string => (port.protocol ?? 'TCP').toLowerCase();
const upper = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
