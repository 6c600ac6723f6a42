/** Numbers from a seed (mulberry32): the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** At most `most` elements, chosen by the seed, in their old order. */
export function sample<T>(list: readonly T[], most: number, seed: number): T[] {
  if (list.length <= most) return [...list];
  const random = randomFrom(seed);
  const chosen = new Set(
    list
      .map((_, index) => [random(), index] as const)
      .sort(([a], [b]) => a - b)
      .slice(0, most)
      .map(([, index]) => index),
  );
  return list.filter((_, index) => chosen.has(index));
}

/** A seed of its own for each text. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
