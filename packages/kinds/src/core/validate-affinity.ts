import {
  fieldErrors,
  isQualifiedName,
  isValidLabelValue,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, onEach, oneOf } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, required } = fieldErrors;

const operators = ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'];

function validateExpression(expression: Loose, path: string): Check {
  const errors: Check = [];
  const count = expression.values?.length ?? 0;
  switch (expression.operator) {
    case 'In':
    case 'NotIn':
      if (count === 0)
        errors.push(
          required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
        );
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0)
        errors.push(
          forbidden(
            `${path}.values`,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
          ),
        );
      break;
    case 'Gt':
    case 'Lt':
      if (count !== 1)
        errors.push(
          required(
            `${path}.values`,
            "must be specified single value when `operator` is 'Lt' or 'Gt'",
          ),
        );
      break;
    default:
      errors.push(
        invalid(`${path}.operator`, expression.operator ?? '', 'not a valid selector operator'),
      );
  }
  errors.push(...follows(`${path}.key`, expression.key ?? '', isQualifiedName));
  return errors;
}

const validateTerm = (term: Loose, path: string): Check => [
  ...onEach(term.matchExpressions, `${path}.matchExpressions`, validateExpression),
  ...onEach(term.matchFields, `${path}.matchFields`, (field, at) => [
    ...oneOf(`${at}.operator`, field.operator, operators, true),
    ...(field.key === 'metadata.name'
      ? []
      : [invalid(`${at}.key`, field.key ?? '', 'not a valid field selector key')]),
  ]),
];

/** A selector of nodes: of pods' affinity, and of volumes. */
export function validateNodeSelector(selector: Loose, path: string): Check {
  if (!selector) return [];
  if (!selector.nodeSelectorTerms?.length)
    return [required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return onEach(selector.nodeSelectorTerms, `${path}.nodeSelectorTerms`, validateTerm);
}

const weight = (path: string, value: Loose): Check =>
  value >= 1 && value <= 100 ? [] : [invalid(path, value ?? 0, 'must be in the range 1-100')];

const validatePodTerm = (term: Loose, path: string): Check => [
  ...(term.labelSelector ? validateLabelSelector(term.labelSelector, `${path}.labelSelector`) : []),
  ...(term.namespaceSelector
    ? validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`)
    : []),
  ...(isEmpty(term.topologyKey) ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
  ...follows(`${path}.topologyKey`, term.topologyKey ?? '', isQualifiedName),
];

const podTerms = (affinity: Loose, path: string): Check => [
  ...onEach(
    affinity.requiredDuringSchedulingIgnoredDuringExecution,
    `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
    validatePodTerm,
  ),
  ...onEach(
    affinity.preferredDuringSchedulingIgnoredDuringExecution,
    `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
    (term, at) => [
      ...weight(`${at}.weight`, term.weight),
      ...validatePodTerm(term.podAffinityTerm ?? {}, `${at}.podAffinityTerm`),
    ],
  ),
];

export function validateAffinity(affinity: Loose, path: string): Check {
  if (!affinity) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  return [
    ...validateNodeSelector(
      nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
      `${path}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`,
    ),
    ...onEach(nodeAffinity?.[preferred], `${path}.nodeAffinity.${preferred}`, (term, at) => [
      ...weight(`${at}.weight`, term.weight),
      ...validateTerm(term.preference ?? {}, `${at}.preference`),
    ]),
    ...(podAffinity ? podTerms(podAffinity, `${path}.podAffinity`) : []),
    ...(podAntiAffinity ? podTerms(podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ];
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function joined(path: string, value: string): Check {
  const reasons = isValidLabelValue(value);
  return reasons.length === 0 ? [] : [invalid(path, value, reasons.join(';'))];
}

export const validateTolerations = (tolerations: Loose, path: string): Check =>
  onEach(tolerations, path, (toleration, at) => {
    const { key, operator = '', value, effect, tolerationSeconds } = toleration;
    const errors: Check = isEmpty(key) ? [] : follows(`${at}.key`, key, isQualifiedName);
    if (isEmpty(key) && operator !== 'Exists')
      errors.push(
        invalid(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(
        invalid(
          `${at}.effect`,
          effect ?? '',
          "effect must be 'NoExecute' when `tolerationSeconds` is set",
        ),
      );
    if (operator === 'Equal' || operator === '')
      errors.push(...joined(`${at}.operator`, value ?? ''));
    else if (operator === 'Exists') {
      if (!isEmpty(value))
        errors.push(
          invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"),
        );
    } else errors.push(...oneOf(`${at}.operator`, operator, ['Equal', 'Exists']));
    errors.push(...oneOf(`${at}.effect`, effect, effects));
    return errors;
  });
