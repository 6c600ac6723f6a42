import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, isAbsent, nonNegative } from '../checks.ts';

export function validateLease(lease: KubeObject): Check {
  const { leaseDurationSeconds: seconds, leaseTransitions } = lease['spec'] ?? {};
  return [
    ...(isAbsent(seconds) || seconds > 0
      ? []
      : [fieldErrors.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]),
    ...nonNegative('spec.leaseTransitions', leaseTransitions),
  ];
}
