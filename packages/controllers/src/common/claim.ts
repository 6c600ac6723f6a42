import {
  controllerOf,
  isReason,
  type KubeObject,
  type LabelSelector,
  ownerReferenceTo,
} from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';
import { find } from './read.ts';

/**
 * The objects that an owner controls: those that name it and match its selector. Orphans that match are adopted, own
 * ones that no longer match are released. An owner that is being deleted neither adopts nor releases.
 */
export async function claim<T extends KubeObject>(
  client: Client,
  owner: KubeObject,
  ownerResource: Resource,
  resource: Resource,
  candidates: readonly T[],
  selector: LabelSelector,
): Promise<T[]> {
  const mine: T[] = [];
  let fresh: Promise<boolean> | undefined;
  const mayAdopt = (): Promise<boolean> => {
    fresh ??= stillThere(client, owner, ownerResource);
    return fresh;
  };
  const ending = owner.metadata.deletionTimestamp !== undefined;
  for (const object of candidates) {
    const controller = controllerOf(object);
    const matches = selector.matches(object.metadata.labels);
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue;
      if (matches) mine.push(object);
      else if (!ending) await release(client, owner, resource, object);
    } else if (matches && !ending && object.metadata.deletionTimestamp === undefined) {
      if (!(await mayAdopt())) continue;
      const adopted = await adopt(client, owner, resource, object);
      if (adopted) mine.push(adopted);
    }
  }
  return mine;
}

async function stillThere(client: Client, owner: KubeObject, resource: Resource): Promise<boolean> {
  const { namespace = '', name = '', uid } = owner.metadata;
  const now = await find(client, resource, namespace, name);
  return now?.metadata.uid === uid && now?.metadata.deletionTimestamp === undefined;
}

async function adopt<T extends KubeObject>(
  client: Client,
  owner: KubeObject,
  resource: Resource,
  object: T,
): Promise<T | undefined> {
  const reference = ownerReferenceTo(owner, { controller: true, blockOwnerDeletion: true });
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), reference];
  return patchOwners<T>(client, resource, object, ownerReferences);
}

async function release(
  client: Client,
  owner: KubeObject,
  resource: Resource,
  object: KubeObject,
): Promise<void> {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter(
    ({ uid }) => uid !== owner.metadata.uid,
  );
  await patchOwners(client, resource, object, ownerReferences);
}

/** `undefined` when the object is gone, or was written by somebody else meanwhile: its change brings the key again. */
async function patchOwners<T extends KubeObject>(
  client: Client,
  resource: Resource,
  object: T,
  ownerReferences: object[],
): Promise<T | undefined> {
  const { name = '', namespace, uid, resourceVersion } = object.metadata;
  try {
    return await client.patch<T>(
      resource,
      name,
      { metadata: { uid, resourceVersion, ownerReferences } },
      { type: 'merge', ...(namespace === undefined ? {} : { namespace }) },
    );
  } catch (error) {
    if (isReason(error, 'NotFound', 'Conflict', 'Invalid')) return undefined;
    throw error;
  }
}
