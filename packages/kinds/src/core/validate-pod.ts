import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidIp,
  type KubeObject,
  validateLabels,
} from '@dormice/apimachinery';
import {
  between,
  type Check,
  follows,
  isAbsent,
  isEmpty,
  nonNegative,
  onEach,
  oneOf,
} from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { validateAffinity, validateTolerations } from './validate-affinity.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './validate-container.ts';
import { validatePodResources } from './validate-pod-resources.ts';
import { validateResources } from './validate-resources.ts';
import { validatePodSecurity } from './validate-security.ts';
import { validateTopologySpread } from './validate-topology-spread.ts';
import { validateVolumes } from './volumes/validate-volumes.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

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

function validateGates(gates: Loose, path: string): Check {
  const seen = new Set<string>();
  return onEach(gates, path, ({ name = '' }, at) => {
    const again = seen.has(name);
    seen.add(name);
    return [...follows(at, name, isQualifiedName), ...(again ? [duplicate(at, name)] : [])];
  });
}

function validateResourceClaims(claims: Loose, path: string): Check {
  const seen = new Set<string>();
  return onEach(claims, path, (claim, at) => {
    const { name = '', resourceClaimName: own, resourceClaimTemplateName: template } = claim;
    const errors: Check = [];
    if (name === '') errors.push(required(`${at}.name`));
    else if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    else errors.push(...follows(`${at}.name`, name, isDns1123Label));
    seen.add(name);
    if (!isAbsent(own) && !isAbsent(template))
      errors.push(
        invalid(
          at,
          claim,
          'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
        ),
      );
    if (isAbsent(own) && isAbsent(template))
      errors.push(
        invalid(at, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'),
      );
    if (!isAbsent(own)) errors.push(...follows(`${at}.resourceClaimName`, own, isDns1123Subdomain));
    if (!isAbsent(template))
      errors.push(...follows(`${at}.resourceClaimTemplateName`, template, isDns1123Subdomain));
    return errors;
  });
}

const preemptionPolicies = ['PreemptLowerPriority', 'Never'];
const longestHostname = 64;

function validateHostname(spec: Loose, path: string): Check {
  const name = spec.hostnameOverride;
  if (isAbsent(name)) return [];
  return [
    ...(spec.setHostnameAsFQDN
      ? [forbidden(path, 'may not be specified when setHostnameAsFQDN is true')]
      : []),
    ...(spec.hostNetwork ? [forbidden(path, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > longestHostname ? [fieldErrors.tooLong(path, longestHostname)] : []),
    ...follows(path, name, isDns1123Subdomain),
  ];
}

function validateOs(os: Loose, path: string): Check {
  if (!os) return [];
  if (isEmpty(os.name)) return [required(`${path}.name`)];
  const known = ['linux', 'windows'];
  return known.includes(os.name) ? [] : [notSupported(path, os.name, known)];
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

/** Who has users of its own shares neither processes nor devices with the node. */
function validateHostUsers(spec: Loose, path: string): Check {
  if (spec.hostUsers !== false) return [];
  const why = 'when `hostUsers` is false';
  const devices = (field: string): Check =>
    onEach(spec[field], `${path}.${field}`, ({ volumeDevices }, at) =>
      each(volumeDevices).length > 0 ? [forbidden(`${at}.volumeDevices`, why)] : [],
    );
  return [
    ...(spec.hostNetwork ? [forbidden(`${path}.hostNetwork`, why)] : []),
    ...(spec.hostPID ? [forbidden(`${path}.HostPID`, why)] : []),
    ...(spec.hostIPC ? [forbidden(`${path}.HostIPC`, why)] : []),
    ...['initContainers', 'containers', 'ephemeralContainers'].flatMap(devices),
  ];
}

/** A pod spec, of a pod or a template. */
export function validatePodSpec(spec: Loose, path: string): Check {
  return [
    ...validateVolumes(spec.volumes, `${path}.volumes`),
    ...validateResourceClaims(spec.resourceClaims, `${path}.resourceClaims`),
    ...validateContainers(spec, `${path}.containers`),
    ...validateInitContainers(spec, `${path}.initContainers`),
    ...validateEphemeralContainers(spec, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, path),
    ...hostNetworkPorts(spec, path),
    ...oneOf(`${path}.restartPolicy`, spec.restartPolicy, restartPolicies, true),
    ...validateDns(spec, path),
    ...validateLabels(spec.nodeSelector ?? {}, `${path}.nodeSelector`),
    ...validatePodSecurity(spec, path),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...onEach(spec.readinessGates, `${path}.readinessGates`, ({ conditionType = '' }, at) =>
      follows(`${at}.conditionType`, conditionType, isQualifiedName),
    ),
    ...validateGates(spec.schedulingGates, `${path}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateHostUsers(spec, path),
    ...validateHostname(spec, `${path}.hostnameOverride`),
    ...optionalName(`${path}.serviceAccountName`, spec.serviceAccountName, isDns1123Subdomain),
    ...optionalName(`${path}.nodeName`, spec.nodeName, isDns1123Subdomain),
    ...nonNegative(`${path}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
    ...between(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, mostSeconds),
    ...optionalName(`${path}.hostname`, spec.hostname, isDns1123Label),
    ...optionalName(`${path}.subdomain`, spec.subdomain, isDns1123Label),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${path}.hostAliases`),
    ...optionalName(`${path}.priorityClassName`, spec.priorityClassName, isDns1123Subdomain),
    ...(isAbsent(spec.runtimeClassName)
      ? []
      : follows(`${path}.runtimeClassName`, spec.runtimeClassName, isDns1123Subdomain)),
    ...(isAbsent(spec.preemptionPolicy)
      ? []
      : oneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, preemptionPolicies, true)),
    ...validateResources({ limits: spec.overhead }, `${path}.overhead`, new Set()),
    ...validateOs(spec.os, `${path}.os`),
  ];
}

/** Templates may have images with blanks around, pods not. */
const trimmedImages = (spec: Loose): Check =>
  ['containers', 'initContainers'].flatMap((field) =>
    onEach(spec[field], `spec.${field}`, ({ image = '' }, at) =>
      image === image.trim()
        ? []
        : [invalid(`${at}.image`, image, 'must not have leading or trailing whitespace')],
    ),
  );

/** What every pod must satisfy, new or changed. */
export function validateAnyPod(pod: KubeObject): Check {
  const { spec = {} } = pod as KubeObject[string];
  return [...validatePodSpec(spec, 'spec'), ...trimmedImages(spec)];
}

/** A new pod. */
export function validatePod(pod: KubeObject): Check {
  const { spec = {} } = pod as KubeObject[string];
  const errors = validateAnyPod(pod);
  if (each(spec.ephemeralContainers).length > 0)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (each(spec.schedulingGates).length > 0 && spec.nodeName)
    errors.push(
      forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'),
    );
  return errors;
}
