import { controllerOf, parseApiVersion } from '@dormice/apimachinery';
import type { ObjectChange, Resource } from '@dormice/client';
import type { ReconcileKey, Watch } from '../controller.ts';

/** The key of the changed object itself. */
export const itself = ({ namespace, name }: ObjectChange): ReconcileKey[] => [{ namespace, name }];

/** Watches the objects that keys name. */
export const watchItself = ({ group, resource }: Resource): Watch => ({
  group,
  resource,
  keys: itself,
});

/** Key of the owner that controls the changed object, and of the one that did before. */
export function controllerKeys(change: ObjectChange, owner: Resource): ReconcileKey[] {
  const names = new Set<string>();
  for (const object of [change.object, change.previous]) {
    const reference = object && controllerOf(object);
    if (!reference || reference.kind !== owner.kind) continue;
    if (parseApiVersion(reference.apiVersion).group === owner.group) names.add(reference.name);
  }
  return [...names].map((name) => ({ namespace: change.namespace, name }));
}

/**
 * Watches what an owner makes. One without a controller concerns all owners of its namespace, each of which may adopt
 * it: that key has no name.
 */
export const watchOwned = (owned: Resource, owner: Resource): Watch => ({
  group: owned.group,
  resource: owned.resource,
  keys: (change) => {
    const keys = controllerKeys(change, owner);
    const orphan = change.type !== 'DELETED' && controllerOf(change.object) === undefined;
    return orphan ? [...keys, { namespace: change.namespace, name: '' }] : keys;
  },
});
