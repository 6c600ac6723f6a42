import { isReason, labelSelectorFrom } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { claim } from '../common/claim.ts';
import { watchItself, watchOwned } from '../common/keys.ts';
import { isReady, isTerminating, type Pod, untilAvailable } from '../common/pod.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import {
  ensureRevision,
  type Revision,
  readRevisions,
  trimRevisions,
} from '../common/revisions.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, Requeue } from '../controller.ts';
import { applyRetention, ensureClaims } from './claims.ts';
import { partitionOf, planOf, revisionNameOf } from './plan.ts';
import { podFor } from './pod.ts';
import type { StatefulSet, StatefulSetStatus } from './stateful-set.ts';

const { statefulsets, pods: podResource } = resources;

/** Pods with names, an order and claims of their own. */
export const statefulSetController: Controller = {
  name: 'statefulset-controller',
  watches: [watchItself(statefulsets), watchOwned(podResource, statefulsets)],
  async reconcile(key, context): Promise<Requeue | undefined> {
    const { client } = context;
    const { namespace } = key;
    if (key.name === '') {
      for (const { metadata } of await readAll(client, statefulsets, { namespace })) {
        context.enqueue({ namespace, name: metadata.name ?? '' });
      }
      return undefined;
    }
    const set = await find<StatefulSet>(client, statefulsets, namespace, key.name);
    if (!set) return undefined;
    const all = await readAll<Pod>(client, podResource, { namespace });
    const selector = labelSelectorFrom(set.spec.selector);
    const pods = await claim(client, set, statefulsets, podResource, all, selector);
    if (set.metadata.deletionTimestamp !== undefined) return undefined;
    return sync(set, pods, context);
  },
};

async function sync(
  set: StatefulSet,
  pods: readonly Pod[],
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const { client } = context;
  const revisions = await readRevisions(client, set, statefulsets);
  const update = await ensureRevision(client, set, revisions, set.status?.collisionCount ?? 0);
  const current =
    revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  for (const pod of pods) await applyRetention(set, pod, context);

  const plan = planOf(set, pods, update.metadata.name ?? '', context.now());
  let present = [...pods];
  let trouble: unknown;
  for (const ordinal of plan.create) {
    try {
      const pod = await create(set, ordinal, revisionFor(set, ordinal, current, update), context);
      if (pod) present.push(pod);
    } catch (error) {
      trouble ??= error;
    }
  }
  for (const pod of plan.delete) {
    await remove(set, pod, context);
    present = present.filter((one) => one !== pod);
  }
  const status = statusOf(set, present, current, update, context.now());
  await writeStatus(client, statefulsets, set, status);
  const used = new Set([
    status.currentRevision,
    status.updateRevision,
    ...present.map((pod) => revisionNameOf(set, pod)),
  ]);
  await trimRevisions(client, set, revisions, ({ metadata }) => used.has(metadata.name));
  if (trouble !== undefined) throw trouble;
  return waitFor(set, present, context.now());
}

function revisionFor(
  set: StatefulSet,
  ordinal: number,
  current: Revision,
  update: Revision,
): Revision {
  const onDelete = set.spec.updateStrategy?.type === 'OnDelete';
  return onDelete || ordinal >= partitionOf(set) ? update : current;
}

async function create(
  set: StatefulSet,
  ordinal: number,
  revision: Revision,
  context: ReconcileContext,
): Promise<Pod | undefined> {
  const pod = podFor(set, ordinal, revision);
  const { name } = pod.metadata;
  const what = `create Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    await ensureClaims(set, ordinal, context);
    const created = await context.client.create<Pod>(podResource, pod);
    const message = `${what} successful`;
    await context.event(set, { type: 'Normal', reason: 'SuccessfulCreate', message });
    return created;
  } catch (error) {
    // A pod of that name which is not the set's: its end brings the next try.
    if (isReason(error, 'AlreadyExists')) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    const message = `${what} failed error: ${why}`;
    await context.event(set, { type: 'Warning', reason: 'FailedCreate', message });
    throw error;
  }
}

async function remove(set: StatefulSet, pod: Pod, context: ReconcileContext): Promise<void> {
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const options = { namespace, preconditions: { uid } };
  await ignoreNotFound(context.client.delete(podResource, name, options));
  const message = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  await context.event(set, { type: 'Normal', reason: 'SuccessfulDelete', message });
}

/** Pure: counts, and the point at which the update revision becomes the current one. */
export function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  current: Revision,
  update: Revision,
  now: Date,
): StatefulSetStatus {
  const { minReadySeconds = 0, replicas = 1, updateStrategy } = set.spec;
  const alive = pods.filter((pod) => !isTerminating(pod));
  const at = (revision: Revision) =>
    alive.filter((pod) => revisionNameOf(set, pod) === revision.metadata.name).length;
  const ready = pods.filter(isReady).length;
  const updated = at(update);
  const done =
    updateStrategy?.type !== 'OnDelete' &&
    updated === replicas &&
    ready === replicas &&
    pods.length === replicas;
  const currentRevision = done ? update : current;
  const currentReplicas = at(currentRevision);
  const { collisionCount = 0 } = set.status ?? {};
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    availableReplicas: pods.filter((pod) => untilAvailable(pod, minReadySeconds, now) === 0).length,
    ...(currentReplicas > 0 ? { currentReplicas } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    currentRevision: currentRevision.metadata.name ?? '',
    updateRevision: update.metadata.name ?? '',
    collisionCount,
    ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
  };
}

/** When the next ready pod becomes available. */
function waitFor(set: StatefulSet, pods: readonly Pod[], now: Date): Requeue | undefined {
  const waits = pods
    .map((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0, now))
    .filter((wait): wait is number => wait !== undefined && wait > 0);
  return waits.length > 0 ? { after: Math.min(...waits) } : undefined;
}
