import type { KubeObject } from '@dormice/apimachinery';
import type { Loose } from '../../loose.ts';

/** Names, in the pod's namespace, of what it needs on the host. */
export interface PodReferences {
  configmaps: Set<string>;
  secrets: Set<string>;
  claims: Set<string>;
}

/** Where the volume types of old keep the name of a Secret. */
export const volumeSecrets: readonly (readonly [string, string])[] = [
  ['csi', 'nodePublishSecretRef'],
  ['iscsi', 'secretRef'],
  ['rbd', 'secretRef'],
  ['flexVolume', 'secretRef'],
  ['cinder', 'secretRef'],
  ['cephfs', 'secretRef'],
  ['scaleIO', 'secretRef'],
  ['storageos', 'secretRef'],
];

export function containersOf(pod: KubeObject): Loose[] {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
}

/** The claim of a volume that comes and goes with its pod. */
export function ephemeralClaimName(podName: string, volumeName: string): string {
  return `${podName}-${volumeName}`;
}

export function podReferences(pod: KubeObject): PodReferences {
  const found: PodReferences = { configmaps: new Set(), secrets: new Set(), claims: new Set() };
  const { configmaps, secrets, claims } = found;
  const add = (set: Set<string>, name: string | undefined) => {
    if (name !== undefined && name !== '') set.add(name);
  };
  for (const container of containersOf(pod)) {
    for (const { valueFrom } of container.env ?? []) {
      add(configmaps, valueFrom?.configMapKeyRef?.name);
      add(secrets, valueFrom?.secretKeyRef?.name);
    }
    for (const source of container.envFrom ?? []) {
      add(configmaps, source.configMapRef?.name);
      add(secrets, source.secretRef?.name);
    }
  }
  for (const { name } of pod.spec?.imagePullSecrets ?? []) add(secrets, name);
  for (const volume of pod.spec?.volumes ?? []) {
    add(configmaps, volume.configMap?.name);
    add(secrets, volume.secret?.secretName);
    add(secrets, volume.azureFile?.secretName);
    for (const [type, field] of volumeSecrets) add(secrets, volume[type]?.[field]?.name);
    add(claims, volume.persistentVolumeClaim?.claimName);
    if (volume.ephemeral) {
      add(claims, ephemeralClaimName(pod.metadata.name ?? '', volume.name));
    }
    for (const source of volume.projected?.sources ?? []) {
      add(configmaps, source.configMap?.name);
      add(secrets, source.secret?.name);
    }
  }
  return found;
}
