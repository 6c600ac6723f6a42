import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';

const seccomp = {
  pod: 'seccomp.security.alpha.kubernetes.io/pod',
  container: 'container.seccomp.security.alpha.kubernetes.io/',
};
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

const noLonger = (path: string, key: string): string =>
  `${path}[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`;
const deprecated = (path: string, key: string): string =>
  `${path}[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`;

/** The field that an annotation of the past means; nothing for what it never meant. */
function profileOf(annotation: string): Loose {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const name = /^localhost\/(.+)$/s.exec(annotation)?.[1];
  return name === undefined ? undefined : { type: 'Localhost', localhostProfile: name };
}

/** Of the pod as a whole. */
export const podProfileWarnings = (metadata: Loose, spec: Loose, path: string): string[] =>
  !spec.securityContext?.seccompProfile && metadata?.annotations?.[seccomp.pod] !== undefined
    ? [noLonger(path, seccomp.pod)]
    : [];

/** @param ofTemplate pods are told of AppArmor when their annotations become fields */
export function containerProfileWarnings(
  metadata: Loose,
  spec: Loose,
  container: Loose,
  path: string,
  ofTemplate: boolean,
): string[] {
  const annotations: Record<string, string> = metadata?.annotations ?? {};
  const own = container.securityContext ?? {};
  const key = `${seccomp.container}${container.name}`;
  const warnings =
    !own.seccompProfile && annotations[key] !== undefined ? [noLonger(path, key)] : [];
  const old = `${appArmor}${container.name}`;
  const note = annotations[old];
  if (!ofTemplate || own.appArmorProfile || note === undefined) return warnings;
  const whole = spec.securityContext?.appArmorProfile;
  if (!whole || !deepEqual(whole, profileOf(note))) warnings.push(deprecated(path, old));
  return warnings;
}

const told = new WeakMap<KubeObject, string[]>();

/** Annotations of a new pod that name AppArmor profiles become fields. Remembers what is said about it. */
export function adoptAppArmor(pod: KubeObject): void {
  const spec = pod['spec'] ?? {};
  if (spec.os?.name === 'windows') return;
  const warnings: string[] = [];
  const containers = [spec.initContainers, spec.containers, spec.ephemeralContainers].flatMap(each);
  for (const container of containers) {
    const key = `${appArmor}${container.name}`;
    const note = pod.metadata.annotations?.[key];
    if (note === undefined || container.securityContext?.appArmorProfile) continue;
    const profile = profileOf(note);
    if (profile && deepEqual(profile, spec.securityContext?.appArmorProfile)) continue;
    if (profile) {
      container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    }
    warnings.push(deprecated('metadata.annotations', key));
  }
  if (warnings.length > 0) told.set(pod, warnings);
}

export const adoptionWarnings = (pod: KubeObject): string[] => told.get(pod) ?? [];
