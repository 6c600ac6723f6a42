import { fieldErrors, type KubeObject, validateLabelSelector } from '@dormice/apimachinery';
import { atMostAll, countOrPercent } from '../apps/int-or-percent.ts';
import { type Check, isAbsent } from '../checks.ts';
import type { KindContext } from '../kind.ts';

const policies = ['AlwaysAllow', 'IfHealthyBudget'];

export function validateDisruptionBudget(budget: KubeObject, _context?: KindContext): Check {
  const { spec = {} } = budget as KubeObject[string];
  const { unhealthyPodEvictionPolicy: unhealthy } = spec;
  const errors: Check = [];
  if (!isAbsent(spec.minAvailable) && !isAbsent(spec.maxUnavailable))
    errors.push(
      fieldErrors.invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'),
    );
  for (const field of ['minAvailable', 'maxUnavailable'])
    errors.push(
      ...countOrPercent(`spec.${field}`, spec[field]),
      ...atMostAll(`spec.${field}`, spec[field]),
    );
  return [
    ...errors,
    ...(spec.selector ? validateLabelSelector(spec.selector, 'spec.selector') : []),
    ...(isAbsent(unhealthy) || policies.includes(unhealthy)
      ? []
      : [fieldErrors.notSupported('spec.unhealthyPodEvictionPolicy', unhealthy, policies)]),
  ];
}
