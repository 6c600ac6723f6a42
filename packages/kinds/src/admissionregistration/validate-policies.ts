import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, needed, onEach, oneOf } from '../checks.ts';
import { each } from '../loose.ts';
import { validateRuleWithOperations } from './validate-webhooks.ts';

const { required } = fieldErrors;

/** The structure of a policy; its CEL expressions are not compiled here. */
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
    ...onEach(spec.validations, 'spec.validations', (validation, at) =>
      needed(`${at}.expression`, validation.expression, 'expression is not specified'),
    ),
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
