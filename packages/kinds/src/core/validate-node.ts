import {
  fieldErrors,
  isQualifiedName,
  isValidLabelValue,
  type KubeObject,
} from '@dormice/apimachinery';
import {
  type Check,
  follows,
  immutable,
  needed,
  nonNegativeQuantity,
  onEach,
  oneOf,
} from '../checks.ts';
import type { Loose } from '../loose.ts';

const { duplicate } = fieldErrors;

const effects = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];

function validateTaints(taints: Loose): Check {
  const seen = new Set<string>();
  return onEach(taints, 'spec.taints', (taint, at) => {
    const errors = [
      ...follows(`${at}.key`, taint.key ?? '', isQualifiedName),
      ...follows(`${at}.value`, taint.value ?? '', isValidLabelValue),
      ...oneOf(`${at}.effect`, taint.effect, effects, true),
    ];
    const key = `${taint.effect}/${taint.key}`;
    if (seen.has(key)) errors.push(duplicate(at, taint));
    seen.add(key);
    return errors;
  });
}

const amounts = (list: Loose, path: string): Check =>
  Object.entries(list ?? {}).flatMap(([name, value]) =>
    nonNegativeQuantity(`${path}[${name}]`, value),
  );

export const validateNode = (node: KubeObject): Check => [
  ...validateTaints(node['spec']?.taints),
  ...amounts(node['status']?.capacity, 'status.capacity'),
  ...amounts(node['status']?.allocatable, 'status.allocatable'),
];

/** What a node is once known as cannot be changed, only said for the first time. */
export function validateNodeUpdate(next: KubeObject, old: KubeObject): Check {
  const errors = validateNode(next);
  for (const field of ['podCIDR', 'providerID'])
    if (old['spec']?.[field])
      errors.push(...immutable(`spec.${field}`, next['spec']?.[field], old['spec'][field]));
  errors.push(
    ...onEach(next['status']?.addresses, 'status.addresses', (address, at) =>
      needed(`${at}.address`, address.address),
    ),
  );
  return errors;
}
