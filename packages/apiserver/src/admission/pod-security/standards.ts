import {
  appArmorProfile,
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  hostProcess,
  privileged,
  procMount,
  seLinuxOptions,
  sysctls,
} from './baseline-checks.ts';
import type { Check, PodView, Violation } from './pod-view.ts';
import {
  allowPrivilegeEscalation,
  restrictedCapabilities,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
} from './restricted-checks.ts';
import { seccompAnnotations, seccompBaseline, seccompRestricted } from './seccomp-checks.ts';

export type SecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** Minor version of Kubernetes 1 whose rules count. */
export type RulesVersion = number | 'latest';

/** The last version that has rules of its own. */
const newest = 35;

interface Rule {
  level: 'baseline' | 'restricted';
  /** What is checked from which minor version on. */
  since: readonly (readonly [minor: number, check: Check])[];
  /** The baseline check that this one takes the place of. */
  instead?: Check[];
}

/** Windows has none of it. */
const notOnWindows =
  (check: Check): Check =>
  (pod) =>
    pod.spec.os?.name === 'windows' ? undefined : check(pod);

/** A pod with users of its own may be root there. */
const unlessOwnUsers =
  (check: Check): Check =>
  (pod) =>
    pod.spec.hostUsers === false ? undefined : check(pod);

const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctls27 = [...safeSysctls, 'net.ipv4.ip_local_reserved_ports'];
const sysctls29 = [
  ...sysctls27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const sysctls32 = [...sysctls29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];
const seLinuxTypes = ['container_t', 'container_init_t', 'container_kvm_t'];

const procMount35 = unlessOwnUsers(procMount);

/** In the order of upstream's messages. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const rules: readonly Rule[] = [
  { level: 'baseline', since: [[0, appArmorProfile]] },
  { level: 'baseline', since: [[0, capabilities]] },
  { level: 'baseline', since: [[0, hostNamespaces]] },
  { level: 'baseline', since: [[0, hostPathVolumes]] },
  { level: 'baseline', since: [[0, hostPorts]] },
  { level: 'baseline', since: [[34, hostProbes]] },
  { level: 'baseline', since: [[0, privileged]] },
  {
    level: 'baseline',
    since: [
      [0, procMount],
      [35, procMount35],
    ],
  },
  {
    level: 'baseline',
    since: [
      [0, seLinuxOptions(new Set(seLinuxTypes))],
      [31, seLinuxOptions(new Set([...seLinuxTypes, 'container_engine_t']))],
    ],
  },
  {
    level: 'baseline',
    since: [
      [0, seccompAnnotations],
      [19, seccompBaseline],
    ],
  },
  {
    level: 'baseline',
    since: [
      [0, sysctls(new Set(safeSysctls))],
      [27, sysctls(new Set(sysctls27))],
      [29, sysctls(new Set(sysctls29))],
      [32, sysctls(new Set(sysctls32))],
    ],
  },
  { level: 'baseline', since: [[0, hostProcess]] },
  {
    level: 'restricted',
    since: [
      [8, allowPrivilegeEscalation],
      [25, notOnWindows(allowPrivilegeEscalation)],
    ],
  },
  {
    level: 'restricted',
    since: [
      [22, restrictedCapabilities],
      [25, notOnWindows(restrictedCapabilities)],
    ],
    instead: [capabilities],
  },
  { level: 'restricted', since: [[35, procMount]], instead: [procMount35] },
  { level: 'restricted', since: [[0, restrictedVolumes]], instead: [hostPathVolumes] },
  {
    level: 'restricted',
    since: [
      [0, runAsNonRoot],
      [35, unlessOwnUsers(runAsNonRoot)],
    ],
  },
  {
    level: 'restricted',
    since: [
      [23, runAsUser],
      [35, unlessOwnUsers(runAsUser)],
    ],
  },
  {
    level: 'restricted',
    since: [
      [19, seccompRestricted],
      [25, notOnWindows(seccompRestricted)],
    ],
    instead: [seccompBaseline],
  },
];

const known = new Map<string, readonly Check[]>();

/** The checks of a level as a version of Kubernetes had them. */
function checksOf(level: SecurityLevel, version: RulesVersion): readonly Check[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? newest : Math.min(version, newest);
  const id = `${level}/${minor}`;
  const found = known.get(id) ?? selectChecks(level, minor);
  known.set(id, found);
  return found;
}

function selectChecks(level: SecurityLevel, minor: number): Check[] {
  const active = rules
    .filter((rule) => rule.level === 'baseline' || level === 'restricted')
    .flatMap(({ since, instead = [] }) => {
      const check = since.filter(([from]) => from <= minor).at(-1)?.[1];
      return check ? [{ check, instead }] : [];
    });
  const replaced = new Set(active.flatMap(({ instead }) => instead));
  return active.map(({ check }) => check).filter((check) => !replaced.has(check));
}

/** What in a pod violates a level of the Pod Security Standards. */
export const violationsOf = (
  pod: PodView,
  level: SecurityLevel,
  version: RulesVersion,
): Violation[] => checksOf(level, version).flatMap((check) => check(pod) ?? []);
