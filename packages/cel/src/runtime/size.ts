import { ListValue, MapValue, type Value } from './values.ts';

/** Code points, bytes, elements or entries; 1 for what has no size. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof Uint8Array || value instanceof ListValue) return value.length;
  return value instanceof MapValue ? value.size : 1;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
