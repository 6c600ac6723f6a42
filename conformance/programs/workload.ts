import { isReason, type KubeObject } from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';
import { playKubelet } from './kubelet.ts';

const resource = (group: string, kind: string, plural: string, namespaced = true): Resource => ({
  group,
  version: 'v1',
  kind,
  resource: plural,
  namespaced,
});

const namespaces = resource('', 'Namespace', 'namespaces', false);
const deployments = resource('apps', 'Deployment', 'deployments');
const pods = resource('', 'Pod', 'pods');

const labelled = (app: string) => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox' }] },
});
const selecting = (app: string) => ({
  selector: { matchLabels: { app } },
  template: labelled(app),
});

/** What each round makes in a namespace of its own: something for nearly every controller. */
const made: [Resource, Record<string, unknown>][] = [
  [resource('', 'ConfigMap', 'configmaps'), { data: { a: 'b' } }],
  [
    resource('', 'ResourceQuota', 'resourcequotas'),
    { spec: { hard: { pods: '100', 'count/configmaps': '10' } } },
  ],
  [
    resource('', 'Service', 'services'),
    { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
  ],
  [deployments, { spec: { replicas: 2, ...selecting('web') } }],
  [
    resource('apps', 'StatefulSet', 'statefulsets'),
    { spec: { replicas: 2, serviceName: 'none', ...selecting('ordered') } },
  ],
  [resource('apps', 'DaemonSet', 'daemonsets'), { spec: selecting('daemon') }],
  [
    resource('', 'ReplicationController', 'replicationcontrollers'),
    { spec: { replicas: 1, selector: { app: 'old' }, template: labelled('old') } },
  ],
  [
    resource('batch', 'Job', 'jobs'),
    { spec: { template: { spec: { ...labelled('job').spec, restartPolicy: 'Never' } } } },
  ],
  [
    resource('batch', 'CronJob', 'cronjobs'),
    {
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: { spec: { ...labelled('cron').spec, restartPolicy: 'Never' } } },
        },
      },
    },
  ],
  [
    resource('policy', 'PodDisruptionBudget', 'poddisruptionbudgets'),
    { spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } },
  ],
  [
    resource('', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'none',
        resources: { requests: { storage: '1Gi' } },
      },
    },
  ],
  [
    resource('networking.k8s.io', 'NetworkPolicy', 'networkpolicies'),
    { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
  ],
];

/**
 * Rounds of: a namespace with all of the above, a scale up and down, pods deleted, the namespace deleted. The nodes are
 * played by `playKubelet`. Gives the number of whole rounds and what did not come about within its time.
 */
export async function liveUnder(client: Client, millis: number) {
  const end = Date.now() + millis;
  const undone = new Set<string>();
  const kubelet = playKubelet(client);
  let rounds = 0;
  const wait = async (what: string, ask: () => Promise<boolean>) => {
    const limit = Date.now() + 60_000;
    while (Date.now() < limit) {
      if (await ask().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    undone.add(what);
  };
  try {
    for (let round = 1; Date.now() < end; round += 1) {
      await oneRound(client, `live-round-${round}`, wait);
      rounds += 1;
    }
  } finally {
    await kubelet.stop();
  }
  return { rounds, undone: [...undone] };
}

type Wait = (what: string, ask: () => Promise<boolean>) => Promise<void>;

async function oneRound(client: Client, namespace: string, wait: Wait): Promise<void> {
  const envelope = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await client.create(namespaces, envelope);
  for (const [kind, body] of made) {
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    const name = `${kind.kind.toLowerCase()}-round-1`;
    const object: KubeObject = {
      apiVersion,
      kind: kind.kind,
      metadata: { name, namespace },
      ...body,
    };
    await client.create(kind, object);
  }
  const web = 'deployment-round-1';
  const ready = (replicas: number) => async () => {
    const { status } = await client.get(deployments, web, { namespace });
    return status?.availableReplicas === replicas && status.replicas === replicas;
  };
  const scale = async (replicas: number) => {
    await client.patch(deployments, web, { spec: { replicas } }, { namespace, type: 'merge' });
    await wait(`the deployment has ${replicas} pods`, ready(replicas));
  };
  await wait('the deployment is available', ready(2));
  await scale(4);
  await client.deleteCollection(pods, { namespace, labelSelector: 'app=web' });
  await wait('deleted pods are replaced', ready(4));
  await scale(1);
  const job = resource('batch', 'Job', 'jobs');
  await wait('the job is complete', async () => {
    const { status } = await client.get(job, 'job-round-1', { namespace });
    return status?.succeeded === 1 && status.completionTime !== undefined;
  });
  const ordered = resource('apps', 'StatefulSet', 'statefulsets');
  await wait('the stateful set is ready', async () => {
    const { status } = await client.get(ordered, 'statefulset-round-1', { namespace });
    return status?.readyReplicas === 2;
  });
  const slices = resource('discovery.k8s.io', 'EndpointSlice', 'endpointslices');
  await wait('the service has an endpoint', async () => {
    const { items } = await client.list(slices, { namespace });
    return items.some(({ endpoints }) => endpoints?.length === 1);
  });
  await client.delete(namespaces, namespace);
  await wait('the namespace is gone', () =>
    client.get(namespaces, namespace).then(
      () => false,
      (error: unknown) => isReason(error, 'NotFound'),
    ),
  );
}
