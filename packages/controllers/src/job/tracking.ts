import { resources } from '@dormice/client';
import { isFinished, isTerminating, type Pod } from '../common/pod.ts';
import { ignoreNotFound } from '../common/read.ts';
import type { ReconcileContext } from '../controller.ts';
import { judgeFailure } from './failure-policy.ts';
import { formatRanges, parseRanges } from './index-ranges.ts';
import {
  indexOfPod,
  isIndexed,
  isTracked,
  type Job,
  type JobStatus,
  trackingFinalizer,
} from './job.ts';

/** Most pods that are counted in one go: their uids stand in the status meanwhile. */
const batch = 500;

/** How a pod ended, for the count; `undefined` while it has not. */
export function outcomeOf(job: Job, pod: Pod): 'succeeded' | 'failed' | undefined {
  if (pod.status?.phase === 'Succeeded') return 'succeeded';
  if (pod.status?.phase === 'Failed') return 'failed';
  const deferred = job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy;
  return isTerminating(pod) && !deferred ? 'failed' : undefined;
}

/**
 * Counts ended pods exactly once, in three steps that may each be repeated: their uids are written into the status,
 * their finalizers are removed, and then the uids become numbers. `save` writes a status and returns it.
 */
export async function countEnded(
  job: Job,
  pods: readonly Pod[],
  final: boolean,
  context: ReconcileContext,
  save: (status: JobStatus) => Promise<JobStatus>,
): Promise<JobStatus> {
  const byUid = new Map(pods.map((pod) => [pod.metadata.uid ?? '', pod]));
  const noted = note(job, settle(job.status ?? {}, byUid), pods, final);
  let status = noted.status;
  if (noted.release.length === 0) return status;
  status = await save(status);
  await Promise.all(noted.release.map((pod) => release(pod, context)));
  for (const pod of noted.release) byUid.delete(pod.metadata.uid ?? '');
  return settle(status, byUid);
}

/** Uids whose pod holds no finalizer any more are only numbers. */
function settle(status: JobStatus, byUid: ReadonlyMap<string, Pod>): JobStatus {
  const next: JobStatus = { ...status };
  const waits = (uid: string): boolean => {
    const pod = byUid.get(uid);
    return pod !== undefined && isTracked(pod);
  };
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const keep = { succeeded: succeeded.filter(waits), failed: failed.filter(waits) };
  const ended = succeeded.length - keep.succeeded.length;
  const broken = failed.length - keep.failed.length;
  // Indexed jobs count completed indexes instead of pods.
  if (status.completedIndexes === undefined && ended > 0) {
    next.succeeded = (status.succeeded ?? 0) + ended;
  }
  if (broken > 0) next.failed = (status.failed ?? 0) + broken;
  next.uncountedTerminatedPods = {
    ...(keep.succeeded.length > 0 ? { succeeded: keep.succeeded } : {}),
    ...(keep.failed.length > 0 ? { failed: keep.failed } : {}),
  };
  return next;
}

/** Writes down the uids of pods that have ended since. */
function note(
  job: Job,
  status: JobStatus,
  pods: readonly Pod[],
  final: boolean,
): { status: JobStatus; release: Pod[] } {
  const succeeded = new Set(status.uncountedTerminatedPods?.succeeded);
  const failed = new Set(status.uncountedTerminatedPods?.failed);
  const completed = parseRanges(status.completedIndexes);
  const release: Pod[] = [];
  for (const pod of pods) {
    if (!isTracked(pod) || release.length >= batch) continue;
    const uid = pod.metadata.uid ?? '';
    // When the job has ended, or is going, what still runs is let go uncounted.
    const outcome = outcomeOf(job, pod) ?? (final ? 'failed' : undefined);
    if (outcome === undefined) continue;
    release.push(pod);
    if (succeeded.has(uid) || failed.has(uid)) continue;
    const index = indexOfPod(pod, job);
    if (outcome === 'succeeded') {
      if (!isIndexed(job)) succeeded.add(uid);
      else if (index !== undefined && !completed.has(index)) {
        completed.add(index);
        succeeded.add(uid);
      }
    } else if (countsAsFailure(job, pod, index, completed)) {
      failed.add(uid);
    }
  }
  return {
    release,
    status: {
      ...status,
      ...(isIndexed(job)
        ? {
            ...(completed.size > 0 || status.completedIndexes !== undefined
              ? { completedIndexes: formatRanges(completed) }
              : {}),
            ...(completed.size > 0 ? { succeeded: completed.size } : {}),
          }
        : {}),
      uncountedTerminatedPods: {
        ...(succeeded.size > 0 ? { succeeded: [...succeeded] } : {}),
        ...(failed.size > 0 ? { failed: [...failed] } : {}),
      },
    },
  };
}

function countsAsFailure(
  job: Job,
  pod: Pod,
  index: number | undefined,
  completed: ReadonlySet<number>,
): boolean {
  if (isIndexed(job) && (index === undefined || completed.has(index))) return false;
  if (!isFinished(pod) && !isTerminating(pod)) return false;
  return judgeFailure(job, pod).action !== 'Ignore';
}

/** Takes the finalizer from a pod. */
export async function release(pod: Pod, { client }: ReconcileContext): Promise<void> {
  const { name = '', namespace = '', uid, resourceVersion } = pod.metadata;
  const finalizers = (pod.metadata.finalizers ?? []).filter((one) => one !== trackingFinalizer);
  await ignoreNotFound(
    client.patch(
      resources.pods,
      name,
      { metadata: { uid, resourceVersion, finalizers } },
      { namespace, type: 'merge' },
    ),
  );
}
