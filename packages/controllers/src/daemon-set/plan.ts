import { type KubeObject, scaledValue } from '@dormice/apimachinery';
import { matchesNode, untoleratedTaint } from '../common/node-fit.ts';
import {
  isAvailable,
  isFinished,
  isTerminating,
  type NodeSelectorTerm,
  type Pod,
  type PodSpec,
} from '../common/pod.ts';
import { revisionLabel } from '../common/revisions.ts';
import { type DaemonSet, daemonTolerations } from './daemon-set.ts';

/** The node that a pod is on, or was made for. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const { matchFields } of required?.nodeSelectorTerms ?? []) {
    const field = matchFields?.find(({ key }) => key === 'metadata.name');
    if (field?.values?.[0] !== undefined) return field.values[0];
  }
  return undefined;
}

/** Should a pod of the set start on the node, and may one that is there go on? */
export function fitOf(set: DaemonSet, node: KubeObject): { start: boolean; stay: boolean } {
  const { spec } = set.spec.template;
  const tolerations = [
    ...(spec.tolerations ?? []),
    ...daemonTolerations(spec.hostNetwork === true),
  ];
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return { start: false, stay: false };
  if (!matchesNode(spec, node)) return { start: false, stay: false };
  if (untoleratedTaint(node, tolerations, ['NoSchedule', 'NoExecute'])) {
    return { start: false, stay: untoleratedTaint(node, tolerations, ['NoExecute']) === undefined };
  }
  return { start: true, stay: true };
}

/** Pure: a pod spec that only this node takes. */
export function pinTo(spec: PodSpec, node: string): PodSpec {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const terms: NodeSelectorTerm[] = required?.nodeSelectorTerms.map((term) => ({
    ...term,
    matchFields,
  })) ?? [{ matchFields }];
  return {
    ...spec,
    affinity: {
      ...spec.affinity,
      nodeAffinity: {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
      },
    },
    tolerations: [...(spec.tolerations ?? []), ...daemonTolerations(spec.hostNetwork === true)],
  };
}

export interface DaemonPlan {
  /** Names of nodes that lack a pod. */
  create: string[];
  delete: Pod[];
}

/** Pure: brings each node to one pod, and then rolls the template out within its limits. */
export function planOf(
  set: DaemonSet,
  nodes: readonly KubeObject[],
  pods: readonly Pod[],
  hash: string,
  now: Date,
): DaemonPlan {
  const byNode = Map.groupBy(pods, (pod) => nodeOf(pod) ?? '');
  const plan: DaemonPlan = { create: [], delete: [] };
  const names = new Set(nodes.map(({ metadata }) => metadata.name ?? ''));
  for (const node of nodes) {
    const { name = '' } = node.metadata;
    const { start, stay } = fitOf(set, node);
    const here = byNode.get(name) ?? [];
    if (start && here.length === 0) plan.create.push(name);
    if (!stay) plan.delete.push(...here.filter((pod) => !isTerminating(pod)));
    else plan.delete.push(...surplusOf(here, hash, surge(set, nodes)));
  }
  // A node that is gone takes its pods along.
  for (const [name, here] of byNode) {
    if (!names.has(name)) plan.delete.push(...here.filter((pod) => !isTerminating(pod)));
  }
  const doomed = new Set(plan.delete);
  const rest = pods.filter((pod) => !doomed.has(pod));
  return merge(plan, roll(set, nodes, rest, hash, now));
}

const merge = (a: DaemonPlan, b: DaemonPlan): DaemonPlan => ({
  create: [...a.create, ...b.create],
  delete: [...a.delete, ...b.delete],
});

const isUpdated = (pod: Pod, hash: string): boolean =>
  pod.metadata.labels?.[revisionLabel] === hash;

function wantedCount(set: DaemonSet, nodes: readonly KubeObject[]): number {
  return nodes.filter((node) => fitOf(set, node).start).length;
}

function surge(set: DaemonSet, nodes: readonly KubeObject[]): number {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return 0;
  return scaledValue(rollingUpdate?.maxSurge ?? 0, wantedCount(set, nodes), 'up');
}

/** Ended pods go, and of several living ones all but the oldest (one of each revision while surging). */
function surplusOf(here: readonly Pod[], hash: string, maxSurge: number): Pod[] {
  const ended = here.filter((pod) => isFinished(pod) && !isTerminating(pod));
  const living = here
    .filter((pod) => !isFinished(pod) && !isTerminating(pod))
    .sort((a, b) =>
      (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1,
    );
  if (maxSurge === 0) return [...ended, ...living.slice(1)];
  const groups = [
    living.filter((pod) => isUpdated(pod, hash)),
    living.filter((pod) => !isUpdated(pod, hash)),
  ];
  return [...ended, ...groups.flatMap((group) => group.slice(1))];
}

function roll(
  set: DaemonSet,
  nodes: readonly KubeObject[],
  pods: readonly Pod[],
  hash: string,
  now: Date,
): DaemonPlan {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return { create: [], delete: [] };
  const wanted = wantedCount(set, nodes);
  const available = (pod: Pod): boolean => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const living = pods.filter((pod) => !isTerminating(pod) && !isFinished(pod));
  const maxSurge = surge(set, nodes);
  if (maxSurge > 0) return rollBySurge(living, pods, hash, maxSurge, available);
  const maxUnavailable = Math.max(1, scaledValue(rollingUpdate?.maxUnavailable ?? 1, wanted, 'up'));
  const old = living.filter((pod) => !isUpdated(pod, hash));
  const sick = old.filter((pod) => !available(pod));
  const healthy = living.filter(available).length;
  const room = Math.max(0, maxUnavailable - (wanted - healthy));
  return { create: [], delete: [...sick, ...old.filter(available).slice(0, room)] };
}

/** New pods beside old ones; an old one goes when its successor is available. */
function rollBySurge(
  living: readonly Pod[],
  all: readonly Pod[],
  hash: string,
  maxSurge: number,
  available: (pod: Pod) => boolean,
): DaemonPlan {
  const plan: DaemonPlan = { create: [], delete: [] };
  const byNode = Map.groupBy(living, (pod) => nodeOf(pod) ?? '');
  const doubled = [...byNode.values()].filter((here) => here.length > 1).length;
  const leaving = all.filter(isTerminating).length;
  let room = maxSurge - doubled - leaving;
  for (const [name, here] of byNode) {
    const old = here.find((pod) => !isUpdated(pod, hash));
    const fresh = here.find((pod) => isUpdated(pod, hash));
    if (!old) continue;
    if (fresh) {
      if (available(fresh)) plan.delete.push(old);
    } else if (room > 0) {
      plan.create.push(name);
      room -= 1;
    }
  }
  return plan;
}
