import type { KubeObject } from '@dormice/apimachinery';

/** `dormice.dev/v1alpha1` VirtualCluster. Defaults are the CRD's, so a stored object has them. */
export interface VirtualCluster extends KubeObject {
  spec: VirtualClusterSpec;
  status?: VirtualClusterStatus;
}

export type Mode = 'Static' | 'Dynamic';
export type RunPolicy = 'Always' | 'OnDemand' | 'Stopped';
export type DeletionPolicy = 'Delete' | 'Retain';

export interface VirtualClusterSpec {
  mode: Mode;
  runPolicy: RunPolicy;
  /** 1: run, 0: sleep. Set by people (`kubectl scale`), by a connection that wakes, and by the idle judge. */
  replicas: 0 | 1;
  isolation: 'Shared';
  deletionPolicy: DeletionPolicy;
  controlPlane: {
    distro: 'embedded';
    version: string;
    persistence: { type: 'Persistent' | 'Ephemeral' };
    proxy?: { extraSANs?: string[] };
  };
  exposure?: { hostname?: string };
  sleep?: { afterIdle?: string };
  sync: {
    toHost: { serviceAccounts: { enabled: boolean } };
    fromHost: {
      storageClasses: { enabled: boolean };
      secrets: { enabled: boolean; mappings: { byName: Record<string, string> } };
    };
  };
  storage?: { volumes?: VolumeClaim[] };
  quota?: Record<string, string>;
  /** What pods may ask of the host's nodes. */
  hostAccess: { privileged: boolean; hostPath: boolean; hostNamespaces: boolean };
}

/** A volume of the user that outlives API state: a PVC in `default` of the virtual cluster. */
export interface VolumeClaim {
  name: string;
  size: string;
  accessModes: string[];
  storageClassName?: string;
}

export type Phase =
  | 'Pending'
  | 'Running'
  | 'Waking'
  | 'Sleeping'
  | 'Stopped'
  | 'Failed'
  | 'Terminating';

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

export interface VirtualClusterStatus {
  phase?: Phase;
  replicas?: number;
  conditions?: Condition[];
  /** `https://HOST:PORT`, and the server name by which the gateway knows the cluster. */
  endpoint?: string;
  serverName?: string;
  lastActivity?: string;
  awakeBecause?: string;
  /** SHA-256 of the CA certificate: a data directory without this identity is refused. */
  identity?: string;
  usage?: { storage?: string; connections?: number; watches?: number };
  observedGeneration?: number;
}

/** The finalizer that lets the operator clean up before the object goes. */
export const finalizer = 'dormice.dev/cleanup';
/** Label keys on everything that belongs to one virtual cluster. */
export const labels = {
  cluster: 'dormice.dev/cluster',
  managedBy: 'dormice.dev/managed-by',
  volume: 'dormice.dev/volume',
} as const;
/** The namespace of Dormice's own objects (kubeconfigs). No mapping can reach it. */
export const systemNamespace = 'dormice-system';

/** `namespace/name`, how messages and logs call a virtual cluster. */
export function referenceOf(object: KubeObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

/** Deletes API state at each stop. */
export function isEphemeral(spec: VirtualClusterSpec): boolean {
  return spec.mode === 'Dynamic' && spec.controlPlane.persistence.type === 'Ephemeral';
}
