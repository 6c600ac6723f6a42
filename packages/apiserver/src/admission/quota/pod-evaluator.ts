import type { KubeObject } from '@dormice/apimachinery';
import { isNativeResource, podQosClass } from '@dormice/kinds';
import type { Evaluator } from './evaluator.ts';
import { containerUsage, isRunning, podUsage } from './pod-usage.ts';
import { choosesClass, type ScopeSelector } from './scopes.ts';

const compute = ['cpu', 'memory', 'ephemeral-storage'];
const names = new Set([
  'count/pods',
  'pods',
  ...compute,
  ...compute.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
]);

/** What each container must say when a quota counts it. */
const required = [
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
];

const hasDeadline = (pod: KubeObject | undefined): boolean =>
  (pod?.['spec']?.activeDeadlineSeconds ?? -1) >= 0;

/** Pods, of which quotas count what they ask for as long as they run. */
export const podEvaluator: Evaluator = {
  handles({ operation, subresource, object, oldObject }) {
    if (subresource === 'resize') return operation === 'UPDATE';
    if (subresource !== '') return false;
    if (operation === 'UPDATE') return hasDeadline(object) !== hasDeadline(oldObject);
    return operation === 'CREATE';
  },
  measures: (name) =>
    names.has(name) ||
    name.startsWith('hugepages-') ||
    name.startsWith('requests.hugepages-') ||
    (name.startsWith('requests.') &&
      (!isNativeResource(name) || name.startsWith('requests.deviceclass.resource.kubernetes.io/'))),
  inScope,
  usage: (pod, now) => podUsage(pod, isRunning(pod, now)),
  missing,
};

interface Container {
  name: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

function missing(wanted: readonly string[], { spec }: KubeObject): string | undefined {
  const whole = spec.resources ?? {};
  if (Object.keys({ ...whole.requests, ...whole.limits }).length > 0) return undefined;
  const containers: Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const gaps = required
    .filter((name) => wanted.includes(name))
    .sort()
    .map((name) => ({
      name,
      silent: containers.filter(({ resources }) => !containerUsage(resources ?? {}).has(name)),
    }))
    .filter(({ silent }) => silent.length > 0)
    .map(
      ({ name, silent }) =>
        `${name} for: ${silent
          .map((one) => one.name)
          .sort()
          .join(',')}`,
    );
  return gaps.length === 0 ? undefined : `must specify ${gaps.join('; ')}`;
}

function inScope(selector: ScopeSelector, pod: KubeObject): boolean {
  switch (selector.scopeName) {
    case 'Terminating':
      return hasDeadline(pod);
    case 'NotTerminating':
      return !hasDeadline(pod);
    case 'BestEffort':
      return podQosClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return podQosClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return choosesClass(selector, pod['spec']?.priorityClassName);
    case 'CrossNamespacePodAffinity':
      return looksElsewhere(pod['spec']?.affinity);
    default:
      return false;
  }
}

/** Does an affinity speak of pods in other namespaces? */
function looksElsewhere(affinity: KubeObject['spec']): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((part) => {
    const terms = [
      ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
        (weighted: KubeObject['spec']) => weighted.podAffinityTerm,
      ),
    ];
    return terms.some(
      ({ namespaces = [], namespaceSelector }) =>
        namespaces.length > 0 || namespaceSelector !== undefined,
    );
  });
}
