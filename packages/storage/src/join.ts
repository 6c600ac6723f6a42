import type { Joined } from './engine.ts';
import type { Entry, JoinOptions } from './store.ts';

const comma = 0x2c;

/** Joins values that are there already. */
export function joinEntries(
  entries: readonly Entry[],
  { head, by }: JoinOptions['replace'],
): Joined {
  const values = entries.map(({ value }) =>
    beginsWith(value, head) ? [by, value.subarray(head.length)] : [value],
  );
  const size = values.flat().reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size + Math.max(0, entries.length - 1));
  let at = 0;
  for (const [index, parts] of values.entries()) {
    if (index > 0) bytes[at++] = comma;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  const last = entries.at(-1)?.key;
  return { bytes, count: entries.length, ...(last === undefined ? {} : { last }) };
}

const beginsWith = (value: Uint8Array, head: Uint8Array): boolean =>
  head.every((byte, at) => value[at] === byte);
