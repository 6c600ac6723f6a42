import { isTerminating, type Pod } from '../common/pod.ts';
import { parseRanges } from './index-ranges.ts';
import { indexOfPod, isIndexed, type Job, type JobStatus } from './job.ts';
import { outcomeOf } from './tracking.ts';

/** First delay before a failed pod is replaced, milliseconds; doubles with each failure in a row (upstream's). */
const firstDelay = 10_000;
const longestDelay = 600_000;

/** Pure: how many pods are to run at once now. */
export function wantedPods(job: Job, status: JobStatus, active: number): number {
  const { parallelism = 1, completions, suspend } = job.spec;
  if (suspend) return 0;
  const done = succeededOf(job, status);
  if (completions === undefined) {
    // A work queue: once one has succeeded no new ones start.
    return done > 0 ? Math.min(active, parallelism) : parallelism;
  }
  return Math.min(parallelism, Math.max(0, completions - done));
}

export function succeededOf(job: Job, status: JobStatus): number {
  if (isIndexed(job)) return parseRanges(status.completedIndexes).size;
  return (status.succeeded ?? 0) + (status.uncountedTerminatedPods?.succeeded?.length ?? 0);
}

export const failedOf = (status: JobStatus): number =>
  (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed?.length ?? 0);

/** Restarts of containers in place count towards the limit where pods are restarted by the kubelet. */
export function restartsOf(job: Job, active: readonly Pod[]): number {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return 0;
  return active
    .flatMap(({ status }) => [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []),
    ])
    .reduce((total, { restartCount = 0 }) => total + restartCount, 0);
}

/** Pure: the smallest indexes that are neither done nor being worked on. */
export function freeIndexes(
  job: Job,
  status: JobStatus,
  busy: readonly Pod[],
  count: number,
): number[] {
  const taken = parseRanges(status.completedIndexes);
  for (const pod of busy) {
    const index = indexOfPod(pod, job);
    if (index !== undefined) taken.add(index);
  }
  const free: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && free.length < count; index += 1) {
    if (!taken.has(index)) free.push(index);
  }
  return free;
}

const finishedAt = ({ metadata, status }: Pod): number => {
  const ends = (status?.containerStatuses ?? []).map(({ state }) =>
    Date.parse(state?.terminated?.finishedAt ?? ''),
  );
  const known = ends.filter((time) => !Number.isNaN(time));
  if (known.length > 0) return Math.max(...known);
  return Date.parse(metadata.deletionTimestamp ?? metadata.creationTimestamp ?? '') || 0;
};

/** Pure: milliseconds until pods may be made again after failures. */
export function backoff(job: Job, pods: readonly Pod[], now: Date): number {
  const latest = (outcome: 'succeeded' | 'failed'): Pod[] =>
    pods.filter((pod) => outcomeOf(job, pod) === outcome);
  const lastSuccess = Math.max(0, ...latest('succeeded').map(finishedAt));
  const failures = latest('failed')
    .filter((pod) => !isTerminating(pod))
    .map(finishedAt)
    .filter((time) => time > lastSuccess);
  if (failures.length === 0) return 0;
  const delay = Math.min(longestDelay, firstDelay * 2 ** (failures.length - 1));
  return Math.max(0, Math.max(...failures) + delay - now.getTime());
}
