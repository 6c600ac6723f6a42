import { randomUUID } from 'node:crypto';
import type { KubeObject, OwnerReference } from '@dormice/apimachinery';
import {
  type ApiServer,
  type ClusterPki,
  createApiServer,
  createClusterPki,
  serviceIpAllocator,
} from '@dormice/apiserver';
import {
  type ApiRequest,
  type ApiResponse,
  type Client,
  type Cluster,
  createClient,
  resources,
  systemUser,
  type Transport,
} from '@dormice/client';
import { MemoryStore, type Store } from '@dormice/storage';
import { clusterParts } from '../cluster-parts.ts';
import { hostName } from '../names.ts';
import type { SyncConfig } from '../session.ts';
import { type Attachment, createSyncer, type Syncer } from '../syncer.ts';

/** Everything copied, as most users have it. */
export const everything: SyncConfig = {
  toHost: { serviceAccounts: { enabled: true } },
  fromHost: {
    storageClasses: { enabled: true },
    secrets: { enabled: true, mappings: { byName: { '': 'default' } } },
  },
};

export const hostNamespace = 'ws-atlas';
const place = { name: 'atlas', namespace: hostNamespace };

let pki: Promise<ClusterPki> | undefined;

/** A fault: an answer instead of the host's, or `'silence'` for a host that does not answer. */
export type Fault = (
  request: ApiRequest,
) => { status: number; reason: string } | 'silence' | undefined;

/** A host without controllers, so that tests play the scheduler and the kubelet, and one virtual cluster on it. */
export class House {
  readonly uid = randomUUID();
  readonly host: Client;
  /** Set to make the host misbehave. */
  fault: Fault = () => undefined;
  readonly requests: ApiRequest[] = [];
  readonly #hostApi: ApiServer;
  readonly #store: Store = new MemoryStore();
  readonly #pki: ClusterPki;
  #now = new Date('2026-11-23T12:00:00Z');
  syncer: Syncer;
  virtual!: Client;
  cluster!: Cluster;
  attachment: Attachment | undefined;
  owner!: OwnerReference;

  private constructor(hostApi: ApiServer, keys: ClusterPki) {
    this.#hostApi = hostApi;
    this.#pki = keys;
    this.host = hostApi.client(systemUser('host'));
    this.syncer = this.#newSyncer();
  }

  static async build(): Promise<House> {
    pki ??= createClusterPki({ name: 'test', uid: 'test', sans: ['test'] });
    const keys = await pki;
    const hostApi = createApiServer({
      store: new MemoryStore(),
      pki: keys,
      admission: [serviceIpAllocator({ cidr: '10.43.0.0/16' })],
    });
    await hostApi.bootstrap();
    const house = new House(hostApi, keys);
    await house.#furnish();
    await house.openCluster();
    return house;
  }

