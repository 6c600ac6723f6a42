import {
  formatTime,
  isReason,
  type KubeObject,
  type LabelSelector,
  labelSelectorFrom,
  labelSelectorFromMap,
  setCondition,
} from '@dormice/apimachinery';
import { type Resource, resources } from '@dormice/client';
import { claim } from '../common/claim.ts';
import { deletionOrder } from '../common/deletion-order.ts';
import { watchItself, watchOwned } from '../common/keys.ts';
import {
  isActive,
  isFinished,
  isTerminating,
  type Pod,
  type PodTemplate,
  untilAvailable,
} from '../common/pod.ts';
import { podFromTemplate } from '../common/pod-from-template.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { slowStart } from '../common/slow-start.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, Requeue } from '../controller.ts';
import type { ReplicaSet, ReplicaSetStatus } from './replica-set.ts';

/** Most pods that one reconcile creates or deletes; the rest comes with the next (upstream's burst). */
const burst = 500;

/** Being deleted, and still running. */
const isLeaving = (pod: Pod): boolean => isTerminating(pod) && !isFinished(pod);

/** What ReplicaSets and ReplicationControllers have in common: so many pods of one template. */
function replicaController(
  name: string,
  resource: Resource,
  selectorOf: (owner: ReplicaSet) => LabelSelector,
): Controller {
  return {
    name,
    watches: [watchItself(resource), watchOwned(resources.pods, resource)],
    async reconcile(key, context): Promise<Requeue | undefined> {
      const { client } = context;
      if (key.name === '') {
        for (const { metadata } of await readAll(client, resource, { namespace: key.namespace })) {
          context.enqueue({ namespace: key.namespace, name: metadata.name ?? '' });
        }
        return undefined;
      }
      const owner = await find<ReplicaSet>(client, resource, key.namespace, key.name);
      if (!owner) return undefined;
      const selector = selectorOf(owner);
      const all = await readAll<Pod>(client, resources.pods, { namespace: key.namespace });
      const mine = await claim(client, owner, resource, resources.pods, all, selector);
      let pods = mine.filter(isActive);
      let failure: unknown;
      let again = false;
      if (owner.metadata.deletionTimestamp === undefined) {
        const result = await scale(owner, pods, all, context);
        pods = result.pods;
        failure = result.error;
        again = result.more;
      }
      const status = {
        ...statusOf(owner, pods, failure, context.now()),
        ...(resource.group === '' ? {} : { terminatingReplicas: mine.filter(isLeaving).length }),
      };
      await writeStatus(client, resource, owner, status);
      if (failure !== undefined) throw failure;
      return again ? { after: 1 } : nextAvailable(pods, owner, context.now());
    },
  };
}

export const replicaSetController = replicaController(
  'replicaset-controller',
  resources.replicasets,
  ({ spec }) => labelSelectorFrom(spec.selector),
);

export const replicationController = replicaController(
  'replication-controller',
  resources.replicationcontrollers,
  ({ spec }) => labelSelectorFromMap(spec.selector as unknown as Record<string, string>),
);

interface Scaled {
  pods: Pod[];
  error?: unknown;
  /** Was the burst too small? */
  more: boolean;
}

async function scale(
  owner: ReplicaSet,
  pods: Pod[],
  all: readonly Pod[],
  context: ReconcileContext,
): Promise<Scaled> {
  const missing = (owner.spec.replicas ?? 1) - pods.length;
  if (missing === 0) return { pods, more: false };
  if (missing < 0) return shrink(owner, pods, all, -missing, context);
  const created: Pod[] = [];
  const { error } = await slowStart(Math.min(missing, burst), async () => {
    created.push(await createPod(owner, owner.spec.template, context));
  });
  return { pods: [...pods, ...created], error, more: missing > burst };
}

async function shrink(
  owner: ReplicaSet,
  pods: Pod[],
  all: readonly Pod[],
  surplus: number,
  context: ReconcileContext,
): Promise<Scaled> {
  const order = deletionOrder(pods, all, context.now());
  const doomed = new Set(order.slice(0, Math.min(surplus, burst)));
  const results = await Promise.allSettled(
    [...doomed].map((pod) => deletePod(owner, pod, context)),
  );
  const failed = results.find((result) => result.status === 'rejected');
  return {
    pods: pods.filter((pod) => !doomed.has(pod)),
    error: failed?.reason,
    more: surplus > burst,
  };
}

/** Creates a pod of an owner, with its event. */
export async function createPod(
  owner: KubeObject,
  template: PodTemplate,
  context: ReconcileContext,
  change: (pod: Pod) => Pod = (pod) => pod,
): Promise<Pod> {
  try {
    const pod = change(podFromTemplate(owner, template));
    const created = await context.client.create<Pod>(resources.pods, pod);
    const message = `Created pod: ${created.metadata.name}`;
    await context.event(owner, { type: 'Normal', reason: 'SuccessfulCreate', message });
    return created;
  } catch (error) {
    const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`;
    await context.event(owner, { type: 'Warning', reason: 'FailedCreate', message });
    throw error;
  }
}

/** Deletes a pod of an owner, with its event; one that is gone already is no trouble. */
export async function deletePod(
  owner: KubeObject,
  pod: Pod,
  context: ReconcileContext,
): Promise<void> {
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  try {
    const deletion = context.client.delete(resources.pods, name, {
      namespace,
      preconditions: { uid },
    });
    if ((await ignoreNotFound(deletion)) === undefined) return;
    const message = `Deleted pod: ${name}`;
    await context.event(owner, { type: 'Normal', reason: 'SuccessfulDelete', message });
  } catch (error) {
    if (isReason(error, 'Conflict')) return;
    const message = `Error deleting: ${error instanceof Error ? error.message : String(error)}`;
    await context.event(owner, { type: 'Warning', reason: 'FailedDelete', message });
    throw error;
  }
}

/** Pure: what the status of a set with these active pods says. */
export function statusOf(
  owner: ReplicaSet,
  pods: readonly Pod[],
  failure: unknown,
  now: Date,
): ReplicaSetStatus {
  const { minReadySeconds = 0, template } = owner.spec;
  const full = labelSelectorFromMap(template.metadata?.labels ?? {});
  const waits = pods.map((pod) => untilAvailable(pod, minReadySeconds, now));
  const counts = {
    fullyLabeledReplicas: pods.filter(({ metadata }) => full.matches(metadata.labels)).length,
    readyReplicas: waits.filter((wait) => wait !== undefined).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
  };
  const others = owner.status?.conditions?.filter(({ type }) => type !== 'ReplicaFailure') ?? [];
  const conditions =
    failure === undefined
      ? others
      : setCondition(owner.status?.conditions, {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: failure instanceof Error ? failure.message : String(failure),
          lastTransitionTime: formatTime(now),
        });
  return {
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** When the next ready pod becomes available. */
function nextAvailable(
  pods: readonly Pod[],
  { spec: { minReadySeconds = 0 } }: ReplicaSet,
  now: Date,
): Requeue | undefined {
  const waits = pods
    .map((pod) => untilAvailable(pod, minReadySeconds, now))
    .filter((wait) => wait !== undefined && wait > 0) as number[];
  return waits.length > 0 ? { after: Math.min(...waits) } : undefined;
}
