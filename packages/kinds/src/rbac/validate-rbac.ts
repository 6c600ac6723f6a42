import {
  deepEqual,
  fieldErrors,
  isDns1123Subdomain,
  isPathSegmentName,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, onEach, oneOf } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { invalid, notSupported, required } = fieldErrors;

const group = 'rbac.authorization.k8s.io';

function validateRule(rule: Loose, path: string, namespaced: boolean): Check {
  const errors: Check = [];
  if (each(rule.verbs).length === 0)
    errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (each(rule.nonResourceURLs).length > 0) {
    const url = `${path}.nonResourceURLs`;
    if (namespaced)
      errors.push(
        invalid(url, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'),
      );
    if (['apiGroups', 'resources', 'resourceNames'].some((field) => each(rule[field]).length > 0))
      errors.push(
        invalid(
          url,
          rule.nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    return errors;
  }
  if (each(rule.apiGroups).length === 0)
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (each(rule.resources).length === 0)
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

export function validateRole(role: KubeObject): Check {
  const namespaced = role.kind === 'Role';
  const selectors = role['aggregationRule']?.clusterRoleSelectors;
  return [
    ...onEach(role['rules'], 'rules', (rule, at) => validateRule(rule, at, namespaced)),
    ...(role['aggregationRule'] && each(selectors).length === 0
      ? [
          required(
            'aggregationRule.clusterRoleSelectors',
            'at least one clusterRoleSelector required if aggregationRule is non-nil',
          ),
        ]
      : []),
    ...onEach(selectors, 'aggregationRule.clusterRoleSelectors', (selector, at) =>
      validateLabelSelector(selector, at),
    ),
  ];
}

function validateSubject(subject: Loose, path: string, namespaced: boolean): Check {
  const errors: Check = isEmpty(subject.name) ? [required(`${path}.name`)] : [];
  switch (subject.kind) {
    case 'ServiceAccount':
      if (!isEmpty(subject.name))
        errors.push(...follows(`${path}.name`, subject.name, isDns1123Subdomain));
      if (!isEmpty(subject.apiGroup))
        errors.push(notSupported(`${path}.apiGroup`, subject.apiGroup, ['']));
      if (!namespaced && isEmpty(subject.namespace)) errors.push(required(`${path}.namespace`));
      return errors;
    case 'User':
    case 'Group':
      if (subject.apiGroup !== group)
        errors.push(notSupported(`${path}.apiGroup`, subject.apiGroup ?? '', [group]));
      return errors;
    default:
      errors.push(
        notSupported(`${path}.kind`, subject.kind ?? '', ['ServiceAccount', 'User', 'Group']),
      );
      return errors;
  }
}

export function validateBinding(binding: KubeObject): Check {
  const namespaced = binding.kind === 'RoleBinding';
  const role: Loose = binding['roleRef'] ?? {};
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(role.apiGroup === group
      ? []
      : [notSupported('roleRef.apiGroup', role.apiGroup ?? '', [group])]),
    ...(isEmpty(role.kind)
      ? [notSupported('roleRef.kind', '', kinds)]
      : oneOf('roleRef.kind', role.kind, kinds)),
    ...(isEmpty(role.name)
      ? [required('roleRef.name')]
      : follows('roleRef.name', role.name, isPathSegmentName)),
    ...onEach(binding['subjects'], 'subjects', (subject, at) =>
      validateSubject(subject, at, namespaced),
    ),
  ];
}

/** A binding is to one role for life; aggregated roles have their rules from elsewhere. */
export const validateBindingUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateBinding(next),
  ...(deepEqual(next['roleRef'], old['roleRef'])
    ? []
    : [invalid('roleRef', next['roleRef'], 'cannot change roleRef')]),
];
