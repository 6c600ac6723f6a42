import { controllerOf, getCondition, labelSelectorFrom } from '@dormice/apimachinery';
import { type ObjectChange, resources } from '@dormice/client';
import { claim } from '../common/claim.ts';
import { watchItself, watchOwned } from '../common/keys.ts';
import { isFinished, type Pod } from '../common/pod.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, ReconcileKey, Requeue } from '../controller.ts';
import type { ReplicaSet } from '../replica-set/replica-set.ts';
import {
  type Deployment,
  desiredAnnotation,
  fences,
  maxAnnotation,
  replicasOf,
  revisionOf,
} from './deployment.ts';
import { ensureNewSet } from './new-replica-set.ts';
import { forgotten, type Resize, rollingStep, scalingStep, wasScaled } from './plan.ts';
import { isComplete, statusOf, untilDeadline } from './status.ts';

/**
 * Rolls a deployment's template out through ReplicaSets: rolling update or recreate, history, scaling in proportion,
 * pause and progress deadline. One step a reconcile; the sets' own changes bring the next.
 */
export const deploymentController: Controller = {
  name: 'deployment-controller',
  watches: [
    watchItself(resources.deployments),
    watchOwned(resources.replicasets, resources.deployments),
    // Recreate waits for the last old pod: its set's name leads to the deployment.
    { group: '', resource: 'pods', keys: ownerOfDeletedPod },
  ],
  async reconcile(key, context): Promise<Requeue | undefined> {
    const { client } = context;
    const { namespace } = key;
    if (key.name === '') {
      for (const { metadata } of await readAll(client, resources.deployments, { namespace })) {
        context.enqueue({ namespace, name: metadata.name ?? '' });
      }
      return undefined;
    }
    const deployment = await find<Deployment>(client, resources.deployments, namespace, key.name);
    if (!deployment) return undefined;
    const selector = labelSelectorFrom(deployment.spec.selector);
    if (selector.empty) return undefined;
    const all = await readAll<ReplicaSet>(client, resources.replicasets, { namespace });
    const { deployments, replicasets } = resources;
    const sets = await claim(client, deployment, deployments, replicasets, all, selector);
    if (deployment.metadata.deletionTimestamp !== undefined) {
      await conclude(deployment, undefined, sets, context);
      return undefined;
    }
    return roll(deployment, sets, context);
  },
};

function ownerOfDeletedPod({ type, namespace, object }: ObjectChange): ReconcileKey[] {
  const owner = controllerOf(object);
  if (type !== 'DELETED' || owner?.kind !== 'ReplicaSet') return [];
  const name = owner.name.slice(0, owner.name.lastIndexOf('-'));
  return name === '' ? [] : [{ namespace, name }];
}

async function roll(
  given: Deployment,
  sets: ReplicaSet[],
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const recreate = given.spec.strategy?.type === 'Recreate';
  const hold = given.spec.paused === true || wasScaled(given, sets);
  const others = (newSet: ReplicaSet | undefined) =>
    sets.filter(({ metadata }) => metadata.uid !== newSet?.metadata.uid);

  let { deployment, set } = await ensureNewSet(given, sets, !hold && !recreate, context);
  if (!hold && recreate) {
    const old = others(set);
    const stops = old
      .filter((one) => replicasOf(one) > 0)
      .map((one) => ({ set: one, replicas: 0 }));
    await resize(deployment, stops, context);
    if (stops.length > 0 || (await runsStill(old, context))) {
      return conclude(deployment, set, old, context);
    }
    ({ deployment, set } = await ensureNewSet(deployment, sets, true, context));
  }
  const old = others(set);
  const steps = stepsOf(deployment, set, old, hold);
  const resized = await resize(deployment, steps, context);
  const latest = (one: ReplicaSet): ReplicaSet => resized.get(one.metadata.uid ?? '') ?? one;
  return conclude(deployment, set && latest(set), old.map(latest), context);
}

function stepsOf(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  hold: boolean,
): Resize[] {
  if (hold) return scalingStep(deployment, set, old);
  if (!set) return [];
  if (deployment.spec.strategy?.type === 'Recreate') {
    return replicasOf(set) === replicasOf(deployment)
      ? []
      : [{ set, replicas: replicasOf(deployment) }];
  }
  return rollingStep(deployment, set, old);
}

async function runsStill(
  sets: readonly ReplicaSet[],
  { client }: ReconcileContext,
): Promise<boolean> {
  const namespace = sets[0]?.metadata.namespace;
  if (namespace === undefined) return false;
  const owners = new Set(sets.map(({ metadata }) => metadata.uid));
  const pods = await readAll<Pod>(client, resources.pods, { namespace });
  return pods.some((pod) => !isFinished(pod) && owners.has(controllerOf(pod)?.uid));
}

/** Scales sets, and writes to each what it was scaled for. Returns the sets as they are now, by uid. */
async function resize(
  deployment: Deployment,
  steps: readonly Resize[],
  context: ReconcileContext,
): Promise<Map<string, ReplicaSet>> {
  const results = new Map<string, ReplicaSet>();
  const desired = replicasOf(deployment);
  const marks = {
    [desiredAnnotation]: String(desired),
    [maxAnnotation]: String(desired + fences(deployment).maxSurge),
  };
  for (const { set, replicas } of steps) {
    const { annotations, name, uid = '' } = set.metadata;
    const from = replicasOf(set);
    const marked = Object.entries(marks).every(([mark, value]) => annotations?.[mark] === value);
    if (from === replicas && marked) continue;
    const updated = await context.client.update<ReplicaSet>(resources.replicasets, {
      ...set,
      metadata: { ...set.metadata, annotations: { ...annotations, ...marks } },
      spec: { ...set.spec, replicas },
    });
    results.set(uid, updated);
    if (from === replicas) continue;
    await context.event(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${replicas > from ? 'up' : 'down'} replica set ${name} from ${from} to ${replicas}`,
    });
  }
  return results;
}

/** Writes the status, and lets old sets go when all is done. */
async function conclude(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const { client } = context;
  const status = statusOf(deployment, set, old, context.now());
  await writeStatus(client, resources.deployments, deployment, status);
  await sayTimedOut(deployment, status, context);
  if (isComplete(deployment, status)) {
    for (const { metadata } of forgotten(deployment, old, revisionOf)) {
      const { name = '', namespace = '' } = metadata;
      await ignoreNotFound(client.delete(resources.replicasets, name, { namespace }));
    }
  }
  const after = untilDeadline(deployment, status, context.now());
  return after === undefined ? undefined : { after };
}

async function sayTimedOut(
  deployment: Deployment,
  status: NonNullable<Deployment['status']>,
  context: ReconcileContext,
): Promise<void> {
  const before = getCondition(deployment.status?.conditions, 'Progressing')?.reason;
  const now = getCondition(status.conditions, 'Progressing');
  if (now?.reason !== 'ProgressDeadlineExceeded' || before === now.reason) return;
  await context.event(deployment, {
    type: 'Warning',
    reason: now.reason,
    message: now.message ?? '',
  });
}
