import type { KubeObject } from '@dormice/apimachinery';
import { none, unknown, unset } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

interface Value {
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}
interface Source {
  name?: string;
  current?: Value;
  target?: Value;
}
interface Metric {
  type: string;
  [source: string]: unknown;
}

const sourceKey: Readonly<Record<string, string>> = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

function formatMetric(spec: Metric, status: Metric | undefined): string {
  const key = sourceKey[spec.type];
  if (key === undefined) return '<unknown type>';
  const { name, target = {} } = (spec[key] ?? {}) as Source;
  const current = ((status?.[key] ?? {}) as Source).current ?? {};
  const average = `${current.averageValue ?? unknown}/${target.averageValue}`;
  if (key === 'pods') return average;
  if (key === 'external' || key === 'object')
    return target.averageValue === undefined
      ? `${current.value ?? unknown}/${target.value}`
      : `${average} (avg)`;
  if (target.averageValue !== undefined) return `${name}: ${average}`;
  const now = current.averageUtilization === undefined ? unknown : `${current.averageUtilization}%`;
  const wanted =
    target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `${name}: ${now}/${wanted}`;
}

/** `cpu: 12%/80%, memory: <unknown>/1Gi + 1 more...` */
function targets(autoscaler: KubeObject): string {
  const specs: Metric[] = autoscaler['spec']?.metrics ?? [];
  const statuses: Metric[] = autoscaler['status']?.currentMetrics ?? [];
  if (specs.length === 0) return none;
  const shown = specs.slice(0, 2).map((spec, index) => formatMetric(spec, statuses[index]));
  const text = shown.join(', ');
  return specs.length > 2 ? `${text} + ${specs.length - 2} more...` : text;
}

/** The columns of `kubectl get hpa`, for the form of autoscaling/v2. */
export const autoscalerCells: Readonly<Record<string, Cell>> = {
  Reference: (hpa) => `${hpa['spec']?.scaleTargetRef?.kind}/${hpa['spec']?.scaleTargetRef?.name}`,
  Targets: targets,
  MinPods: (hpa) =>
    hpa['spec']?.minReplicas === undefined ? unset : String(hpa['spec'].minReplicas),
  MaxPods: (hpa) => hpa['spec']?.maxReplicas ?? 0,
  Replicas: (hpa) => hpa['status']?.currentReplicas ?? 0,
};
