import { fieldErrors, type KubeObject, validateLabelSelector } from '@dormice/apimachinery';
import { atMostAll, countOrPercent } from '../apps/int-or-percent.ts';
import { type Check, isAbsent, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';

export function validateDisruptionBudget(budget: KubeObject, _context?: KindContext): Check {
  const { spec = {} } = budget as KubeObject[string];
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
    ...oneOf('spec.unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy, [
      'AlwaysAllow',
      'IfHealthyBudget',
    ]),
  ];
}
