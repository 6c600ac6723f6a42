import { isReason, type KubeObject, type OwnerReference } from '@dormice/apimachinery';
import type { Client, DeleteOptions, Resource } from '@dormice/client';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { allResources, findResource, resourceOfKind } from '../common/resource-lookup.ts';
import type { Controller, ReconcileContext, ReconcileKey } from '../controller.ts';
import {
  foregroundFinalizer,
  has,
  observe,
  orphanFinalizer,
  waitsForDependents,
} from './observe.ts';
import { indexOf } from './owner-index.ts';

/** Upstream collects none of these either: they end by themselves and have no owners. */
const ignored = new Set(['/events', 'events.k8s.io/events']);

/**
 * Deletes what has lost all its owners, and carries out foreground and orphaning deletions.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export const garbageCollector: Controller = {
  name: 'garbage-collector-controller',
  watches: [
    {
      group: '*',
      resource: '*',
      keys: (change, cluster) =>
        ignored.has(`${change.group}/${change.resource}`) ? [] : observe(indexOf(cluster), change),
    },
  ],

  /** What lost its owner while the cluster slept, or while the process died, has no change to tell it. */
  async start(context) {
    const index = indexOf(context.cluster);
    for (const resource of await allResources(context.client)) {
      const { group, resource: plural } = resource;
      if (ignored.has(`${group}/${plural}`)) continue;
      for (const object of await readAll(context.client, resource)) {
        const { namespace = '', name = '' } = object.metadata;
        const change = { type: 'ADDED' as const, group, resource: plural, namespace, name };
        const keys = observe(index, { ...change, object, previous: undefined });
        for (const key of keys) context.enqueue(key);
      }
      context.signal.throwIfAborted();
    }
  },

  async reconcile(key, context) {
    const [group = '', plural = ''] = (key.resource ?? '').split('/');
    const resource = await findResource(context.client, group, plural);
    const object = resource && (await find(context.client, resource, key.namespace, key.name));
    if (!object) return undefined;
    if (object.metadata.deletionTimestamp !== undefined) {
      if (has(object, foregroundFinalizer)) await finishForeground(object, resource, context);
      else if (has(object, orphanFinalizer)) await finishOrphaning(object, resource, context);
      return undefined;
    }
    if ((object.metadata.ownerReferences ?? []).length > 0) {
      await judge(object, resource, key, context);
    }
    return undefined;
  },
};

type Verdict = 'solid' | 'waiting' | 'absent';

/** Deletes the object, or the references to owners that are no more, by what its owners are. */
async function judge(
  object: KubeObject,
  resource: Resource,
  key: ReconcileKey,
  context: ReconcileContext,
): Promise<void> {
  const { client, cluster } = context;
  const references = object.metadata.ownerReferences ?? [];
  const verdicts = new Map<OwnerReference, Verdict>();
  for (const reference of references) {
    verdicts.set(reference, await verdictOn(client, object, reference, context));
  }
  const with_ = (verdict: Verdict) => references.filter((one) => verdicts.get(one) === verdict);
  const solid = with_('solid');
  if (solid.length > 0) {
    if (solid.length < references.length) await setOwners(client, resource, object, solid);
    return;
  }
  const index = indexOf(cluster);
  const uid = object.metadata.uid ?? '';
  const dependents = index.dependentsOf(uid);
  if (with_('waiting').length > 0 && dependents.length > 0) {
    if (dependents.some((one) => [...index.waiting.values()].some((owner) => same(owner, one)))) {
      // A circle of blocking owners would wait for itself.
      await setOwners(
        client,
        resource,
        object,
        references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
      );
    }
    await remove(client, resource, object, 'Foreground');
    return;
  }
  await remove(client, resource, object, policyOf(object));
  context.log('debug', `collected ${key.resource} ${key.namespace}/${key.name}`);
}

function policyOf(object: KubeObject): DeleteOptions['propagationPolicy'] {
  if (has(object, orphanFinalizer)) return 'Orphan';
  return has(object, foregroundFinalizer) ? 'Foreground' : 'Background';
}

const same = (a: ReconcileKey, b: ReconcileKey): boolean =>
  a.resource === b.resource && a.namespace === b.namespace && a.name === b.name;

