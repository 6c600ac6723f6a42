import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, needed, onEach, oneOf } from '../checks.ts';
import { each } from '../loose.ts';
import { validatePolicyExpressions } from './validate-expressions.ts';
import { validateRuleWithOperations } from './validate-webhooks.ts';

const { required } = fieldErrors;

/** A policy: what it matches, and its expressions. */
export function validateAdmissionPolicy(policy: KubeObject): Check {
  const { spec = {} } = policy as KubeObject[string];
  const match = spec.matchConstraints;
  return [
    ...oneOf('spec.failurePolicy', spec.failurePolicy, ['Fail', 'Ignore']),
    ...(match
      ? each(match.resourceRules).length === 0
        ? [required('spec.matchConstraints.resourceRules')]
        : onEach(
            match.resourceRules,
            'spec.matchConstraints.resourceRules',
            validateRuleWithOperations,
          )
      : [required('spec.matchConstraints')]),
    ...(each(spec.validations).length + each(spec.auditAnnotations).length === 0
      ? [
          required(
            'spec.validations',
            'validations or auditAnnotations must contain at least one item',
          ),
        ]
      : []),
    ...validatePolicyExpressions(policy),
  ];
}

export const validateAdmissionPolicyBinding = (binding: KubeObject): Check => [
  ...needed('spec.policyName', binding['spec']?.policyName),
  ...(each(binding['spec']?.validationActions).length === 0
    ? [required('spec.validationActions', 'at least one validation action is required')]
    : onEach(binding['spec'].validationActions, 'spec.validationActions', (action, at) =>
        oneOf(at, action, ['Audit', 'Deny', 'Warn']),
      )),
];
