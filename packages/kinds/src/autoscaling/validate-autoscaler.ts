import { fieldErrors, isPathSegmentName, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

const sources: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

const neededName = (path: string, value: Loose): Check =>
  isEmpty(value) ? [required(path)] : follows(path, value, isPathSegmentName);

const validateReference = (reference: Loose, path: string): Check => [
  ...neededName(`${path}.kind`, reference?.kind),
  ...neededName(`${path}.name`, reference?.name),
  ...(reference?.kind === 'ReplicationController' || reference?.apiVersion?.includes('/')
    ? []
    : [
        invalid(
          `${path}.apiVersion`,
          reference?.apiVersion ?? '',
          'apiVersion must specify API group',
        ),
      ]),
];

function validateMetric(metric: Loose, at: string): Check {
  const types = Object.keys(sources);
  const { type = '' } = metric;
  if (!types.includes(type))
    return [
      ...(type === '' ? [required(`${at}.type`, 'must specify a metric source type')] : []),
      // Upstream finds it out twice.
      notSupported(`${at}.type`, type, types),
      notSupported(`${at}.type`, type, types),
    ];
  const errors: Check = [];
  const field = sources[type] ?? '';
  const source = metric[field];
  if (!source)
    return [required(`${at}.${field}`, 'must populate information for the given metric source')];
  if (metric.type.endsWith('Resource') && isEmpty(source.name))
    errors.push(required(`${at}.${field}.name`, 'must specify a resource name'));
  const { target } = source;
  if (isEmpty(target?.type))
    errors.push(required(`${at}.${field}.target.type`, 'must specify a metric target type'));
  else
    errors.push(
      ...oneOf(`${at}.${field}.target.type`, target.type, ['AverageValue', 'Utilization', 'Value']),
    );
  if (!isAbsent(target?.averageUtilization) && target.averageUtilization < 1)
    errors.push(
      invalid(
        `${at}.${field}.target.averageUtilization`,
        target.averageUtilization,
        'must be greater than 0',
      ),
    );
  return errors;
}

/** Metrics that exist without pods. */
const canWake = ({ type }: { type: string }): boolean => type === 'Object' || type === 'External';

/** Validates the form of autoscaling/v2. */
export function validateAutoscaler(hpa: KubeObject, context: KindContext): Check {
  if (context.subresource === 'status') return [];
  const { spec = {} } = hpa as KubeObject[string];
  const errors: Check = [];
  if (!isAbsent(spec.minReplicas) && spec.minReplicas < 1)
    errors.push(
      invalid('spec.minReplicas', spec.minReplicas, 'must be greater than or equal to 1'),
    );
  if (spec.minReplicas === 0 && !(spec.metrics ?? []).some(canWake))
    errors.push(
      forbidden(
        'spec.metrics',
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    );
  if (!(spec.maxReplicas >= 1))
    errors.push(invalid('spec.maxReplicas', spec.maxReplicas ?? 0, 'must be greater than 0'));
  if (!isAbsent(spec.minReplicas) && spec.maxReplicas < spec.minReplicas)
    errors.push(
      invalid(
        'spec.maxReplicas',
        spec.maxReplicas,
        'must be greater than or equal to `minReplicas`',
      ),
    );
  return [
    ...errors,
    ...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef'),
    ...onEach(spec.metrics, 'spec.metrics', validateMetric),
  ];
}