/**
 * An owner that the cluster cannot look up (unknown kind, or a namespaced owner of a cluster-scoped object) counts as
 * there: nothing is deleted on a guess.
 */
async function verdictOn(
  client: Client,
  object: KubeObject,
  reference: OwnerReference,
  context: ReconcileContext,
): Promise<Verdict> {
  const resource = await resourceOfKind(client, reference.apiVersion, reference.kind);
  if (!resource) return 'solid';
  const namespace = object.metadata.namespace ?? '';
  if (resource.namespaced && namespace === '') {
    await context.event(object, {
      type: 'Warning',
      reason: 'OwnerRefInvalidNamespace',
      message: `ownerRef ${JSON.stringify(reference)} does not exist in namespace ""`,
    });
    return 'solid';
  }
  const owner = await find(client, resource, resource.namespaced ? namespace : '', reference.name);
  if (!owner || owner.metadata.uid !== reference.uid) return 'absent';
  return waitsForDependents(owner) && owner.metadata.uid === reference.uid ? 'waiting' : 'solid';
}

async function finishForeground(
  owner: KubeObject,
  resource: Resource,
  context: ReconcileContext,
): Promise<void> {
  const uid = owner.metadata.uid ?? '';
  let blocked = false;
  for (const key of indexOf(context.cluster).dependentsOf(uid)) {
    const dependent = await dependentAt(context.client, key);
    const reference = dependent?.object.metadata.ownerReferences?.find((one) => one.uid === uid);
    if (!dependent || !reference) continue;
    if (reference.blockOwnerDeletion) blocked = true;
    if (dependent.object.metadata.deletionTimestamp === undefined) context.enqueue(key);
  }
  if (!blocked) await dropFinalizer(context.client, resource, owner, foregroundFinalizer);
}

async function finishOrphaning(
  owner: KubeObject,
  resource: Resource,
  { client, cluster }: ReconcileContext,
): Promise<void> {
  const uid = owner.metadata.uid ?? '';
  for (const key of indexOf(cluster).dependentsOf(uid)) {
    const dependent = await dependentAt(client, key);
    if (!dependent) continue;
    const { object } = dependent;
    const others = (object.metadata.ownerReferences ?? []).filter((one) => one.uid !== uid);
    await setOwners(client, dependent.resource, object, others);
  }
  await dropFinalizer(client, resource, owner, orphanFinalizer);
}

async function dependentAt(
  client: Client,
  key: ReconcileKey,
): Promise<{ object: KubeObject; resource: Resource } | undefined> {
  const [group = '', plural = ''] = (key.resource ?? '').split('/');
  const resource = await findResource(client, group, plural);
  const object = resource && (await find(client, resource, key.namespace, key.name));
  return resource && object ? { object, resource } : undefined;
}

async function remove(
  client: Client,
  resource: Resource,
  object: KubeObject,
  propagationPolicy: DeleteOptions['propagationPolicy'],
): Promise<void> {
  const { name = '', namespace, uid } = object.metadata;
  try {
    await client.delete(resource, name, {
      ...(namespace === undefined ? {} : { namespace }),
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      preconditions: { ...(uid === undefined ? {} : { uid }) },
    });
  } catch (error) {
    // Gone, or another object of the same name by now.
    if (!isReason(error, 'NotFound', 'Conflict')) throw error;
  }
}

async function setOwners(
  client: Client,
  resource: Resource,
  object: KubeObject,
  ownerReferences: OwnerReference[],
): Promise<void> {
  await patchMeta(client, resource, object, { ownerReferences });
}

async function dropFinalizer(
  client: Client,
  resource: Resource,
  object: KubeObject,
  finalizer: string,
): Promise<void> {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  await patchMeta(client, resource, object, { finalizers });
}

async function patchMeta(
  client: Client,
  resource: Resource,
  object: KubeObject,
  change: object,
): Promise<void> {
  const { name = '', namespace, uid, resourceVersion } = object.metadata;
  const options = namespace === undefined ? {} : { namespace };
  const patch = { metadata: { uid, resourceVersion, ...change } };
  await ignoreNotFound(client.patch(resource, name, patch, { type: 'merge', ...options }));
}
