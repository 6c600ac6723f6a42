import { BlockList, isIP, isIPv4 } from 'node:net';

/** IPv4 addresses that came over an IPv6 socket (`::ffff:10.0.0.1`) in their own form; others as they are. */
export function plainAddress(address: string): string {
  const mapped = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address;
  return isIPv4(mapped) ? mapped : address;
}

/** A test for membership in addresses and CIDR ranges. Throws on one that is neither. */
export function addressMatcher(ranges: string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? undefined : Number(prefix);
    const most = family === 4 ? 32 : 128;
    const sound = bits === undefined || (/^\d+$/.test(prefix ?? '') && bits <= most);
    if (family === 0 || !sound)
      throw new Error(`trustedProxies: "${range}" is no address or CIDR range such as 10.0.0.0/8`);
    const type = family === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, bits, type);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  };
}
