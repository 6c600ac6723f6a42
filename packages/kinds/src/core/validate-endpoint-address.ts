import { fieldErrors, isIpv4, isIpv6 } from '@dormice/apimachinery';
import type { Check } from '../checks.ts';

const { invalid } = fieldErrors;

/** Ranges of addresses that lead to no endpoint. */
const reserved: readonly [RegExp, (address: string) => string][] = [
  [/^(0\.0\.0\.0|::)$/, (address) => `may not be unspecified (${address})`],
  [/^(127\.|::1$)/, () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [
    /^(169\.254\.|fe[89ab])/i,
    () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  ],
  [
    /^(224\.0\.0\.|ff02)/i,
    () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ],
];

/** An address at which something may answer; `ValidateEndpointIP` upstream. */
export function validateEndpointAddress(address: string, path: string): Check {
  if (!isIpv4(address) && !isIpv6(address)) {
    return [invalid(path, address, 'must be a valid IP address')];
  }
  return reserved.flatMap(([range, why]) =>
    range.test(address) ? [invalid(path, address, why(address))] : [],
  );
}
