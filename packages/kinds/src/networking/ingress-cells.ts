import type { KubeObject } from '@dormice/apimachinery';
import { firstFew, loadBalancerAddresses, none } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

function hosts(ingress: KubeObject): string {
  const named: string[] = (ingress['spec']?.rules ?? [])
    .map(({ host }: { host?: string }) => host ?? '')
    .filter((host: string) => host !== '');
  return named.length === 0 ? '*' : firstFew(named, 3);
}

/** The columns of `kubectl get ingresses`. */
export const ingressCells: Readonly<Record<string, Cell>> = {
  Class: (ingress) => ingress['spec']?.ingressClassName ?? none,
  Hosts: hosts,
  Address: (ingress) => loadBalancerAddresses(ingress['status']?.loadBalancer).join(','),
  Ports: (ingress) => ((ingress['spec']?.tls ?? []).length > 0 ? '80, 443' : '80'),
};
