import type { Pod } from '../common/pod.ts';
import type { ReconcileContext } from '../controller.ts';
import { createPod } from '../replica-set/replica-controller.ts';
import { indexAnnotation, type Job, trackingFinalizer } from './job.ts';

const variable = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexAnnotation}']` } },
};

/** Longest base of a generated name: suffix and index need the rest. */
const longestBase = 57;

/** A pod of the job, counted when it ends; of an indexed job, with its index in name, label, annotation, variable. */
export function createJobPod(
  job: Job,
  index: number | undefined,
  context: ReconcileContext,
): Promise<Pod> {
  return createPod(job, job.spec.template, context, (pod) => {
    pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
    if (index === undefined) return pod;
    const { name = '' } = job.metadata;
    const text = String(index);
    pod.metadata.annotations = { ...pod.metadata.annotations, [indexAnnotation]: text };
    pod.metadata.labels = { ...pod.metadata.labels, [indexAnnotation]: text };
    pod.metadata.generateName = `${`${name}-${index}`.slice(0, longestBase)}-`;
    pod.spec.hostname = `${name}-${index}`;
    for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
      if (container.env?.some((one) => one.name === variable.name)) continue;
      container.env = [...(container.env ?? []), variable];
    }
    return pod;
  });
}
