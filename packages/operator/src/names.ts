import type { VirtualCluster } from './virtual-cluster.ts';

/** The zone of unique server names; never asked of a DNS server, only sent as SNI. */
export const serverNameZone = 'dormice.internal';

/** The unique name by which the gateway knows a virtual cluster. */
export function serverNameOf(name: string, namespace: string): string {
  return `${name}.${namespace}.${serverNameZone}`;
}

/** Is it an IP address, not a name? */
export const isAddress = (san: string): boolean => /^[0-9.]+$|:/.test(san);

/** All server names that lead to the cluster: the unique one first, then those that its spec claims. */
export function claimedServerNames(object: VirtualCluster): string[] {
  const { name = '', namespace = '' } = object.metadata;
  const sans = object.spec.controlPlane.proxy?.extraSANs ?? [];
  const claimed = [
    serverNameOf(name, namespace),
    ...(object.spec.exposure?.hostname === undefined ? [] : [object.spec.exposure.hostname]),
    ...sans.filter((san) => !isAddress(san)),
  ];
  return [...new Set(claimed.map((entry) => entry.toLowerCase()))];
}

/** Everything that the serving certificate must name besides what each cluster has. */
export function certificateSans(object: VirtualCluster): string[] {
  const sans = object.spec.controlPlane.proxy?.extraSANs ?? [];
  return [...new Set([...claimedServerNames(object), ...sans.map((san) => san.toLowerCase())])];
}

/** Name of the run anchor: the object that owns all pods of a running virtual cluster. */
export function anchorName(object: VirtualCluster): string {
  return `${object.metadata.name}-run`;
}

/** Name of the kubeconfig Secret in Dormice's own namespace. Injective: neither part has a dot. */
export function kubeconfigSecretName(name: string, namespace: string): string {
  return `kubeconfig.${namespace}.${name}`;
}
