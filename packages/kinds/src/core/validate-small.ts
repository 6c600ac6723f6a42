import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isIpv4,
  isIpv6,
  isQualifiedName,
  isValidPortNum,
  type KubeObject,
  labelSelectorFromMap,
} from '@dormice/apimachinery';
import { validateTemplate } from '../apps/validate-template.ts';
import { type Check, follows, isAbsent, isEmpty, nonNegative, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { protocols } from './validate-container.ts';

const { invalid, required } = fieldErrors;

/** Finalizers of a namespace's spec are qualified names. */
export const validateNamespaceFinalize = (
  next: KubeObject,
  _old: KubeObject,
  { subresource }: KindContext,
): Check =>
  subresource === 'finalize'
    ? onEach(next['spec']?.finalizers, 'spec.finalizers', (name, at) =>
        follows(at, name, isQualifiedName),
      )
    : [];

/** Ranges of addresses that lead to no endpoint. */
const reserved: readonly [RegExp, string][] = [
  [/^(0\.0\.0\.0|::)$/, 'may not be unspecified'],
  [/^(127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^(169\.254\.|fe[89ab])/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [
    /^(224\.0\.0\.|ff02)/i,
    'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ],
];

function validateAddress({ ip = '', hostname, nodeName }: Loose, path: string): Check {
  const at = `${path}.ip`;
  if (!isIpv4(ip) && !isIpv6(ip)) {
    return [
      invalid(at, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
      invalid(at, ip, 'must be a valid IP address'),
      ...validateNames(hostname, nodeName, path),
    ];
  }
  return [
    ...reserved.flatMap(([range, why]) => (range.test(ip) ? [invalid(at, ip, why)] : [])),
    ...validateNames(hostname, nodeName, path),
  ];
}

const validateNames = (hostname: Loose, nodeName: Loose, path: string): Check => [
  ...(isEmpty(hostname) ? [] : follows(`${path}.hostname`, hostname, isDns1123Label)),
  ...(isAbsent(nodeName) ? [] : follows(`${path}.nodeName`, nodeName, isDns1123Subdomain)),
];

export const validateEndpoints = (endpoints: KubeObject): Check =>
  onEach(endpoints['subsets'], 'subsets', (subset, at) => [
    ...(subset.addresses?.length || subset.notReadyAddresses?.length
      ? []
      : [required(at, 'must specify `addresses` or `notReadyAddresses`')]),
    ...['addresses', 'notReadyAddresses'].flatMap((field) =>
      onEach(subset[field], `${at}.${field}`, (address, where) => validateAddress(address, where)),
    ),
    ...onEach(subset.ports, `${at}.ports`, (port, where) => [
      ...(subset.ports.length > 1 && isEmpty(port.name) ? [required(`${where}.name`)] : []),
      ...(isEmpty(port.name) ? [] : follows(`${where}.name`, port.name, isDns1123Label)),
      ...isValidPortNum(port.port ?? 0).map((why) => invalid(`${where}.port`, port.port ?? 0, why)),
      ...oneOf(`${where}.protocol`, port.protocol, protocols, true),
      ...(isEmpty(port.appProtocol)
        ? []
        : follows(`${where}.appProtocol`, port.appProtocol, isQualifiedName)),
    ]),
  ]);

export const validatePodTemplateObject = (object: KubeObject): Check =>
  validateTemplate(object['template'] ?? {}, 'template');

export function validateReplicationController(controller: KubeObject): Check {
  const { spec = {} } = controller as KubeObject[string];
  const errors = [
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.replicas', spec.replicas),
  ];
  const selector: Record<string, string> = spec.selector ?? {};
  if (Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  if (!spec.template) return [...errors, required('spec.template')];
  const labels: Record<string, string> = spec.template.metadata?.labels ?? {};
  if (Object.keys(selector).length > 0 && !labelSelectorFromMap(selector).matches(labels))
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  errors.push(...validateTemplate(spec.template, 'spec.template'));
  errors.push(
    ...oneOf('spec.template.spec.restartPolicy', spec.template.spec?.restartPolicy, ['Always']),
  );
  return errors;
}
