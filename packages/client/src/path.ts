import type { ListOptions } from './client.ts';
import type { Resource } from './resource.ts';

/** `/api/v1/namespaces/NS/pods/NAME/SUB`, percent-encoded. */
export function pathOf(
  resource: Resource,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const { group, version } = resource;
  const parts = group === '' ? ['api', version] : ['apis', group, version];
  if (resource.namespaced && namespace !== undefined) parts.push('namespaces', namespace);
  parts.push(resource.resource);
  if (name !== undefined) parts.push(name);
  if (subresource !== undefined) parts.push(...subresource.split('/'));
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

const listKeys = [
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'resourceVersion',
] as const satisfies readonly (keyof ListOptions)[];

/** The query of a list or watch. */
export function listQuery(options: ListOptions): URLSearchParams {
  const query = new URLSearchParams();
  for (const key of listKeys) {
    const value = options[key];
    if (value !== undefined && value !== '') query.set(key, String(value));
  }
  return query;
}
