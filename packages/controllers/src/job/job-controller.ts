import { controllerOf, deepEqual, formatTime, labelSelectorFrom } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { claim } from '../common/claim.ts';
import { watchItself, watchOwned } from '../common/keys.ts';
import { isActive, isReady, isTerminating, type Pod } from '../common/pod.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { slowStart } from '../common/slow-start.ts';
import type { Controller, ReconcileContext, ReconcileKey, Requeue } from '../controller.ts';
import { deletePod } from '../replica-set/replica-controller.ts';
import { hasCondition, withCondition } from './conditions.ts';
import { createJobPod } from './create-pod.ts';
import { judgeFailure } from './failure-policy.ts';
import { endOf, indexOfPod, isIndexed, isTracked, type Job, type JobStatus } from './job.ts';
import { backoff, failedOf, freeIndexes, restartsOf, succeededOf, wantedPods } from './plan.ts';
import { countEnded, outcomeOf, release } from './tracking.ts';

/** Runs pods to completion, and counts each of them once. */
export const jobController: Controller = {
  name: 'job-controller',
  watches: [watchItself(resources.jobs), watchOwned(resources.pods, resources.jobs)],
  async reconcile(key, context): Promise<Requeue | undefined> {
    const { client } = context;
    const { namespace } = key;
    if (key.name === '') {
      for (const { metadata } of await readAll(client, resources.jobs, { namespace })) {
        context.enqueue({ namespace, name: metadata.name ?? '' });
      }
      return undefined;
    }
    const job = await find<Job>(client, resources.jobs, namespace, key.name);
    if (!job) {
      await releaseOrphans(key, context);
      return undefined;
    }
    const all = await readAll<Pod>(client, resources.pods, { namespace });
    const selector = labelSelectorFrom(job.spec.selector);
    const pods = await claim(client, job, resources.jobs, resources.pods, all, selector);
    if (endOf(job)) {
      await Promise.all(pods.filter(isTracked).map((pod) => release(pod, context)));
      return expire(job, context);
    }
    return new Sync(job, pods, context).run();
  },
};

/** Pods of a job that is gone have nobody left to count them. */
async function releaseOrphans(
  { namespace, name }: ReconcileKey,
  context: ReconcileContext,
): Promise<void> {
  for (const pod of await readAll<Pod>(context.client, resources.pods, { namespace })) {
    const owner = controllerOf(pod);
    const mine = owner?.kind === 'Job' && owner.name === name;
    if (mine && isTracked(pod)) await release(pod, context);
  }
}

/** Deletes a finished job when its time is up. */
async function expire(job: Job, { client, now }: ReconcileContext): Promise<Requeue | undefined> {
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl === undefined || isTerminating(job)) return undefined;
  const ended = Date.parse(endOf(job)?.lastTransitionTime ?? '');
  const left = ended + ttl * 1000 - now().getTime();
  if (left > 0) return { after: left };
  const { name = '', namespace = '', uid = '' } = job.metadata;
  await ignoreNotFound(
    client.delete(resources.jobs, name, {
      namespace,
      propagationPolicy: 'Foreground',
      preconditions: { uid },
    }),
  );
  return undefined;
}

interface Failure {
  reason: string;
  message: string;
}

/** One reconcile of one unfinished job. */
class Sync {
  readonly #pods: readonly Pod[];
  readonly #context: ReconcileContext;
  readonly #now: Date;
  #job: Job;

  constructor(job: Job, pods: readonly Pod[], context: ReconcileContext) {
    this.#job = job;
    this.#pods = pods;
    this.#context = context;
    this.#now = context.now();
  }

