import { fieldErrors, isIpv4, isIpv6, isValidIp } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const families = ['IPv4', 'IPv6'];
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export const isHeadless = ({ clusterIP, clusterIPs }: Loose): boolean =>
  (clusterIPs?.[0] ?? clusterIP) === 'None';

/** The old field is the first of the new one's. */
function validateFirst({ clusterIP, clusterIPs }: Loose): Check {
  const list = each(clusterIPs);
  const path = 'spec.clusterIPs';
  if (isEmpty(clusterIP))
    return list.length === 0
      ? []
      : [invalid(path, list, 'must be empty when `clusterIP` is not specified')];
  if (list.length === 0) return [required(path)];
  return list[0] === clusterIP ? [] : [invalid(path, list, 'first value must match `clusterIP`')];
}

function validateFamilies({ ipFamilies, ipFamilyPolicy }: Loose): Check {
  const list = each(ipFamilies);
  return [
    ...onEach(list, 'spec.ipFamilies', (family, at, index) => [
      ...(families.includes(family) ? [] : [notSupported(at, family, families)]),
      ...(list.indexOf(family) < index ? [duplicate(at, family)] : []),
    ]),
    ...(isAbsent(ipFamilyPolicy) || policies.includes(ipFamilyPolicy)
      ? []
      : [notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, policies)]),
  ];
}

/** Addresses, families and policy of a Service, and how they go together. Nothing else is said while they do not. */
export function validateServiceAddresses(spec: Loose): Check {
  if (spec.type === 'ExternalName') return [];
  const path = 'spec.clusterIPs';
  const list: string[] = each(spec.clusterIPs);
  const none = list[0] === 'None';
  const wrong = [
    ...(none && list.length > 1
      ? [invalid(path, list, "'None' must be the first and only value")]
      : []),
    ...list.flatMap((address, index) =>
      none && index === 0 ? [] : follows(`${path}[${index}]`, address, isValidIp),
    ),
  ];
  const errors = [
    ...validateFirst(spec),
    ...validateFamilies(spec),
    ...wrong,
    ...(list.length > 2 ? [invalid(path, list, 'may only hold up to 2 values')] : []),
  ];
  if (wrong.length > 0) return errors;
  if (list.length > 1 && !(list.some(isIpv4) && list.some(isIpv6)))
    errors.push(invalid(path, list, 'may specify no more than one IP for each IP family'));
  if (none) return errors;
  for (const [index, address] of list.entries()) {
    const family = each(spec.ipFamilies)[index];
    const is = isIpv4(address) ? 'IPv4' : 'IPv6';
    if (!families.includes(family) || family === is) continue;
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${path}[${index}]`, address, why));
  }
  return errors;
}
