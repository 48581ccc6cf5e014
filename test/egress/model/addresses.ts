/** Addresses and ranges. IPv4 values are numbers, IPv6 values are bigints; both compare with `<`. */

export type Family = 4 | 6;
export type Value = number | bigint;

export interface Address {
  readonly family: Family;
  readonly value: Value;
}

export interface Range {
  readonly family: Family;
  readonly lo: Value;
  readonly hi: Value;
  /** The prefix length. */
  readonly bits: number;
}

const addresses = new Map<string, Address>();
const ranges = new Map<string, Range>();

export function parseAddress(text: string): Address {
  let address = addresses.get(text);
  if (!address) addresses.set(text, address = text.includes(':') ? { family: 6, value: parse6(text) } : { family: 4, value: parse4(text) });
  return address;
}

/** Bits behind the prefix are ignored, as EC2 does. */
export function parseRange(cidr: string): Range {
  let range = ranges.get(cidr);
  if (!range) ranges.set(cidr, range = readRange(cidr));
  return range;
}

function readRange(cidr: string): Range {
  const [text, length] = cidr.split('/');
  const bits = Number(length);
  const { family, value } = parseAddress(text);
  if (family === 4) {
    const size = 2 ** (32 - bits);
    const lo = Math.floor(Number(value) / size) * size;
    return { family, lo, hi: lo + size - 1, bits };
  }
  const size = 2n ** BigInt(128 - bits);
  const lo = BigInt(value) / size * size;
  return { family, lo, hi: lo + size - 1n, bits };
}

function parse4(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function parse6(text: string): bigint {
  const [head, tail] = text.split('::');
  const front = head ? head.split(':') : [];
  const back = tail ? tail.split(':') : [];
  const zeros = text.includes('::') ? Array<string>(8 - front.length - back.length).fill('0') : [];
  return [...front, ...zeros, ...back].reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}

export function contains(range: Range, address: Address): boolean {
  return range.family === address.family && range.lo <= address.value && address.value <= range.hi;
}

export function plus(value: Value, step: number): Value {
  return typeof value === 'bigint' ? value + BigInt(step) : value + step;
}

/** One address for each set of ranges that some address of the space is in. Addresses in one of `without` are left out. */
export function samples(space: readonly Interval[], family: Family, cuts: readonly Range[], without: readonly Range[]): Address[] {
  const own = cuts.filter(cut => cut.family === family);
  const not = without.filter(cut => cut.family === family);
  const edges = [...own, ...not];
  const found = new Map<string, Address>();
  for (const { lo, hi } of space) {
    const starts = [lo];
    for (const cut of edges) {
      if (lo < cut.lo && cut.lo <= hi) starts.push(cut.lo);
      if (lo <= cut.hi && cut.hi < hi) starts.push(plus(cut.hi, 1));
    }
    for (const value of starts) {
      const isIn = (range: Range) => range.lo <= value && value <= range.hi;
      if (not.some(isIn)) continue;
      const key = own.map(range => isIn(range) ? 1 : 0).join('');
      if (!found.has(key)) found.set(key, { family, value });
    }
  }
  return [...found.values()];
}

export interface Interval {
  readonly lo: Value;
  readonly hi: Value;
}

/** IANA's special-purpose registries for IPv4, and multicast: no host of the internet has such an address. */
const NOT_PUBLIC = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3',
].map(parseRange);

/** What is left of all IPv4 addresses. */
export const PUBLIC4: readonly Interval[] = (() => {
  const free: Interval[] = [];
  let next = 0;
  for (const range of NOT_PUBLIC) {
    if (next < Number(range.lo)) free.push({ lo: next, hi: Number(range.lo) - 1 });
    next = Number(range.hi) + 1;
  }
  return free;
})();

/** IANA gives out IPv6 addresses of the internet from 2000::/3. 2001:db8::/32 is for documentation. */
export const PUBLIC6: readonly Interval[] = [parseRange('2000::/3')];
export const DOCUMENTATION6 = parseRange('2001:db8::/32');

export function isPublic(address: Address): boolean {
  if (address.family === 6) return contains(PUBLIC6[0] as Range, address) && !contains(DOCUMENTATION6, address);
  return !NOT_PUBLIC.some(range => contains(range, address));
}

/** RFC 6052: the IPv4 address is the last 32 bits. */
export const NAT64 = parseRange('64:ff9b::/96');

export function toNat64(address: Address): Address {
  return { family: 6, value: BigInt(NAT64.lo) + BigInt(address.value) };
}

export function fromNat64(address: Address): Address | undefined {
  return contains(NAT64, address) ? { family: 4, value: Number(BigInt(address.value) - BigInt(NAT64.lo)) } : undefined;
}
