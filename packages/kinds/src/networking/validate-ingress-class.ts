import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isPathSegmentName,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, immutable, isAbsent, isEmpty, neededName } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, notSupported, required, tooLong } = fieldErrors;

const longestController = 250;
const pathPattern = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const badPath = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";

function validateController(controller: string, path: string): Check {
  if (controller === '') return [required(path)];
  const slash = controller.indexOf('/');
  const host = controller.slice(0, slash);
  const rest = controller.slice(slash + 1);
  if (slash < 1 || rest === '')
    return [invalid(path, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [
    ...follows(path, host, isDns1123Subdomain),
    ...(pathPattern.test(rest) ? [] : [invalid(path, rest, badPath)]),
  ];
}

function validateScope({ scope, namespace }: Loose, path: string): Check {
  const at = `${path}.namespace`;
  switch (scope) {
    case undefined:
    case null:
      return [required(`${path}.scope`)];
    case 'Cluster':
      return isAbsent(namespace) ? [] : [forbidden(at, "`parameters.scope` is set to 'Cluster'")];
    case 'Namespace':
      return isAbsent(namespace)
        ? [required(at, "`parameters.scope` is set to 'Namespace'")]
        : follows(at, namespace, isDns1123Label);
    default:
      return [notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace'])];
  }
}

const validateParameters = (parameters: Loose, path: string): Check => [
  ...(isAbsent(parameters.apiGroup)
    ? []
    : follows(`${path}.apiGroup`, parameters.apiGroup, isDns1123Subdomain)),
  ...neededName(`${path}.kind`, parameters.kind, isPathSegmentName),
  ...neededName(`${path}.name`, parameters.name, isPathSegmentName),
  ...validateScope(parameters, path),
];

export function validateIngressClass(ingressClass: KubeObject): Check {
  const { controller, parameters } = ingressClass['spec'] ?? {};
  const text: string = isEmpty(controller) ? '' : controller;
  return [
    ...(text.length > longestController ? [tooLong('spec.controller', longestController)] : []),
    ...validateController(text, 'spec.controller'),
    ...(parameters ? validateParameters(parameters, 'spec.parameters') : []),
  ];
}

export const validateIngressClassUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...immutable('spec.controller', next['spec']?.controller ?? '', old['spec']?.controller ?? ''),
  ...validateIngressClass(next),
];
