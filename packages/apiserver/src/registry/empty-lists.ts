import type { EmptyList, KubeObject } from '@dormice/apimachinery';

/** By the object of a request: lists that it has empty. */
const known = new WeakMap<KubeObject, readonly EmptyList[]>();

/** Keeps in mind which lists of a decoded object came empty: nothing shows it any more. */
export function rememberEmpty(object: KubeObject, empties: readonly EmptyList[]): void {
  if (empties.length > 0) known.set(object, empties);
}

/** A copy of an object is as empty. */
export function alsoEmpty(copy: KubeObject, object: KubeObject): KubeObject {
  rememberEmpty(copy, known.get(object) ?? []);
  return copy;
}

type Holder = Record<string | number, unknown>;

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

interface Place {
  holder: Holder;
  field: string | number;
  written: boolean;
}

/** Where the list stands, unless something else stands there by now. */
function placeOf(object: KubeObject, { steps, written }: EmptyList): Place[] {
  let holder: unknown = object;
  for (const step of steps.slice(0, -1)) holder = isHolder(holder) ? holder[step] : undefined;
  const field = steps.at(-1) ?? '';
  const isFree = isHolder(holder) && (holder[field] === undefined || holder[field] === null);
  return isHolder(holder) && isFree ? [{ holder, field, written }] : [];
}

/**
 * Does something with an object as it came, with its empty lists: upstream's rules and its ownership of fields look at
 * Go's structs, in which an empty list is another thing than none. Afterwards it is as before.
 *
 * @param which all, or those that Go always writes
 */
export function withEmpty<T>(object: KubeObject, which: 'all' | 'written', work: () => T): T {
  const places = (known.get(object) ?? [])
    .filter(({ written }) => which === 'all' || written)
    .flatMap((empty) => placeOf(object, empty));
  for (const { holder, field } of places) holder[field] = [];
  try {
    return work();
  } finally {
    for (const { holder, field, written } of places)
      if (written) holder[field] = null;
      else delete holder[field];
  }
}
