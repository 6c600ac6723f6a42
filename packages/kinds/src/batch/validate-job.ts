import {
  deepClone,
  fieldErrors,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { selectorMatchesTemplate, validateTemplate } from '../apps/validate-template.ts';
import { type Check, immutable, isAbsent, nonNegative, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { restore } from '../strategy.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

const mostIndexes = 100_000;

function validateRestartPolicy(policy: Loose, path: string): Check {
  if (policy === 'Always' || !policy) return [required(path, 'valid values: "OnFailure", "Never"')];
  return ['OnFailure', 'Never'].includes(policy)
    ? []
    : [notSupported(path, policy, ['OnFailure', 'Never'])];
}

function validateIndexed(spec: Loose, path: string): Check {
  if (spec.completionMode !== 'Indexed') {
    return ['backoffLimitPerIndex', 'maxFailedIndexes']
      .filter((field) => !isAbsent(spec[field]))
      .map((field) => invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
  }
  const errors: Check = [];
  if (isAbsent(spec.completions))
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  if (spec.parallelism > mostIndexes)
    errors.push(
      invalid(
        `${path}.parallelism`,
        spec.parallelism,
        `must be less than or equal to ${mostIndexes} when completion mode is Indexed`,
      ),
    );
  return errors;
}

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

const validateFailurePolicy = (spec: Loose, path: string): Check => {
  const policy = spec.podFailurePolicy;
  if (!policy) return [];
  const at = `${path}.podFailurePolicy`;
  const restart = spec.template?.spec?.restartPolicy;
  return [
    ...(restart === 'Never'
      ? []
      : [
          invalid(
            `${path}.template.spec.restartPolicy`,
            restart,
            'only "Never" is supported when podFailurePolicy is specified',
          ),
        ]),
    ...onEach(policy.rules, `${at}.rules`, (rule, where) => [
      ...oneOf(`${where}.action`, rule.action, actions, true),
      ...(rule.onExitCodes || rule.onPodConditions?.length
        ? []
        : [invalid(where, '', 'specifying one of OnExitCodes and OnPodConditions is required')]),
      ...(rule.onExitCodes
        ? oneOf(`${where}.onExitCodes.operator`, rule.onExitCodes.operator, ['In', 'NotIn'], true)
        : []),
    ]),
  ];
};

/** The spec of a job, in a job and in the template of a cron job (which has no selector yet). */
export function validateJobSpec(spec: Loose, path: string): Check {
  return [
    ...[
      'parallelism',
      'completions',
      'activeDeadlineSeconds',
      'backoffLimit',
      'ttlSecondsAfterFinished',
      'backoffLimitPerIndex',
      'maxFailedIndexes',
    ].flatMap((field) => nonNegative(`${path}.${field}`, spec[field])),
    ...oneOf(`${path}.completionMode`, spec.completionMode, ['Indexed', 'NonIndexed']),
    ...validateIndexed(spec, path),
    ...oneOf(`${path}.podReplacementPolicy`, spec.podReplacementPolicy, [
      'Failed',
      'TerminatingOrFailed',
    ]),
    ...validateFailurePolicy(spec, path),
    ...validateTemplate(spec.template ?? {}, `${path}.template`),
    ...validateRestartPolicy(
      spec.template?.spec?.restartPolicy,
      `${path}.template.spec.restartPolicy`,
    ),
  ];
}

export function validateJob(job: KubeObject): Check {
  const { spec = {} } = job as KubeObject[string];
  return [
    ...validateJobSpec(spec, 'spec'),
    ...(spec.selector
      ? validateLabelSelector(spec.selector, 'spec.selector')
      : [required('spec.selector')]),
    ...selectorMatchesTemplate(spec),
  ];
}

/** While it is suspended and has not begun, a job's pods may still be placed elsewhere. */
const placement = ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates'];

function templateChange(next: KubeObject, old: KubeObject): Check {
  const before = old['spec'];
  const template = deepClone(next['spec'].template);
  const free = before.suspend && !old['status']?.startTime;
  if (free && template?.spec) {
    for (const field of placement) restore(template.spec, before.template.spec, field);
    if (template.metadata) {
      restore(template.metadata, before.template.metadata ?? {}, 'labels');
      restore(template.metadata, before.template.metadata ?? {}, 'annotations');
    }
  }
  return immutable('spec.template', template, before.template);
}

/** Indexed jobs may grow and shrink as long as all indexes run at once. */
function completionsChange(next: Loose, old: Loose): Check {
  if (next.completions === old.completions) return [];
  const elastic = next.completionMode === 'Indexed' && !isAbsent(next.completions);
  if (!elastic)
    return [invalid('spec.completions', next.completions ?? null, 'field is immutable')];
  return next.completions === next.parallelism
    ? []
    : [
        invalid(
          'spec.completions',
          next.completions,
          'can only be modified in tandem with spec.parallelism',
        ),
      ];
}

export function validateJobUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  if (subresource === 'status') {
    const errors = ['active', 'succeeded', 'failed'].flatMap((name) =>
      nonNegative(`status.${name}`, next['status']?.[name]),
    );
    const conditions: { type: string; status: string }[] = next['status']?.conditions ?? [];
    const isTrue = (wanted: string) =>
      conditions.some(({ type, status }) => type === wanted && status === 'True');
    if (isTrue('Complete') && isTrue('Failed'))
      errors.push(
        forbidden('status.conditions', 'cannot set Complete=True and Failed=true conditions'),
      );
    return errors;
  }
  const [spec, before] = [next['spec'], old['spec']];
  return [
    // Upstream's strategy and its rules for updates both look at the whole job: clients see it twice.
    ...validateJob(next),
    ...validateJob(next),
    ...completionsChange(spec, before),
    ...immutable('spec.selector', spec.selector, before.selector),
    ...templateChange(next, old),
    ...[
      'completionMode',
      'podFailurePolicy',
      'backoffLimitPerIndex',
      'managedBy',
      'successPolicy',
    ].flatMap((field) => immutable(`spec.${field}`, spec[field], before[field])),
  ];
}
