import {
  deepEqual,
  fieldErrors,
  isDns1123Subdomain,
  isPathSegmentName,
  isValidCidr,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, immutable, isEmpty, neededName, onEach } from '../checks.ts';
import type { KindContext } from '../kind.ts';

const { invalid, required } = fieldErrors;

/** Whose address it is. */
export function validateIpAddress(address: KubeObject): Check {
  const path = 'spec.parentRef';
  const parent = address['spec']?.parentRef;
  if (!parent) return [required(path)];
  const { group, resource, name, namespace } = parent;
  return [
    ...(isEmpty(group) ? [] : follows(`${path}.group`, group, isDns1123Subdomain)),
    ...neededName(`${path}.resource`, resource, isPathSegmentName),
    ...neededName(`${path}.name`, name, isPathSegmentName),
    ...(isEmpty(namespace) ? [] : follows(`${path}.namespace`, namespace, isPathSegmentName)),
  ];
}

export const validateIpAddressUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateIpAddress(next),
  ...immutable('spec.parentRef', next['spec']?.parentRef, old['spec']?.parentRef),
];

const cidrsOf = (object: KubeObject): string[] => object['spec']?.cidrs ?? [];

const isSix = (cidr: string | undefined): boolean => cidr?.includes(':') === true;

export function validateServiceCidr(object: KubeObject): Check {
  const path = 'spec.cidrs';
  const cidrs = cidrsOf(object);
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(path, object['spec'], 'may only hold up to 2 values')];
  const errors = onEach(cidrs, path, (cidr, at) => follows(at, cidr, isValidCidr));
  if (cidrs.length === 2 && errors.length === 0 && isSix(cidrs[0]) === isSix(cidrs[1]))
    errors.push(
      invalid(
        path,
        cidrs,
        'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ),
    );
  return errors;
}

/** Ranges stay; a second family may be added once. */
export function validateServiceCidrUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  if (subresource === 'status') return [];
  const [before, after] = [cidrsOf(old), cidrsOf(next)];
  const grows = before.length === 1 && after.length === 2;
  if (before.length !== after.length && !grows)
    return [invalid('spec.cidrs', after, 'field is immutable')];
  return [
    ...onEach(before, 'spec.cidrs', (cidr, at, index) =>
      deepEqual(cidr, after[index]) ? [] : [invalid(at, after[index], 'field is immutable')],
    ),
    ...(grows ? validateServiceCidr(next) : []),
  ];
}
