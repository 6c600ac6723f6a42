import {
  controllerOf,
  deepClone,
  formatTime,
  isReason,
  type KubeObject,
  ownerReferenceTo,
} from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { controllerKeys, watchItself } from '../common/keys.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, Requeue } from '../controller.ts';
import { endOf, type Job } from '../job/job.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

interface ObjectReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
}

interface CronJob extends KubeObject {
  spec: {
    schedule: string;
    timeZone?: string;
    suspend?: boolean;
    startingDeadlineSeconds?: number;
    concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace';
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
    jobTemplate: { metadata?: KubeObject['metadata']; spec: Job['spec'] };
  };
  status?: { active?: ObjectReference[]; lastScheduleTime?: string; lastSuccessfulTime?: string };
}

type Status = NonNullable<CronJob['status']>;

const { cronjobs, jobs: jobResource } = resources;
/** More missed runs than that are not caught up one by one. */
const manyMissed = 100;

/** Makes jobs by the clock. */
export const cronJobController: Controller = {
  name: 'cronjob-controller',
  watches: [
    watchItself(cronjobs),
    { group: 'batch', resource: 'jobs', keys: (change) => controllerKeys(change, cronjobs) },
  ],
  async reconcile({ namespace, name }, context): Promise<Requeue | undefined> {
    const { client } = context;
    const cronJob = await find<CronJob>(client, cronjobs, namespace, name);
    if (!cronJob) return undefined;
    const all = await readAll<Job>(client, jobResource, { namespace });
    const mine = all.filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
    return new Sync(cronJob, mine, context).run();
  },
};

class Sync {
  readonly #cronJob: CronJob;
  readonly #context: ReconcileContext;
  #jobs: Job[];
  #status: Status;

  constructor(cronJob: CronJob, jobs: Job[], context: ReconcileContext) {
    this.#cronJob = cronJob;
    this.#jobs = jobs;
    this.#context = context;
    this.#status = { ...cronJob.status };
  }

  async run(): Promise<Requeue | undefined> {
    await this.#noteEnds();
    await this.#trimHistory();
    const { suspend } = this.#cronJob.spec;
    const ending = this.#cronJob.metadata.deletionTimestamp !== undefined;
    const requeue = suspend || ending ? undefined : await this.#onTime();
    const { active: _active, ...rest } = this.#status;
    const active = this.#active().map(referenceTo);
    const status = { ...rest, ...(active.length > 0 ? { active } : {}) };
    await writeStatus(this.#context.client, cronjobs, this.#cronJob, status);
    return requeue;
  }

  #active(): Job[] {
    return this.#jobs.filter((job) => endOf(job) === undefined);
  }

