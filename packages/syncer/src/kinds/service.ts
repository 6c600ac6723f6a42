import type { KubeObject } from '@dormice/apimachinery';
import { hostMetadata } from '../host-metadata.ts';
import type { Loose } from '../loose.ts';
import { serviceSelector } from '../selectors.ts';
import type { TranslateContext, Translator } from '../translator.ts';

/** Fields that mean the same on the host. Addresses and node ports are the host's to give. */
const copied = [
  'type',
  'sessionAffinity',
  'sessionAffinityConfig',
  'externalTrafficPolicy',
  'internalTrafficPolicy',
  'trafficDistribution',
  'ipFamilies',
  'ipFamilyPolicy',
  'publishNotReadyAddresses',
  'loadBalancerClass',
  'loadBalancerSourceRanges',
  'allocateLoadBalancerNodePorts',
] as const;

/** What the host decides and the virtual Service then says. */
const given = [
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'ipFamilyPolicy',
  'healthCheckNodePort',
] as const;

/** Does it need anything on the host? Aliases and headless Services live in DNS alone. */
export function needsHost(service: KubeObject): boolean {
  return service.spec?.type !== 'ExternalName' && service.spec?.clusterIP !== 'None';
}

/** The two Services of every cluster that stand for Dormice itself. */
export function isInfrastructure(namespace: string, name: string): boolean {
  return (
    (namespace === 'default' && name === 'kubernetes') ||
    (namespace === 'kube-system' && name === 'kube-dns')
  );
}

export const service: Translator = {
  group: '',
  resource: 'services',

  toHost: (object, context) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: hostMetadata(object, context),
    spec: hostSpec(object, context),
  }),

  toVirtual(host, object) {
    return {
      ...object,
      spec: allocatedSpec(object.spec, host.spec ?? {}),
      status: host.status ?? {},
    };
  },
};

function hostSpec(object: KubeObject, { cluster }: TranslateContext): Loose {
  const spec = object.spec ?? {};
  const { selector, clusterIP } = spec;
  const asked = copied.filter((field) => spec[field] !== undefined);
  return {
    ...Object.fromEntries(asked.map((field) => [field, spec[field]])),
    ports: spec.ports ?? [],
    ...(clusterIP === undefined || clusterIP === '' ? {} : { clusterIP }),
    ...(selector && Object.keys(selector).length > 0
      ? { selector: serviceSelector(selector, cluster.uid, object.metadata.namespace ?? '') }
      : {}),
  };
}

/** A virtual spec with the addresses and node ports of its host Service. */
export function allocatedSpec(spec: Loose, host: Loose): Loose {
  const known = given.filter((field) => host[field] !== undefined);
  return {
    ...spec,
    ...Object.fromEntries(known.map((field) => [field, host[field]])),
    ...(spec.ports === undefined
      ? {}
      : { ports: spec.ports.map((port: Loose) => withNodePort(port, host.ports ?? [])) }),
  };
}

function withNodePort(port: Loose, hostPorts: Loose[]): Loose {
  const same = hostPorts.find(
    (found) => found.port === port.port && (found.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
  );
  return same?.nodePort === undefined ? port : { ...port, nodePort: same.nodePort };
}
