import {
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
import { validateEndpointAddress } from './validate-endpoint-address.ts';
import { validatePortReference } from './validate-probe.ts';
import { isHeadless, validateServiceAddresses } from './validate-service-addresses.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function validatePort(port: Loose, at: string, several: boolean, names: Set<string>): Check {
  const errors: Check = [];
  if (several && isEmpty(port.name)) errors.push(required(`${at}.name`));
  else if (!isEmpty(port.name)) {
    errors.push(...follows(`${at}.name`, port.name, isDns1123Label));
    if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
    names.add(port.name);
  }
  return [
    ...errors,
    ...isValidPortNum(port.port ?? 0).map((why) => invalid(`${at}.port`, port.port ?? 0, why)),
    ...oneOf(`${at}.protocol`, port.protocol, protocols, true),
    ...(isAbsent(port.targetPort)
      ? []
      : validatePortReference(`${at}.targetPort`, port.targetPort)),
    ...(isAbsent(port.appProtocol)
      ? []
      : follows(`${at}.appProtocol`, port.appProtocol, isQualifiedName)),
  ];
}

function validatePorts(ports: Loose): Check {
  const names = new Set<string>();
  const several = each(ports).length > 1;
  return onEach(ports, 'spec.ports', (port, at) => validatePort(port, at, several, names));
}

/** Numbers on nodes and in the cluster, each once a protocol. */
function validateNumbers({ type, ports }: Loose): Check {
  const seen = new Set<string>();
  const again = (key: string): boolean => seen.size === seen.add(key).size;
  const only = "may not be used when `type` is 'ClusterIP'";
  return [
    ...onEach(ports, 'spec.ports', ({ nodePort }, at) =>
      nodePort && type === 'ClusterIP' ? [forbidden(`${at}.nodePort`, only)] : [],
    ),
    ...onEach(ports, 'spec.ports', ({ nodePort, protocol }, at) =>
      nodePort && again(`node ${protocol} ${nodePort}`)
        ? [duplicate(`${at}.nodePort`, nodePort)]
        : [],
    ),
    ...onEach(ports, 'spec.ports', ({ port, protocol }, at) =>
      again(`${protocol} ${port}`) ? [duplicate(at, { protocol, port })] : [],
    ),
  ];
}

/** A pointer to one of a closed list: empty text is wrong, too. */
const given = (path: string, value: Loose, supported: readonly string[]): Check =>
  isAbsent(value) || supported.includes(value) ? [] : [notSupported(path, value, supported)];

const policies = ['Cluster', 'Local'];

function validateExternalPolicy(spec: Loose): Check {
  const { externalTrafficPolicy: policy } = spec;
  if (isEmpty(policy)) return [];
  const path = 'spec.externalTrafficPolicy';
  return isExternallyAccessible(spec)
    ? oneOf(path, policy, policies)
    : [invalid(path, policy, 'may only be set for externally-accessible services')];
}

/** Timeouts of session affinity: at most a day. */
function validateAffinity({ sessionAffinity, sessionAffinityConfig: config }: Loose): Check {
  const path = 'spec.sessionAffinityConfig';
  const seconds = config?.clientIP?.timeoutSeconds;
  const none = 'must not be set when session affinity is None';
  return [
    ...oneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'], true),
    ...(sessionAffinity === 'ClientIP'
      ? between(`${path}.clientIP.timeoutSeconds`, seconds, 1, 86_400)
      : []),
    ...(sessionAffinity === 'None' && config ? [forbidden(path, none)] : []),
  ];
}

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
  const { type, loadBalancerSourceRanges: ranges } = spec;
  const only = "may only be used when `type` is 'LoadBalancer'";
  const is = type === 'LoadBalancer';
  const path = 'spec.LoadBalancerSourceRanges';
  return [
    ...(!is && each(ranges).length > 0 ? [forbidden(path, only)] : []),
    ...onEach(ranges, path, (range, at) => follows(at, range.trim(), isValidCidr)),
    ...(!is && !isAbsent(spec.allocateLoadBalancerNodePorts)
      ? [forbidden('spec.allocateLoadBalancerNodePorts', only)]
      : []),
    ...validateClass(spec),
  ];
}

