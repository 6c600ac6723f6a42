import type { KubeObject } from '@dormice/apimachinery';
import type { KindContext } from '../kind.ts';

/** Labels that upstream puts on a job's pods: the first two are current, the others from before 1.27. */
const uidLabels = ['batch.kubernetes.io/controller-uid', 'controller-uid'];
const nameLabels = ['batch.kubernetes.io/job-name', 'job-name'];

/** A new job without `manualSelector` selects its pods by its own UID. */
export function generateJobSelector(job: KubeObject, context: KindContext): void {
  delete job['status'];
  const spec = job['spec'];
  if (!spec || spec.manualSelector) return;
  job.metadata.uid ??= context.uuid();
  const { uid, name = '' } = job.metadata;
  spec.template ??= {};
  spec.template.metadata ??= {};
  const labels: Record<string, string> = { ...spec.template.metadata.labels };
  for (const label of nameLabels) labels[label] ??= name;
  for (const label of uidLabels) labels[label] ??= uid;
  spec.template.metadata.labels = labels;
  if (Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels };
  spec.selector ??= {};
  spec.selector.matchLabels = { ...spec.selector.matchLabels };
  spec.selector.matchLabels['batch.kubernetes.io/controller-uid'] ??= uid;
}
