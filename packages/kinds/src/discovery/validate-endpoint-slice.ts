import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isIpv4,
  isIpv6,
  isQualifiedName,
  isValidIp,
  type KubeObject,
} from '@dormice/apimachinery';
import {
  type Check,
  follows,
  immutable,
  isAbsent,
  isEmpty,
  onEach,
  oneOf,
  tooMany,
} from '../checks.ts';
import { protocols } from '../core/validate-container.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, notSupported, required } = fieldErrors;

const most = { endpoints: 1000, addresses: 100, ports: 20_000 };

/** An address of the slice's family. */
const familyRule =
  (name: string, ofFamily: (address: string) => boolean) =>
  (address: string): readonly string[] => {
    const problems = isValidIp(address);
    if (problems.length > 0) return problems;
    return ofFamily(address) ? [] : [`must be an ${name} address`];
  };

const addressRules: Readonly<Record<string, (address: string) => readonly string[]>> = {
  IPv4: familyRule('IPv4', isIpv4),
  IPv6: familyRule('IPv6', isIpv6),
  FQDN: isDns1123Subdomain,
};

function validateEndpoint(endpoint: Loose, at: string, addressType: string): Check {
  const addresses = each(endpoint.addresses);
  const path = `${at}.addresses`;
  const rule = addressRules[addressType];
  const errors: Check = [];
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  else if (addresses.length > most.addresses)
    errors.push(tooMany(path, addresses.length, most.addresses));
  if (rule)
    errors.push(...onEach(addresses, path, (address, where) => follows(where, address, rule)));
  if (!isAbsent(endpoint.hostname))
    errors.push(...follows(`${at}.hostname`, endpoint.hostname, isDns1123Label));
  if (!isAbsent(endpoint.nodeName))
    errors.push(...follows(`${at}.nodeName`, endpoint.nodeName, isDns1123Subdomain));
  return errors;
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
      ...(isEmpty(port.appProtocol)
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
    ...(endpoints.length > most.endpoints
      ? [tooMany('endpoints', endpoints.length, most.endpoints)]
      : onEach(endpoints, 'endpoints', (item, at) => validateEndpoint(item, at, addressType))),
    ...(ports.length > most.ports
      ? [tooMany('ports', ports.length, most.ports)]
      : validatePorts(ports)),
  ];
}

export const validateEndpointSliceUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateEndpointSlice(next),
  ...immutable('addressType', next['addressType'], old['addressType']),
];
