import { CelError, OpaqueValue, type Value } from '../runtime/values.ts';
import { bool, int, opaque, string } from '../types/cel-type.ts';
import { global, method, type Overload } from './overload.ts';

/** 4 or 16 bytes as one number. */
export interface Address {
  bits: 32 | 128;
  value: bigint;
}

interface Range {
  address: Address;
  length: number;
}

const ipName = 'net.IP';
const cidrName = 'net.CIDR';
const ipType = opaque(ipName);
const cidrType = opaque(cidrName);

/** Reads an address; neither zones nor leading zeros nor IPv4 in IPv6 are accepted. */
export function parseAddress(text: string): Address | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.');
    if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) {
      return undefined;
    }
    return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  }
  return text.includes(':') && !text.includes('.') ? parseV6(text) : undefined;
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? head.length !== 8 : missing < 1) return undefined;
  const all = halves.length === 1 ? head : [...head, ...Array(missing).fill('0'), ...tail];
  if (all.some((group: string) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const value = all.reduce((sum: bigint, group: string) => sum * 65536n + BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? undefined : { bits: 128, value };
}

/** The canonical text of an address. */
export function formatAddress({ bits, value }: Address): string {
  if (bits === 32) {
    return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - at * 16)) & 0xffffn).toString(16),
  );
  const text = groups.join(':');
  const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const longest = zeros.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const at = text.indexOf(longest);
  const before = text.slice(0, at);
  const after = text.slice(at + longest.length).replace(/^:/, '');
  return `${before}::${after}`;
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed)
    throw new CelError(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP`,
    );
  return parsed;
}

function parseRange(text: string): Range | undefined {
  const [head = '', length = '', ...rest] = text.split('/');
  const parsed = parseAddress(head);
  if (!parsed || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return Number(length) <= parsed.bits ? { address: parsed, length: Number(length) } : undefined;
}

function range(text: string): Range {
  const parsed = parseRange(text);
  if (!parsed)
    throw new CelError(
      `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`,
    );
  return parsed;
}

const ipValue = (ip: Address): Value => new OpaqueValue(ipName, ip, `${ip.bits} ${ip.value}`);
const cidrValue = (cidr: Range): Value =>
  new OpaqueValue(cidrName, cidr, `${cidr.address.bits} ${cidr.address.value} ${cidr.length}`);
const getIp = (value: Value | undefined): Address => (value as OpaqueValue<Address>).value;
const getCidr = (value: Value | undefined): Range => (value as OpaqueValue<Range>).value;

const maskOf = ({ address: { bits }, length }: Range): bigint =>
  ((1n << BigInt(bits)) - 1n) ^ ((1n << BigInt(bits - length)) - 1n);

const masked = (cidr: Range): Range => ({
  address: { ...cidr.address, value: cidr.address.value & maskOf(cidr) },
  length: cidr.length,
});

const contains = (cidr: Range, ip: Address): boolean =>
  cidr.address.bits === ip.bits && (ip.value & maskOf(cidr)) === masked(cidr).address.value;

const containsRange = (outer: Range, inner: Range): boolean =>
  outer.length <= inner.length && contains(outer, inner.address);

const within = (ip: Address, ...ranges: string[]): boolean =>
  ranges.some((text) => contains(range(text), ip));

const isLinkLocal = (ip: Address): boolean => within(ip, '169.254.0.0/16', 'fe80::/10');
const isMulticast = (ip: Address): boolean => within(ip, '224.0.0.0/4', 'ff00::/8');
const isLoopback = (ip: Address): boolean => within(ip, '127.0.0.0/8', '::1/128');
const isUnspecified = ({ value }: Address): boolean => value === 0n;

const questions: Record<string, (ip: Address) => boolean> = {
  isUnspecified,
  isLoopback,
  isLinkLocalUnicast: isLinkLocal,
  isLinkLocalMulticast: (ip) => within(ip, '224.0.0.0/24', 'ff02::/16'),
  isGlobalUnicast: (ip) =>
    !isUnspecified(ip) &&
    !isLoopback(ip) &&
    !isMulticast(ip) &&
    !isLinkLocal(ip) &&
    !(ip.bits === 32 && ip.value === 0xffffffffn),
};

/** `ip()` and `cidr()`. */
export const addresses: readonly Overload[] = [
  global('ip', [string], ipType, ([text]) => ipValue(address(text as string))),
  global('isIP', [string], bool, ([text]) => parseAddress(text as string) !== undefined),
  global(
    'ip.isCanonical',
    [string],
    bool,
    ([text]) => formatAddress(address(text as string)) === text,
  ),
  global('string', [ipType], string, ([ip]) => formatAddress(getIp(ip))),
  method('family', [ipType], int, ([ip]) => (getIp(ip).bits === 32 ? 4n : 6n)),
  ...Object.entries(questions).map(([name, ask]) =>
    method(name, [ipType], bool, ([ip]) => ask(getIp(ip))),
  ),
  global('cidr', [string], cidrType, ([text]) => cidrValue(range(text as string))),
  global('isCIDR', [string], bool, ([text]) => parseRange(text as string) !== undefined),
  global(
    'string',
    [cidrType],
    string,
    ([cidr]) => `${formatAddress(getCidr(cidr).address)}/${getCidr(cidr).length}`,
  ),
  method('containsIP', [cidrType, ipType], bool, ([cidr, ip]) =>
    contains(getCidr(cidr), getIp(ip)),
  ),
  method('containsIP', [cidrType, string], bool, ([cidr, ip]) =>
    contains(getCidr(cidr), address(ip as string)),
  ),
  method('containsCIDR', [cidrType, cidrType], bool, ([a, b]) =>
    containsRange(getCidr(a), getCidr(b)),
  ),
  method('containsCIDR', [cidrType, string], bool, ([a, b]) =>
    containsRange(getCidr(a), range(b as string)),
  ),
  method('ip', [cidrType], ipType, ([cidr]) => ipValue(getCidr(cidr).address)),
  method('masked', [cidrType], cidrType, ([cidr]) => cidrValue(masked(getCidr(cidr)))),
  method('prefixLength', [cidrType], int, ([cidr]) => BigInt(getCidr(cidr).length)),
];
