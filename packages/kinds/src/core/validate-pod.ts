import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isValidIp,
  type KubeObject,
  validateLabels,
} from '@dormice/apimachinery';
import {
  between,
  type Check,
  follows,
  isEmpty,
  needed,
  nonNegative,
  onEach,
  oneOf,
} from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import {
  validateAffinity,
  validateTolerations,
  validateTopologySpread,
} from './validate-affinity.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './validate-container.ts';
import { validateResources } from './validate-resources.ts';
import { validatePodSecurity } from './validate-security.ts';
import { validateVolumes } from './validate-volume.ts';

const { duplicate, forbidden, invalid, required } = fieldErrors;

const mostSeconds = 2_147_483_647;
const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function validateDns(spec: Loose, path: string): Check {
  const errors = oneOf(`${path}.dnsPolicy`, spec.dnsPolicy, dnsPolicies, true);
  const config = spec.dnsConfig;
  if (spec.dnsPolicy === 'None') {
    if (!config)
      errors.push(
        required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None'),
      );
    else if (!config.nameservers?.length)
      errors.push(
        required(
          `${path}.dnsConfig.nameservers`,
          'must provide at least one DNS nameserver when `dnsPolicy` is None',
        ),
      );
  }
  if (!config) return errors;
  const servers = each(config.nameservers);
  if (servers.length > 3)
    errors.push(
      invalid(`${path}.dnsConfig.nameservers`, servers, 'must not have more than 3 nameservers'),
    );
  errors.push(
    ...onEach(servers, `${path}.dnsConfig.nameservers`, (server, at) =>
      follows(at, server, isValidIp),
    ),
    ...onEach(config.options, `${path}.dnsConfig.options`, (option, at) =>
      isEmpty(option.name) ? [required(at, 'must not be empty')] : [],
    ),
  );
  return errors;
}

const validateHostAliases = (aliases: Loose, path: string): Check =>
  onEach(aliases, path, (alias, at) => [
    ...follows(`${at}.ip`, alias.ip ?? '', isValidIp),
    ...onEach(alias.hostnames, `${at}.hostnames`, (name, where) =>
      follows(where, name, isDns1123Subdomain),
    ),
  ]);

function uniqueGates(gates: Loose, path: string): Check {
  const seen = new Set<string>();
  return onEach(gates, path, ({ name }, at) => {
    const errors: Check = seen.has(name) ? [duplicate(`${at}.name`, name)] : [];
    seen.add(name);
    return errors;
  });
}

const optionalName = (
  path: string,
  value: Loose,
  rule: (text: string) => readonly string[],
): Check => (isEmpty(value) ? [] : follows(path, value, rule));

/** On the host's network, a container's port is the host's port. */
const hostNetworkPorts = (spec: Loose, path: string): Check =>
  spec.hostNetwork
    ? onEach(spec.containers, `${path}.containers`, (container, at) =>
        onEach(container.ports, `${at}.ports`, (port, where) =>
          port.hostPort && port.hostPort !== port.containerPort
            ? [
                invalid(
                  `${where}.containerPort`,
                  port.containerPort,
                  'must match `hostPort` when `hostNetwork` is true',
                ),
              ]
            : [],
        ),
      )
    : [];

/** A pod spec, of a pod or a template. */
export function validatePodSpec(spec: Loose, path: string): Check {
  const volumes = new Set<string>(each(spec.volumes).map(({ name }) => name));
  return [
    ...validateVolumes(spec.volumes, `${path}.volumes`),
    ...validateContainers(spec.containers, `${path}.containers`, volumes),
    ...validateInitContainers(spec, `${path}.initContainers`, volumes),
    ...validateEphemeralContainers(spec, `${path}.ephemeralContainers`, volumes),
    ...(spec.resources ? validateResources(spec.resources, `${path}.resources`) : []),
    ...hostNetworkPorts(spec, path),
    ...oneOf(`${path}.restartPolicy`, spec.restartPolicy, restartPolicies, true),
    ...validateDns(spec, path),
    ...validateLabels(spec.nodeSelector ?? {}, `${path}.nodeSelector`),
    ...validatePodSecurity(spec, path),
    ...onEach(spec.imagePullSecrets, `${path}.imagePullSecrets`, (secret, at) =>
      needed(`${at}.name`, secret.name),
    ),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...uniqueGates(spec.schedulingGates, `${path}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...optionalName(`${path}.serviceAccountName`, spec.serviceAccountName, isDns1123Subdomain),
    ...optionalName(`${path}.nodeName`, spec.nodeName, isDns1123Subdomain),
    ...nonNegative(`${path}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
    ...between(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, mostSeconds),
    ...optionalName(`${path}.hostname`, spec.hostname, isDns1123Label),
    ...optionalName(`${path}.subdomain`, spec.subdomain, isDns1123Label),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${path}.hostAliases`),
    ...optionalName(`${path}.priorityClassName`, spec.priorityClassName, isDns1123Subdomain),
    ...optionalName(`${path}.runtimeClassName`, spec.runtimeClassName, isDns1123Subdomain),
    ...oneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['Never', 'PreemptLowerPriority']),
  ];
}

export function validatePod(pod: KubeObject): Check {
  const { spec = {} } = pod as KubeObject[string];
  const errors = validatePodSpec(spec, 'spec');
  if (each(spec.schedulingGates).length > 0 && spec.nodeName)
    errors.push(
      forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'),
    );
  return errors;
}
