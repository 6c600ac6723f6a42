import type { KubeObject } from '@dormice/apimachinery';
import { type Cluster, listAll, type ObjectChange, resources } from '@dormice/client';
import type { ServiceEntry } from './records.ts';
import { createZone, type DnsZone, reverseNamesOf } from './zone.ts';

/** The zone of a running cluster: read at the first question, then kept up to date by its changes. */
export interface LiveZone {
  /** Rejects when the cluster cannot be listed; the next question tries again. */
  zone(): Promise<DnsZone>;
  close(): void;
}

const serviceOf = (slice: KubeObject): string | undefined =>
  slice.metadata.labels?.['kubernetes.io/service-name'];
const keyOf = (namespace: string | undefined, name: string | undefined) => `${namespace}/${name}`;

/** Holds nothing before the first question. */
export function createLiveZone(cluster: Cluster, domain = 'cluster.local'): LiveZone {
  let data: Data | undefined;
  let loading: Promise<DnsZone> | undefined;
  let unsubscribe: (() => void) | undefined;

  async function load(): Promise<DnsZone> {
    const fresh = new Data(domain);
    const early: ObjectChange[] = [];
    unsubscribe = cluster.changes.subscribe((change) => {
      if (data) data.apply(change);
      else early.push(change);
    });
    try {
      const [namespaces, services, slices] = await Promise.all([
        listAll(cluster.client, resources.namespaces),
        listAll(cluster.client, resources.services),
        listAll(cluster.client, resources.endpointslices),
      ]);
      for (const object of namespaces) fresh.namespaces.add(object.metadata.name ?? '');
      for (const object of services) fresh.putService(object);
      for (const object of slices) fresh.putSlice(object);
      for (const change of early) fresh.apply(change);
      data = fresh;
      return createZone(fresh, domain);
    } catch (error) {
      unsubscribe();
      loading = undefined;
      throw error;
    }
  }

  return {
    zone: () => {
      loading ??= load();
      return loading;
    },
    close: () => unsubscribe?.(),
  };
}

class Data {
  readonly namespaces = new Set<string>();
  readonly #domain: string;
  readonly #services = new Map<string, KubeObject>();
  /** Slices by Service, then by name. */
  readonly #slices = new Map<string, Map<string, KubeObject>>();
  #reverse: Map<string, string[]> | undefined;

  constructor(domain: string) {
    this.#domain = domain;
  }

  service(namespace: string, name: string): ServiceEntry | undefined {
    const service = this.#services.get(keyOf(namespace, name));
    return service && this.#entry(service);
  }

  hasNamespace(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  namesOf(address: string): readonly string[] {
    this.#reverse ??= reverseNamesOf(
      [...this.#services.values()].map((service) => this.#entry(service)),
      this.#domain,
    );
    return this.#reverse.get(address) ?? [];
  }

  apply(change: ObjectChange): void {
    if (change.group === '' && change.resource === 'namespaces') {
      if (change.type === 'DELETED') this.namespaces.delete(change.name);
      else this.namespaces.add(change.name);
    } else if (change.group === '' && change.resource === 'services') {
      if (change.type === 'DELETED') this.#services.delete(keyOf(change.namespace, change.name));
      else this.putService(change.object);
      this.#reverse = undefined;
    } else if (change.group === 'discovery.k8s.io' && change.resource === 'endpointslices') {
      if (change.previous) this.#dropSlice(change.previous);
      if (change.type === 'DELETED') this.#dropSlice(change.object);
      else this.putSlice(change.object);
      this.#reverse = undefined;
    }
  }

  putService(service: KubeObject): void {
    this.#services.set(keyOf(service.metadata.namespace, service.metadata.name), service);
  }

  putSlice(slice: KubeObject): void {
    const service = serviceOf(slice);
    if (service === undefined) return;
    const key = keyOf(slice.metadata.namespace, service);
    const slices = this.#slices.get(key) ?? new Map<string, KubeObject>();
    slices.set(slice.metadata.name ?? '', slice);
    this.#slices.set(key, slices);
  }

  #dropSlice(slice: KubeObject): void {
    const key = keyOf(slice.metadata.namespace, serviceOf(slice));
    const slices = this.#slices.get(key);
    slices?.delete(slice.metadata.name ?? '');
    if (slices?.size === 0) this.#slices.delete(key);
  }

  #entry(service: KubeObject): ServiceEntry {
    const slices = this.#slices.get(keyOf(service.metadata.namespace, service.metadata.name));
    return { service, slices: slices ? [...slices.values()] : [] };
  }
}
