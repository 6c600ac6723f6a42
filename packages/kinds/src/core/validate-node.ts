import {
  deepEqual,
  fieldErrors,
  isQualifiedName,
  isValidCidr,
  isValidLabelValue,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, nonNegativeQuantity, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, forbidden, invalid } = fieldErrors;

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTaints(taints: Loose): Check {
  const seen = new Set<string>();
  // Upstream looks for them in the metadata, where they once were.
  return onEach(taints, 'metadata.taints', (taint, at) => {
    const errors = [
      ...follows(`${at}.key`, taint.key ?? '', isQualifiedName),
      ...follows(`${at}.value`, taint.value ?? '', isValidLabelValue),
      ...oneOf(`${at}.effect`, taint.effect, effects, true),
    ];
    const key = `${taint.effect}/${taint.key}`;
    if (seen.has(key))
      errors.push({
        ...duplicate(at, taint),
        detail: 'taints must be unique by key and effect pair',
      });
    seen.add(key);
    return errors;
  });
}

const amounts = (list: Loose, path: string): Check =>
  Object.entries(list ?? {}).flatMap(([name, value]) =>
    nonNegativeQuantity(`${path}[${name}]`, value),
  );

/** Ranges of the addresses of pods: one, or one of each family. */
function validateRanges(ranges: Loose): Check {
  const path = 'spec.podCIDRs';
  const list: string[] = each(ranges);
  const errors = onEach(list, path, (range, at) => follows(at, range, isValidCidr));
  if (list.length < 2) return errors;
  const bad = list.findIndex((range) => isValidCidr(range).length > 0);
  if (bad >= 0) {
    const why = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${list[bad]})`;
    const detail = `invalid PodCIDRs. failed to check with dual stack with error:${why}`;
    errors.push({ type: 'InternalError', field: path, detail });
  }
  const six = list.filter((range) => range.includes(':')).length;
  if (bad >= 0 || six === 0 || six === list.length || list.length > 2)
    errors.push(invalid(path, list, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

const validateAmounts = ({ status }: Loose): Check => [
  ...amounts(status?.capacity, 'status.capacity'),
  ...amounts(status?.allocatable, 'status.allocatable'),
];

export const validateNode = (node: KubeObject): Check => [
  ...validateTaints(node['spec']?.taints),
  ...validateAmounts(node),
  ...validateRanges(node['spec']?.podCIDRs),
];

const onlyOnce = (field: string): string =>
  `node updates may not change ${field} except from "" to valid`;

/** What a node is once known as cannot be changed, only said for the first time. */
export function validateNodeUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  const [spec, before] = [next['spec'] ?? {}, old['spec'] ?? {}];
  const addresses: Loose[] = each(next['status']?.addresses);
  const [ranges, were] = [each(spec.podCIDRs), each(before.podCIDRs)];
  const changed =
    ranges.length === were.length
      ? were.filter((range, index) => range !== ranges[index]).length
      : Math.min(were.length, 1);
  return [
    ...(subresource === 'status' ? [] : validateNode(next)),
    ...validateAmounts(next),
    ...addresses.flatMap((address, index) =>
      addresses.findIndex((other) => deepEqual(other, address)) < index
        ? [duplicate(`status.addresses[${index}]`, address)]
        : [],
    ),
    ...Array.from({ length: changed }, () => forbidden('spec.podCIDRs', onlyOnce('podCIDR'))),
    ...(before.providerID && before.providerID !== spec.providerID
      ? [forbidden('spec.providerID', onlyOnce('providerID'))]
      : []),
    ...validateTaints(spec.taints),
    ...((spec.externalID ?? '') === (before.externalID ?? '')
      ? []
      : [forbidden('spec.externalID', 'may not be updated')]),
  ];
}
