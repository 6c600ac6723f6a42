import { formatTime, type KubeObject } from '@dormice/apimachinery';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { keepAllButStatus, keepStatus, restore } from '../strategy.ts';
import { podQosClass } from './pod-qos.ts';
import { adoptAppArmor } from './profile-annotations.ts';

/** A new pod is pending; its class of service is fixed from here on. */
export function preparePod(pod: KubeObject, { now }: KindContext): void {
  adoptAppArmor(pod);
  const grace = pod['spec']?.terminationGracePeriodSeconds;
  if (grace < 0) pod['spec'].terminationGracePeriodSeconds = 1;
  const status: KubeObject[string] = { phase: 'Pending', qosClass: podQosClass(pod) };
  if (each(pod['spec']?.schedulingGates).length > 0)
    status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: formatTime(now),
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  pod['status'] = status;
}

/** Takes from `next` only one part of the spec: what the endpoint is for. */
function onlySpec(
  next: KubeObject,
  old: KubeObject,
  take: (spec: KubeObject[string]) => void,
): void {
  const spec = { ...old['spec'] };
  take(spec);
  next['spec'] = spec;
  keepStatus(next, old);
}

/** `pods/resize` changes resources and resize policies of containers that exist. */
function resized(next: KubeObject, old: KubeObject): void {
  const change = (field: 'containers' | 'initContainers') => {
    const wanted = new Map(each(next['spec']?.[field]).map((item) => [item.name, item]));
    return each(old['spec']?.[field]).map((container) => {
      const asked = wanted.get(container.name);
      if (!asked) return container;
      const copy = { ...container };
      restore(copy, asked, 'resources');
      restore(copy, asked, 'resizePolicy');
      return copy;
    });
  };
  const containers = change('containers');
  const initContainers = change('initContainers');
  onlySpec(next, old, (spec) => {
    spec.containers = containers;
    if (initContainers.length > 0) spec.initContainers = initContainers;
  });
}

/** The old field is the first of the new one's, and counts where they differ. */
function alignAddresses(status: Loose): void {
  if (!status) return;
  const first = each(status.podIPs)[0]?.ip;
  if (status.podIP && status.podIP !== first) status.podIPs = [{ ip: status.podIP }];
  else if (first) status.podIP = first;
}

/** What each endpoint of a pod may change. */
export function preparePodUpdate(next: KubeObject, old: KubeObject, context: KindContext): void {
  switch (context.subresource) {
    case 'status': {
      keepAllButStatus(next, old);
      alignAddresses(next['status']);
      if (next['status'] && !next['status'].qosClass && old['status']?.qosClass)
        next['status'].qosClass = old['status'].qosClass;
      return;
    }
    case 'ephemeralcontainers': {
      const added = next['spec']?.ephemeralContainers;
      onlySpec(next, old, (spec) => {
        if (added === undefined) delete spec.ephemeralContainers;
        else spec.ephemeralContainers = added;
      });
      return;
    }
    case 'resize':
      resized(next, old);
      return;
    default:
      keepStatus(next, old);
  }
}

/** Seconds that a pod is given to end: none when it never started or has ended. */
export function podGracePeriod(pod: KubeObject, requested: number | undefined): number {
  const { spec = {}, status = {} } = pod as KubeObject[string];
  if (!spec.nodeName || status.phase === 'Failed' || status.phase === 'Succeeded') return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}
