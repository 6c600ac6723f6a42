import type { Pod } from '../common/pod.ts';
import type { Job, PodFailureRule } from './job.ts';

export interface FailureVerdict {
  action: PodFailureRule['action'];
  /** For `FailJob`: why. */
  message: string;
}

/** Pure: the first rule that a failed pod matches. Without a match the failure counts. */
export function judgeFailure(job: Job, pod: Pod): FailureVerdict {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [at, rule] of rules.entries()) {
    const why = rule.onExitCodes ? exitCode(rule.onExitCodes, pod) : condition(rule, pod);
    if (why !== undefined) {
      return { action: rule.action, message: `${why} matching ${rule.action} rule at index ${at}` };
    }
  }
  return { action: 'Count', message: '' };
}

function exitCode(
  { containerName, operator, values }: NonNullable<PodFailureRule['onExitCodes']>,
  pod: Pod,
): string | undefined {
  const all = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ];
  for (const { name, state } of all) {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0) continue;
    if (containerName !== undefined && containerName !== name) continue;
    if (values.includes(code) === (operator === 'In')) {
      const { namespace, name: podName } = pod.metadata;
      return `Container ${name} for pod ${namespace}/${podName} failed with exit code ${code}`;
    }
  }
  return undefined;
}

function condition({ onPodConditions }: PodFailureRule, pod: Pod): string | undefined {
  for (const { type, status = 'True' } of onPodConditions ?? []) {
    if (pod.status?.conditions?.some((one) => one.type === type && one.status === status)) {
      return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${type}`;
    }
  }
  return undefined;
}
