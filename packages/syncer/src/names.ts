import { createHash } from 'node:crypto';

/** Longest name that every kind takes. */
const longest = 63;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const hashLength = 16;

/** What a host object is for, where one kind serves several purposes: `''` for a copy of the virtual object itself. */
export type Purpose = '' | 'tokens' | 'infrastructure';

/**
 * Name of a host object: a readable part, then 80 bits of SHA-256 over cluster, purpose, namespace and name, each in its
 * own field. Two virtual objects never share a name, no tenant can aim at a name of another one, and every name is a DNS
 * label (RFC 1035), so it is good for all kinds.
 */
export function hostName(
  clusterUid: string,
  namespace: string,
  name: string,
  purpose: Purpose = '',
): string {
  const hash = base32(
    createHash('sha256')
      .update(JSON.stringify([clusterUid, purpose, namespace, name]))
      .digest(),
  );
  const text = `${name}-${namespace}${purpose === '' ? '' : `-${purpose}`}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longest - hashLength - 1)
    .replace(/-+$/, '');
  return `${text === '' ? 'x' : text}-${hash}`;
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < hashLength) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}
