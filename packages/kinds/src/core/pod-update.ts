import {
  deepClone,
  deepEqual,
  fieldErrors,
  isDns1123Subdomain,
  isQualifiedName,
  isValidIp,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, onEach } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { restore } from '../strategy.ts';
import { validateResize } from './pod-resize.ts';
import { validateAnyPod } from './validate-pod.ts';

const { forbidden, invalid, required } = fieldErrors;

const only =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Which top fields of the spec differ, for the end of the message. */
function changedFields(next: Loose, old: Loose): string {
  const keys = [...new Set([...Object.keys(next), ...Object.keys(old)])].sort();
  const changed = keys.filter((key) => !deepEqual(next[key], old[key]));
  return changed.map((key) => `spec.${key}`).join(', ');
}

function validateDeadline(next: Loose, old: Loose): Check {
  const path = 'spec.activeDeadlineSeconds';
  if (!isAbsent(next)) {
    if (next < 0 || next > 2_147_483_647)
      return [invalid(path, next, 'must be between 0 and 2147483647, inclusive')];
    if (!isAbsent(old) && old < next)
      return [invalid(path, next, 'must be less than or equal to previous value')];
    return [];
  }
  return isAbsent(old)
    ? []
    : [invalid(path, null, 'must not update from a positive integer to nil value')];
}

/** Tolerations are only added; of an old one only its seconds may change. */
function validateTolerationsKept(next: Loose, old: Loose): Check {
  const stripped = (list: Loose) =>
    each(list).map(({ tolerationSeconds: _, ...toleration }) => JSON.stringify(toleration));
  const present = new Set(stripped(next));
  return stripped(old).every((toleration) => present.has(toleration))
    ? []
    : [
        forbidden(
          'spec.tolerations',
          'existing toleration can not be modified except its tolerationSeconds',
        ),
      ];
}

/** Gates are only taken away. */
function validateGatesRemoved(next: Loose, old: Loose): Check {
  const before = new Set(each(old).map(({ name }) => name));
  return each(next).flatMap(({ name }, index) =>
    before.has(name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

/** Upstream looks at images again when a pod changes. */
const validateImages = (containers: Loose, path: string): Check =>
  onEach(containers, path, ({ image = '' }, at) => [
    ...(image === '' ? [required(`${at}.image`)] : []),
    ...(image === image.trim()
      ? []
      : [invalid(`${at}.image`, image, 'must not have leading or trailing whitespace')]),
  ]);

function validateSpecUpdate(next: KubeObject, old: KubeObject): Check {
  const { spec } = deepClone(next) as KubeObject[string];
  const before: Loose = old['spec'] ?? {};
  const errors: Check = validateAnyPod(next);
  for (const field of ['containers', 'initContainers']) {
    if (each(spec[field]).length !== each(before[field]).length)
      return [
        ...errors,
        forbidden(`spec.${field}`, 'pod updates may not add or remove containers'),
      ];
    errors.push(...validateImages(spec[field], `spec.${field}`));
  }
  errors.push(
    ...validateDeadline(spec.activeDeadlineSeconds, before.activeDeadlineSeconds),
    ...validateTolerationsKept(spec.tolerations, before.tolerations),
    ...validateGatesRemoved(spec.schedulingGates, before.schedulingGates),
  );
  for (const field of ['containers', 'initContainers'])
    each(spec[field]).forEach((container, index) => {
      restore(container, before[field][index], 'image');
    });
  for (const field of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates'])
    restore(spec, before, field);
  if (before.terminationGracePeriodSeconds < 0 && spec.terminationGracePeriodSeconds === 1)
    spec.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds;
  if (each(before.schedulingGates).length > 0)
    for (const field of ['nodeSelector', 'affinity']) restore(spec, before, field);
  if (!deepEqual(spec, before))
    errors.push(forbidden('spec', `${only}\nchanged: ${changedFields(spec, before)}`));
  return errors;
}

const systemConditions = ['PodScheduled', 'Ready', 'Initialized'];

const validateConditions = (conditions: Loose): Check =>
  onEach(conditions, 'status.conditions', ({ type = '', observedGeneration }, at) => [
    ...(observedGeneration < 0
      ? [invalid(`${at}.observedGeneration`, observedGeneration, 'must be a non-negative integer')]
      : []),
    ...(systemConditions.includes(type) ? [] : follows(`${at}.Type`, type, isQualifiedName)),
  ]);

/** Addresses of the pod: valid, at most one of a family. */
function validatePodIps(next: Loose, old: Loose): Check {
  const known = new Set(each(old.podIPs).map(({ ip }) => ip));
  const addresses = each(next.podIPs).map(({ ip = '' }) => ip);
  const path = 'status.podIPs';
  const families = new Set(addresses.map((ip) => ip.includes(':')));
  return [
    ...onEach(addresses, path, (ip, at) => (known.has(ip) ? [] : follows(at, ip, isValidIp))),
    ...(addresses.length > 1 && families.size !== addresses.length
      ? [invalid(path, next.podIPs, 'may specify no more than one IP for each IP family')]
      : []),
  ];
}

function validateStatusUpdate(next: KubeObject, old: KubeObject): Check {
  const status: Loose = next['status'] ?? {};
  const before: Loose = old['status'] ?? {};
  const errors: Check = validateConditions(status.conditions);
  if (status.nominatedNodeName)
    errors.push(
      ...follows('status.nominatedNodeName', status.nominatedNodeName, isDns1123Subdomain),
    );
  if (before.qosClass && status.qosClass !== before.qosClass)
    errors.push(invalid('status.qosClass', status.qosClass ?? '', 'field is immutable'));
  return [...errors, ...validatePodIps(status, before)];
}

/** Ephemeral containers are only added; those that exist stay as they are. */
function validateEphemeralUpdate(next: KubeObject, old: KubeObject): Check {
  const wanted = new Map(each(next['spec']?.ephemeralContainers).map((item) => [item.name, item]));
  return [
    ...validateAnyPod(next),
    ...each(old['spec']?.ephemeralContainers).flatMap((container, index) => {
      const path = `spec.ephemeralContainers`;
      const found = wanted.get(container.name);
      if (found === undefined)
        return [
          forbidden(path, `existing ephemeral containers "${container.name}" may not be removed\n`),
        ];
      return deepEqual(found, container)
        ? []
        : [
            forbidden(
              path,
              `existing ephemeral containers "${container.name}" may not be changed\n(number ${index} of the list)`,
            ),
          ];
    }),
  ];
}

/** What an update of a pod may change, endpoint by endpoint. */
export function validatePodUpdate(next: KubeObject, old: KubeObject, context: KindContext): Check {
  switch (context.subresource) {
    case 'status':
      return validateStatusUpdate(next, old);
    case 'ephemeralcontainers':
      return validateEphemeralUpdate(next, old);
    case 'resize':
      return validateResize(next, old);
    default:
      return validateSpecUpdate(next, old);
  }
}
