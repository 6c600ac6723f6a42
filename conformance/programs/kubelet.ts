import type { KubeObject } from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';

const nodes: Resource = {
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  namespaced: false,
};
const pods: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  namespaced: true,
};
const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
};

const names = ['played-1', 'played-2'];
const room = { cpu: '32', memory: '64Gi', pods: '500' };
const leaseNamespace = 'kube-node-lease';
const beatMs = 500;

/**
 * Plays the kubelets of two nodes where none run: keeps their leases, says of every pod that is bound to them that it
 * runs (or, when it is not to restart, has succeeded), and ends the pods that are to be deleted.
 */
export function playKubelet(client: Client): { stop(): Promise<void> } {
  let stopped = false;
  let addresses = 1;
  const work = (async () => {
    await Promise.all(names.map((name) => join(client, name)));
    while (!stopped) {
      const { items } = await client.list(pods, {});
      for (const pod of items.filter(({ spec }) => names.includes(spec?.nodeName))) {
        await settle(client, pod, `10.99.${addresses >> 8}.${addresses & 255}`).catch(
          () => undefined, // Somebody was quicker: it is looked at again.
        );
        addresses = (addresses + 1) & 0xffff;
      }
      await Promise.all(names.map((name) => renew(client, name).catch(() => undefined)));
      await new Promise((resolve) => setTimeout(resolve, beatMs));
    }
  })();
  work.catch((error: Error) => process.stderr.write(`kubelet: ${error.message}\n`));
  return {
    stop: () => {
      stopped = true;
      return work.catch(() => undefined);
    },
  };
}

async function join(client: Client, name: string): Promise<void> {
  const labels = { 'kubernetes.io/hostname': name };
  const envelope = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
  await client.create(nodes, envelope);
  const conditions = [{ type: 'Ready', status: 'True', reason: 'Played', ...since() }];
  const status = { capacity: room, allocatable: room, conditions };
  await client.patch(nodes, name, { status }, { type: 'merge', subresource: 'status' });
  await client.create(leases, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: leaseNamespace },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime() },
  });
}

const microTime = () => new Date().toISOString().replace('Z', '000Z');
const since = () => {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  return { lastTransitionTime: now, lastHeartbeatTime: now };
};

function renew(client: Client, name: string): Promise<KubeObject> {
  const spec = { renewTime: microTime() };
  return client.patch(leases, name, { spec }, { type: 'merge', namespace: leaseNamespace });
}

/** Takes the pod one step further: gone, succeeded or running. */
async function settle(client: Client, pod: KubeObject, podIP: string): Promise<void> {
  const { name = '', namespace = '', deletionTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    await client.delete(pods, name, { namespace, gracePeriodSeconds: 0 });
    return;
  }
  if (pod['status']?.phase !== 'Pending') return;
  const ends = pod['spec']?.restartPolicy === 'Never';
  const ready = ends ? 'False' : 'True';
  const { lastTransitionTime } = since();
  const state = ends
    ? { terminated: { exitCode: 0, reason: 'Completed', finishedAt: lastTransitionTime } }
    : { running: { startedAt: lastTransitionTime } };
  const status = {
    phase: ends ? 'Succeeded' : 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: lastTransitionTime,
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: type.endsWith('Ready') ? ready : 'True',
      lastTransitionTime,
    })),
    containerStatuses: [
      { name: 'main', image: 'busybox', imageID: 'played', restartCount: 0, ready: !ends, state },
    ],
  };
  await client.patch(pods, name, { status }, { type: 'merge', subresource: 'status', namespace });
}
