import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, nonNegativeQuantity, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { invalid, notSupported, required } = fieldErrors;

const most = { window: 3600, period: 1800 };
const choices = ['Disabled', 'Max', 'Min'];
const policies = ['Percent', 'Pods'];

function validatePolicy({ type = '', value = 0, periodSeconds = 0 }: Loose, path: string): Check {
  const at = `${path}.periodSeconds`;
  return [
    ...(policies.includes(type) ? [] : [notSupported(`${path}.type`, type, policies)]),
    ...(value > 0 ? [] : [invalid(`${path}.value`, value, 'must be greater than zero')]),
    ...(periodSeconds > 0 ? [] : [invalid(at, periodSeconds, 'must be greater than zero')]),
    ...(periodSeconds > most.period
      ? [invalid(at, periodSeconds, `must be less than or equal to ${most.period}`)]
      : []),
  ];
}

function validateRules(rules: Loose, path: string): Check {
  if (isAbsent(rules)) return [];
  const { stabilizationWindowSeconds: window, selectPolicy } = rules;
  const at = `${path}.stabilizationWindowSeconds`;
  return [
    ...(window < 0 ? [invalid(at, window, 'must be greater than or equal to zero')] : []),
    ...(window > most.window
      ? [invalid(at, window, `must be less than or equal to ${most.window}`)]
      : []),
    ...(isAbsent(selectPolicy) || choices.includes(selectPolicy)
      ? []
      : [notSupported(`${path}.selectPolicy`, selectPolicy, choices)]),
    ...(each(rules.policies).length === 0
      ? [required(`${path}.policies`, 'must specify at least one Policy')]
      : []),
    ...onEach(rules.policies, `${path}.policies`, validatePolicy),
    ...nonNegativeQuantity(`${path}.tolerance`, rules.tolerance),
  ];
}

/** How fast replicas may come and go. */
export const validateBehavior = (behavior: Loose): Check => [
  ...validateRules(behavior?.scaleUp, 'spec.behavior.scaleUp'),
  ...validateRules(behavior?.scaleDown, 'spec.behavior.scaleDown'),
];
