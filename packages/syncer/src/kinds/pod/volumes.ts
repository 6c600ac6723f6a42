import type { Loose } from '../../loose.ts';
import { hostFieldRef } from './downward.ts';
import { ephemeralClaimName, volumeSecrets } from './references.ts';
import { tokenKey } from './tokens.ts';

export interface VolumeNames {
  podName: string;
  nameOf: (name: string) => string;
  /** The Secret that holds the pod's tokens. */
  tokenSecret: string;
}

/** A volume whose contents on the host are the virtual ones. */
export function hostVolume(volume: Loose, names: VolumeNames): Loose {
  const { nameOf, podName } = names;
  if (volume.ephemeral) {
    const claim = nameOf(ephemeralClaimName(podName, volume.name));
    return { name: volume.name, persistentVolumeClaim: { claimName: claim } };
  }
  const changed: Loose = {};
  if (volume.configMap) changed.configMap = renamed(volume.configMap, 'name', nameOf);
  if (volume.secret) changed.secret = renamed(volume.secret, 'secretName', nameOf);
  if (volume.azureFile) changed.azureFile = renamed(volume.azureFile, 'secretName', nameOf);
  if (volume.persistentVolumeClaim) {
    changed.persistentVolumeClaim = renamed(volume.persistentVolumeClaim, 'claimName', nameOf);
  }
  for (const [type, field] of volumeSecrets) {
    const reference = volume[type]?.[field];
    if (reference) changed[type] = { ...volume[type], [field]: renamed(reference, 'name', nameOf) };
  }
  if (volume.downwardAPI) changed.downwardAPI = hostDownward(volume.downwardAPI);
  if (volume.projected) changed.projected = hostProjected(volume, names);
  return { ...volume, ...changed };
}

function renamed(source: Loose, field: string, nameOf: (name: string) => string): Loose {
  return source[field] ? { ...source, [field]: nameOf(source[field]) } : source;
}

function hostDownward(source: Loose): Loose {
  return {
    ...source,
    ...(source.items === undefined
      ? {}
      : {
          items: source.items.map((item: Loose) =>
            item.fieldRef ? { ...item, fieldRef: hostFieldRef(item.fieldRef) } : item,
          ),
        }),
  };
}

function hostProjected(volume: Loose, { nameOf, tokenSecret }: VolumeNames): Loose {
  const sources = (volume.projected.sources ?? []).map((source: Loose, at: number) => {
    if (source.configMap) return { configMap: renamed(source.configMap, 'name', nameOf) };
    if (source.secret) return { secret: renamed(source.secret, 'name', nameOf) };
    if (source.downwardAPI) return { downwardAPI: hostDownward(source.downwardAPI) };
    if (source.serviceAccountToken) {
      const items = [{ key: tokenKey(volume.name, at), path: source.serviceAccountToken.path }];
      return { secret: { name: tokenSecret, items } };
    }
    return source;
  });
  return { ...volume.projected, sources };
}
