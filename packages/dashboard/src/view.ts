import type { VirtualCluster, VolumeClaim } from '@dormice/operator';

/** One virtual cluster as the page shows it. Plain JSON. */
export interface ClusterView {
  uid: string;
  name: string;
  namespace: string;
  phase: string;
  /** Why it is as it is, in a sentence. */
  message: string;
  ready: boolean;
  mode: string;
  runPolicy: string;
  ephemeral: boolean;
  deletionPolicy: string;
  afterIdle: string | null;
  volumes: VolumeClaim[];
  createdAt: string | null;
  lastActivity: string | null;
  awakeBecause: string | null;
  endpoint: string | null;
  serverName: string | null;
  /** Bytes of API state on disk. */
  storageBytes: number;
  /** What its pods take on the host now; null where the host has no metrics. */
  workload: Usage | null;
}

/** Cores and bytes. */
export interface Usage {
  cpu: number;
  memory: number;
  pods: number;
}

/** The Dormice process: all control planes of isolation Shared together. */
export interface ProcessView {
  /** Bytes. */
  rss: number;
  /** Cores, over the last interval. */
  cpu: number;
  awake: number;
  total: number;
}

/** What the page gets with each server-sent event. */
export interface Snapshot {
  clusters: ClusterView[];
  process: ProcessView;
}

export function viewOf(object: VirtualCluster, workload: Usage | undefined): ClusterView {
  const { metadata, spec, status } = object;
  const ready = status?.conditions?.find((entry) => entry.type === 'Ready');
  return {
    uid: metadata.uid ?? '',
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    phase: metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Pending') : 'Terminating',
    message: ready?.message ?? 'It has not been looked at yet.',
    ready: ready?.status === 'True',
    mode: spec.mode,
    runPolicy: spec.runPolicy,
    ephemeral: spec.mode === 'Dynamic' && spec.controlPlane.persistence.type === 'Ephemeral',
    deletionPolicy: spec.deletionPolicy,
    afterIdle: spec.sleep?.afterIdle ?? null,
    volumes: spec.storage?.volumes ?? [],
    createdAt: metadata.creationTimestamp ?? null,
    lastActivity: status?.lastActivity ?? null,
    awakeBecause: status?.awakeBecause ?? null,
    endpoint: status?.endpoint ?? null,
    serverName: status?.serverName ?? null,
    storageBytes: Number(status?.usage?.storage ?? 0),
    workload: workload ?? null,
  };
}
