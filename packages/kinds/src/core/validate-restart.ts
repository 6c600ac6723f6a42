import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

const policies = ['Always', 'Never', 'OnFailure'];
const operators = ['In', 'NotIn'];
const needsPolicy = 'must specify restartPolicy when restart rules are used';

const validateRules = (rules: Loose, path: string): Check =>
  onEach(rules, path, ({ action = '', exitCodes }, at) => [
    ...(action === 'Restart' ? [] : [notSupported(`${at}.action`, action, ['Restart'])]),
    ...(exitCodes
      ? operators.includes(exitCodes.operator)
        ? []
        : [notSupported(`${at}.exitCodes.operator`, exitCodes.operator ?? '', operators)]
      : [required(`${at}.exitCodes`, 'must be specified')]),
  ]);

/** A container's own restart policy, and the exit codes that decide otherwise. */
export function validateRestartPolicy(container: Loose, path: string): Check {
  const { restartPolicy: policy, restartPolicyRules: rules } = container;
  const at = `${path}.restartPolicy`;
  if (isAbsent(policy) && !rules?.length) return [];
  return [
    ...(isAbsent(policy) ? [required(at, needsPolicy)] : []),
    ...(isAbsent(policy) || policies.includes(policy) ? [] : [notSupported(at, policy, policies)]),
    ...validateRules(rules, `${path}.restartPolicyRules`),
  ];
}

/** As above for an init container; a sidecar is always restarted. */
export function validateInitRestartPolicy(container: Loose, path: string): Check {
  const { restartPolicy: policy, restartPolicyRules: rules } = container;
  if (isAbsent(policy))
    return rules?.length ? [required(`${path}.restartPolicy`, needsPolicy)] : [];
  if (policy !== 'Always') return validateRestartPolicy(container, path);
  return rules?.length
    ? [
        forbidden(
          `${path}.restartPolicyRules`,
          'restartPolicyRules are not allowed for init containers with restart policy Always',
        ),
      ]
    : [];
}

/** What a change of resources in place does to a container. */
export function validateResizePolicy(list: Loose, path: string, podPolicy: Loose): Check {
  const seen = new Set<string>();
  const known = (value: string, supported: readonly string[]): Check => {
    if (value === '') return [required(path)];
    return supported.includes(value) ? [] : [notSupported(path, value, supported)];
  };
  return onEach(list, path, ({ resourceName = '', restartPolicy = '' }, at) => {
    const again = seen.has(resourceName);
    seen.add(resourceName);
    return [
      ...(again ? [duplicate(at, resourceName)] : []),
      ...known(resourceName, ['cpu', 'memory']),
      ...known(restartPolicy, ['NotRequired', 'RestartContainer']),
      ...(podPolicy === 'Never' && restartPolicy !== 'NotRequired'
        ? [invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : []),
    ];
  });
}
