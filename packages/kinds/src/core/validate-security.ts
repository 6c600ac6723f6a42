import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty, onEach, oneOf } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { duplicate, forbidden, invalid, required } = fieldErrors;

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const idRange = 'must be between 0 and 2147483647, inclusive';

const validateId = (path: string, id: Loose): Check =>
  isAbsent(id) || (id >= 0 && id <= 2_147_483_647) ? [] : [invalid(path, id, idRange)];

function validateProfile(profile: Loose, path: string): Check {
  if (!profile) return [];
  const errors = oneOf(`${path}.type`, profile.type, profileTypes, true);
  if (profile.type === 'Localhost' && isEmpty(profile.localhostProfile))
    errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
  if (profile.type !== 'Localhost' && !isEmpty(profile.localhostProfile))
    errors.push(
      invalid(
        `${path}.localhostProfile`,
        profile.localhostProfile,
        'can only be set when seccomp type is Localhost',
      ),
    );
  return errors;
}

/** `securityContext` of a container. */
export function validateContainerSecurity(context: Loose, path: string): Check {
  if (!context) return [];
  const errors = [
    ...validateId(`${path}.runAsUser`, context.runAsUser),
    ...validateId(`${path}.runAsGroup`, context.runAsGroup),
    ...validateProfile(context.seccompProfile, `${path}.seccompProfile`),
    ...oneOf(`${path}.procMount`, context.procMount, ['Default', 'Unmasked']),
  ];
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      errors.push(
        invalid(
          path,
          context,
          'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
        ),
      );
    for (const capability of context.capabilities?.add ?? [])
      if (capability === 'CAP_SYS_ADMIN')
        errors.push(
          invalid(
            path,
            context,
            'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
          ),
        );
  }
  return errors;
}

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlName = new RegExp(sysctlPattern);
const longestSysctl = 253;

/** Kernel settings that belong to a namespace which a pod may share with its host. */
const hostSysctls: readonly [share: string, names: RegExp][] = [
  ['hostNetwork', /^net[./]/],
  ['hostIPC', /^(kernel[./](shm.*|msg.*|sem)$|fs[./]mqueue[./])/],
];

function validateSysctls(sysctls: Loose, spec: Loose, path: string): Check {
  const seen = new Set<string>();
  return onEach(sysctls, path, ({ name = '' }: Loose, where) => {
    const at = `${where}.name`;
    if (name === '') return [required(at, '')];
    if (name.length > longestSysctl || !sysctlName.test(name)) {
      const rule = `must have at most ${longestSysctl} characters and match regex ${sysctlPattern}`;
      return [invalid(at, name, rule)];
    }
    if (seen.has(name)) return [duplicate(at, name)];
    seen.add(name);
    const share = hostSysctls.find(([field, names]) => spec[field] && names.test(name))?.[0];
    return share === undefined
      ? []
      : [invalid(at, name, `may not be specified when '${share}' is true`)];
  });
}

/** `securityContext` of a pod, and what of the host it may share. */
export function validatePodSecurity(spec: Loose, path: string): Check {
  const context = spec.securityContext ?? {};
  const at = `${path}.securityContext`;
  const errors = [
    ...validateId(`${at}.runAsUser`, context.runAsUser),
    ...validateId(`${at}.runAsGroup`, context.runAsGroup),
    ...validateId(`${at}.fsGroup`, context.fsGroup),
    ...onEach(context.supplementalGroups, `${at}.supplementalGroups`, (id, where) =>
      validateId(where, id),
    ),
    ...validateProfile(context.seccompProfile, `${at}.seccompProfile`),
    ...oneOf(`${at}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ]),
    ...oneOf(`${at}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ]),
    ...validateSysctls(context.sysctls, spec, `${at}.sysctls`),
  ];
  const shared = spec.shareProcessNamespace ?? context.shareProcessNamespace;
  if (shared && spec.hostPID)
    errors.push(
      invalid(
        `${path}.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  if (spec.hostUsers === false)
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC'])
      if (spec[field]) errors.push(forbidden(`${path}.${field}`, 'when `hostUsers` is false'));
  return errors;
}
