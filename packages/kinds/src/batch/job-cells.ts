import { humanDuration, type KubeObject } from '@dormice/apimachinery';
import { boolText, formatSelector, hasCondition, none, since, templateCells } from '../columns.ts';
import { Elapsed } from '../elapsed.ts';
import type { Cell } from '../kind-module.ts';

function jobStatus(job: KubeObject): string {
  if (hasCondition(job, 'Complete')) return 'Complete';
  if (hasCondition(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  for (const type of ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'])
    if (hasCondition(job, type)) return type;
  return 'Running';
}

function completions(job: KubeObject): string {
  const { completions: wanted, parallelism = 0 } = job['spec'] ?? {};
  const succeeded = job['status']?.succeeded ?? 0;
  if (wanted !== undefined && wanted !== null) return `${succeeded}/${wanted}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: KubeObject): Elapsed | string {
  const { startTime, completionTime } = job['status'] ?? {};
  if (!startTime) return '';
  const began = Date.parse(startTime);
  return completionTime ? humanDuration(Date.parse(completionTime) - began) : new Elapsed(began);
}

/** The columns of `kubectl get jobs`. */
export const jobCells: Readonly<Record<string, Cell>> = {
  Status: jobStatus,
  Completions: completions,
  Duration: jobDuration,
  ...templateCells(
    (job) => job['spec']?.template,
    (job) => formatSelector(job['spec']?.selector),
  ),
};

/** The columns of `kubectl get cronjobs`. */
export const cronJobCells: Readonly<Record<string, Cell>> = {
  Schedule: (object) => object['spec']?.schedule ?? '',
  Timezone: (object) => object['spec']?.timeZone ?? none,
  Suspend: (object) => boolText(object['spec']?.suspend),
  Active: (object) => (object['status']?.active ?? []).length,
  'Last Schedule': (object) =>
    object['status']?.lastScheduleTime ? since(object['status'].lastScheduleTime) : none,
  ...templateCells(
    (object) => object['spec']?.jobTemplate?.spec?.template,
    (object) => formatSelector(object['spec']?.jobTemplate?.spec?.selector),
  ),
};
