import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, immutable, oneOf } from '../checks.ts';

const { forbidden } = fieldErrors;

/** Higher values are the system's own. */
const highestUserPriority = 1_000_000_000;
const systemClasses: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

const policies = ['PreemptLowerPriority', 'Never'];

export function validatePriorityClass(object: KubeObject): Check {
  const { name = '' } = object.metadata;
  const errors: Check = [];
  if (name.startsWith('system-')) {
    if (systemClasses[name] !== object['value'])
      errors.push(
        forbidden(
          'metadata.name',
          `priority class names with 'system-' prefix are reserved for system use only. error: ${
            name in systemClasses
              ? `value of ${name} PriorityClass must be ${systemClasses[name]}`
              : `${name} is not a known system priority class`
          }`,
        ),
      );
  } else if (object['value'] > highestUserPriority)
    errors.push(
      forbidden(
        'value',
        `maximum allowed value of a user defined priority is ${highestUserPriority}`,
      ),
    );
  return [...errors, ...oneOf('preemptionPolicy', object['preemptionPolicy'], policies, true)];
}

export const validatePriorityClassUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...(next['value'] === old['value']
    ? []
    : [forbidden('value', 'may not be changed in an update.')]),
  ...immutable('preemptionPolicy', next['preemptionPolicy'], old['preemptionPolicy']),
];
