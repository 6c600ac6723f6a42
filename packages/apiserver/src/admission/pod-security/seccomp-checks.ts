import {
  type Check,
  containersThat,
  naming,
  type PodView,
  plural,
  quoted,
  setters,
  sorted,
} from './pod-view.ts';

const allowed = new Set(['RuntimeDefault', 'Localhost']);
const podNote = 'seccomp.security.alpha.kubernetes.io/pod';
const containerNote = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before v1.19 profiles were annotations. */
export const seccompAnnotations: Check = ({ annotations, containers }) => {
  const keys = [podNote, ...containers.map(({ name }) => `${containerNote}${name}`)];
  const bad = keys
    .filter((key) => {
      const value = annotations[key] ?? 'runtime/default';
      const known = value === 'runtime/default' || value === 'docker/default';
      return !known && !value.startsWith('localhost/');
    })
    .map((key) => `${key}=${JSON.stringify(annotations[key])}`);
  if (bad.length === 0) return undefined;
  const shown = sorted(bad);
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${plural('annotation', shown)} ${shown.join(', ')}`,
  };
};

const isBad = (profile: { type: string } | undefined): boolean =>
  profile !== undefined && !allowed.has(profile.type);

export const seccompBaseline: Check = (pod) => {
  const bad = containersThat(pod, ({ seccompProfile }) => isBad(seccompProfile));
  const who = setters(isBad(pod.security.seccompProfile), bad);
  if (who === undefined) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(badTypes(pod))}`,
  };
};

const badTypes = ({ security, containers }: PodView): string[] =>
  sorted(
    [security, ...containers.map((one) => one.securityContext ?? {})]
      .map(({ seccompProfile }) => seccompProfile)
      .filter(isBad)
      .map((profile) => profile?.type ?? ''),
  );

export const seccompRestricted: Check = (pod) => {
  const explicit = seccompBaseline(pod);
  if (explicit || pod.security.seccompProfile !== undefined) return explicit;
  const silent = containersThat(pod, ({ seccompProfile }) => seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${naming(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};
