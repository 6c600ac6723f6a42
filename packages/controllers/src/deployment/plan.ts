import type { ReplicaSet } from '../replica-set/replica-set.ts';
import {
  byAge,
  type Deployment,
  desiredAnnotation,
  fences,
  maxAnnotation,
  replicasOf,
  sum,
} from './deployment.ts';

/** A set is to have so many pods. */
export interface Resize {
  set: ReplicaSet;
  replicas: number;
}

const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

/** How many pods the new set may have beside what the old ones have. */
export function newSetSize(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  set: ReplicaSet | undefined,
): number {
  const desired = replicasOf(deployment);
  if (deployment.spec.strategy?.type === 'Recreate') return desired;
  const { maxSurge } = fences(deployment);
  const present = sum(sets, replicasOf);
  const has = set ? replicasOf(set) : 0;
  const room = desired + maxSurge - present;
  return room <= 0 ? has : has + Math.min(room, desired - has);
}

/** One step of a rolling update: up where the surge allows, else down where availability allows. */
export function rollingStep(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const desired = replicasOf(deployment);
  const has = replicasOf(newSet);
  const size = has > desired ? desired : newSetSize(deployment, [newSet, ...oldSets], newSet);
  if (size !== has) return [{ set: newSet, replicas: size }];
  return shrinkOld(deployment, newSet, oldSets);
}

/** Old pods that are not available go at once, healthy ones as far as enough stay available. */
function shrinkOld(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const oldest = [...oldSets].sort(byAge).filter((set) => replicasOf(set) > 0);
  if (oldest.length === 0) return [];
  const desired = replicasOf(deployment);
  const least = desired - fences(deployment).maxUnavailable;
  const unavailable = replicasOf(newSet) - availableOf(newSet);
  const total = replicasOf(newSet) + sum(oldest, replicasOf);
  let budget = total - least - unavailable;
  if (budget <= 0) return [];
  const sizes = new Map(oldest.map((set) => [set, replicasOf(set)]));
  const take = (set: ReplicaSet, count: number): void => {
    sizes.set(set, (sizes.get(set) ?? 0) - count);
  };
  for (const set of oldest) {
    const unhealthy = Math.min(budget, replicasOf(set) - availableOf(set));
    if (unhealthy <= 0) continue;
    take(set, unhealthy);
    budget -= unhealthy;
  }
  const available = availableOf(newSet) + sum(oldest, availableOf);
  let spare = available - least;
  for (const set of oldest) {
    const count = Math.min(spare, sizes.get(set) ?? 0);
    if (count <= 0) continue;
    take(set, count);
    spare -= count;
  }
  return oldest.flatMap((set) => {
    const replicas = sizes.get(set) ?? 0;
    return replicas === replicasOf(set) ? [] : [{ set, replicas }];
  });
}

/** Was the deployment scaled since its sets were? */
export function wasScaled(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.some((set) => {
    const desired = set.metadata.annotations?.[desiredAnnotation];
    return (
      replicasOf(set) > 0 && desired !== undefined && Number(desired) !== replicasOf(deployment)
    );
  });
}

/** After a change of `replicas`: the sets that run grow or shrink in proportion, the largest first. */
export function scalingStep(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const all = [...(newSet ? [newSet] : []), ...oldSets];
  const active = all.filter((set) => replicasOf(set) > 0);
  const desired = replicasOf(deployment);
  const [only] = active;
  if (active.length <= 1) {
    const set = only ?? newSet ?? [...all].sort(byAge).at(-1);
    return set && (replicasOf(set) !== desired || only) ? [{ set, replicas: desired }] : [];
  }
  if (newSet && replicasOf(newSet) === desired && availableOf(newSet) === desired) {
    return oldSets.filter((set) => replicasOf(set) > 0).map((set) => ({ set, replicas: 0 }));
  }
  if (deployment.spec.strategy?.type === 'Recreate') return [];
  return proportional(deployment, active);
}

function proportional(deployment: Deployment, active: readonly ReplicaSet[]): Resize[] {
  const desired = replicasOf(deployment);
  const present = sum(active, replicasOf);
  const allowed = desired > 0 ? desired + fences(deployment).maxSurge : 0;
  const toAdd = allowed - present;
  const growing = toAdd > 0;
  const order = [...active].sort((a, b) => {
    const size = replicasOf(b) - replicasOf(a);
    return size !== 0 ? size : growing ? -byAge(a, b) : byAge(a, b);
  });
  let added = 0;
  const sizes = order.map((set) => {
    const share = toAdd === 0 ? 0 : shareOf(set, allowed, present, toAdd, added);
    added += share;
    return Math.max(0, replicasOf(set) + share);
  });
  // What rounding left over goes to the largest set.
  if (toAdd !== 0) sizes[0] = Math.max(0, (sizes[0] ?? 0) + toAdd - added);
  return order.map((set, at) => ({ set, replicas: sizes[at] ?? 0 }));
}

function shareOf(
  set: ReplicaSet,
  allowed: number,
  present: number,
  toAdd: number,
  added: number,
): number {
  const has = replicasOf(set);
  const before = Number(set.metadata.annotations?.[maxAnnotation] ?? present) || present;
  const fraction = Math.round((has * allowed) / before) - has;
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

/** The sets that the history limit lets go: old ones without pods, lowest revision first. */
export function forgotten(
  deployment: Deployment,
  oldSets: readonly ReplicaSet[],
  revisionOf: (set: ReplicaSet) => number,
): ReplicaSet[] {
  const { revisionHistoryLimit } = deployment.spec;
  if (revisionHistoryLimit === undefined || revisionHistoryLimit > 2 ** 31 - 2) return [];
  const alive = oldSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const surplus = alive.length - revisionHistoryLimit;
  if (surplus <= 0) return [];
  return [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, surplus)
    .filter(
      (set) =>
        (set.status?.replicas ?? 0) === 0 &&
        replicasOf(set) === 0 &&
        (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0),
    );
}
