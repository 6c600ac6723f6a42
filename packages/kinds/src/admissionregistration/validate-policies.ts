import {
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  isPathSegmentName,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { validatePolicyExpressions } from './validate-expressions.ts';
import { validateMatchResources } from './validate-rules.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

export const failurePolicies = ['Fail', 'Ignore'];
const actions = ['Audit', 'Deny', 'Warn'];

/** One error whose reasons are joined, as upstream does here. */
const joined = (path: string, value: string, why: readonly string[], before = ''): Check =>
  why.length === 0 ? [] : [invalid(path, value, `${before}${why.join(',')}`)];

function validateApiVersion(text: string, path: string): Check {
  if (text === '') return [required(path)];
  const parts = text.split('/');
  if (parts.length > 2) return [invalid(path, text, `unexpected GroupVersion string: ${text}`)];
  const [group, version] = parts.length === 2 ? parts : ['', text];
  return [
    ...(isEmpty(group) ? [] : joined(path, group ?? '', isDns1123Subdomain(group ?? ''))),
    ...(isEmpty(version)
      ? [invalid(path, text, 'version must be specified')]
      : joined(path, version ?? '', isDns1035Label(version ?? ''))),
  ];
}

export function validateParamKind({ apiVersion = '', kind = '' }: Loose, path: string): Check {
  const at = `${path}.kind`;
  return [
    ...validateApiVersion(apiVersion, `${path}.apiVersion`),
    ...(kind === ''
      ? [required(at)]
      : joined(
          at,
          kind,
          isDns1035Label(kind.toLowerCase()),
          'may have mixed case, but should otherwise match: ',
        )),
  ];
}

export function validateConstraints(match: Loose, path: string): Check {
  if (!match) return [required(path)];
  return [
    ...validateMatchResources(match, path),
    ...(each(match.resourceRules).length === 0 ? [required(`${path}.resourceRules`)] : []),
  ];
}

const empty = 'validations or auditAnnotations must contain at least one item';

/** A policy: what it matches, and its expressions. */
export function validateAdmissionPolicy(policy: KubeObject): Check {
  const { spec = {} } = policy as KubeObject[string];
  const says = each(spec.validations).length + each(spec.auditAnnotations).length > 0;
  return [
    ...(isAbsent(spec.failurePolicy)
      ? [required('spec.failurePolicy')]
      : failurePolicies.includes(spec.failurePolicy)
        ? []
        : [notSupported('spec.failurePolicy', spec.failurePolicy, failurePolicies)]),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, 'spec.paramKind') : []),
    ...validateConstraints(spec.matchConstraints, 'spec.matchConstraints'),
    ...validatePolicyExpressions(policy),
    ...(says
      ? []
      : [required('spec.validations', empty), required('spec.auditAnnotations', empty)]),
  ];
}

export function validateParamRef(param: Loose, path: string): Check {
  if (!param) return [];
  const { name = '', selector, parameterNotFoundAction: action } = param;
  const both = 'name and selector are mutually exclusive';
  return [
    ...(name === '' ? [] : follows(`${path}.name`, name, isPathSegmentName)),
    ...(name !== '' && selector ? [forbidden(`${path}.name`, both)] : []),
    ...(selector ? validateLabelSelector(selector, `${path}.selector`) : []),
    ...(name !== '' && selector ? [forbidden(`${path}.selector`, both)] : []),
    ...(name === '' && !selector
      ? [required(path, 'one of name or selector must be specified')]
      : []),
    ...(isEmpty(action)
      ? [required(`${path}.parameterNotFoundAction`)]
      : ['Deny', 'Allow'].includes(action)
        ? []
        : [notSupported(`${path}.parameterNotFoundAction`, action, ['Deny', 'Allow'])]),
  ];
}

function validateActions(given: Loose, path: string): Check {
  const list = each(given);
  return [
    ...onEach(list, path, (action, at, index) => [
      ...(actions.includes(action) ? [] : [notSupported(at, action, actions)]),
      ...(list.indexOf(action) < index ? [duplicate(at, action)] : []),
    ]),
    ...(list.includes('Deny') && list.includes('Warn')
      ? [
          invalid(
            path,
            list,
            'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
          ),
        ]
      : []),
    ...(list.length === 0 ? [required(path, 'at least one validation action is required')] : []),
  ];
}

export function validateAdmissionPolicyBinding(binding: KubeObject): Check {
  const { spec = {} } = binding as KubeObject[string];
  return [
    ...(isEmpty(spec.policyName)
      ? [required('spec.policyName')]
      : follows('spec.policyName', spec.policyName, isDns1123Subdomain)),
    ...validateParamRef(spec.paramRef, 'spec.paramRef'),
    ...validateMatchResources(spec.matchResources, 'spec.matchResources'),
    ...validateActions(spec.validationActions, 'spec.validationActions'),
  ];
}
