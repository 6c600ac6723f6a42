import { getCondition } from '@dormice/apimachinery';
import { isReady, type Pod } from './pod.ts';

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const phases: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

const restartsOf = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));

const readySince = (pod: Pod): number =>
  Date.parse(getCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '') || 0;

const createdAt = (pod: Pod): number => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;

/** Ages count in powers of two, so that which of two pods of about the same age goes is not always the same. */
const ageRank = (since: number, now: number): number =>
  since === 0 ? -1 : Math.floor(Math.log2(Math.max(1, now - since)));

/**
 * Pods in the order in which scaling down takes them: unscheduled, pending, not ready, cheap, crowded on one node,
 * lately ready, often restarted, young ones first (upstream's ActivePodsWithRanks).
 */
export function deletionOrder(pods: readonly Pod[], all: readonly Pod[], now: Date): Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of all) {
    if (spec.nodeName) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1);
  }
  const time = now.getTime();
  /** Smaller goes first. */
  const ranks = (pod: Pod): number[] => [
    pod.spec.nodeName ? 1 : 0,
    phases[pod.status?.phase ?? 'Pending'] ?? 0,
    isReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.[deletionCost] ?? 0) || 0,
    -(onNode.get(pod.spec.nodeName ?? '') ?? 0),
    isReady(pod) ? ageRank(readySince(pod), time) : 0,
    -restartsOf(pod),
    ageRank(createdAt(pod), time),
  ];
  return pods
    .map((pod) => ({ pod, ranks: ranks(pod) }))
    .sort((a, b) => {
      const at = a.ranks.findIndex((rank, index) => rank !== b.ranks[index]);
      return at < 0
        ? compare(a.pod.metadata.uid, b.pod.metadata.uid)
        : (a.ranks[at] ?? 0) - (b.ranks[at] ?? 0);
    })
    .map(({ pod }) => pod);
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
