import { deepEqual, type KubeObject, labelSelectorFrom } from '@dormice/apimachinery';
import { type ObjectChange, resources } from '@dormice/client';
import { claim } from '../common/claim.ts';
import { watchItself, watchOwned } from '../common/keys.ts';
import { isReady, isTerminating, type Pod, untilAvailable } from '../common/pod.ts';
import { find, readAll } from '../common/read.ts';
import {
  ensureRevision,
  readRevisions,
  revisionLabel,
  trimRevisions,
} from '../common/revisions.ts';
import { slowStart } from '../common/slow-start.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, ReconcileKey, Requeue } from '../controller.ts';
import { createPod, deletePod } from '../replica-set/replica-controller.ts';
import type { DaemonSet, DaemonSetStatus } from './daemon-set.ts';
import { fitOf, nodeOf, pinTo, planOf } from './plan.ts';

const { daemonsets, nodes: nodeResource, pods: podResource } = resources;

/** Nodes change all the time; daemons care for what decides where they run. */
function nodeKeys({ type, object, previous }: ObjectChange): ReconcileKey[] {
  const seen = (node: KubeObject | undefined) =>
    node && [node.metadata.labels, node['spec']?.taints, node['spec']?.unschedulable];
  const same = type === 'MODIFIED' && deepEqual(seen(object), seen(previous));
  return same ? [] : [{ namespace: '', name: '' }];
}

/** One pod on each node that matches. */
export const daemonSetController: Controller = {
  name: 'daemonset-controller',
  watches: [
    watchItself(daemonsets),
    watchOwned(podResource, daemonsets),
    { group: '', resource: 'nodes', keys: nodeKeys },
  ],
  async reconcile({ namespace, name }, context): Promise<Requeue | undefined> {
    const { client } = context;
    if (name === '') {
      const options = namespace === '' ? {} : { namespace };
      for (const { metadata } of await readAll(client, daemonsets, options)) {
        context.enqueue({ namespace: metadata.namespace ?? '', name: metadata.name ?? '' });
      }
      return undefined;
    }
    const set = await find<DaemonSet>(client, daemonsets, namespace, name);
    if (!set) return undefined;
    const all = await readAll<Pod>(client, podResource, { namespace });
    const selector = labelSelectorFrom(set.spec.selector);
    const pods = await claim(client, set, daemonsets, podResource, all, selector);
    if (set.metadata.deletionTimestamp !== undefined) return undefined;
    return sync(set, pods, context);
  },
};

async function sync(
  set: DaemonSet,
  pods: readonly Pod[],
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const { client } = context;
  const nodes = await readAll(client, nodeResource);
  const revisions = await readRevisions(client, set, daemonsets);
  const revision = await ensureRevision(client, set, revisions, set.status?.collisionCount ?? 0);
  const hash = revision.metadata.labels?.[revisionLabel] ?? '';
  const plan = planOf(set, nodes, pods, hash, context.now());
  const created: Pod[] = [];
  const { error } = await slowStart(plan.create.length, async (at) => {
    const node = plan.create[at] ?? '';
    const pod = await createPod(set, set.spec.template, context, (fresh) => ({
      ...fresh,
      metadata: { ...fresh.metadata, labels: { ...fresh.metadata.labels, [revisionLabel]: hash } },
      spec: pinTo(fresh.spec, node),
    }));
    created.push(pod);
  });
  await Promise.all(plan.delete.map((pod) => deletePod(set, pod, context)));
  const doomed = new Set(plan.delete);
  const present = [...pods.filter((pod) => !doomed.has(pod)), ...created];
  await writeStatus(client, daemonsets, set, statusOf(set, nodes, present, hash, context.now()));
  const used = new Set([hash, ...present.map(({ metadata }) => metadata.labels?.[revisionLabel])]);
  await trimRevisions(client, set, revisions, ({ metadata }) =>
    used.has(metadata.labels?.[revisionLabel]),
  );
  if (error !== undefined) throw error;
  const waits = present
    .map((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0, context.now()))
    .filter((wait): wait is number => wait !== undefined && wait > 0);
  return waits.length > 0 ? { after: Math.min(...waits) } : undefined;
}

/** Pure: counts nodes, not pods; the oldest pod of a node stands for it. */
export function statusOf(
  set: DaemonSet,
  nodes: readonly KubeObject[],
  pods: readonly Pod[],
  hash: string,
  now: Date,
): DaemonSetStatus {
  const byNode = Map.groupBy(
    pods.filter((pod) => !isTerminating(pod)),
    (pod) => nodeOf(pod) ?? '',
  );
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const node of nodes) {
    const here = byNode.get(node.metadata.name ?? '') ?? [];
    if (!fitOf(set, node).start) {
      if (here.length > 0) counts.misscheduled += 1;
      continue;
    }
    counts.desired += 1;
    if (here.length === 0) continue;
    counts.current += 1;
    const ready = here.filter(isReady);
    if (ready.length > 0) counts.ready += 1;
    const { minReadySeconds = 0 } = set.spec;
    if (ready.some((pod) => untilAvailable(pod, minReadySeconds, now) === 0)) counts.available += 1;
    if (here.some(({ metadata }) => metadata.labels?.[revisionLabel] === hash)) counts.updated += 1;
  }
  const unavailable = counts.desired - counts.available;
  const { collisionCount, conditions } = set.status ?? {};
  return {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(counts.updated > 0 ? { updatedNumberScheduled: counts.updated } : {}),
    ...(counts.available > 0 ? { numberAvailable: counts.available } : {}),
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}
