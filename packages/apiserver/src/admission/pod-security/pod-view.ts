import type { KubeObject } from '@dormice/apimachinery';

interface Handler {
  httpGet?: { host?: string };
  tcpSocket?: { host?: string };
}

export interface SecurityContext {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  procMount?: string;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type: string };
  appArmorProfile?: { type: string };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  windowsOptions?: { hostProcess?: boolean };
  sysctls?: { name: string }[];
}

export interface Container {
  name: string;
  securityContext?: SecurityContext;
  ports?: { hostPort?: number }[];
  livenessProbe?: Handler;
  readinessProbe?: Handler;
  startupProbe?: Handler;
  lifecycle?: { postStart?: Handler; preStop?: Handler };
}

/** What checks look at: a pod, or a template of pods. */
export interface PodView {
  annotations: Record<string, string>;
  spec: KubeObject['spec'];
  security: SecurityContext;
  /** In the order of upstream's words: init containers first. */
  containers: Container[];
}

/** What a pod does that it must not. */
export interface Violation {
  reason: string;
  detail: string;
}

export type Check = (pod: PodView) => Violation | undefined;

export function viewOf({ metadata, spec }: { metadata?: object; spec?: unknown }): PodView {
  const known = (spec ?? {}) as KubeObject['spec'];
  return {
    annotations: (metadata as KubeObject['metadata'] | undefined)?.annotations ?? {},
    spec: known,
    security: known.securityContext ?? {},
    containers: [
      ...(known.initContainers ?? []),
      ...(known.containers ?? []),
      ...(known.ephemeralContainers ?? []),
    ],
  };
}

/** Containers to whose security context the test applies. */
export const containersThat = (
  { containers }: PodView,
  test: (security: SecurityContext) => boolean,
): string[] =>
  containers.filter(({ securityContext }) => test(securityContext ?? {})).map(({ name }) => name);

export const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

export const quoted = (names: readonly string[]): string =>
  names.map((name) => `"${name}"`).join(', ');

export const plural = (word: string, { length }: readonly unknown[]): string =>
  length === 1 ? word : `${word}s`;

/** `container "a"`, `containers "a", "b"`. */
export const naming = (names: readonly string[]): string =>
  `${plural('container', names)} ${quoted(names)}`;

/** Who sets something: `pod`, containers, or both; nothing when nobody does. */
export function setters(pod: boolean, containers: readonly string[]): string | undefined {
  const all = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [naming(containers)] : [])];
  return all.length > 0 ? all.join(' and ') : undefined;
}
