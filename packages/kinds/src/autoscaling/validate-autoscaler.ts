import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, isAbsent } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { validateBehavior } from './validate-behavior.ts';
import { validateMetrics, validateReference } from './validate-metrics.ts';

const { invalid } = fieldErrors;

/** Validates the form of autoscaling/v2. */
export function validateAutoscaler(hpa: KubeObject, context: KindContext): Check {
  if (context.subresource === 'status') return [];
  const { spec = {} } = hpa as KubeObject[string];
  const { minReplicas: least, maxReplicas: most = 0 } = spec;
  const few = 'must be greater than or equal to `minReplicas`';
  return [
    ...(!isAbsent(least) && least < 1
      ? [invalid('spec.minReplicas', least, 'must be greater than or equal to 1')]
      : []),
    ...(most < 1 ? [invalid('spec.maxReplicas', most, 'must be greater than 0')] : []),
    ...(!isAbsent(least) && most < least ? [invalid('spec.maxReplicas', most, few)] : []),
    ...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef'),
    ...validateMetrics(spec),
    ...validateBehavior(spec.behavior),
  ];
}
