import { formatTime, setCondition } from '@dormice/apimachinery';
import { type Cluster, resources } from '@dormice/client';
import { isFinished, isTerminating, type Pod } from '../common/pod.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller } from '../controller.ts';

const gone = 'PodGC: node no longer exists';

/** A node may be on its way (back): its pods are left alone so long, milliseconds. Upstream's quarantine. */
const quarantine = 40_000;
const missingSince = new WeakMap<Cluster, Map<string, number>>();

/** Deletes the pods of a node that is gone: nobody is left to end them. A key is a node. */
export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector',
  watches: [
    {
      group: '',
      resource: 'nodes',
      keys: ({ type, name }) => (type === 'DELETED' ? [{ namespace: '', name }] : []),
    },
    {
      group: '',
      resource: 'pods',
      // One that is bound to a node which went at the same time.
      keys: ({ object, previous }) => {
        const { nodeName } = (object as Pod).spec;
        const bound = nodeName && (previous as Pod | undefined)?.spec.nodeName !== nodeName;
        return bound ? [{ namespace: '', name: nodeName }] : [];
      },
    },
  ],
  async start({ client, enqueue }) {
    const nodes = await readAll(client, resources.nodes);
    const known = new Set(nodes.map(({ metadata }) => metadata.name));
    for (const { spec } of await readAll<Pod>(client, resources.pods)) {
      if (spec.nodeName && !known.has(spec.nodeName))
        enqueue({ namespace: '', name: spec.nodeName });
    }
  },
  async reconcile({ name: node }, { client, cluster, now }) {
    const missing = missingSince.get(cluster) ?? new Map<string, number>();
    missingSince.set(cluster, missing);
    if (await find(client, resources.nodes, '', node)) {
      missing.delete(node);
      return undefined;
    }
    const since = missing.get(node) ?? now().getTime();
    missing.set(node, since);
    const left = since + quarantine - now().getTime();
    if (left > 0) return { after: left };
    missing.delete(node);
    const pods = await readAll<Pod>(client, resources.pods, {
      fieldSelector: `spec.nodeName=${node}`,
    });
    for (const pod of pods) {
      const { name = '', namespace = '', uid = '' } = pod.metadata;
      if (pod.spec.nodeName !== node) continue;
      if (!isFinished(pod) && !isTerminating(pod)) {
        const time = formatTime(now());
        const conditions = setCondition(pod.status?.conditions, {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'DeletionByPodGC',
          message: gone,
          lastTransitionTime: time,
        });
        const status = { ...pod.status, phase: 'Failed', conditions };
        await ignoreNotFound(writeStatus(client, resources.pods, pod, status));
      }
      await ignoreNotFound(
        client.delete(resources.pods, name, {
          namespace,
          gracePeriodSeconds: 0,
          preconditions: { uid },
        }),
      );
    }
    return undefined;
  },
};
