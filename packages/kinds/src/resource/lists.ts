import { fieldErrors } from '@dormice/apimachinery';
import { type Check, onEach, tooMany } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

type ItemCheck = (item: Loose, path: string, index: number) => Check;

/** A list of at most `most` elements; when there are more, nothing else is said of it. */
export function atMost(list: Loose, path: string, most: number, check: ItemCheck): Check {
  const { length } = each(list);
  return length > most ? [tooMany(path, length, most)] : onEach(list, path, check);
}

/** As `atMost`, and no two elements have the same key. */
export function uniqueAtMost(
  list: Loose,
  path: string,
  most: number,
  check: ItemCheck,
  keyOf: (item: Loose) => unknown = (item) => item,
): Check {
  const errors = atMost(list, path, most, check);
  if (each(list).length > most) return errors;
  const seen = new Set<unknown>();
  return [
    ...errors,
    ...onEach(list, path, (item, at) => {
      const key = keyOf(item);
      const again = seen.has(key);
      seen.add(key);
      return again ? [fieldErrors.duplicate(at, key)] : [];
    }),
  ];
}
