import {
  deepClone,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { selectorMatchesTemplate, validateTemplate } from '../apps/validate-template.ts';
import { type Check, follows, immutable, isAbsent, nonNegative } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { restore } from '../strategy.ts';
import { validateFailurePolicy } from './failure-policy.ts';
import { validateGeneratedSelector } from './job-selector.ts';
import { validateSuccessPolicy } from './success-policy.ts';
import { validateJobStatus } from './validate-job-status.ts';

const { invalid, notSupported, required, tooLong } = fieldErrors;

const modes = ['NonIndexed', 'Indexed'];

const mostIndexes = 100_000;

function validateRestartPolicy(spec: Loose, path: string): Check {
  const policy = spec.template?.spec?.restartPolicy;
  if (policy === 'Always' || !policy) return [required(path, 'valid values: "OnFailure", "Never"')];
  if (!['OnFailure', 'Never'].includes(policy))
    return [notSupported(path, policy, ['OnFailure', 'Never'])];
  return spec.podFailurePolicy && policy !== 'Never'
    ? [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

function validateUnindexed(spec: Loose, path: string): Check {
  if (!isAbsent(spec.completionMode) && spec.completionMode !== 'NonIndexed') return [];
  return ['backoffLimitPerIndex', 'maxFailedIndexes']
    .filter((field) => !isAbsent(spec[field]))
    .map((field) => invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
}

function validateIndexed(spec: Loose, path: string): Check {
  if (spec.completionMode !== 'Indexed') return validateUnindexed(spec, path);
  const { completions, parallelism, maxFailedIndexes: failed } = spec;
  const most = (field: string, limit: number, where = ''): Check =>
    spec[field] > limit
      ? [invalid(`${path}.${field}`, spec[field], `must be less than or equal to ${limit}${where}`)]
      : [];
  const errors = [
    ...(isAbsent(completions)
      ? [required(`${path}.completions`, 'when completion mode is Indexed')]
      : []),
    ...most('parallelism', mostIndexes, ' when completion mode is Indexed'),
    ...(!isAbsent(completions) && !isAbsent(failed) && failed > completions
      ? [invalid(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions')]
      : []),
    ...most('maxFailedIndexes', mostIndexes),
  ];
  if (!(completions > mostIndexes) || isAbsent(spec.backoffLimitPerIndex)) return errors;
  const above = ` when completions are above ${mostIndexes} and used with backoff limit per index`;
  const needed = `must be specified when completions is above ${mostIndexes}`;
  return [
    ...errors,
    ...(isAbsent(failed) ? [required(`${path}.maxFailedIndexes`, needed)] : []),
    ...(isAbsent(parallelism) ? [] : most('parallelism', 10_000, above)),
    ...most('maxFailedIndexes', 10_000, above),
  ];
}

const longestManager = 63;

function validateManager(name: Loose, path: string): Check {
  if (isAbsent(name)) return [];
  return [
    ...domainPath(name, path),
    ...(name.length > longestManager ? [tooLong(path, longestManager)] : []),
  ];
}

const httpPath = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const httpPathRule =
  "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";

function domainPath(name: string, path: string): Check {
  if (name === '') return [required(path)];
  const [, host = '', rest = ''] = /^([^/]*)\/(.*)$/s.exec(name) ?? [];
  if (host === '' || rest === '')
    return [invalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [
    ...follows(path, host, isDns1123Subdomain),
    ...(httpPath.test(rest) ? [] : [invalid(path, rest, httpPathRule)]),
  ];
}

function validateReplacement(
  { podReplacementPolicy: policy, podFailurePolicy }: Loose,
  path: string,
): Check {
  if (isAbsent(policy)) return [];
  const known = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return known.includes(policy) ? [] : [notSupported(path, policy, known)];
}

/** The spec of a job, in a job and in the template of a cron job (which has no selector yet). */
export function validateJobSpec(spec: Loose, path: string): Check {
  const { completionMode: mode } = spec;
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
    ...(isAbsent(spec.maxFailedIndexes) || !isAbsent(spec.backoffLimitPerIndex)
      ? []
      : [required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]),
    ...validateManager(spec.managedBy, `${path}.managedBy`),
    ...(isAbsent(mode) || modes.includes(mode)
      ? []
      : [notSupported(`${path}.completionMode`, mode, modes)]),
    ...validateIndexed(spec, path),
    ...validateFailurePolicy(spec, path),
    ...validateSuccessPolicy(spec, path),
    ...validateReplacement(spec, `${path}.podReplacementPolicy`),
    ...validateTemplate(spec.template ?? {}, `${path}.template`),
    ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`),
  ];
}

const validateSelectedSpec = (spec: Loose): Check => [
  ...validateJobSpec(spec, 'spec'),
  ...(spec.selector
    ? validateLabelSelector(spec.selector, 'spec.selector')
    : [required('spec.selector')]),
  ...selectorMatchesTemplate(spec),
];

/** Pods of an indexed job have the index in their host name. */
function validateHostname({ metadata, spec = {} }: Loose): Check {
  const { completionMode, completions } = spec;
  if (completionMode !== 'Indexed' || !(completions > 0)) return [];
  const last = `${metadata.name ?? ''}-${completions - 1}`;
  if (isDns1123Label(last).length === 0) return [];
  const why = `will not able to create pod with invalid DNS label: ${last}`;
  return [invalid('metadata.name', metadata.name ?? '', why)];
}

export const validateJob = (job: KubeObject): Check => [
  ...validateGeneratedSelector(job),
  ...validateSelectedSpec(job['spec'] ?? {}),
  ...validateHostname(job),
];

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
  if (subresource === 'status') return validateJobStatus(next, old);
  const [spec, before] = [next['spec'], old['spec']];
  return [
    // Upstream's strategy and its rules for updates both look at the whole job: clients see its spec twice.
    ...validateJob(next),
    ...validateSelectedSpec(spec ?? {}),
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
