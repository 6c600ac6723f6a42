import { type Check, containersThat, naming, plural, quoted, setters, sorted } from './pod-view.ts';

export const allowPrivilegeEscalation: Check = (pod) => {
  const bad = containersThat(pod, (context) => context.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${naming(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

export const restrictedCapabilities: Check = (pod) => {
  const extra = (added: string[] = []) => added.filter((name) => name !== 'NET_BIND_SERVICE');
  const keeping = containersThat(pod, (context) => !context.capabilities?.drop?.includes('ALL'));
  const adding = containersThat(pod, (context) => extra(context.capabilities?.add).length > 0);
  const names = sorted(
    pod.containers.flatMap(({ securityContext }) => extra(securityContext?.capabilities?.add)),
  );
  const details = [
    ...(keeping.length > 0
      ? [`${naming(keeping)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(adding.length > 0
      ? [`${naming(adding)} must not include ${quoted(names)} in securityContext.capabilities.add`]
      : []),
  ];
  if (details.length === 0) return undefined;
  return { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

export const restrictedVolumes: Check = ({ spec }) => {
  const bad = ((spec.volumes ?? []) as Record<string, unknown>[]).filter(
    (volume) => !allowedVolumes.some((type) => volume[type] !== undefined),
  );
  if (bad.length === 0) return undefined;
  const names = bad.map((volume) => String(volume['name']));
  const types = sorted(
    bad.map((volume) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'),
  );
  const use = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', names)} ${quoted(names)} ${use} ${plural('restricted volume type', types)} ${quoted(types)}`,
  };
};

export const runAsNonRoot: Check = (pod) => {
  const reason = 'runAsNonRoot != true';
  const whole = pod.security.runAsNonRoot;
  const rooted = containersThat(pod, (context) => context.runAsNonRoot === false);
  const who = setters(whole === false, rooted);
  if (who !== undefined) {
    return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  }
  const silent = containersThat(pod, (context) => context.runAsNonRoot === undefined);
  if (whole === true || silent.length === 0) return undefined;
  return {
    reason,
    detail: `pod or ${naming(silent)} must set securityContext.runAsNonRoot=true`,
  };
};

export const runAsUser: Check = (pod) => {
  const bad = containersThat(pod, (context) => context.runAsUser === 0);
  const who = setters(pod.security.runAsUser === 0, bad);
  return who === undefined
    ? undefined
    : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
};
