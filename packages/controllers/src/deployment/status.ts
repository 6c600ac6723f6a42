import { type Condition, formatTime, getCondition, setCondition } from '@dormice/apimachinery';
import type { ReplicaSet } from '../replica-set/replica-set.ts';
import { type Deployment, fences, replicasOf, sum } from './deployment.ts';

type Status = NonNullable<Deployment['status']>;

const positive = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

/** Pure: the numbers and conditions of a deployment with these sets. */
export function statusOf(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  now: Date,
): Status {
  const all = [...(newSet ? [newSet] : []), ...oldSets];
  const available = sum(all, ({ status }) => status?.availableReplicas ?? 0);
  const wanted = sum(all, replicasOf);
  const { collisionCount } = deployment.status ?? {};
  const numbers: Status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...positive({
      replicas: sum(all, ({ status }) => status?.replicas ?? 0),
      updatedReplicas: newSet?.status?.replicas ?? 0,
      readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
      availableReplicas: available,
      unavailableReplicas: wanted - available,
    }),
    terminatingReplicas: sum(all, ({ status }) => status?.terminatingReplicas ?? 0),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
  const time = formatTime(now);
  const enough = available >= replicasOf(deployment) - fences(deployment).maxUnavailable;
  let conditions = change(deployment.status?.conditions ?? [], time, {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough
      ? 'Deployment has minimum availability.'
      : 'Deployment does not have minimum availability.',
  });
  conditions = progress(deployment, numbers, conditions, newSet, time, now);
  conditions = replicaFailure(conditions, newSet, oldSets, time);
  return { ...numbers, ...(conditions.length > 0 ? { conditions } : {}) };
}

/** A condition that says the same as before keeps its times. */
function change(list: readonly Condition[], time: string, next: Condition): Condition[] {
  const before = getCondition(list, next.type);
  if (before?.status === next.status && before.reason === next.reason) return [...list];
  return setCondition(list, { ...next, lastUpdateTime: time, lastTransitionTime: time });
}

export function isComplete(deployment: Deployment, status: Status): boolean {
  const desired = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

const deadlineOf = ({ spec }: Deployment): number | undefined =>
  spec.progressDeadlineSeconds === undefined || spec.progressDeadlineSeconds >= 2 ** 31 - 1
    ? undefined
    : spec.progressDeadlineSeconds;

function progress(
  deployment: Deployment,
  next: Status,
  conditions: Condition[],
  newSet: ReplicaSet | undefined,
  time: string,
  now: Date,
): Condition[] {
  const deadline = deadlineOf(deployment);
  if (deadline === undefined) return conditions.filter(({ type }) => type !== 'Progressing');
  const current = getCondition(conditions, 'Progressing');
  const name = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (deployment.spec.paused) {
    if (current?.reason === 'ProgressDeadlineExceeded') return conditions;
    return change(conditions, time, {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    });
  }
  if (current?.reason === 'DeploymentPaused') {
    return change(conditions, time, {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentResumed',
      message: 'Deployment is resumed',
    });
  }
  const isDone =
    (next.replicas ?? 0) === (next.updatedReplicas ?? 0) &&
    current?.reason === 'NewReplicaSetAvailable';
  if (isDone) return conditions;
  if (isComplete(deployment, next)) {
    return change(conditions, time, {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${name} has successfully progressed.`,
    });
  }
  if (progressed(deployment.status ?? {}, next)) {
    const condition: Condition = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: `${name} is progressing.`,
      lastUpdateTime: time,
      lastTransitionTime: current?.status === 'True' ? (current.lastTransitionTime ?? time) : time,
    };
    return [...conditions.filter(({ type }) => type !== 'Progressing'), condition];
  }
  if (timedOut(deadline, current, now)) {
    return change(conditions, time, {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `${name} has timed out progressing.`,
    });
  }
  return conditions;
}

function progressed(before: Status, next: Status): boolean {
  const old = (status: Status): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (next.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(next) < old(before) ||
    (next.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function timedOut(deadline: number, current: Condition | undefined, now: Date): boolean {
  if (!current || current.reason === 'NewReplicaSetAvailable') return false;
  if (current.reason === 'ProgressDeadlineExceeded') return true;
  const since = Date.parse(current.lastUpdateTime ?? current.lastTransitionTime ?? '');
  return since + deadline * 1000 <= now.getTime();
}

/** Milliseconds until the progress deadline has to be judged again. */
export function untilDeadline(
  deployment: Deployment,
  status: Status,
  now: Date,
): number | undefined {
  const deadline = deadlineOf(deployment);
  const current = getCondition(status.conditions, 'Progressing');
  const settled = ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'];
  if (deadline === undefined || !current || settled.includes(current.reason ?? '')) {
    return undefined;
  }
  const since = Date.parse(current.lastUpdateTime ?? '');
  return Math.max(1000, since + deadline * 1000 - now.getTime() + 1000);
}

/** What keeps a set from making pods shows at the deployment. */
function replicaFailure(
  conditions: Condition[],
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  time: string,
): Condition[] {
  const sets = newSet ? [newSet, ...oldSets] : oldSets;
  const failure = sets
    .map(({ status }) => getCondition(status?.conditions, 'ReplicaFailure'))
    .find((condition) => condition !== undefined);
  if (!failure) return conditions.filter(({ type }) => type !== 'ReplicaFailure');
  const { reason = '', message = '', status } = failure;
  return change(conditions, time, { type: 'ReplicaFailure', status, reason, message });
}
