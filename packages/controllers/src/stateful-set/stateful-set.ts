import type { Condition, KubeObject, LabelSelectorObject } from '@dormice/apimachinery';
import type { PodTemplate } from '../common/pod.ts';

export interface ClaimTemplate extends KubeObject {
  spec: Record<string, unknown>;
}

export interface StatefulSet extends KubeObject {
  spec: {
    replicas?: number;
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    serviceName?: string;
    podManagementPolicy?: 'OrderedReady' | 'Parallel';
    ordinals?: { start?: number };
    updateStrategy?: {
      type?: 'RollingUpdate' | 'OnDelete';
      rollingUpdate?: { partition?: number; maxUnavailable?: number | string };
    };
    persistentVolumeClaimRetentionPolicy?: {
      whenDeleted?: 'Retain' | 'Delete';
      whenScaled?: 'Retain' | 'Delete';
    };
    selector: LabelSelectorObject;
    template: PodTemplate;
    volumeClaimTemplates?: ClaimTemplate[];
  };
  status?: StatefulSetStatus;
}

export interface StatefulSetStatus {
  replicas: number;
  readyReplicas?: number;
  availableReplicas: number;
  currentReplicas?: number;
  updatedReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  observedGeneration?: number;
  collisionCount?: number;
  conditions?: Condition[];
}

export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
export const podIndexLabel = 'apps.kubernetes.io/pod-index';

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const endOf = (set: StatefulSet): number => startOf(set) + (set.spec.replicas ?? 1);

/** The ordinal of a pod of the set; `undefined` for a name that the set does not give. */
export function ordinalOf(set: StatefulSet, pod: KubeObject): number | undefined {
  const { name = '' } = pod.metadata;
  const prefix = `${set.metadata.name}-`;
  const rest = name.slice(prefix.length);
  return name.startsWith(prefix) && /^\d+$/.test(rest) ? Number(rest) : undefined;
}

export const claimNameOf = (template: ClaimTemplate, set: StatefulSet, ordinal: number): string =>
  `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
