import type { GroupResource } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';

/** Where the objects of a resource lie: `/<group or core>/<plural>/`. */
export function keyPrefix({ group, resource }: GroupResource): string {
  return `/${group === '' ? 'core' : group}/${resource}/`;
}

/** Kinds that share stored objects (events, autoscaling versions) have one home. */
export function homeOf(kind: Pick<Kind, 'group' | 'resource' | 'storage'>): GroupResource {
  return kind.storage ?? kind;
}

/** `/core/pods/default/web`; cluster-scoped objects have an empty namespace. */
export function keyOf(
  kind: Pick<Kind, 'group' | 'resource' | 'storage'>,
  namespace: string,
  name: string,
): string {
  return `${keyPrefix(homeOf(kind))}${namespace}/${name}`;
}

/** All objects of a kind, or those of one namespace. */
export function collectionPrefix(
  kind: Pick<Kind, 'group' | 'resource' | 'storage'>,
  namespace: string,
): string {
  const prefix = keyPrefix(homeOf(kind));
  return namespace === '' ? prefix : `${prefix}${namespace}/`;
}

/** Takes a key apart; `undefined` when it is none of ours. */
export function parseKey(
  key: string,
): { group: string; resource: string; namespace: string; name: string } | undefined {
  const [empty, group, resource, namespace, name] = key.split('/');
  if (empty !== '' || !group || !resource || namespace === undefined || !name) return undefined;
  return { group: group === 'core' ? '' : group, resource, namespace, name };
}