function validateClass({ type, loadBalancerClass: name }: Loose): Check {
  if (isAbsent(name)) return [];
  const path = 'spec.loadBalancerClass';
  return type === 'LoadBalancer'
    ? follows(path, name, isQualifiedName)
    : [forbidden(path, "may only be used when `type` is 'LoadBalancer'")];
}

/** What a Service has that is a name for something outside. */
function validateExternalName(spec: Loose): Check {
  if (spec.type !== 'ExternalName') return [];
  const unset = 'may not be set for ExternalName services';
  const set = ['clusterIPs', 'ipFamilies'].filter((field) => each(spec[field]).length > 0);
  if (!isAbsent(spec.ipFamilyPolicy)) set.push('ipFamilyPolicy');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [
    ...set.map((field) => forbidden(`spec.${field}`, unset)),
    ...(name === ''
      ? [required('spec.externalName')]
      : follows('spec.externalName', name, isDns1123Subdomain)),
  ];
}

const validateExternalIps = (list: Loose): Check =>
  onEach(list, 'spec.externalIPs', (address, at) => {
    const errors = follows(at, address, isValidIp);
    return errors.length > 0 ? errors : validateEndpointAddress(address, at);
  });

export function validateService(service: KubeObject): Check {
  const { spec = {} } = service as KubeObject[string];
  // Addresses are allocated before anything else is judged, and what cannot be allocated is all that is said.
  const addresses = validateServiceAddresses(spec);
  if (addresses.length > 0) return addresses;
  const { type } = spec;
  return [
    ...(each(spec.ports).length === 0 && !isHeadless(spec) && type !== 'ExternalName'
      ? [required('spec.ports')]
      : []),
    ...(isHeadless(spec) && (type === 'LoadBalancer' || type === 'NodePort')
      ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
      : []),
    ...validateExternalName(spec),
    ...validatePorts(spec.ports),
    ...validateLabels(spec.selector ?? {}, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateExternalIps(spec.externalIPs),
    ...oneOf('spec.type', type, types, true),
    ...validateNumbers(spec),
    ...validateLoadBalancer(spec),
    ...validateExternalPolicy(spec),
    ...validateHealthPort(spec),
    ...given('spec.internalTrafficPolicy', spec.internalTrafficPolicy, policies),
    ...validateDistribution(spec.trafficDistribution),
  ];
}

const hasClusterIp = (spec: Loose): boolean => spec?.type !== 'ExternalName';

/** The first address and family of a Service stay, unless it begins or ceases to be headless or a name. */
function validateKept(spec: Loose, before: Loose): Check {
  if (!hasClusterIp(spec) || !hasClusterIp(before)) return [];
  const kept = (field: string): Check => {
    const [was, is] = [each(before[field])[0], each(spec[field])[0]];
    if (was === undefined || was === is) return [];
    return [invalid(`spec.${field}[0]`, each(spec[field]), 'may not change once set')];
  };
  const [was, is] = [isHeadless(before), isHeadless(spec)];
  return [...(was && is ? [] : kept('clusterIPs')), ...(was || is ? [] : kept('ipFamilies'))];
}

export function validateServiceUpdate(
  next: KubeObject,
  old: KubeObject,
  context: KindContext,
): Check {
  if (context.subresource === 'status') return [];
  const [spec, before] = [next['spec'] ?? {}, old['spec'] ?? {}];
  const addresses = validateServiceAddresses(spec);
  if (addresses.length > 0) return addresses;
  const both = spec.type === 'LoadBalancer' && before.type === 'LoadBalancer';
  const name = 'spec.loadBalancerClass';
  return [
    ...validateKept(spec, before),
    ...(both && spec.loadBalancerClass !== before.loadBalancerClass
      ? [invalid(name, spec.loadBalancerClass ?? null, 'may not change once set')]
      : []),
    ...validateClass(spec),
    ...validateService(next),
  ];
}