  async run(): Promise<Requeue | undefined> {
    const ending = this.#job.metadata.deletionTimestamp !== undefined;
    let status = await this.#begin(this.#job.status ?? {});
    const failure = this.#failure(status);
    if (failure) {
      status = withCondition(status, 'FailureTarget', failure.reason, failure.message, this.#now);
    } else if (!ending && this.#succeeded(status)) {
      const message = 'Reached expected number of succeeded pods';
      status = withCondition(
        status,
        'SuccessCriteriaMet',
        'CompletionsReached',
        message,
        this.#now,
      );
    }
    const target =
      hasCondition(status, 'FailureTarget') ?? hasCondition(status, 'SuccessCriteriaMet');
    const active = this.#pods.filter(isActive);
    let requeue: Requeue | undefined;
    let trouble: unknown;
    let running = active;
    if (target || this.#job.spec.suspend) {
      await this.#stop(active);
      running = [];
    } else if (!ending) {
      ({ running, requeue, trouble } = await this.#scale(active, status));
    }
    const stopped = target !== undefined || this.#job.spec.suspend === true;
    const pods = stopped ? await this.#fresh() : this.#pods;
    const job = { ...this.#job, status };
    status = await countEnded(job, pods, ending, this.#context, (next) => this.#save(next));
    // What was counted just now may have ended the job.
    if (!target && (this.#succeeded(status) || this.#failure(status))) requeue = { after: 1 };
    const terminating = pods.filter(
      (pod) => isTerminating(pod) && outcomeWaits(pod) && !running.includes(pod),
    ).length;
    status = this.#numbers(status, running, terminating);
    if (target && running.length === 0 && terminating === 0 && !this.#uncounted(status)) {
      status = await this.#finish(status);
    }
    await this.#save(status);
    if (trouble !== undefined) throw trouble;
    return sooner(requeue, this.#deadline(status));
  }

  /** Start time, suspension and resumption. */
  async #begin(given: JobStatus): Promise<JobStatus> {
    const { suspend } = this.#job.spec;
    let status: JobStatus = {
      ...given,
      uncountedTerminatedPods: given.uncountedTerminatedPods ?? {},
    };
    const suspended = hasCondition(status, 'Suspended') !== undefined;
    if (suspend) {
      if (!suspended) {
        status = withCondition(status, 'Suspended', 'JobSuspended', 'Job suspended', this.#now);
        delete status.startTime;
        await this.#say('Normal', 'Suspended', 'Job suspended');
      }
      return status;
    }
    if (suspended) {
      const [reason, message] = ['JobResumed', 'Job resumed'] as const;
      status = withCondition(status, 'Suspended', reason, message, this.#now, 'False');
      status.startTime = formatTime(this.#now);
      await this.#say('Normal', 'Resumed', 'Job resumed');
    }
    status.startTime ??= formatTime(this.#now);
    return status;
  }

  #failure(status: JobStatus): Failure | undefined {
    const known = hasCondition(status, 'FailureTarget');
    if (known) return { reason: known.reason ?? '', message: known.message ?? '' };
    const { backoffLimit = 6, activeDeadlineSeconds: deadline, suspend } = this.#job.spec;
    for (const pod of this.#pods) {
      if (pod.status?.phase !== 'Failed') continue;
      const { action, message } = judgeFailure(this.#job, pod);
      if (action === 'FailJob') return { reason: 'PodFailurePolicy', message };
    }
    const restarts = restartsOf(this.#job, this.#pods.filter(isActive));
    const limited = restarts > 0 && (backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit);
    if (failedOf(status) > backoffLimit || limited) {
      return {
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      };
    }
    if (deadline !== undefined && !suspend && status.startTime !== undefined) {
      if (Date.parse(status.startTime) + deadline * 1000 <= this.#now.getTime()) {
        const message = 'Job was active longer than specified deadline';
        return { reason: 'DeadlineExceeded', message };
      }
    }
    return undefined;
  }

  #succeeded(status: JobStatus): boolean {
    const { completions } = this.#job.spec;
    const done = succeededOf(this.#job, status);
    const active = this.#pods.filter(isActive).length;
    if (completions === undefined) return done > 0 && active === 0;
    return done >= completions;
  }

  async #scale(
    active: Pod[],
    status: JobStatus,
  ): Promise<{ running: Pod[]; requeue?: Requeue; trouble?: unknown }> {
    // Ended pods that are not counted yet must not be replaced as if they had not succeeded.
    const ended = this.#pods.filter(
      (pod) => isTracked(pod) && outcomeOf(this.#job, pod) === 'succeeded',
    );
    const counted = new Set(status.uncountedTerminatedPods?.succeeded);
    const uncounted = ended.filter(({ metadata }) => !counted.has(metadata.uid ?? '')).length;
    const projected: JobStatus = isIndexed(this.#job)
      ? status
      : { ...status, succeeded: (status.succeeded ?? 0) + uncounted };
    const wanted = wantedPods(this.#job, projected, active.length);
    const surplus = active.length - wanted;
    if (surplus > 0) {
      const doomed = new Set(surplusOf(this.#job, active, surplus));
      await this.#stop([...doomed]);
      return { running: active.filter((pod) => !doomed.has(pod)) };
    }
    const replaced = this.#job.spec.podReplacementPolicy === 'Failed';
    const leaving = replaced
      ? this.#pods.filter((pod) => isTerminating(pod) && outcomeWaits(pod))
      : [];
    const missing = wanted - active.length - leaving.length;
    if (missing <= 0) return { running: active };
    const wait = backoff(this.#job, this.#pods, this.#now);
    if (wait > 0) return { running: active, requeue: { after: wait } };
    const busy = [...active, ...leaving, ...ended];
    const indexes = isIndexed(this.#job)
      ? freeIndexes(this.#job, status, busy, missing)
      : Array.from({ length: missing }, () => undefined);
    const created: Pod[] = [];
    const { error } = await slowStart(indexes.length, async (at) => {
      created.push(await createJobPod(this.#job, indexes[at], this.#context));
    });
    return { running: [...active, ...created], trouble: error };
  }

  async #stop(pods: readonly Pod[]): Promise<void> {
    await Promise.all(pods.map((pod) => deletePod(this.#job, pod, this.#context)));
  }

  /** The pods as they are after deletions. */
  async #fresh(): Promise<Pod[]> {
    const { namespace = '', uid } = this.#job.metadata;
    const all = await readAll<Pod>(this.#context.client, resources.pods, { namespace });
    return all.filter((pod) => controllerOf(pod)?.uid === uid);
  }

  #uncounted({ uncountedTerminatedPods: list }: JobStatus): boolean {
    return (list?.succeeded?.length ?? 0) > 0 || (list?.failed?.length ?? 0) > 0;
  }

  #numbers(status: JobStatus, running: readonly Pod[], terminating: number): JobStatus {
    const { active: _active, ...rest } = status;
    return {
      ...rest,
      ...(running.length > 0 ? { active: running.length } : {}),
      ready: running.filter(isReady).length,
      terminating,
    };
  }

  async #finish(status: JobStatus): Promise<JobStatus> {
    const failed = hasCondition(status, 'FailureTarget');
    const cause = failed ?? hasCondition(status, 'SuccessCriteriaMet');
    const { reason = '', message = '' } = cause ?? {};
    const type = failed ? 'Failed' : 'Complete';
    const done = withCondition(status, type, reason, message, this.#now);
    if (!failed) {
      await this.#say('Normal', 'Completed', 'Job completed');
      return { ...done, completionTime: formatTime(this.#now) };
    }
    await this.#say('Warning', reason, message);
    return done;
  }

  async #save(status: JobStatus): Promise<JobStatus> {
    if (!deepEqual(this.#job.status ?? {}, status)) {
      this.#job = await this.#context.client.update<Job>(
        resources.jobs,
        { ...this.#job, status },
        { subresource: 'status' },
      );
    }
    return status;
  }

  #deadline(status: JobStatus): Requeue | undefined {
    const { activeDeadlineSeconds: deadline, suspend } = this.#job.spec;
    const open = status.startTime !== undefined && !suspend && !endOf({ ...this.#job, status });
    if (deadline === undefined || !open) return undefined;
    const left = Date.parse(status.startTime ?? '') + deadline * 1000 - this.#now.getTime();
    return { after: Math.max(1, left) };
  }

  #say(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    return this.#context.event(this.#job, { type, reason, message });
  }
}

/** Is it still on its way out? */
const outcomeWaits = ({ status }: Pod): boolean =>
  status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const sooner = (a: Requeue | undefined, b: Requeue | undefined): Requeue | undefined =>
  a && b ? { after: Math.min(a.after, b.after) } : (a ?? b);

/** Which pods are too many: of an indexed job doubles and invalid ones first, then the highest index. */
function surplusOf(job: Job, active: readonly Pod[], count: number): Pod[] {
  if (!isIndexed(job)) {
    return [...active].sort((a, b) => Number(isReady(a)) - Number(isReady(b))).slice(0, count);
  }
  const seen = new Set<number>();
  const ranked = active.map((pod) => {
    const index = indexOfPod(pod, job);
    const double = index === undefined || seen.has(index);
    if (index !== undefined) seen.add(index);
    return { pod, rank: double ? Number.POSITIVE_INFINITY : (index ?? 0) };
  });
  return ranked
    .sort((a, b) => b.rank - a.rank)
    .slice(0, count)
    .map(({ pod }) => pod);
}
