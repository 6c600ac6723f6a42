import { errors, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';

export interface ServiceIpAllocatorOptions {
  /** IPv4 range of cluster IPs: `10.43.0.0/16`. */
  cidr: string;
  /** Node ports, first and last. Default 30000 to 32767. */
  nodePorts?: [number, number];
}

interface Port {
  nodePort?: number;
  protocol?: string;
}

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

  async function allocate(service: KubeObject, client: Client): Promise<void> {
    const { items } = await client.list(resources.services);
    const others = items.filter(({ metadata }) => metadata.uid !== service.metadata.uid);
    const used = new Set(others.flatMap((other) => other['spec']?.clusterIPs ?? []) as string[]);
    const { spec } = service;
    if (spec.clusterIP === undefined || spec.clusterIP === '') {
      spec.clusterIP = freeAddress(used);
    } else if (spec.clusterIP !== 'None' && used.has(spec.clusterIP)) {
      throw errors.invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [
        {
          type: 'FieldValueInvalid',
          field: 'spec.clusterIPs',
          badValue: [spec.clusterIP],
          detail: `failed to allocate IP ${spec.clusterIP}: provided IP is already allocated`,
        },
      ]);
    }
    spec.clusterIPs = [spec.clusterIP];
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer')
      giveNodePorts(spec.ports ?? [], others);
  }

  function freeAddress(used: Set<string>): string {
    const start = first + 10 + Math.floor(Math.random() * Math.max(1, last - first - 10));
    for (let at = 0; at <= last - first; at += 1) {
      const address = toAddress(first + ((start - first + at) % (last - first + 1)));
      if (!used.has(address)) return address;
    }
    throw errors.internal(new Error('failed to allocate a serviceIP: range is full'));
  }

  function giveNodePorts(ports: Port[], others: KubeObject[]): void {
    const used = new Set(
      others.flatMap((other) =>
        ((other['spec']?.ports ?? []) as Port[]).map(({ nodePort }) => nodePort),
      ),
    );
    for (const port of ports) {
      if (port.nodePort) continue;
      let candidate = lowPort + Math.floor(Math.random() * (highPort - lowPort));
      while (used.has(candidate)) candidate = candidate === highPort ? lowPort : candidate + 1;
      used.add(candidate);
      port.nodePort = candidate;
    }
  }

  return {
    name: 'ServiceIPAllocator',
    async admit({ group, resource, subresource, operation, object }, client) {
      if (group !== '' || resource !== 'services' || subresource !== '' || !object) return;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      if (object['spec']?.type === 'ExternalName') return;
      const mine = turn.then(() => allocate(object, client));
      turn = mine.catch(() => undefined);
      await mine;
    },
  };
}
