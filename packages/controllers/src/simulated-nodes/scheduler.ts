import { formatTime, getCondition, type KubeObject, setCondition } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { matchesNode, untoleratedTaint } from '../common/node-fit.ts';
import { isFinished, isTerminating, type Pod } from '../common/pod.ts';
import { capacityOf, podRequests } from '../common/pod-requests.ts';
import { find, readAll } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, Requeue } from '../controller.ts';
import { readNodes } from './nodes.ts';
import { type Occupancy, occupancyOf } from './occupancy.ts';

/** A pod that fits nowhere is tried again after so many milliseconds. */
const tryAgain = 5_000;

/** Binds waiting pods to the node with most room. */
export const simulatedScheduler: Controller = {
  name: 'default-scheduler',
  watches: [
    {
      group: '',
      resource: 'pods',
      keys: (change, cluster) => {
        occupancyOf(cluster).observe(change);
        const pod = change.object as Pod;
        const waits = change.type !== 'DELETED' && !pod.spec.nodeName && !isTerminating(pod);
        return waits ? [{ namespace: change.namespace, name: change.name }] : [];
      },
    },
    {
      group: '',
      resource: 'persistentvolumeclaims',
      keys: ({ namespace, object, previous }) => {
        const bound = object['status']?.phase === 'Bound';
        return bound && previous?.['status']?.phase !== 'Bound' ? [{ namespace, name: '' }] : [];
      },
    },
  ],
  async reconcile({ namespace, name }, context): Promise<Requeue | undefined> {
    const { client, cluster } = context;
    if (name === '') {
      for (const { metadata, spec } of await readAll<Pod>(client, resources.pods, { namespace })) {
        if (!spec.nodeName) context.enqueue({ namespace, name: metadata.name ?? '' });
      }
      return undefined;
    }
    const pod = await find<Pod>(client, resources.pods, namespace, name);
    if (!pod || pod.spec.nodeName || isTerminating(pod) || isFinished(pod)) return undefined;
    if ((pod.spec['schedulerName'] ?? 'default-scheduler') !== 'default-scheduler')
      return undefined;
    if ((pod.spec.schedulingGates ?? []).length > 0) {
      const message = 'Scheduling is blocked due to non-empty scheduling gates';
      await say(pod, 'SchedulingGated', message, context);
      return undefined;
    }
    const claims = await unboundClaim(pod, context);
    const nodes = await readNodes(context);
    const { best, reasons } = choose(pod, nodes, occupancyOf(cluster));
    const trouble = claims ?? (best ? undefined : explain(nodes.length, reasons));
    if (trouble !== undefined || !best) {
      const message = trouble ?? 'no nodes available to schedule pods';
      await say(pod, 'Unschedulable', message, context);
      return { after: tryAgain };
    }
    const node = best.metadata.name ?? '';
    await client.create(
      resources.pods,
      {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid: pod.metadata.uid ?? '' },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      } as KubeObject,
      { namespace, subresource: 'binding' },
    );
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    await context.event(pod, { type: 'Normal', reason: 'Scheduled', message });
    return undefined;
  },
};

/** Pure: the least loaded node that takes the pod, and why the others do not. */
export function choose(
  pod: Pod,
  nodes: readonly KubeObject[],
  occupancy: Occupancy,
): { best: KubeObject | undefined; reasons: Map<string, number> } {
  const asked = podRequests(pod);
  const reasons = new Map<string, number>();
  let best: { node: KubeObject; load: number } | undefined;
  for (const node of nodes) {
    const taken = occupancy.on(node.metadata.name ?? '');
    const room = capacityOf(node['status']?.allocatable);
    const taint = untoleratedTaint(node, pod.spec.tolerations ?? [], ['NoSchedule', 'NoExecute']);
    const why = node['spec']?.unschedulable
      ? 'node(s) were unschedulable'
      : taint
        ? `node(s) had untolerated taint(s)`
        : !matchesNode(pod.spec, node)
          ? "node(s) didn't match Pod's node affinity/selector"
          : taken.pods + 1 > room.pods
            ? 'Too many pods'
            : taken.cpu + asked.cpu > room.cpu
              ? 'Insufficient cpu'
              : taken.memory + asked.memory > room.memory
                ? 'Insufficient memory'
                : undefined;
    if (why !== undefined) {
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
      continue;
    }
    const load =
      taken.cpu / room.cpu + taken.memory / room.memory + taken.pods / Math.max(1, room.pods);
    if (!best || load < best.load) best = { node, load };
  }
  return { best: best?.node, reasons };
}

function explain(total: number, reasons: Map<string, number>): string {
  if (total === 0) return 'no nodes available to schedule pods';
  const list = [...reasons].map(([why, count]) => `${count} ${why}`).sort();
  return `0/${total} nodes are available: ${list.join(', ')}.`;
}

async function unboundClaim(pod: Pod, { client }: ReconcileContext): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? '';
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = await find(client, resources.persistentvolumeclaims, namespace, claimName);
    if (!claim) return `persistentvolumeclaim "${claimName}" not found`;
    if (claim['status']?.phase === 'Bound') continue;
    const annotations = claim.metadata.annotations ?? {};
    if (annotations[selectedNode] === undefined) {
      // Claims that wait for their first consumer have it now.
      const patch = { metadata: { annotations: { [selectedNode]: 'simulated-1' } } };
      await client.patch(resources.persistentvolumeclaims, claimName, patch, {
        namespace,
        type: 'merge',
      });
    }
    return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}

export const selectedNode = 'volume.kubernetes.io/selected-node';

async function say(
  pod: Pod,
  reason: string,
  message: string,
  context: ReconcileContext,
): Promise<void> {
  const known = getCondition(pod.status?.conditions, 'PodScheduled');
  if (known?.reason === reason && known.message === message) return;
  const conditions = setCondition(pod.status?.conditions, {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: formatTime(context.now()),
  });
  await writeStatus(context.client, resources.pods, pod, { ...pod.status, conditions });
  await context.event(pod, { type: 'Warning', reason: 'FailedScheduling', message });
}
