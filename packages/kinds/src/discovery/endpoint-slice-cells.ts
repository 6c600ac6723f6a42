import type { KubeObject } from '@dormice/apimachinery';
import { firstFew, unset } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

function ports(slice: KubeObject): string {
  const list: { name?: string; port?: number | null }[] = slice['ports'] ?? [];
  if (list.length === 0) return unset;
  return firstFew(
    list.map(({ name, port }) => (port ? String(port) : name || '*')),
    3,
  );
}

function endpoints(slice: KubeObject): string {
  const addresses: string[] = (slice['endpoints'] ?? []).flatMap(
    ({ addresses: list }: { addresses?: string[] }) => list ?? [],
  );
  return addresses.length === 0 ? unset : firstFew(addresses, 3);
}

/** The columns of `kubectl get endpointslices`. */
export const endpointSliceCells: Readonly<Record<string, Cell>> = {
  AddressType: (slice) => slice['addressType'] ?? '',
  Ports: ports,
  Endpoints: endpoints,
};
