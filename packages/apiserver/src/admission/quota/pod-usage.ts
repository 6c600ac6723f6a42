import { type KubeObject, parseQuantity, type Quantity } from '@dormice/apimachinery';
import { aggregateAmounts, isNativeResource } from '@dormice/kinds';
import { type Amounts, amountsOf, one, sum } from './amounts.ts';

const compute = ['cpu', 'memory', 'ephemeral-storage'];
const ended = new Set(['Succeeded', 'Failed']);

/** Does the pod take anything still? One that should be gone, with its grace period over twice, does not. */
export function isRunning({ metadata, status }: KubeObject, now: Date | undefined): boolean {
  if (ended.has(status?.phase)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!now || deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined)
    return true;
  const last = Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
  return now.getTime() <= last;
}

/** The object counts always, what it asks for only while it runs. */
export function podUsage({ spec }: KubeObject, isCounted: boolean): Amounts {
  const object: Amounts = new Map([['count/pods', one]]);
  if (!isCounted) return object;
  const limits = ofPod(spec, 'limits');
  const overhead = amountsOf(spec.overhead);
  // What a pod takes besides its containers adds to limits where there are some.
  const limited = new Map([...overhead].filter(([name]) => limits.has(name)));
  const needs = named(sum(ofPod(spec, 'requests'), overhead), sum(limits, limited));
  return sum(object, new Map([['pods', one], ...needs]));
}

export const containerUsage = ({
  requests,
  limits,
}: {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}): Amounts => named(amountsOf(requests), amountsOf(limits));

/** What all containers need, or what the pod says that it needs as a whole. */
function ofPod(spec: KubeObject['spec'], side: 'requests' | 'limits'): Amounts {
  const total = new Map(aggregateAmounts(spec, side));
  for (const [name, text] of Object.entries(
    (spec.resources?.[side] ?? {}) as Record<string, string>,
  )) {
    if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-'))
      total.set(name, parseQuantity(text));
  }
  return total;
}

/** The names under which quotas count requests and limits. */
function named(requests: Amounts, limits: Amounts): Map<string, Quantity> {
  const usage = new Map<string, Quantity>();
  for (const [name, amount] of requests) {
    const plain = compute.includes(name) || name.startsWith('hugepages-');
    if (plain) usage.set(name, amount);
    if (plain || !isNativeResource(name)) usage.set(`requests.${name}`, amount);
  }
  for (const name of compute) {
    const limit = limits.get(name);
    if (limit) usage.set(`limits.${name}`, limit);
  }
  return usage;
}
