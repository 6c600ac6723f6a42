import type { KubeObject } from '@dormice/apimachinery';
import { each, type Loose, setDefault } from '../loose.ts';

const isBlank = (target: unknown): boolean =>
  target === undefined || target === null || target === 0 || target === '';

/** Is it reachable from outside, so that `externalTrafficPolicy` means something? */
export const isExternallyAccessible = (spec: Loose): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && each(spec.externalIPs).length > 0);

/** What a service gets before addresses and node ports are allocated. */
export function serviceDefaults(service: KubeObject): void {
  const { spec } = service as { spec?: Loose };
  if (!spec) return;
  setDefault(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10_800;
  }
  setDefault(spec, 'type', 'ClusterIP');
  for (const port of each(spec.ports)) {
    setDefault(port, 'protocol', 'TCP');
    if (isBlank(port.targetPort)) port.targetPort = port.port;
  }
  if (isExternallyAccessible(spec)) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}
