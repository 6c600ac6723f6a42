import { scaledValue } from '@dormice/apimachinery';
import { isAvailable, isFinished, isTerminating, type Pod } from '../common/pod.ts';
import { revisionLabel } from '../common/revisions.ts';
import { endOf, ordinalOf, type StatefulSet, startOf } from './stateful-set.ts';

/** The next things to do, in any order. */
export interface Plan {
  create: number[];
  delete: Pod[];
}

/** Name of the revision that a pod was made from. */
export const revisionNameOf = (set: StatefulSet, pod: Pod): string =>
  `${set.metadata.name}-${pod.metadata.labels?.[revisionLabel] ?? ''}`;

/** From here on ordinals get the update revision; below it what ran before. */
export function partitionOf(set: StatefulSet): number {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === 'OnDelete') return Number.POSITIVE_INFINITY;
  return startOf(set) + (rollingUpdate?.partition ?? 0);
}

/** Pure: what a set with these pods is to do now. One step where order matters, everything at once where not. */
export function planOf(
  set: StatefulSet,
  pods: readonly Pod[],
  updateRevision: string,
  now: Date,
): Plan {
  const ordered = (set.spec.podManagementPolicy ?? 'OrderedReady') === 'OrderedReady';
  const minReady = set.spec.minReadySeconds ?? 0;
  const healthy = (pod: Pod): boolean => isAvailable(pod, minReady, now) && !isTerminating(pod);
  const byOrdinal = new Map<number, Pod>();
  const condemned: Pod[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal === undefined) continue;
    if (ordinal >= startOf(set) && ordinal < endOf(set)) byOrdinal.set(ordinal, pod);
    else condemned.push(pod);
  }
  const plan: Plan = { create: [], delete: [] };
  for (let ordinal = startOf(set); ordinal < endOf(set); ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) plan.create.push(ordinal);
    // One that ended is made again; its deletion brings the next step.
    else if (isFinished(pod) && !isTerminating(pod)) plan.delete.push(pod);
    else if (!ordered || healthy(pod)) continue;
    if (ordered) return plan;
  }
  condemned.sort((a, b) => (ordinalOf(set, b) ?? 0) - (ordinalOf(set, a) ?? 0));
  if (condemned.length > 0) {
    if (ordered) return { create: plan.create, delete: nextCondemned(condemned, healthy) };
    plan.delete.push(...condemned.filter((pod) => !isTerminating(pod)));
  }
  if (plan.create.length > 0 || plan.delete.length > 0) return plan;
  return { create: [], delete: outdated(set, byOrdinal, updateRevision, healthy) };
}

/** The highest first, and never a second one while one is going. */
function nextCondemned(condemned: readonly Pod[], healthy: (pod: Pod) => boolean): Pod[] {
  if (condemned.some(isTerminating)) return [];
  const sick = condemned.findLast((pod) => !healthy(pod));
  const [highest] = condemned;
  // A sick pod below is waited for, but it may itself be the one that goes.
  if (sick && sick !== highest) return [];
  return highest ? [highest] : [];
}

/** Pods of an older revision from the highest ordinal down to the partition, as many as may be away at once. */
function outdated(
  set: StatefulSet,
  byOrdinal: ReadonlyMap<number, Pod>,
  updateRevision: string,
  healthy: (pod: Pod) => boolean,
): Pod[] {
  const partition = partitionOf(set);
  const replicas = set.spec.replicas ?? 1;
  const { maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const allowed = Math.max(1, scaledValue(maxUnavailable, replicas, 'up'));
  const down = [...byOrdinal].sort(([a], [b]) => b - a);
  let away = down.filter(([, pod]) => !healthy(pod)).length;
  const doomed: Pod[] = [];
  for (const [ordinal, pod] of down) {
    if (ordinal < partition) break;
    const old = revisionNameOf(set, pod) !== updateRevision;
    if (old && !isTerminating(pod)) {
      const sick = !healthy(pod);
      if (!sick && away >= allowed) break;
      doomed.push(pod);
      if (!sick) away += 1;
      if (doomed.length >= allowed) break;
    } else if (!healthy(pod) && away >= allowed) {
      break;
    }
  }
  return doomed;
}
