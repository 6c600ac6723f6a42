import { fieldErrors, type KubeObject, validateLabelSelector } from '@dormice/apimachinery';
import { type Check, immutable, nonNegative } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { amount, atMostAll, countOrPercent } from './int-or-percent.ts';
import {
  selectorMatchesTemplate,
  validateSelector,
  validateServing,
  validateTemplate,
} from './validate-template.ts';

const { invalid, notSupported, required } = fieldErrors;

function validateUpdateStrategy(strategy: Loose): Check {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy ?? {};
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate')
    return [notSupported(path, strategy, ['RollingUpdate', 'OnDelete'])];
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const at = `${path}.rollingUpdate`;
  const errors = [
    ...countOrPercent(`${at}.maxUnavailable`, maxUnavailable),
    ...atMostAll(`${at}.maxUnavailable`, maxUnavailable),
    ...countOrPercent(`${at}.maxSurge`, maxSurge),
    ...atMostAll(`${at}.maxSurge`, maxSurge),
  ];
  const [unavailable, surge] = [amount(maxUnavailable), amount(maxSurge)];
  if (unavailable !== 0 && surge !== 0)
    errors.push(
      invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'),
    );
  if (unavailable === 0 && surge === 0)
    errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

export function validateDaemonSet(daemonSet: KubeObject): Check {
  const { spec = {} } = daemonSet as KubeObject[string];
  return [
    ...(spec.selector ? validateLabelSelector(spec.selector, 'spec.selector') : []),
    ...selectorMatchesTemplate(spec, false),
    ...validateSelector(spec, 'daemonset').filter(({ detail }) => detail.startsWith('empty')),
    ...validateTemplate(spec.template ?? {}, 'spec.template'),
    ...validateServing(spec.template, 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateUpdateStrategy(spec.updateStrategy),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ];
}

const statusCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
];

export const validateDaemonSetUpdate = (
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check =>
  subresource === 'status'
    ? statusCounts.flatMap((name) => nonNegative(`status.${name}`, next['status']?.[name]))
    : [
        ...immutable('spec.selector', next['spec']?.selector, old['spec']?.selector),
        ...validateDaemonSet(next),
      ];
