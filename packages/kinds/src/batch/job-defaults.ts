import type { KubeObject } from '@dormice/apimachinery';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { each, type Loose } from '../loose.ts';

const mostRetries = 2_147_483_647;

/** What a job gets; its selector is made at creation. */
export function jobDefaults(job: KubeObject): void {
  const { spec } = job as { spec?: Loose };
  if (!spec) return;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : mostRetries;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  for (const rule of each(spec.podFailurePolicy?.rules))
    for (const pattern of each(rule.onPodConditions)) pattern.status ||= 'True';
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(job.metadata.labels ?? {}).length === 0)
    job.metadata.labels = { ...labels };
  podTemplateDefaults(spec.template);
}

/** What a cron job gets; its job template gets only what a pod template gets. */
export function cronJobDefaults(cronJob: KubeObject): void {
  const { spec } = cronJob as { spec?: Loose };
  if (!spec) return;
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  podTemplateDefaults(spec.jobTemplate?.spec?.template);
}
