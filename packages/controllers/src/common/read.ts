import { apiVersionOf, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, type ListOptions, listAll, type Resource } from '@dormice/client';

/** The object, or `undefined` when there is none. */
export async function find<T extends KubeObject = KubeObject>(
  client: Client,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<T | undefined> {
  try {
    const options = namespace === '' ? {} : { namespace };
    return await client.get<T>(resource, name, options);
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** All objects, each with its apiVersion and kind (which lists leave out). */
export async function readAll<T extends KubeObject = KubeObject>(
  client: Client,
  resource: Resource,
  options: ListOptions = {},
): Promise<T[]> {
  const items = await listAll<T>(client, resource, options);
  const apiVersion = apiVersionOf(resource.group, resource.version);
  for (const item of items) {
    item.apiVersion = apiVersion;
    item.kind = resource.kind;
  }
  return items;
}

/** For deletions and patches of what may be gone already. */
export async function ignoreNotFound<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}
