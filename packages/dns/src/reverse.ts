import { isIP } from 'node:net';

/** The address that a name below `in-addr.arpa` or `ip6.arpa` stands for; `undefined` for other names. */
export function addressOfReverseName(name: string): string | undefined {
  if (name.endsWith('.in-addr.arpa')) {
    const address = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
    return isIP(address) === 4 ? address : undefined;
  }
  if (name.endsWith('.ip6.arpa')) {
    const nibbles = name.slice(0, -'.ip6.arpa'.length).split('.').reverse().join('');
    return /^[0-9a-f]{32}$/.test(nibbles)
      ? canonicalAddress((nibbles.match(/.{4}/g) ?? []).join(':'))
      : undefined;
  }
  return undefined;
}

/** One spelling for each address, so that it can be a key. */
export function canonicalAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIP(plain) !== 6) return plain;
  return new URL(`http://[${plain.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
}

/** Addresses whose names are nobody's business outside: RFC 6303, RFC 4193, and carrier-grade NAT. */
export function isPrivateAddress(address: string): boolean {
  return /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)/i.test(
    address,
  );
}
