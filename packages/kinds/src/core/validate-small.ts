import {
  fieldErrors,
  isDns1123Label,
  isQualifiedName,
  isValidIp,
  isValidPortNum,
  type KubeObject,
  labelSelectorFromMap,
  parseQuantity,
} from '@dormice/apimachinery';
import { validateTemplate } from '../apps/validate-template.ts';
import {
  type Check,
  follows,
  isEmpty,
  nonNegative,
  nonNegativeQuantity,
  onEach,
  oneOf,
} from '../checks.ts';
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

export const validateEndpoints = (endpoints: KubeObject): Check =>
  onEach(endpoints['subsets'], 'subsets', (subset, at) => [
    ...(subset.addresses?.length || subset.notReadyAddresses?.length
      ? []
      : [required(at, 'must specify `addresses` or `notReadyAddresses`')]),
    ...['addresses', 'notReadyAddresses'].flatMap((field) =>
      onEach(subset[field], `${at}.${field}`, (address, where) =>
        follows(`${where}.ip`, address.ip ?? '', isValidIp),
      ),
    ),
    ...onEach(subset.ports, `${at}.ports`, (port, where) => [
      ...(subset.ports.length > 1 && isEmpty(port.name) ? [required(`${where}.name`)] : []),
      ...(isEmpty(port.name) ? [] : follows(`${where}.name`, port.name, isDns1123Label)),
      ...isValidPortNum(port.port ?? 0).map((why) => invalid(`${where}.port`, port.port ?? 0, why)),
      ...oneOf(`${where}.protocol`, port.protocol, protocols, true),
    ]),
  ]);

const order: readonly [low: string, high: string, what: string][] = [
  ['min', 'max', 'min value %l is greater than max value %h'],
  ['min', 'defaultRequest', 'min value %l is greater than default request value %h'],
  ['defaultRequest', 'default', 'default request value %l is greater than default limit value %h'],
  ['default', 'max', 'default value %l is greater than max value %h'],
];

function validateLimits(item: Loose, at: string): Check {
  const errors: Check = isEmpty(item.type) ? [required(`${at}.type`)] : [];
  for (const [low, high, what] of order)
    for (const [name, value] of Object.entries(item[low] ?? {})) {
      const limit = item[high]?.[name];
      if (limit === undefined) continue;
      if (parseQuantity(String(value)).compare(parseQuantity(String(limit))) > 0)
        errors.push(
          invalid(
            `${at}.${low}[${name}]`,
            value,
            what.replace('%l', String(value)).replace('%h', String(limit)),
          ),
        );
    }
  return errors;
}

export const validateLimitRange = (range: KubeObject): Check =>
  onEach(range['spec']?.limits, 'spec.limits', validateLimits);

export const validateResourceQuota = (quota: KubeObject): Check =>
  Object.entries(quota['spec']?.hard ?? {}).flatMap(([name, value]) => [
    ...follows('spec.hard', name, isQualifiedName),
    ...nonNegativeQuantity(`spec.hard[${name}]`, value),
  ]);

export const validateServiceAccount = (account: KubeObject): Check =>
  onEach(account['secrets'], 'secrets', (secret, at) =>
    isEmpty(secret.name) && isEmpty(secret.kind) ? [required(`${at}.name`)] : [],
  );

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
