import {
  fieldErrors,
  isDns1123Label,
  isPathSegmentName,
  parseQuantity,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { validateContainerResourceName } from '../core/resource-names.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

type SourceCheck = (source: Loose, path: string) => Check;

const orMissing = (
  path: string,
  value: Loose,
  rule: (text: string) => readonly string[],
  why = '',
): Check => (isEmpty(value) ? [required(path, why)] : follows(path, value, rule));

/** What is scaled, or measured: a kind with its group. */
export const validateReference: SourceCheck = (reference, path) => {
  const { kind, name, apiVersion = '' } = reference ?? {};
  return [
    ...orMissing(`${path}.kind`, kind, isPathSegmentName),
    ...orMissing(`${path}.name`, name, isPathSegmentName),
    ...(kind === 'ReplicationController' || apiVersion.includes('/')
      ? []
      : [invalid(`${path}.apiVersion`, apiVersion, 'apiVersion must specify API group')]),
  ];
};

/** In a metric, upstream lets a reference go without its group. */
const validateDescribed: SourceCheck = (reference, path) =>
  validateReference(reference, path).filter(({ field }) => !field.endsWith('.apiVersion'));

const validateMetricName: SourceCheck = (metric, path) =>
  orMissing(`${path}.name`, metric?.name, isPathSegmentName, 'must specify a metric name');

const targetTypes = ['Utilization', 'Value', 'AverageValue'];

const validateTarget: SourceCheck = (target, path) => {
  const { type = '', averageUtilization } = target ?? {};
  const positive = (field: string): Check => {
    const value = target?.[field];
    return isAbsent(value) || parseQuantity(String(value)).sign > 0
      ? []
      : [invalid(`${path}.${field}`, String(value), 'must be positive')];
  };
  return [
    ...(type === '' ? [required(`${path}.type`, 'must specify a metric target type')] : []),
    ...(targetTypes.includes(type)
      ? []
      : [invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...positive('value'),
    ...positive('averageValue'),
    ...(averageUtilization < 1
      ? [invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0')]
      : []),
  ];
};

/** One or the other, or not both; words of upstream. */
function validateChoice(target: Loose, path: string, ...[a, b, needed, both]: string[]): Check {
  const [hasA, hasB] = [!isAbsent(target?.[a ?? '']), !isAbsent(target?.[b ?? ''])];
  if (!hasA && !hasB) return [required(`${path}.${a}`, needed)];
  return hasA && hasB && both !== undefined ? [forbidden(`${path}.${b}`, both)] : [];
}

const validateUsage: SourceCheck = (source, path) => [
  ...validateTarget(source.target, `${path}.target`),
  ...validateChoice(
    source.target,
    `${path}.target`,
    'averageUtilization',
    'averageValue',
    'must set either a target raw value or a target utilization',
    'may not set both a target raw value and a target utilization',
  ),
];

const noResource = 'must specify a resource name';

/** In the order in which upstream looks for them; of several the first is judged. */
const sources: Readonly<Record<string, SourceCheck>> = {
  object: (source, path) => [
    ...validateDescribed(source.describedObject, `${path}.describedObject`),
    ...validateMetricName(source.metric, `${path}.metric`),
    ...validateTarget(source.target, `${path}.target`),
    ...validateChoice(
      source.target,
      `${path}.target`,
      'averageValue',
      'value',
      'must set either a target value or averageValue',
    ),
  ],
  external: (source, path) => [
    ...validateMetricName(source.metric, `${path}.metric`),
    ...validateTarget(source.target, `${path}.target`),
    ...validateChoice(
      source.target,
      `${path}.target`,
      'averageValue',
      'value',
      'must set either a target value for metric or a per-pod target',
      'may not set both a target value for metric and a per-pod target',
    ),
  ],
  pods: (source, path) => [
    ...validateMetricName(source.metric, `${path}.metric`),
    ...validateTarget(source.target, `${path}.target`),
    ...(isAbsent(source.target?.averageValue)
      ? [required(`${path}.target.averageValue`, 'must specify a positive target averageValue')]
      : []),
  ],
  resource: (source, path) => [
    ...(isEmpty(source.name) ? [required(`${path}.name`, noResource)] : []),
    ...validateUsage(source, path),
  ],
  containerResource: (source, path) => [
    ...(isEmpty(source.name)
      ? [required(`${path}.name`, noResource)]
      : validateContainerResourceName(source.name, `${path}.name`)),
    ...orMissing(`${path}.container`, source.container, isDns1123Label, 'must specify a container'),
    ...validateUsage(source, path),
  ],
};

const types: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function validateMetric(metric: Loose, at: string): Check {
  const { type = '' } = metric;
  const known = Object.keys(types);
  const wrong = known.includes(type) ? [] : [notSupported(`${at}.type`, type, known)];
  const present = Object.keys(sources).filter((name) => metric[name]);
  const [first] = present;
  const wanted = types[type];
  const others = present.length === 1 ? [] : present.filter((name) => name !== wanted);
  return [
    ...(type === '' ? [required(`${at}.type`, 'must specify a metric source type')] : []),
    ...wrong,
    ...(first === undefined ? [] : (sources[first]?.(metric[first], `${at}.${first}`) ?? [])),
    ...(wanted === undefined || metric[wanted]
      ? []
      : [required(`${at}.${wanted}`, 'must populate information for the given metric source')]),
    // Upstream finds it out twice.
    ...wrong,
    ...others.map((name) =>
      forbidden(`${at}.${name}`, 'must populate the given metric source only'),
    ),
  ];
}

/** Metrics that exist without pods. */
const canWake = ({ type }: { type: string }): boolean => type === 'Object' || type === 'External';

const noWaking =
  'must specify at least one Object or External metric to support scaling to zero replicas';

export const validateMetrics = ({ metrics, minReplicas }: Loose): Check => [
  ...onEach(metrics, 'spec.metrics', validateMetric),
  ...(minReplicas === 0 && !(metrics ?? []).some(canWake)
    ? [forbidden('spec.metrics', noWaking)]
    : []),
];
