import {
  applyMergePatch,
  deepClone,
  deepEqual,
  errors,
  type JsonObject,
  type KubeList,
  type KubeObject,
  parseLabelSelector,
  randomSuffix,
} from '@dormice/apimachinery';
import type {
  Client,
  Cluster,
  DeleteOptions,
  ListOptions,
  ObjectChange,
  ObjectOptions,
  PatchOptions,
  Resource,
  WriteOptions,
} from '@dormice/client';

/**
 * The part of a Kubernetes API that controllers use, in memory, for tests that need microseconds: revisions and
 * conflicts, generations, status apart from the rest, finalizers and deletion, change notifications. No defaults, no
 * validation, no admission: tests against the real API server cover those.
 */
export class MemoryCluster implements Cluster {
  readonly uid = 'test';
  readonly client: Client;
  readonly changes: Cluster['changes'];
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: ObjectChange) => void>();
  readonly #now: () => Date;
  /** Pods stay for their grace period unless told otherwise. */
  gracefulPods = false;
  #revision = 0;

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
    this.changes = {
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
    this.client = this.#makeClient();
  }

  /** All objects of a resource, for assertions. */
  all<T extends KubeObject = KubeObject>({ group, resource }: Resource): T[] {
    const prefix = `${group}/${resource}|`;
    return [...this.#objects].flatMap(([key, object]) =>
      key.startsWith(prefix) ? [deepClone(object) as T] : [],
    );
  }

  #makeClient(): Client {
    return {
      transport: {
        request: () => Promise.reject(new Error('the memory cluster has no transport')),
      },
      get: async <T extends KubeObject>(r: Resource, name: string, o: ObjectOptions = {}) =>
        deepClone(this.#required(r, o.namespace, name)) as T,
      list: async <T extends KubeObject>(r: Resource, o: ListOptions = {}) => this.#list<T>(r, o),
      watch: () => {
        throw new Error('the memory cluster has changes, not watches');
      },
      create: async <T extends KubeObject>(r: Resource, object: T, o: WriteOptions = {}) =>
        this.#create(r, object, o) as T,
      update: async <T extends KubeObject>(r: Resource, object: T, o: WriteOptions = {}) =>
        this.#update(r, object, o) as T,
      patch: async <T extends KubeObject>(
        r: Resource,
        name: string,
        patch: unknown,
        o: PatchOptions,
      ) => {
        const old = this.#required(r, o.namespace, name);
        return this.#update(r, applyMergePatch(deepClone(old), patch as JsonObject) as T, o) as T;
      },
      delete: async (r, name, o = {}) => this.#delete(r, name, o),
      deleteCollection: async (r, o = {}) => {
        for (const { metadata } of this.#list(r, o).items) {
          this.#delete(r, metadata.name ?? '', {
            ...o,
            ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
          });
        }
      },
    };
  }

  #key({ group, resource }: Resource, namespace = '', name = ''): string {
    return `${group}/${resource}|${namespace}/${name}`;
  }

  #required(resource: Resource, namespace: string | undefined, name: string): KubeObject {
    const object = this.#objects.get(this.#key(resource, namespace, name));
    if (!object) throw errors.notFound(resource, name);
    return object;
  }

  #list<T extends KubeObject>(resource: Resource, options: ListOptions): KubeList<T> {
    const selector = parseLabelSelector(options.labelSelector ?? '');
    const items = this.all<T>(resource).filter(
      ({ metadata }) =>
        (options.namespace === undefined || metadata.namespace === options.namespace) &&
        selector.matches(metadata.labels),
    );
    return {
      apiVersion: 'v1',
      kind: `${resource.kind}List`,
      metadata: { resourceVersion: String(this.#revision) },
      items,
    };
  }

  #create(resource: Resource, given: KubeObject, options: WriteOptions): KubeObject {
    if (options.subresource === 'binding') return this.#bind(resource, given);
    const object = deepClone(given);
    const { metadata } = object;
    metadata.name ??= `${metadata.generateName ?? ''}${randomSuffix()}`;
    const key = this.#key(resource, metadata.namespace, metadata.name);
    if (this.#objects.has(key)) throw errors.alreadyExists(resource, metadata.name);
    metadata.uid = crypto.randomUUID();
    metadata.creationTimestamp = this.#now().toISOString();
    metadata.generation = 1;
    object.apiVersion = resource.group === '' ? 'v1' : `${resource.group}/${resource.version}`;
    object.kind = resource.kind;
    return this.#put(resource, object, undefined);
  }

  #bind(resource: Resource, binding: KubeObject): KubeObject {
    const { namespace, name = '' } = binding.metadata;
    const pod = deepClone(this.#required(resource, namespace, name));
    pod['spec'].nodeName = binding['target'].name;
    return this.#put(resource, pod, this.#required(resource, namespace, name));
  }

  #update(resource: Resource, given: KubeObject, options: WriteOptions): KubeObject {
    const { namespace, name = '', resourceVersion } = given.metadata;
    const old = this.#required(resource, namespace, name);
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      throw errors.conflict(resource, name, 'the object has been modified');
    }
    const part = options.subresource;
    const next: KubeObject =
      part === 'status'
        ? { ...deepClone(old), status: deepClone(given['status']) }
        : { ...deepClone(given), status: deepClone(old['status']) };
    next.metadata.uid = old.metadata.uid ?? '';
    if (part === undefined && !deepEqual(old['spec'], next['spec'])) {
      next.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    if (deepEqual(old, next)) return deepClone(old);
    return this.#put(resource, next, old);
  }

  #delete(resource: Resource, name: string, options: DeleteOptions): KubeObject {
    const old = this.#required(resource, options.namespace, name);
    const { uid } = options.preconditions ?? {};
    if (uid !== undefined && uid !== old.metadata.uid) {
      throw errors.conflict(resource, name, 'the UID in the precondition does not match');
    }
    const next = deepClone(old);
    const finalizers = new Set(next.metadata.finalizers);
    if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion');
    if (options.propagationPolicy === 'Orphan') finalizers.add('orphan');
    if (finalizers.size > 0) next.metadata.finalizers = [...finalizers];
    const grace =
      resource.resource === 'pods' && this.gracefulPods && options.gracePeriodSeconds !== 0
        ? 30
        : 0;
    next.metadata.deletionGracePeriodSeconds = grace;
    next.metadata.deletionTimestamp ??= this.#now().toISOString();
    return this.#put(resource, next, old);
  }

  /** Stores the object, or lets it go when it is being deleted and nothing holds it. */
  #put(resource: Resource, next: KubeObject, old: KubeObject | undefined): KubeObject {
    const { namespace = '', name = '' } = next.metadata;
    const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = next.metadata;
    const key = this.#key(resource, namespace, name);
    const held =
      finalizers.length > 0 ||
      deletionGracePeriodSeconds > 0 ||
      (next['spec']?.finalizers?.length ?? 0) > 0;
    this.#revision += 1;
    next.metadata.resourceVersion = String(this.#revision);
    const gone = deletionTimestamp !== undefined && !held;
    if (gone) this.#objects.delete(key);
    else this.#objects.set(key, next);
    const change: ObjectChange = {
      type: gone ? 'DELETED' : old ? 'MODIFIED' : 'ADDED',
      group: resource.group,
      resource: resource.resource,
      namespace,
      name,
      object: next,
      previous: old,
    };
    for (const listener of this.#listeners) listener(change);
    return deepClone(next);
  }
}
