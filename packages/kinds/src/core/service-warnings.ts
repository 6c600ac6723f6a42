import type { KubeObject } from '@dormice/apimachinery';
import { each } from '../loose.ts';
import { isHeadless } from './validate-service-addresses.ts';

const hints = 'service.kubernetes.io/topology-aware-hints';

/** Fields that have no effect as the Service is, or that others replaced. */
export function serviceWarnings(service: KubeObject): string[] {
  const { spec = {}, metadata } = service as KubeObject[string];
  const { type, externalName, externalIPs, trafficDistribution } = spec;
  const told: [is: boolean, text: string][] = [
    [
      metadata.annotations?.[hints] !== undefined,
      `annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ],
    [
      isHeadless(spec) && Boolean(spec.loadBalancerIP),
      'spec.loadBalancerIP is ignored for headless services',
    ],
    [
      isHeadless(spec) && each(externalIPs).length > 0,
      'spec.externalIPs is ignored for headless services',
    ],
    [
      isHeadless(spec) && spec.sessionAffinity !== 'None',
      'spec.SessionAffinity is ignored for headless services',
    ],
    [
      type === 'ExternalName' && each(externalIPs).length > 0,
      'spec.externalIPs is ignored when spec.type is "ExternalName"',
    ],
    [
      type !== 'ExternalName' && Boolean(externalName),
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ],
    [
      trafficDistribution === 'PreferClose',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ],
  ];
  return told.filter(([is]) => is).map(([, text]) => text);
}
