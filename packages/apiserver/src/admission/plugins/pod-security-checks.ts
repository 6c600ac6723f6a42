import type { KubeObject } from '@dormice/apimachinery';
import { harmlessCapabilities } from './harmless-capabilities.ts';

export type SecurityLevel = 'privileged' | 'baseline' | 'restricted';

interface SecurityContext {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  procMount?: string;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type: string };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  sysctls?: { name: string }[];
}

interface Container {
  name: string;
  securityContext?: SecurityContext;
  ports?: { hostPort?: number }[];
}

interface PodView {
  spec: KubeObject['spec'];
  security: SecurityContext;
  containers: Container[];
}

/** A check: what violates it, in upstream's words, or nothing. */
type Check = (pod: PodView) => string | undefined;

const quoted = (names: string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** `container "a" must …` or `containers "a", "b" must …`. */
function containersThat(
  pod: PodView,
  violates: (security: SecurityContext, container: Container) => boolean,
  text: string,
): string | undefined {
  const names = pod.containers
    .filter((container) => violates(container.securityContext ?? {}, container))
    .map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `${names.length === 1 ? 'container' : 'containers'} ${quoted(names)} ${text}`;
}

const titled = (title: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${title} (${text})`;

const baseline: Check[] = [
  ({ spec }) => {
    const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
    return used.length === 0
      ? undefined
      : `host namespaces (${used.map((key) => `${key}=true`).join(', ')})`;
  },
  (pod) =>
    titled(
      'privileged',
      containersThat(
        pod,
        ({ privileged }) => privileged === true,
        'must not set securityContext.privileged=true',
      ),
    ),
  (pod) =>
    titled(
      'non-default capabilities',
      containersThat(
        pod,
        ({ capabilities }) =>
          (capabilities?.add ?? []).some((name) => !harmlessCapabilities.has(name)),
        'must not include more than the default set in securityContext.capabilities.add',
      ),
    ),
  ({ spec }) => {
    const names = ((spec.volumes ?? []) as { name: string; hostPath?: unknown }[])
      .filter(({ hostPath }) => hostPath !== undefined)
      .map(({ name }) => name);
    if (names.length === 0) return undefined;
    return `hostPath volumes (${names.length === 1 ? 'volume' : 'volumes'} ${quoted(names)})`;
  },
  (pod) => {
    const ports = pod.containers.flatMap(({ ports: list }) =>
      (list ?? []).map(({ hostPort }) => hostPort ?? 0).filter((port) => port > 0),
    );
    if (ports.length === 0) return undefined;
    return titled(
      'hostPort',
      containersThat(
        pod,
        (_, { ports: list }) => (list ?? []).some(({ hostPort }) => (hostPort ?? 0) > 0),
        `uses hostPort${ports.length === 1 ? '' : 's'} ${ports.join(', ')}`,
      ),
    );
  },
  (pod) =>
    titled(
      'procMount',
      containersThat(
        pod,
        ({ procMount }) => procMount !== undefined && procMount !== 'Default',
        'must not set securityContext.procMount to "Unmasked"',
      ),
    ),
  (pod) =>
    titled(
      'seccompProfile',
      containersThat(
        pod,
        ({ seccompProfile }) => seccompProfile?.type === 'Unconfined',
        'must not set securityContext.seccompProfile.type to "Unconfined"',
      ),
    ),
];

const allowedVolumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'name',
]);

const restricted: Check[] = [
  (pod) =>
    titled(
      'allowPrivilegeEscalation != false',
      containersThat(
        pod,
        ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation !== false,
        'must set securityContext.allowPrivilegeEscalation=false',
      ),
    ),
  (pod) =>
    titled(
      'unrestricted capabilities',
      containersThat(
        pod,
        ({ capabilities }) =>
          !(capabilities?.drop ?? []).includes('ALL') ||
          (capabilities?.add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
        'must set securityContext.capabilities.drop=["ALL"]',
      ),
    ),
  ({ spec }) => {
    const volumes = (spec.volumes ?? []) as Record<string, unknown>[];
    const bad = volumes.filter((volume) =>
      Object.keys(volume).some((key) => !allowedVolumes.has(key)),
    );
    if (bad.length === 0) return undefined;
    const names = bad.map((volume) => String(volume['name']));
    return `restricted volume types (${names.length === 1 ? 'volume' : 'volumes'} ${quoted(names)} uses restricted volume type)`;
  },
  (pod) => {
    const text = containersThat(
      pod,
      ({ runAsNonRoot }) => (runAsNonRoot ?? pod.security.runAsNonRoot) !== true,
      'must set securityContext.runAsNonRoot=true',
    );
    return text === undefined ? undefined : `runAsNonRoot != true (pod or ${text})`;
  },
  (pod) => {
    const text = containersThat(
      pod,
      ({ runAsUser }) => (runAsUser ?? pod.security.runAsUser) === 0,
      'must not set runAsUser=0',
    );
    return text === undefined ? undefined : `runAsUser=0 (${text})`;
  },
  (pod) => {
    const allowed = new Set(['RuntimeDefault', 'Localhost']);
    const text = containersThat(
      pod,
      ({ seccompProfile }) =>
        !allowed.has((seccompProfile ?? pod.security.seccompProfile)?.type ?? ''),
      'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    );
    return text === undefined ? undefined : `seccompProfile (pod or ${text})`;
  },
];

const checks: Record<SecurityLevel, Check[]> = {
  privileged: [],
  baseline,
  restricted: [...baseline, ...restricted],
};

/** What in a pod violates a level of the Pod Security Standards. */
export function podSecurityViolations(pod: KubeObject, level: SecurityLevel): string[] {
  const spec = pod['spec'] ?? {};
  const view: PodView = {
    spec,
    security: spec.securityContext ?? {},
    containers: [
      ...(spec.initContainers ?? []),
      ...(spec.containers ?? []),
      ...(spec.ephemeralContainers ?? []),
    ],
  };
  return checks[level].flatMap((check) => check(view) ?? []);
}
