import type { Condition, KubeObject, LabelSelectorObject } from '@dormice/apimachinery';
import type { Pod, PodTemplate } from '../common/pod.ts';

export interface Job extends KubeObject {
  spec: {
    parallelism?: number;
    completions?: number;
    completionMode?: 'NonIndexed' | 'Indexed';
    backoffLimit?: number;
    backoffLimitPerIndex?: number;
    activeDeadlineSeconds?: number;
    ttlSecondsAfterFinished?: number;
    suspend?: boolean;
    podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed';
    podFailurePolicy?: { rules: PodFailureRule[] };
    selector: LabelSelectorObject;
    template: PodTemplate;
  };
  status?: JobStatus;
}

export interface PodFailureRule {
  action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  onExitCodes?: { containerName?: string; operator: 'In' | 'NotIn'; values: number[] };
  onPodConditions?: { type: string; status?: string }[];
}

export interface JobStatus {
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  startTime?: string;
  completionTime?: string;
  completedIndexes?: string;
  failedIndexes?: string;
  conditions?: Condition[];
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] };
}

/** Held by pods until the job has counted how they ended. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const isTracked = ({ metadata }: Pod): boolean =>
  metadata.finalizers?.includes(trackingFinalizer) === true;

/** The completion index of a pod; `undefined` when it has none that counts. */
export function indexOfPod(pod: Pod, job: Job): number | undefined {
  const index = Number(pod.metadata.annotations?.[indexAnnotation] ?? Number.NaN);
  return Number.isInteger(index) && index >= 0 && index < (job.spec.completions ?? 0)
    ? index
    : undefined;
}

/** How the job ended, if it has. */
export const endOf = (job: Job): Condition | undefined =>
  job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
