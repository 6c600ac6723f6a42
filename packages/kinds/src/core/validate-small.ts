import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidIp,
  isValidPortNum,
  type KubeObject,
  labelSelectorFromMap,
} from '@dormice/apimachinery';
import { validateServing, validateTemplate } from '../apps/validate-template.ts';
import { type Check, follows, isAbsent, isEmpty, nonNegative, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { protocols } from './validate-container.ts';
import { validateEndpointAddress } from './validate-endpoint-address.ts';

const { invalid, required } = fieldErrors;

const standardFinalizers = ['foregroundDeletion', 'kubernetes', 'orphan'];

/** Finalizers of a new namespace's spec have a domain, or are the standard ones. */
export function validateNamespace(namespace: KubeObject): Check {
  const names: string[] = namespace['spec']?.finalizers ?? [];
  const path = 'spec.finalizers';
  const why = 'name is neither a standard finalizer name nor is it fully qualified';
  return names.flatMap((name) => [
    ...follows(path, name, isQualifiedName),
    ...(name.includes('/') || standardFinalizers.includes(name) ? [] : [invalid(path, name, why)]),
  ]);
}

/** Finalizers of a namespace's spec are qualified names. */
/** What the endpoints of a namespace besides the main one may write. */
export function validateNamespaceUpdate(
  next: KubeObject,
  _old: KubeObject,
  { subresource }: KindContext,
): Check {
  if (subresource === 'finalize') {
    return onEach(next['spec']?.finalizers, 'spec.finalizers', (name, at) =>
      follows(at, name, isQualifiedName),
    );
  }
  if (subresource !== 'status') return [];
  const ends = next.metadata.deletionTimestamp !== undefined;
  const phase = next['status']?.phase ?? '';
  if (phase === (ends ? 'Terminating' : 'Active')) return [];
  const message = ends
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [invalid('status.Phase', phase, message)];
}

const validateAddress = ({ ip = '', hostname, nodeName }: Loose, path: string): Check => [
  ...follows(`${path}.ip`, ip, isValidIp),
  ...validateNames(hostname, nodeName, path),
  ...validateEndpointAddress(ip, `${path}.ip`),
];

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
      ...(isAbsent(port.appProtocol)
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
  errors.push(...validateServing(spec.template, 'ReplicationController'));
  return errors;
}
