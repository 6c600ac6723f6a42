import type { KubeObject } from '@dormice/apimachinery';
import { formatLabels, loadBalancerAddresses, none } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

interface Port {
  port: number;
  nodePort?: number;
  protocol?: string;
}

function externalIp(service: KubeObject): string {
  const { type, externalIPs = [], externalName } = service['spec'] ?? {};
  if (type === 'ExternalName') return externalName ?? '';
  if (type === 'LoadBalancer') {
    const addresses = loadBalancerAddresses(service['status']?.loadBalancer);
    const all = [...addresses, ...externalIPs];
    return all.length === 0 ? '<pending>' : all.join(',');
  }
  return externalIPs.length === 0 ? none : externalIPs.join(',');
}

function ports(service: KubeObject): string {
  const list: Port[] = service['spec']?.ports ?? [];
  if (list.length === 0) return none;
  return list
    .map(({ port, nodePort, protocol }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    )
    .join(',');
}

/** The columns of `kubectl get services`. */
export const serviceCells: Readonly<Record<string, Cell>> = {
  Type: (service) => service['spec']?.type ?? '',
  'Cluster-IP': (service) => service['spec']?.clusterIPs?.[0] || service['spec']?.clusterIP || none,
  'External-IP': externalIp,
  'Port(s)': ports,
  Selector: (service) => formatLabels(service['spec']?.selector),
};
