import { each, type Loose, setDefault } from '../loose.ts';

/** Mode of files that come from the API: rw-r--r--. */
const fileMode = 0o644;

function downwardItems(items: Loose): void {
  for (const item of each(items)) {
    if (item.fieldRef) setDefault(item.fieldRef, 'apiVersion', 'v1');
    if (item.resourceFieldRef) item.resourceFieldRef.divisor ??= '0';
  }
}

function projected(source: Loose): void {
  source.defaultMode ??= fileMode;
  for (const part of each(source.sources)) {
    if (part.serviceAccountToken) part.serviceAccountToken.expirationSeconds ??= 3600;
    if (part.downwardAPI) downwardItems(part.downwardAPI.items);
  }
}

function azureDisk(source: Loose): void {
  source.cachingMode ??= 'ReadWrite';
  source.kind ??= 'Shared';
  source.fsType ??= 'ext4';
  source.readOnly ??= false;
}

function rbd(source: Loose): void {
  setDefault(source, 'pool', 'rbd');
  setDefault(source, 'user', 'admin');
  setDefault(source, 'keyring', '/etc/ceph/keyring');
}

function scaleIo(source: Loose): void {
  setDefault(source, 'storageMode', 'ThinProvisioned');
  setDefault(source, 'fsType', 'xfs');
}

/** Defaults by the kind of source; the same for volumes of pods and persistent volumes. */
const bySource: Readonly<Record<string, (source: Loose) => void>> = {
  secret: (source) => {
    source.defaultMode ??= fileMode;
  },
  configMap: (source) => {
    source.defaultMode ??= fileMode;
  },
  downwardAPI: (source) => {
    source.defaultMode ??= fileMode;
    downwardItems(source.items);
  },
  projected,
  hostPath: (source) => {
    source.type ??= '';
  },
  iscsi: (source) => setDefault(source, 'iscsiInterface', 'default'),
  rbd,
  azureDisk,
  scaleIO: scaleIo,
  ephemeral: (source) => {
    if (source.volumeClaimTemplate?.spec)
      source.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
  },
};

/** Fills what a volume source leaves open. */
export function volumeSourceDefaults(holder: Loose): void {
  for (const [name, fill] of Object.entries(bySource)) if (holder[name]) fill(holder[name]);
}

/** A volume of a pod; one without a source is an `emptyDir`. */
export function volumeDefaults(volume: Loose): void {
  const named = Object.keys(volume).some((key) => key !== 'name' && volume[key] !== null);
  if (!named) volume.emptyDir = {};
  volumeSourceDefaults(volume);
}
