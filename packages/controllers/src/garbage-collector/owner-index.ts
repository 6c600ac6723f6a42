import type { KubeObject } from '@dormice/apimachinery';
import type { Cluster } from '@dormice/client';
import type { ReconcileKey } from '../controller.ts';

/**
 * Who depends on whom, in one cluster: only objects with owners are in it. Kept from changes, so that the end of an
 * owner is answered without searching.
 */
export class OwnerIndex {
  /** Owner's uid → its dependents by key. */
  readonly #dependents = new Map<string, Map<string, ReconcileKey>>();
  /** Dependent's key → uids of its owners. */
  readonly #owners = new Map<string, readonly string[]>();
  /** Owners that wait for their dependents to go, by uid. */
  readonly waiting = new Map<string, ReconcileKey>();

  set(key: ReconcileKey, object: KubeObject): void {
    const id = idOf(key);
    this.#forget(id);
    const owners = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
    if (owners.length === 0) return;
    this.#owners.set(id, owners);
    for (const uid of owners) {
      let dependents = this.#dependents.get(uid);
      if (!dependents) {
        dependents = new Map();
        this.#dependents.set(uid, dependents);
      }
      dependents.set(id, key);
    }
  }

  delete(key: ReconcileKey): void {
    this.#forget(idOf(key));
  }

  dependentsOf(uid: string): ReconcileKey[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  #forget(id: string): void {
    for (const uid of this.#owners.get(id) ?? []) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(id);
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
    this.#owners.delete(id);
  }
}

const idOf = ({ resource, namespace, name }: ReconcileKey): string =>
  `${resource}|${namespace}|${name}`;

const indexes = new WeakMap<Cluster, OwnerIndex>();

/** The index of an attached cluster; gone with it. */
export function indexOf(cluster: Cluster): OwnerIndex {
  let index = indexes.get(cluster);
  if (!index) {
    index = new OwnerIndex();
    indexes.set(cluster, index);
  }
  return index;
}
