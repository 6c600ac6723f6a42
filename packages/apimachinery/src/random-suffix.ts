/** Upstream's alphabet for generated names: no vowels, so no words; no 0, 1 and 3, which look like letters. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five random characters for `generateName`. `random` gives numbers in [0, 1). */
export function randomSuffix(random: () => number = Math.random, length = 5): string {
  let text = '';
  for (let at = 0; at < length; at += 1) {
    text += alphabet[Math.floor(random() * alphabet.length)] ?? 'b';
  }
  return text;
}

/** Longest name that `generateName` makes; the base is cut to leave room for the suffix. */
const longestName = 63;

export function generateName(base: string, random: () => number = Math.random): string {
  const suffix = randomSuffix(random);
  return `${base.slice(0, longestName - suffix.length)}${suffix}`;
}
