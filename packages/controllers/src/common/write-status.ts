import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';

/** Writes `status` when it says something new. Returns the object as it is now. */
export async function writeStatus<T extends KubeObject>(
  client: Client,
  resource: Resource,
  object: T,
  status: object,
): Promise<T> {
  if (deepEqual(object['status'] ?? {}, status)) return object;
  return client.update<T>(resource, { ...object, status }, { subresource: 'status' });
}
