import { getCondition } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { isFinished, isTerminating, type Pod } from '../common/pod.ts';
import { find, ignoreNotFound } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, Requeue } from '../controller.ts';
import { occupancyOf } from './occupancy.ts';
import { finishedStatus, runningStatus } from './pod-status.ts';
import { isSimulated, simulatedNote } from './simulated.ts';

/** How long a pod that is to end by itself (a Job's) seems to work, milliseconds. */
const workingTime = 1_000;

/** Plays the kubelet of all simulated nodes: moves pods through their phases, runs nothing. */
export const simulatedKubelet: Controller = {
  name: 'simulated-kubelet',
  watches: [
    {
      group: '',
      resource: 'pods',
      keys: ({ type, namespace, name, object }) =>
        type !== 'DELETED' && (object as Pod).spec.nodeName ? [{ namespace, name }] : [],
    },
  ],
  async reconcile({ namespace, name }, context): Promise<Requeue | undefined> {
    const { client, cluster } = context;
    const pod = await find<Pod>(client, resources.pods, namespace, name);
    if (!pod?.spec.nodeName) return undefined;
    const node = await find(client, resources.nodes, '', pod.spec.nodeName);
    if (!node || !isSimulated(node)) return undefined;
    if (isTerminating(pod)) {
      if (!isFinished(pod)) {
        await writeStatus(client, resources.pods, pod, finishedStatus(pod, context.now(), 143));
      }
      await ignoreNotFound(
        client.delete(resources.pods, name, {
          namespace,
          gracePeriodSeconds: 0,
          preconditions: { uid: pod.metadata.uid ?? '' },
        }),
      );
      return undefined;
    }
    if (isFinished(pod)) return undefined;
    const now = context.now();
    const addresses: { type: string; address: string }[] = node['status']?.addresses ?? [];
    const hostIP = addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
    const known = pod.status?.podIP;
    const own = () => occupancyOf(cluster).address(`${namespace}/${name}`);
    const podIP = pod.spec.hostNetwork ? hostIP : (known ?? own());
    const ends = pod.spec.restartPolicy === 'Never' || pod.spec.restartPolicy === 'OnFailure';
    const startedAt = Date.parse(
      getCondition(pod.status?.conditions, 'ContainersReady')?.lastTransitionTime ?? '',
    );
    const done = startedAt + workingTime - now.getTime();
    if (ends && pod.status?.phase === 'Running' && done <= 0) {
      await writeStatus(client, resources.pods, pod, finishedStatus(pod, now, 0));
      return undefined;
    }
    const started = pod.status?.phase !== 'Running';
    await writeStatus(client, resources.pods, pod, runningStatus(pod, { hostIP, podIP }, now));
    if (started) {
      await context.event(pod, { type: 'Normal', reason: 'Started', message: simulatedNote });
    }
    return ends ? { after: started ? workingTime : Math.max(1, done) } : undefined;
  },
};
