import {
  deepEqual,
  fieldErrors,
  isValidLabelValue,
  type KubeObject,
  labelSelectorFrom,
  validateLabelSelector,
} from '@dormice/apimachinery';
import type { Check } from '../checks.ts';
import type { KindContext } from '../kind.ts';

const { invalid, required } = fieldErrors;

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
  const given = spec.template.metadata.labels ?? {};
  // Labels that the job took from its template stay one with them: upstream's defaults share the map.
  const shares = Object.keys(given).length > 0 && deepEqual(job.metadata.labels, given);
  const labels: Record<string, string> = { ...given };
  for (const label of nameLabels) labels[label] ??= name;
  for (const label of uidLabels) labels[label] ??= uid;
  spec.template.metadata.labels = labels;
  // Upstream's defaults give these after validation, which looks at those of the template only.
  const isBare =
    Object.keys(job.metadata.labels ?? {}).length === 0 && isValidLabelValue(name).length === 0;
  if (isBare || shares) job.metadata.labels = { ...labels };
  spec.selector ??= {};
  spec.selector.matchLabels = { ...spec.selector.matchLabels };
  spec.selector.matchLabels['batch.kubernetes.io/controller-uid'] ??= uid;
}

/** A selector that was generated is of the job's own UID and name, and its pods carry both. */
export function validateGeneratedSelector(job: KubeObject): Check {
  const { spec = {}, metadata } = job as KubeObject[string];
  if (spec.manualSelector || !spec.selector) return [];
  const { uid = '', name = '' } = metadata;
  const expected: Record<string, string> = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
  const labels: Record<string, string> = spec.template?.metadata?.labels ?? {};
  const errors = Object.entries(expected).flatMap(([label, value]) => {
    const path = `spec.template.metadata.labels[${label}]`;
    if (labels[label] === value) return [];
    return labels[label] === undefined
      ? [required(path, `must be '${value}'`)]
      : [invalid(path, labels[label], `must be '${value}'`)];
  });
  if (validateLabelSelector(spec.selector, '').length > 0) return errors;
  return labelSelectorFrom(spec.selector).matches(expected)
    ? errors
    : [...errors, invalid('spec.selector', spec.selector, '`selector` not auto-generated')];
}
