/** Upstream's alphabet for hashes in names: no vowels, so no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** JSON with sorted fields: equal objects have equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

/** A short name part that says which template something was made from. `collisions` makes another one of the same. */
export function hashOf(value: unknown, collisions = 0): string {
  const hash = fnv1a(canonical(value) + (collisions > 0 ? `#${collisions}` : ''));
  return [...String(hash)].map((digit) => alphabet[Number(digit)] ?? 'b').join('');
}
