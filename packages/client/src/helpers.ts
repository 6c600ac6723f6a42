import { isReason, type KubeObject } from '@dormice/apimachinery';
import type { Client, ListOptions } from './client.ts';
import type { Resource } from './resource.ts';

/** All pages of a list, 500 objects a page. */
export async function listAll<T extends KubeObject = KubeObject>(
  client: Client,
  resource: Resource,
  options: ListOptions = {},
): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const page = await client.list<T>(resource, {
      limit: 500,
      ...options,
      ...(next === undefined ? {} : { continue: next }),
    });
    items.push(...page.items);
    next = page.metadata.continue;
  } while (next !== undefined && next !== '');
  return items;
}

/** Tries a read-modify-write again when somebody else was faster. */
export async function retryOnConflict<T>(work: () => Promise<T>, tries = 5): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isReason(error, 'Conflict') || attempt >= tries) throw error;
    }
  }
}
