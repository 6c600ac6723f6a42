import type { Key, Range } from './store.ts';

export const inRange = (range: Range, key: Key): boolean => key >= range.start && key < range.end;

/** All keys that begin with `prefix`, which must not be empty. */
export function prefixRange(prefix: Key): Range {
  const last = prefix.charCodeAt(prefix.length - 1);
  return { start: prefix, end: prefix.slice(0, -1) + String.fromCharCode(last + 1) };
}
