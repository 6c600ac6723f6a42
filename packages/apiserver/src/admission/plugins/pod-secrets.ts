import type { KubeObject } from '@dormice/apimachinery';

interface Container {
  name: string;
  env?: { name: string; valueFrom?: { secretKeyRef?: { name?: string } } }[];
  envFrom?: { secretRef?: { name?: string } }[];
}

interface Volume {
  secret?: { secretName?: string };
  projected?: { sources?: { secret?: object; serviceAccountToken?: object }[] };
}

type Spec = KubeObject['spec'];

const named = (list: { name: string }[] | undefined): Set<string> =>
  new Set((list ?? []).map(({ name }) => name));

/** The first thing in a pod that speaks of a secret which its account does not list, in upstream's words. */
export function unmountableSecret(
  { spec }: KubeObject,
  account: KubeObject,
  onlyEphemeral: boolean,
): string | undefined {
  const allowed = named(account['secrets']);
  const why = `is not allowed because service account ${account.metadata.name} does not reference that`;
  if (onlyEphemeral) return inContainers('ephemeral container', spec.ephemeralContainers);
  for (const { secret } of (spec.volumes ?? []) as Volume[]) {
    const name = secret?.secretName ?? '';
    if (secret && !allowed.has(name))
      return `volume with secret.secretName="${name}" ${why} secret`;
  }
  return (
    inContainers('init container', spec.initContainers) ??
    inContainers('container', spec.containers) ??
    inPullSecrets()
  );

  function inContainers(what: string, containers: Container[] = []): string | undefined {
    for (const { name, env = [], envFrom = [] } of containers) {
      for (const { name: variable, valueFrom } of env) {
        const secret = valueFrom?.secretKeyRef;
        if (secret && !allowed.has(secret.name ?? ''))
          return `${what} ${name} with envVar ${variable} referencing secret.secretName="${secret.name ?? ''}" ${why} secret`;
      }
      for (const { secretRef } of envFrom) {
        if (secretRef && !allowed.has(secretRef.name ?? ''))
          return `${what} ${name} with envFrom referencing secret.secretName="${secretRef.name ?? ''}" ${why} secret`;
      }
    }
    return undefined;
  }

  function inPullSecrets(): string | undefined {
    const known = named(account['imagePullSecrets']);
    const given: { name: string }[] = spec.imagePullSecrets ?? [];
    const at = given.findIndex(({ name }) => !known.has(name));
    return at < 0
      ? undefined
      : `imagePullSecrets[${at}].name="${given[at]?.name}" ${why} imagePullSecret`;
  }
}

/** Keys below which a pod names a secret. */
const secretKeys = new Set([
  'secret',
  'secretRef',
  'secretKeyRef',
  'imagePullSecrets',
  'nodePublishSecretRef',
]);

/** Does any part of the pod name a secret? */
export const namesSecrets = (spec: Spec): boolean =>
  Object.entries((spec ?? {}) as Record<string, unknown>).some(
    ([key, value]) =>
      typeof value === 'object' &&
      value !== null &&
      (secretKeys.has(key) ? Object.keys(value).length > 0 : namesSecrets(value)),
  );

export const projectsTokens = ({ volumes }: Spec): boolean =>
  ((volumes ?? []) as Volume[]).some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
  );
