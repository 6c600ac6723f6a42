import { deepClone, type KubeObject } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';
import { metricFromV2, metricToV2 } from './metrics-v1.ts';

/** Annotations in which autoscaling/v1 keeps what it has no fields for, as JSON. */
const keys = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  current: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
};

/** Takes an annotation that holds JSON; text that is not JSON counts as absent, as upstream does. */
function take(annotations: Record<string, string>, key: string): Loose {
  const text = annotations[key];
  delete annotations[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isCpu = (metric: Loose): boolean =>
  metric.type === 'Resource' && metric.resource?.name === 'cpu';

const setAnnotations = (object: KubeObject, annotations: Record<string, string>): void => {
  if (Object.keys(annotations).length > 0) object.metadata.annotations = annotations;
  else delete object.metadata.annotations;
};

/** autoscaling/v1 → v2. */
export function autoscalerToV2(v1: KubeObject): KubeObject {
  const object = deepClone(v1);
  object.apiVersion = 'autoscaling/v2';
  const annotations = { ...object.metadata.annotations };
  const spec: Loose = object['spec'] ?? {};
  const status: Loose = object['status'] ?? {};
  const cpu = spec.targetCPUUtilizationPercentage;
  delete spec.targetCPUUtilizationPercentage;
  const metrics = each(take(annotations, keys.metrics)).map((metric) =>
    metricToV2(metric, 'target'),
  );
  if (cpu !== undefined)
    metrics.unshift({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
    });
  if (metrics.length > 0) spec.metrics = metrics;
  const behavior = take(annotations, keys.behavior);
  if (behavior !== undefined) spec.behavior = behavior;
  const utilization = status.currentCPUUtilizationPercentage;
  delete status.currentCPUUtilizationPercentage;
  const current = each(take(annotations, keys.current)).map((metric) =>
    metricToV2(metric, 'current'),
  );
  if (utilization !== undefined && !current.some(isCpu))
    current.unshift({
      type: 'Resource',
      resource: { name: 'cpu', current: { averageUtilization: utilization } },
    });
  if (current.length > 0) status.currentMetrics = current;
  const conditions = take(annotations, keys.conditions);
  if (conditions !== undefined) status.conditions = conditions;
  if (object['status'] === undefined && Object.keys(status).length > 0) object['status'] = status;
  setAnnotations(object, annotations);
  return object;
}

/** autoscaling/v2 → v1. */
export function autoscalerFromV2(v2: KubeObject): KubeObject {
  const object = deepClone(v2);
  object.apiVersion = 'autoscaling/v1';
  const annotations = { ...object.metadata.annotations };
  const spec: Loose = object['spec'] ?? {};
  const status: Loose = object['status'] ?? {};
  const put = (key: string, value: Loose): void => {
    if (value !== undefined && (!Array.isArray(value) || value.length > 0))
      annotations[key] = JSON.stringify(value);
  };
  const rest: Loose[] = [];
  for (const metric of spec.metrics ?? []) {
    const percent = metric.resource?.target?.averageUtilization;
    if (isCpu(metric) && percent !== undefined) spec.targetCPUUtilizationPercentage = percent;
    else rest.push(metricFromV2(metric, 'target'));
  }
  put(keys.metrics, rest);
  put(keys.behavior, spec.behavior);
  for (const metric of status.currentMetrics ?? [])
    if (isCpu(metric) && metric.resource.current?.averageUtilization !== undefined)
      status.currentCPUUtilizationPercentage = metric.resource.current.averageUtilization;
  put(
    keys.current,
    each(status.currentMetrics).map((metric) => metricFromV2(metric, 'current')),
  );
  put(keys.conditions, status.conditions);
  for (const field of ['metrics', 'behavior']) delete spec[field];
  for (const field of ['currentMetrics', 'conditions']) delete status[field];
  setAnnotations(object, annotations);
  return object;
}
