import { deepClone, errors, type KubeList, type KubeObject } from '@dormice/apimachinery';
import type { Client, ListOptions, ObjectOptions, Resource } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { collectionPrefix, keyOf } from '../registry/keys.ts';

/** What plugins look at with every write: small, and seldom changed. */
const kept = new Set([
  '/limitranges',
  '/namespaces',
  '/resourcequotas',
  '/serviceaccounts',
  'networking.k8s.io/ingressclasses',
  'node.k8s.io/runtimeclasses',
  'scheduling.k8s.io/priorityclasses',
  'storage.k8s.io/storageclasses',
]);

/**
 * The server's client as plugins use it. What they look at with every write comes from the object cache: a request of its
 * own for each would cost more than the write.
 */
export function readingClient(context: ServerContext): Client {
  const { client, objects, store } = context;
  const isKept = ({ group, resource }: Resource, options: ObjectOptions | ListOptions) =>
    kept.has(`${group}/${resource}`) &&
    Object.keys(options).every((option) => option === 'namespace');
  const read = {
    async get(resource: Resource, name: string, options: ObjectOptions = {}) {
      if (!isKept(resource, options)) return client.get(resource, name, options);
      const found = objects.get(keyOf(resource, options.namespace ?? '', name));
      if (!found) throw errors.notFound(resource, name);
      return deepClone(found);
    },
    async list(resource: Resource, options: ListOptions = {}) {
      if (!isKept(resource, options)) return client.list(resource, options);
      const items = objects.list(collectionPrefix(resource, options.namespace ?? ''));
      const list: KubeList<KubeObject> = {
        apiVersion: resource.version,
        kind: `${resource.kind}List`,
        metadata: { resourceVersion: String(store.revision) },
        items: items.map((item) => deepClone(item)),
      };
      return list;
    },
  } as Pick<Client, 'get' | 'list'>;
  return {
    transport: client.transport,
    get: read.get,
    list: read.list,
    watch: (resource, options) => client.watch(resource, options),
    create: (resource, object, options) => client.create(resource, object, options),
    update: (resource, object, options) => client.update(resource, object, options),
    patch: (resource, name, patch, options) => client.patch(resource, name, patch, options),
    delete: (resource, name, options) => client.delete(resource, name, options),
    deleteCollection: (resource, options) => client.deleteCollection(resource, options),
  };
}
