import type { EmptyList, KubeObject } from '@dormice/apimachinery';

/** By the object of a request: lists that it has empty. */
const known = new WeakMap<KubeObject, readonly EmptyList[]>();

/** Keeps in mind which lists of a decoded object came empty: nothing shows it any more. */
export function rememberEmpty(object: KubeObject, empties: readonly EmptyList[]): void {
  if (empties.length > 0) known.set(object, empties);
}

/**
 * Does something with an object as it came, with its empty lists: upstream's rules and its ownership of fields look at
 * Go's structs, in which an empty list is another thing than none. Afterwards it is as before.
 *
 * @param which all, or those that Go always writes
 */
export function withEmpty<T>(object: KubeObject, which: 'all' | 'written', work: () => T): T {
  const empties = (known.get(object) ?? []).filter(
    ({ holder, field, written }) =>
      (which === 'all' || written) && (holder[field] === undefined || holder[field] === null),
  );
  for (const { holder, field } of empties) holder[field] = [];
  try {
    return work();
  } finally {
    for (const { holder, field, written } of empties)
      if (written) holder[field] = null;
      else delete holder[field];
  }
}
