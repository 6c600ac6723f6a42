import { deepEqual, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, type Resource, retryOnConflict } from '@dormice/client';
import type { Loose } from '../loose.ts';

/**
 * Writes the status of a virtual object when it differs. `next` is asked again when somebody else was faster. An object
 * that is gone, or is another one by now, is left alone.
 */
export async function updateStatus(
  client: Client,
  resource: Resource,
  object: KubeObject,
  next: (current: KubeObject) => Loose,
): Promise<void> {
  let current = object;
  const { name = '', namespace, uid } = object.metadata;
  await retryOnConflict(async () => {
    const status = next(current);
    if (deepEqual(status, current.status ?? {})) return;
    try {
      await client.update(resource, { ...current, status }, { subresource: 'status' });
    } catch (error) {
      if (isReason(error, 'NotFound')) return;
      if (!isReason(error, 'Conflict')) throw error;
      const fresh = await client
        .get(resource, name, namespace === undefined ? {} : { namespace })
        .catch((reason: unknown) => {
          if (isReason(reason, 'NotFound')) return undefined;
          throw reason;
        });
      if (fresh?.metadata.uid !== uid || !fresh) return;
      current = fresh;
      throw error;
    }
  });
}
