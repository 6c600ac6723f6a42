import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';
import { isExternallyAccessible } from './service-defaults.ts';

/** What the allocators gave a service, and what an update that does not speak of it means. */
const needsClusterIp = (spec: Loose): boolean => spec.type !== 'ExternalName';
const needsNodePort = (spec: Loose): boolean =>
  spec.type === 'NodePort' ||
  (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
const isLoadBalancer = (spec: Loose): boolean => spec.type === 'LoadBalancer';

const sameList = (a: unknown, b: unknown): boolean => deepEqual(a ?? [], b ?? []);
const nodePorts = (spec: Loose): number[] => each(spec.ports).map(({ nodePort }) => nodePort ?? 0);

/** `clusterIP` is the first of `clusterIPs`; who writes the old field alone means both. */
export function alignClusterIps(next: KubeObject, old?: KubeObject): void {
  const spec = next['spec'];
  if (!spec) return;
  const before = old?.['spec'] ?? {};
  if (spec.clusterIP !== before.clusterIP && sameList(spec.clusterIPs, before.clusterIPs)) {
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
    else delete spec.clusterIPs;
  }
}

/** Whether a type needs a field, and which fields go when it no longer does and the client left them as they were. */
const dependents: readonly { needed: (spec: Loose) => boolean; fields: readonly string[] }[] = [
  { needed: needsClusterIp, fields: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] },
  { needed: isLoadBalancer, fields: ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] },
  { needed: isExternallyAccessible, fields: ['externalTrafficPolicy'] },
  {
    needed: (spec) => isLoadBalancer(spec) && spec.externalTrafficPolicy === 'Local',
    fields: ['healthCheckNodePort'],
  },
];

/** A change of type takes with it what only the old type needed, unless the client changed that as well. */
export function dropTypeDependent(next: KubeObject, old: KubeObject): void {
  const [spec, before] = [next['spec'], old['spec']];
  if (!spec || !before) return;
  if (
    needsNodePort(before) &&
    !needsNodePort(spec) &&
    deepEqual(nodePorts(spec), nodePorts(before))
  )
    for (const port of each(spec.ports)) delete port.nodePort;
  const gone = dependents.filter(({ needed }) => needed(before) && !needed(spec));
  for (const { fields } of gone)
    for (const field of fields) if (deepEqual(spec[field], before[field])) delete spec[field];
}

/** An update that leaves out what was allocated keeps it, as long as the type goes on needing it. */
export function keepAllocated(next: KubeObject, old: KubeObject): void {
  const [spec, before] = [next['spec'], old['spec']];
  if (!spec || !before) return;
  if (needsClusterIp(spec) && needsClusterIp(before)) {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP;
    if (!spec.clusterIPs?.length && before.clusterIPs) spec.clusterIPs = before.clusterIPs;
    if (!spec.ipFamilyPolicy && before.ipFamilyPolicy) spec.ipFamilyPolicy = before.ipFamilyPolicy;
    if (!spec.ipFamilies?.length && before.ipFamilies) spec.ipFamilies = before.ipFamilies;
  }
  if (needsNodePort(spec) && needsNodePort(before)) keepNodePorts(spec, before);
  if (
    isLoadBalancer(spec) &&
    isLoadBalancer(before) &&
    !spec.healthCheckNodePort &&
    before.healthCheckNodePort
  )
    spec.healthCheckNodePort = before.healthCheckNodePort;
}

/** A port is known again by its number and protocol. */
function keepNodePorts(spec: Loose, before: Loose): void {
  const known = new Map(
    each(before.ports).map(({ port, protocol, nodePort }) => [`${protocol}/${port}`, nodePort]),
  );
  const taken = new Set(nodePorts(spec));
  for (const port of each(spec.ports)) {
    const had = known.get(`${port.protocol}/${port.port}`);
    if (!port.nodePort && had && !taken.has(had)) port.nodePort = had;
  }
}
