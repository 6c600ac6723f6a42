import {
  errors,
  type FieldError,
  fieldErrors,
  type KubeObject,
  type StatusError,
} from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { validateServiceAddresses } from '@dormice/kinds';
import type { AdmissionPlugin } from '../../api-server.ts';
import { settleFamilies } from './service-families.ts';

export interface ServiceIpAllocatorOptions {
  /** IPv4 range of cluster IPs: `10.43.0.0/16`. */
  cidr: string;
  /** Node ports, first and last. Default 30000 to 32767. */
  nodePorts?: [number, number];
}

interface Port {
  port?: number;
  nodePort?: number;
}

const { invalid } = fieldErrors;

/** Upstream's, above the ports that nodes open by default. */
const firstShown = 32_768;

const refusal = ({ metadata }: KubeObject, problems: FieldError[]): StatusError =>
  errors.invalid({ group: '', kind: 'Service' }, metadata.name ?? '', problems);

const nodePortsOf = (spec: KubeObject[string]): (number | undefined)[] => [
  ...((spec?.ports ?? []) as Port[]).map(({ nodePort }) => nodePort),
  spec?.healthCheckNodePort,
];

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/**
 * Gives Services their cluster IP and node ports out of ranges of its own, for clusters whose Services live nowhere
 * else (the embedded host). Allocation reads what exists and is serialised.
 */
export function serviceIpAllocator(options: ServiceIpAllocatorOptions): AdmissionPlugin {
  const [base = '', bits = '16'] = options.cidr.split('/');
  const first = toNumber(base) + 1;
  const last = toNumber(base) + 2 ** (32 - Number(bits)) - 2;
  const [lowPort, highPort] = options.nodePorts ?? [30000, 32767];
  let turn: Promise<unknown> = Promise.resolve();

  async function allocate(service: KubeObject, client: Client, dryRun: boolean): Promise<void> {
    const { items } = await client.list(resources.services);
    const others = items.filter(({ metadata }) => metadata.uid !== service.metadata.uid);
    const { spec } = service;
    const problems = settleFamilies(spec);
    if (problems.length > 0) throw refusal(service, problems);
    giveAddress(service, others);
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
    giveNodePorts(service, others, dryRun);
  }

  function giveAddress(service: KubeObject, others: KubeObject[]): void {
    const { spec } = service;
    if (spec.clusterIP === 'None') return;
    const used = new Set(others.flatMap((other) => other['spec']?.clusterIPs ?? []) as string[]);
    const wanted: string = spec.clusterIP ?? '';
    const at = toNumber(wanted);
    const why =
      wanted !== '' && (at < first || at > last)
        ? `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${options.cidr}`
        : used.has(wanted)
          ? 'provided IP is already allocated'
          : undefined;
    if (why !== undefined) {
      const detail = `failed to allocate IP ${wanted}: ${why}`;
      throw refusal(service, [invalid('spec.clusterIPs', spec.clusterIPs, detail)]);
    }
    spec.clusterIP = wanted || freeAddress(used);
    spec.clusterIPs = [spec.clusterIP];
  }

  function freeAddress(used: Set<string>): string {
    const start = first + 10 + Math.floor(Math.random() * Math.max(1, last - first - 10));
    for (let at = 0; at <= last - first; at += 1) {
      const address = toAddress(first + ((start - first + at) % (last - first + 1)));
      if (!used.has(address)) return address;
    }
    throw errors.internal(new Error('failed to allocate a serviceIP: range is full'));
  }

  function giveNodePorts(service: KubeObject, others: KubeObject[], dryRun: boolean): void {
    const { spec } = service;
    const used = new Set(others.flatMap((other) => nodePortsOf(other['spec'])));
    // A rehearsal shows numbers that none will have.
    let shown = firstShown;
    const take = (port: number | undefined): number => {
      if (dryRun && port === undefined) return ++shown;
      let candidate = port ?? lowPort + Math.floor(Math.random() * (highPort - lowPort));
      while (port === undefined && used.has(candidate))
        candidate = candidate === highPort ? lowPort : candidate + 1;
      used.add(candidate);
      return candidate;
    };
    const ports: Port[] = spec.ports ?? [];
    // One number for all protocols of a port.
    const given = new Map<number | undefined, number>();
    for (const { port, nodePort } of ports) if (nodePort) given.set(port, nodePort);
    for (const [index, port] of ports.entries()) {
      const wanted = port.nodePort || given.get(port.port);
      const known = ports.slice(0, index).some(({ nodePort }) => nodePort === wanted);
      if (wanted && !known) check(service, wanted, `spec.ports[${index}].nodePort`, used);
      if (!wanted && spec.allocateLoadBalancerNodePorts === false) continue;
      port.nodePort = take(wanted || undefined);
      given.set(port.port, port.nodePort);
    }
    if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return;
    spec.healthCheckNodePort ||= take(undefined);
  }

  function check(service: KubeObject, port: number, path: string, used: Set<unknown>): void {
    const why =
      port < lowPort || port > highPort
        ? `provided port is not in the valid range. The range of valid ports is ${lowPort}-${highPort}`
        : used.has(port)
          ? 'provided port is already allocated'
          : undefined;
    if (why !== undefined) throw refusal(service, [invalid(path, port, why)]);
  }

  return {
    name: 'ServiceIPAllocator',
    async admit({ group, resource, subresource, operation, object, dryRun }, client) {
      if (group !== '' || resource !== 'services' || subresource !== '' || !object) return;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      // What is wrong with the addresses themselves is told by the validation.
      const { spec = {} } = object;
      if (spec.type === 'ExternalName' || validateServiceAddresses(spec).length > 0) return;
      const mine = turn.then(() => allocate(object, client, dryRun));
      turn = mine.catch(() => undefined);
      await mine;
    },
  };
}