  async #noteEnds(): Promise<void> {
    const known = new Set((this.#status.active ?? []).map(({ uid }) => uid));
    for (const job of this.#jobs) {
      const end = endOf(job);
      const { completionTime } = job.status ?? {};
      if (completionTime !== undefined && end?.type === 'Complete') {
        const before = this.#status.lastSuccessfulTime;
        if (before === undefined || before < completionTime) {
          this.#status.lastSuccessfulTime = completionTime;
        }
      }
      if (!end || !known.has(job.metadata.uid)) continue;
      const message = `Saw completed job: ${job.metadata.name}, condition: ${end.type}`;
      await this.#say('Normal', 'SawCompletedJob', message);
    }
  }

  async #trimHistory(): Promise<void> {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = this.#cronJob.spec;
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      const ended = this.#jobs
        .filter((job) => endOf(job)?.type === type)
        .sort((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : 1));
      for (const job of ended.slice(0, Math.max(0, ended.length - limit))) await this.#delete(job);
    }
  }

  /** Starts the newest run that is due; returns when the next one is. */
  async #onTime(): Promise<Requeue | undefined> {
    const schedule = await this.#schedule();
    if (!schedule) return undefined;
    const now = this.#context.now();
    const due = await this.#newestDue(schedule, now);
    if (due) await this.#start(due, now);
    const next = schedule.next(now);
    return next ? { after: next.getTime() - now.getTime() } : undefined;
  }

  async #schedule(): Promise<Schedule | undefined> {
    const { schedule, timeZone } = this.#cronJob.spec;
    try {
      return parseSchedule(schedule, timeZone);
    } catch (error) {
      const message = `unparseable schedule: ${schedule} : ${error instanceof Error ? error.message : error}`;
      await this.#say('Warning', 'UnparseableSchedule', message);
      return undefined;
    }
  }

  async #newestDue(schedule: Schedule, now: Date): Promise<Date | undefined> {
    const { startingDeadlineSeconds: deadline } = this.#cronJob.spec;
    const { creationTimestamp } = this.#cronJob.metadata;
    let from = Date.parse(this.#status.lastScheduleTime ?? creationTimestamp ?? '');
    if (deadline !== undefined) from = Math.max(from, now.getTime() - deadline * 1000);
    let newest: Date | undefined;
    let missed = 0;
    for (
      let at = schedule.next(new Date(from));
      at && at <= now;
      at = schedule.next(newest ?? at)
    ) {
      newest = at;
      missed += 1;
      if (missed <= manyMissed) continue;
      // After a long sleep: the last run is all that matters, found from near the present.
      await this.#say(
        'Warning',
        'TooManyMissedTimes',
        `too many missed start times: > ${manyMissed}. Set or decrease .spec.startingDeadlineSeconds or check clock skew`,
      );
      return lastBefore(schedule, now) ?? newest;
    }
    return newest;
  }

  async #start(due: Date, now: Date): Promise<void> {
    const { client } = this.#context;
    const { concurrencyPolicy = 'Allow', startingDeadlineSeconds: deadline } = this.#cronJob.spec;
    if (deadline !== undefined && due.getTime() + deadline * 1000 < now.getTime()) {
      const message = `Missed scheduled time to start a job: ${due.toUTCString()}`;
      await this.#say('Warning', 'MissSchedule', message);
      return;
    }
    const active = this.#active();
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message =
        'Not starting job because prior execution is running and concurrency policy is Forbid';
      await this.#say('Normal', 'JobAlreadyActive', message);
      return;
    }
    if (concurrencyPolicy === 'Replace') for (const job of active) await this.#delete(job);
    try {
      const job = await client.create<Job>(jobResource, jobFor(this.#cronJob, due));
      this.#jobs.push(job);
      await this.#say('Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    } catch (error) {
      if (!isReason(error, 'AlreadyExists')) {
        const why = error instanceof Error ? error.message : String(error);
        await this.#say('Warning', 'FailedCreate', `Error creating job: ${why}`);
        throw error;
      }
    }
    this.#status.lastScheduleTime = formatTime(due);
  }

  async #delete(job: Job): Promise<void> {
    const { name = '', namespace = '' } = job.metadata;
    const deletion = this.#context.client.delete(jobResource, name, {
      namespace,
      propagationPolicy: 'Background',
    });
    await ignoreNotFound(deletion);
    this.#jobs = this.#jobs.filter((one) => one !== job);
    await this.#say('Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  #say(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    return this.#context.event(this.#cronJob, { type, reason, message });
  }
}

/** The newest time of the schedule that is not after `now`, looked for over growing stretches of the past. */
function lastBefore(schedule: Schedule, now: Date): Date | undefined {
  for (let back = 60_000; back < 400 * 86_400_000; back *= 2) {
    let found = schedule.next(new Date(now.getTime() - back));
    if (!found || found > now) continue;
    for (let at = schedule.next(found); at && at <= now; at = schedule.next(at)) found = at;
    return found;
  }
  return undefined;
}

/** Pure: the job of one run; its name tells the time in minutes, so that a run is made once. */
function jobFor(cronJob: CronJob, due: Date): Job {
  const { metadata: template, spec } = cronJob.spec.jobTemplate;
  const { name = '', namespace } = cronJob.metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${name}-${Math.floor(due.getTime() / 60_000)}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(template?.labels === undefined ? {} : { labels: template.labels }),
      annotations: {
        ...template?.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': formatTime(due),
      },
      ownerReferences: [ownerReferenceTo(cronJob, { controller: true, blockOwnerDeletion: true })],
    },
    spec: deepClone(spec),
  };
}

const referenceTo = ({ metadata }: Job): ObjectReference => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  ...(metadata.name === undefined ? {} : { name: metadata.name }),
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
  ...(metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion }),
});
