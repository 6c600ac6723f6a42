import { builtinKinds, type Kind } from '@dormice/kinds';

/** A stored kind with the places of its resources. */
export interface Row {
  kind: Kind;
  /** `deployments.apps`, with the version where there are several. */
  label: string;
  /** Path of the collection. */
  collection: string;
}

/** The namespace that both servers have, with its default service account. */
export const namespace = 'twin';

function collectionOf({ group, version, resource, scope }: Kind): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${scope === 'Namespaced' ? `/namespaces/${namespace}` : ''}/${resource}`;
}

const several = new Set(['horizontalpodautoscalers']);

function labelOf({ group, version, resource }: Kind): string {
  if (several.has(resource)) return `${resource}.${version}.${group}`;
  return group === '' ? resource : `${resource}.${group}`;
}

/** All built-in kinds that are stored. */
export const rows: readonly Row[] = builtinKinds
  .filter(({ verbs }) => verbs.includes('create') && verbs.includes('get'))
  .map((kind) => ({ kind, label: labelOf(kind), collection: collectionOf(kind) }));
