import {
  deepEqual,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidCidr,
  isValidIp,
  isValidPortNum,
  type KubeObject,
  validateLabels,
} from '@dormice/apimachinery';
import { between, type Check, follows, isAbsent, isEmpty, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { isExternallyAccessible } from './service-defaults.ts';
import { protocols } from './validate-container.ts';
import { validatePortReference } from './validate-probe.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const isHeadless = (spec: Loose): boolean =>
  spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None';

function validatePorts(spec: Loose): Check {
  const names = new Set<string>();
  const ports = new Set<string>();
  const nodePorts = new Set<string>();
  const several = each(spec.ports).length > 1;
  return onEach(spec.ports, 'spec.ports', (port, at) => {
    const errors: Check = [];
    if (several && isEmpty(port.name)) errors.push(required(`${at}.name`));
    else if (!isEmpty(port.name)) {
      errors.push(...follows(`${at}.name`, port.name, isDns1123Label));
      if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      names.add(port.name);
    }
    errors.push(
      ...isValidPortNum(port.port ?? 0).map((why) => invalid(`${at}.port`, port.port ?? 0, why)),
    );
    errors.push(...oneOf(`${at}.protocol`, port.protocol, protocols, true));
    if (!isAbsent(port.targetPort) && spec.type !== 'ExternalName')
      errors.push(...validatePortReference(`${at}.targetPort`, port.targetPort));
    if (!isEmpty(port.appProtocol))
      errors.push(...follows(`${at}.appProtocol`, port.appProtocol, isQualifiedName));
    if (port.nodePort) {
      if (spec.type === 'ClusterIP' || spec.type === 'ExternalName')
        errors.push(forbidden(`${at}.nodePort`, `may not be used when \`type\` is '${spec.type}'`));
      const key = `${port.protocol}/${port.nodePort}`;
      if (nodePorts.has(key)) errors.push(duplicate(`${at}.nodePort`, port.nodePort));
      nodePorts.add(key);
    }
    const key = `${port.protocol}/${port.port}`;
    if (ports.has(key)) errors.push(duplicate(at, { protocol: port.protocol, port: port.port }));
    ports.add(key);
    return errors;
  });
}

function validateAddresses(spec: Loose): Check {
  const addresses = each(spec.clusterIPs);
  if (spec.type === 'ExternalName') {
    return addresses.length > 0
      ? [forbidden('spec.clusterIPs', 'may not be set for ExternalName services')]
      : [];
  }
  if (addresses.length > 0 && spec.clusterIP !== addresses[0])
    return [invalid('spec.clusterIPs', addresses, 'first value must match `clusterIP`')];
  if (addresses.length > 2)
    return [invalid('spec.clusterIPs', addresses, 'may only hold up to 2 values')];
  return onEach(addresses, 'spec.clusterIPs', (address, at, index) => {
    if (address === 'None') {
      if (index > 0) return [invalid(at, address, "'None' must be the first and only value")];
      return spec.type === 'ClusterIP'
        ? []
        : [invalid(at, address, `may not be set to 'None' for ${spec.type} services`)];
    }
    return address === '' ? [] : follows(at, address, isValidIp);
  });
}

/** A pointer to one of a closed list: empty text is wrong, too. */
const given = (path: string, value: Loose, supported: readonly string[]): Check =>
  isAbsent(value) || supported.includes(value) ? [] : [notSupported(path, value, supported)];

function validatePolicies(spec: Loose): Check {
  const policies = ['Cluster', 'Local'];
  const errors = [
    ...given('spec.internalTrafficPolicy', spec.internalTrafficPolicy, policies),
    ...given('spec.ipFamilyPolicy', spec.ipFamilyPolicy, [
      'PreferDualStack',
      'RequireDualStack',
      'SingleStack',
    ]),
    ...onEach(spec.ipFamilies, 'spec.ipFamilies', (family, at) =>
      oneOf(at, family, ['IPv4', 'IPv6']),
    ),
  ];
  if (isEmpty(spec.externalTrafficPolicy)) return errors;
  errors.push(
    ...(isExternallyAccessible(spec)
      ? oneOf('spec.externalTrafficPolicy', spec.externalTrafficPolicy, policies)
      : [
          invalid(
            'spec.externalTrafficPolicy',
            spec.externalTrafficPolicy,
            'may only be set for externally-accessible services',
          ),
        ]),
  );
  return errors;
}

/** Timeouts of session affinity: at most a day. */
const validateAffinity = (spec: Loose): Check => [
  ...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None'], true),
  ...(spec.sessionAffinity === 'ClientIP'
    ? between(
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
        spec.sessionAffinityConfig?.clientIP?.timeoutSeconds,
        1,
        86_400,
      )
    : []),
];

/** Only a load balancer that keeps traffic on the node asks for its health; the port comes at storing. */
function validateHealthPort(spec: Loose): Check {
  const port = spec.healthCheckNodePort;
  if (!port) return [];
  const path = 'spec.healthCheckNodePort';
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
    ? isValidPortNum(port).map((why) => invalid(path, port, why))
    : [
        invalid(
          path,
          port,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        ),
      ];
}

const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

const validateDistribution = (value: Loose): Check =>
  isAbsent(value) || distributions.includes(value)
    ? []
    : [notSupported('spec.trafficDistribution', value, distributions)];

/** Fields that only load balancers have. */
function validateLoadBalancer(spec: Loose): Check {
  const { type, loadBalancerSourceRanges: ranges, loadBalancerClass: name } = spec;
  const only = "may only be used when `type` is 'LoadBalancer'";
  const is = type === 'LoadBalancer';
  const path = 'spec.LoadBalancerSourceRanges';
  return [
    ...(!is && each(ranges).length > 0 ? [forbidden(path, only)] : []),
    ...onEach(ranges, path, (range, at) =>
      isValidCidr(range.trim()).length === 0
        ? []
        : [
            invalid(
              at,
              range.trim(),
              'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
            ),
          ],
    ),
    ...(!is && !isAbsent(spec.allocateLoadBalancerNodePorts)
      ? [forbidden('spec.allocateLoadBalancerNodePorts', only)]
      : []),
    ...(isAbsent(name)
      ? []
      : is
        ? follows('spec.loadBalancerClass', name, isQualifiedName)
        : [forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'")]),
  ];
}

export function validateService(service: KubeObject): Check {
  const { spec = {} } = service as KubeObject[string];
  const errors: Check = [];
  if (each(spec.ports).length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  if (spec.type === 'ExternalName') {
    if (isEmpty(spec.externalName)) errors.push(required('spec.externalName'));
    else errors.push(...follows('spec.externalName', spec.externalName, isDns1123Subdomain));
  }
  return [
    ...errors,
    ...validatePorts(spec),
    ...validateLabels(spec.selector ?? {}, 'spec.selector'),
    ...validateAffinity(spec),
    ...onEach(spec.externalIPs, 'spec.externalIPs', (address, at) =>
      follows(at, address, isValidIp),
    ),
    ...oneOf('spec.type', spec.type, types, true),
    ...validateLoadBalancer(spec),
    ...validateAddresses(spec),
    ...validatePolicies(spec),
    ...validateHealthPort(spec),
    ...validateDistribution(spec.trafficDistribution),
  ];
}

const hasClusterIp = (spec: Loose): boolean => spec?.type !== 'ExternalName';

export function validateServiceUpdate(
  next: KubeObject,
  old: KubeObject,
  context: KindContext,
): Check {
  if (context.subresource === 'status') return [];
  const [spec, before] = [next['spec'] ?? {}, old['spec'] ?? {}];
  const errors: Check = [];
  if (hasClusterIp(spec) && hasClusterIp(before)) {
    const [was, is] = [before.clusterIPs?.[0], spec.clusterIPs?.[0]];
    if (was && !deepEqual(was, is))
      errors.push(invalid('spec.clusterIPs[0]', each(spec.clusterIPs), 'may not change once set'));
  }
  return [...errors, ...validateService(next)];
}