  /** The virtual cluster's API over its store: also what a restart does. */
  async openCluster(): Promise<void> {
    const api = createApiServer({
      store: this.#store,
      pki: this.#pki,
      now: () => this.#now,
      ...clusterParts({
        syncer: this.syncer,
        host: this.syncer.host.client,
        place: { ...place, uid: this.uid },
        owner: this.owner,
        hostAccess: { privileged: false, hostPath: false, hostNamespaces: false },
      }),
    });
    await api.bootstrap();
    this.virtual = api.client(systemUser('test'));
    this.cluster = { uid: this.uid, client: this.virtual, changes: api.changes };
    await this.virtual
      .create(resources.serviceaccounts, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: 'default' },
      })
      .catch(() => undefined);
  }

  async start(config: SyncConfig = everything): Promise<void> {
    await this.syncer.start();
    await this.attach(config);
  }

  async attach(config: SyncConfig = everything): Promise<void> {
    this.attachment = await this.syncer.attach(this.cluster, {
      ...place,
      owner: this.owner,
      anchor: await this.anchor(),
      config,
    });
    await this.settle();
  }

  /** The process dies and comes back: nothing but the two stores is left. */
  async restart(): Promise<void> {
    await this.attachment?.detach();
    await this.syncer.close();
    this.syncer = this.#newSyncer();
    await this.openCluster();
    await this.start();
  }

  async close(): Promise<void> {
    await this.attachment?.detach();
    await this.syncer.close();
  }

  /** Moves the clock of the cluster and of the syncer. */
  advance(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }

  /** The run anchor, made if it is not there. */
  async anchor(): Promise<OwnerReference> {
    const anchor = await this.host
      .get(resources.configmaps, 'atlas-run', { namespace: hostNamespace })
      .catch(() =>
        this.host.create(resources.configmaps, this.#marked('atlas-run'), {
          namespace: hostNamespace,
        }),
      );
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'atlas-run',
      uid: anchor.metadata.uid ?? '',
    };
  }

  /** Waits until nothing changes any more: watches need a few turns to bring their news. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 8; quiet += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (this.syncer.backlog > 0) quiet = 0;
      await this.syncer.idle();
    }
  }

  hostName(name: string, namespace = 'default'): string {
    return hostName(this.uid, namespace, name);
  }

  /** The host pod of a virtual pod. */
  hostPod(name: string): Promise<KubeObject> {
    return this.host.get(resources.pods, this.hostName(name), { namespace: hostNamespace });
  }

  virtualPod(name: string): Promise<KubeObject> {
    return this.virtual.get(resources.pods, name, { namespace: 'default' });
  }

  async hostPods(): Promise<string[]> {
    const { items } = await this.host.list(resources.pods, { namespace: hostNamespace });
    return items.map(({ metadata }) => metadata.name ?? '');
  }

  /** Plays scheduler and kubelet for one pod. */
  async runOnHost(name: string, status: object = {}, node = 'node-1'): Promise<void> {
    const hostPod = this.hostName(name);
    await this.host.create(
      resources.pods,
      {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: hostPod, namespace: hostNamespace },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      },
      { namespace: hostNamespace, subresource: 'binding' },
    );
    const bound = await this.hostPod(name);
    await this.host.update(
      resources.pods,
      {
        ...bound,
        status: {
          ...bound.status,
          phase: 'Running',
          startTime: '2026-11-23T12:00:00Z',
          podIP: '10.244.1.5',
          podIPs: [{ ip: '10.244.1.5' }],
          ...status,
        },
      },
      { subresource: 'status' },
    );
    await this.settle();
  }

  /** Ends a host pod as the kubelet does: it is gone. */
  async endOnHost(name: string): Promise<void> {
    await this.host.delete(resources.pods, this.hostName(name), {
      namespace: hostNamespace,
      gracePeriodSeconds: 0,
    });
    await this.settle();
  }

  #newSyncer(): Syncer {
    return createSyncer({
      host: createClient(this.#faulty(), { user: systemUser('dormice'), fieldManager: 'dormice' }),
      advertise: () => ({ address: '10.0.0.7', apiPort: 6443, dnsPort: 5353 }),
      now: () => this.#now,
      log: () => undefined,
    });
  }

  #faulty(): Transport {
    return {
      request: async (request): Promise<ApiResponse> => {
        this.requests.push(request);
        const fault = this.fault(request);
        if (fault === 'silence') throw new Error('connect ECONNREFUSED');
        if (!fault) return this.#hostApi.request(request);
        const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: fault.status };
        return {
          status: fault.status,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(
            JSON.stringify({ ...status, reason: fault.reason, message: fault.reason }),
          ),
        };
      },
    };
  }

  #marked(name: string): KubeObject {
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: hostNamespace,
        labels: { 'dormice.dev/cluster': this.uid, 'dormice.dev/managed-by': 'dormice' },
      },
    };
  }

  async #furnish(): Promise<void> {
    const { host } = this;
    await host.create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: hostNamespace },
    });
    await host.create(resources.serviceaccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: hostNamespace },
    });
    await host.create(resources.storageclasses, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard' },
      provisioner: 'example.org/disks',
    });
    for (const name of ['node-1', 'node-2']) {
      const node = await host.create<KubeObject>(resources.nodes, {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name, labels: { zone: 'a' } },
      });
      const status = { ...node.status, capacity: { cpu: '4', memory: '8Gi', pods: '110' } };
      await host.update(resources.nodes, { ...node, status }, { subresource: 'status' });
    }
    const owner = await host.create(resources.configmaps, this.#marked('atlas'));
    this.owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'atlas',
      uid: owner.metadata.uid ?? '',
    };
  }
}
