import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isIpv4,
  isIpv6,
  isQualifiedName,
  isValidIp,
  isValidLabelValue,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, immutable, isAbsent, onEach, oneOf, tooMany } from '../checks.ts';
import { protocols } from '../core/validate-container.ts';
import { validateEndpointAddress } from '../core/validate-endpoint-address.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const most = { endpoints: 1000, addresses: 100, ports: 20_000, hints: 8 };

/** An address of the slice's family. Upstream names the list, not the element, when the family is another. */
const familyRule =
  (name: string, ofFamily: (address: string) => boolean): AddressRule =>
  (address, path, index) => {
    const at = `${path}[${index}]`;
    const errors = follows(at, address, isValidIp);
    if (errors.length > 0) return errors;
    return [
      ...(ofFamily(address) ? [] : [invalid(path, address, `must be an ${name} address`)]),
      ...validateEndpointAddress(address, at),
    ];
  };

type AddressRule = (address: string, path: string, index: number) => Check;

const addressRules: Readonly<Record<string, AddressRule>> = {
  IPv4: familyRule('IPv4', isIpv4),
  IPv6: familyRule('IPv6', isIpv6),
  FQDN: (address, path, index) => follows(`${path}[${index}]`, address, isDns1123Subdomain),
};

/** At most eight zones or nodes, each once. */
function validateHints(
  hints: Loose,
  path: string,
  rule: (name: string) => readonly string[],
): Check | undefined {
  const list = each(hints);
  if (list.length > most.hints) return undefined;
  const names = list.map(({ name = '' }) => name);
  return onEach(names, path, (name, at, index) => [
    ...(names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
    ...follows(`${at}.name`, name, rule),
  ]);
}

function validateAllHints({ forZones, forNodes }: Loose, path: string): Check {
  const zones = validateHints(forZones, `${path}.forZones`, isValidLabelValue);
  if (!zones) return [tooMany(`${path}.forZones`, forZones.length, most.hints)];
  const nodes = validateHints(forNodes, `${path}.forNodes`, isDns1123Subdomain);
  return [...zones, ...(nodes ?? [tooMany(`${path}.forNodes`, forNodes.length, most.hints)])];
}

function validateEndpoint(endpoint: Loose, at: string, addressType: string): Check {
  const addresses = each(endpoint.addresses);
  const path = `${at}.addresses`;
  const rule = addressRules[addressType];
  const errors: Check = [];
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  else if (addresses.length > most.addresses)
    errors.push(tooMany(path, addresses.length, most.addresses));
  if (rule) errors.push(...addresses.flatMap((address, index) => rule(address, path, index)));
  if (!isAbsent(endpoint.nodeName))
    errors.push(...follows(`${at}.nodeName`, endpoint.nodeName, isDns1123Subdomain));
  if (!isAbsent(endpoint.hostname))
    errors.push(...follows(`${at}.hostname`, endpoint.hostname, isDns1123Label));
  return [...errors, ...validateAllHints(endpoint.hints ?? {}, `${at}.hints`)];
}

function validatePorts(ports: Loose): Check {
  const names = new Set<string>();
  return onEach(ports, 'ports', (port, at) => {
    const name = port.name ?? '';
    const errors: Check = name === '' ? [] : follows(`${at}.name`, name, isDns1123Label);
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    return [
      ...errors,
      ...(isAbsent(port.protocol)
        ? [required(`${at}.protocol`)]
        : protocols.includes(port.protocol)
          ? []
          : [notSupported(`${at}.protocol`, port.protocol, protocols)]),
      ...(isAbsent(port.appProtocol)
        ? []
        : follows(`${at}.appProtocol`, port.appProtocol, isQualifiedName)),
    ];
  });
}

export function validateEndpointSlice(slice: KubeObject): Check {
  const addressType = slice['addressType'] ?? '';
  const endpoints = each(slice['endpoints']);
  const ports = each(slice['ports']);
  return [
    ...oneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6'], true),
    ...(ports.length > most.ports
      ? [tooMany('ports', ports.length, most.ports)]
      : validatePorts(ports)),
    ...(endpoints.length > most.endpoints
      ? [tooMany('endpoints', endpoints.length, most.endpoints)]
      : onEach(endpoints, 'endpoints', (item, at) => validateEndpoint(item, at, addressType))),
  ];
}

export const validateEndpointSliceUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateEndpointSlice(next),
  ...immutable('addressType', next['addressType'], old['addressType']),
];
