import {
  type Condition,
  controllerOf,
  deepClone,
  deepEqual,
  type KubeObject,
  type LabelSelectorObject,
  scaledValue,
} from '@dormice/apimachinery';
import type { PodTemplate } from '../common/pod.ts';
import type { ReplicaSet } from '../replica-set/replica-set.ts';

export interface Deployment extends KubeObject {
  spec: {
    replicas?: number;
    paused?: boolean;
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
    selector: LabelSelectorObject;
    strategy?: {
      type?: 'RollingUpdate' | 'Recreate';
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
    template: PodTemplate;
  };
  status?: {
    collisionCount?: number;
    conditions?: Condition[];
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    terminatingReplicas?: number;
  };
}

export const hashLabel = 'pod-template-hash';
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

export const replicasOf = (object: Deployment | ReplicaSet): number => object.spec.replicas ?? 1;
export const sum = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number =>
  sets.reduce((total, set) => total + count(set), 0);

/** How many pods may be too many and too few during a rolling update; not both can be 0. */
export function fences({ spec }: Deployment): { maxSurge: number; maxUnavailable: number } {
  const desired = spec.replicas ?? 1;
  if (spec.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge, desired, 'up');
  const unavailable = scaledValue(maxUnavailable, desired, 'down');
  return surge === 0 && unavailable === 0
    ? { maxSurge: 0, maxUnavailable: Math.min(1, desired) }
    : { maxSurge: surge, maxUnavailable: Math.min(unavailable, desired) };
}

/** The template without the label that the controller adds. */
function plain(template: PodTemplate): PodTemplate {
  const copy = deepClone(template);
  if (copy.metadata?.labels) delete copy.metadata.labels[hashLabel];
  return copy;
}

export const sameTemplate = (a: PodTemplate, b: PodTemplate): boolean =>
  deepEqual(plain(a), plain(b));

const createdAt = ({ metadata }: ReplicaSet): string =>
  `${metadata.creationTimestamp} ${metadata.name}`;
export const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  createdAt(a) < createdAt(b) ? -1 : createdAt(a) > createdAt(b) ? 1 : 0;

/** The set that has the deployment's present template; the oldest where there are several. */
export const newSetOf = (
  { spec }: Deployment,
  sets: readonly ReplicaSet[],
): ReplicaSet | undefined =>
  [...sets].sort(byAge).find((set) => sameTemplate(set.spec.template, spec.template));

export const revisionOf = ({ metadata }: KubeObject): number =>
  Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0;

export const controls = (owner: KubeObject, object: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;
