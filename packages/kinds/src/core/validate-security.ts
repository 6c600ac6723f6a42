import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty, onEach, oneOf } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

/** Bytes of a path, but for the end of the string. */
const longestProfile = 4095;

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const idRange = 'must be between 0 and 2147483647, inclusive';

const validateId = (path: string, id: Loose): Check =>
  isAbsent(id) || (id >= 0 && id <= 2_147_483_647) ? [] : [invalid(path, id, idRange)];

function validateProfile(profile: Loose, path: string): Check {
  if (!profile) return [];
  const errors: Check = isEmpty(profile.type)
    ? [required(`${path}.type`, 'type is required when seccompProfile is set')]
    : oneOf(`${path}.type`, profile.type, profileTypes);
  if (profile.type === 'Localhost' && isAbsent(profile.localhostProfile))
    errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
  if (profile.type !== 'Localhost' && !isAbsent(profile.localhostProfile))
    errors.push(
      invalid(
        `${path}.localhostProfile`,
        profile,
        'can only be set when seccomp type is Localhost',
      ),
    );
  return errors;
}

function validateProcMount(mode: Loose, path: string, hostUsers: boolean): Check {
  if (isAbsent(mode)) return [];
  if (!['Default', 'Unmasked'].includes(mode))
    return [notSupported(path, mode, ['Default', 'Unmasked'])];
  return hostUsers && mode === 'Unmasked'
    ? [invalid(path, mode, '`hostUsers` must be false to use `Unmasked`')]
    : [];
}

function validateAppArmor(profile: Loose, path: string): Check {
  if (!profile) return [];
  const { type, localhostProfile: local } = profile;
  const at = `${path}.localhostProfile`;
  if (isEmpty(type))
    return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
  if (!profileTypes.includes(type)) return [notSupported(`${path}.type`, type, profileTypes)];
  if (type !== 'Localhost')
    return isAbsent(local)
      ? []
      : [invalid(at, local, 'can only be set when AppArmor type is Localhost')];
  const missing = [required(at, 'must be set when AppArmor type is Localhost')];
  if (isAbsent(local)) return missing;
  if (local.trim() !== local) return [invalid(at, local, 'must not be padded with whitespace')];
  if (local === '') return missing;
  return local.length > longestProfile ? [fieldErrors.tooLong(at, longestProfile)] : [];
}

/** `securityContext` of a container. */
export function validateContainerSecurity(context: Loose, path: string, hostUsers: boolean): Check {
  if (!context) return [];
  const errors = [
    ...validateId(`${path}.runAsUser`, context.runAsUser),
    ...validateId(`${path}.runAsGroup`, context.runAsGroup),
    ...validateProcMount(context.procMount, `${path}.procMount`, hostUsers),
    ...validateProfile(context.seccompProfile, `${path}.seccompProfile`),
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
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
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

/** A pointer to one of a closed list: empty text is wrong, too. */
const given = (path: string, value: Loose, supported: readonly string[]): Check =>
  isAbsent(value) || supported.includes(value) ? [] : [notSupported(path, value, supported)];

/** `securityContext` of a pod, and what of the host it may share. */
export function validatePodSecurity(spec: Loose, path: string): Check {
  const context = spec.securityContext ?? {};
  const at = `${path}.securityContext`;
  const errors = [
    ...validateId(`${at}.fsGroup`, context.fsGroup),
    ...validateId(`${at}.runAsUser`, context.runAsUser),
    ...validateId(`${at}.runAsGroup`, context.runAsGroup),
    ...onEach(context.supplementalGroups, `${at}.supplementalGroups`, (id, where) =>
      validateId(where, id),
    ),
    ...validateSysctls(context.sysctls, spec, `${at}.sysctls`),
    ...given(`${at}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ]),
    ...validateProfile(context.seccompProfile, `${at}.seccompProfile`),
    ...validateAppArmor(context.appArmorProfile, `${at}.appArmorProfile`),
    ...given(`${at}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ]),
    ...given(`${at}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']),
  ];
  const shared = spec.shareProcessNamespace ?? context.shareProcessNamespace;
  if (shared && spec.hostPID)
    errors.push(
      invalid(
        `${at}.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  if (spec.hostUsers === false)
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC'])
      if (spec[field]) errors.push(forbidden(`${path}.${field}`, 'when `hostUsers` is false'));
  return errors;
}
