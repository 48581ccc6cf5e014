import * as ipaddr from 'ipaddr.js';

/** Addresses of both families on one number line, IPv4 first and IPv6 after it. A space is a list of disjoint spans, ends included. */
export type Span = readonly [first: bigint, last: bigint];
export type Space = readonly Span[];

const IPV6_STARTS = 2n ** 32n;

function number(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  const value = address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return address.kind() === 'ipv6' ? IPV6_STARTS + value : value;
}

interface Range {
  readonly span: Span;
  readonly prefixLength: number;
  readonly family: 4 | 6;
}

/** A network has few ranges, and each is parsed many times. */
const parsed = new Map<string, Range | undefined>();
const MOST_PARSED = 10_000;

/** An IPv4 or IPv6 range in CIDR notation; undefined if the text is not one. */
export function parseRange(cidr: string): Range | undefined {
  if (!parsed.has(cidr)) {
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(cidr, parse(cidr));
  }
  return parsed.get(cidr);
}

function parse(cidr: string): Range | undefined {
  if (!ipaddr.isValidCIDR(cidr) || !isComplete(cidr.split('/')[0])) return undefined;
  // Without the family, the library makes an error of each IPv4 range that it tries as IPv6.
  const [address, prefixLength] = cidr.includes(':') ? ipaddr.IPv6.parseCIDR(cidr) : ipaddr.IPv4.parseCIDR(cidr);
  const family = address.kind() === 'ipv6' ? 6 : 4;
  const size = 2n ** BigInt((family === 6 ? 128 : 32) - prefixLength);
  const value = number(address);
  const offset = family === 6 ? IPV6_STARTS : 0n;
  const first = value - (value - offset) % size;
  return { span: [first, first + size - 1n], prefixLength, family };
}

/** AWS does not know old notations such as `10.1` for 10.0.0.1. */
function isComplete(address: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
}

/** One address; undefined if the text is not one. `::ffff:10.0.0.1` is read as the IPv4 address 10.0.0.1. */
export function parseAddress(text: string): { readonly space: Space; readonly family: 4 | 6 } | undefined {
  if (!isComplete(text)) return undefined;
  const address = ipaddr.process(text);
  const value = number(address);
  return { space: [[value, value]], family: address.kind() === 'ipv6' ? 6 : 4 };
}

/** The first and the last address of a span, e.g. `10.0.0.0-10.255.255.255`. */
export function describeSpan([first, last]: Span): string {
  return `${addressText(first)}-${addressText(last)}`;
}

function addressText(value: bigint): string {
  const [size, offset] = value < IPV6_STARTS ? [4, 0n] : [16, IPV6_STARTS];
  const bytes = Array.from({ length: size }, (_, index) => Number((value - offset) / 256n ** BigInt(size - 1 - index) % 256n));
  return ipaddr.fromByteArray(bytes).toString();
}

/** A shortcut, since most ranges of a network are everything. */
function isWithin(space: Space, first: bigint, last: bigint): boolean {
  return space.every(([from, to]) => from >= first && to <= last);
}

export function intersect(space: Space, [first, last]: Span): Space {
  if (isWithin(space, first, last)) return space;
  const parts: Span[] = [];
  for (const [from, to] of space) {
    const start = from > first ? from : first;
    const end = to < last ? to : last;
    if (start <= end) parts.push([start, end]);
  }
  return parts;
}

export function subtract(space: Space, [first, last]: Span): Space {
  if (isWithin(space, first, last)) return [];
  const parts: Span[] = [];
  for (const [from, to] of space) {
    if (to < first || from > last) {
      parts.push([from, to]);
      continue;
    }
    if (from < first) parts.push([from, first - 1n]);
    if (to > last) parts.push([last + 1n, to]);
  }
  return parts;
}

function spans(...cidrs: string[]): Space {
  return cidrs.map(cidr => parseRange(cidr)!.span);
}

export const ANY_IPV4: Space = spans('0.0.0.0/0');
export const ANY_IPV6: Space = spans('::/0');

/** The ranges that the internet does not route. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const NOT_PUBLIC = spans(
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
);

/** The public IPv4 addresses. */
export const PUBLIC_IPV4: Space = NOT_PUBLIC.reduce(subtract, ANY_IPV4);

/** The IPv6 addresses that are assigned. @see https://www.iana.org/assignments/ipv6-unicast-address-assignments */
export const PUBLIC_IPV6: Space = spans('2000::/3');

/** The prefix that DNS64 puts before IPv4 addresses, RFC 6052. */
export const NAT64: Space = spans('64:ff9b::/96');

const LOOPBACK = spans('127.0.0.0/8', '::1/128');

/** Whether the internet routes an address. */
export function isPublic(space: Space): boolean {
  return isAmong(space, [...PUBLIC_IPV4, ...PUBLIC_IPV6]);
}

/** Whether traffic to an address never leaves the task. */
export function isLoopback(space: Space): boolean {
  return isAmong(space, LOOPBACK);
}

/** Whether each span of a space is within a span of the other. */
export function isAmong(space: Space, others: Space): boolean {
  return space.every(([from, to]) => others.some(([first, last]) => first <= from && to <= last));
}

/** The address at an offset in a range, e.g. `10.0.0.2` for 2 in `10.0.0.0/16`; undefined if the text is not a range. */
export function addressIn(cidr: string, offset: bigint): string | undefined {
  const range = parseRange(cidr);
  return range && addressText(range.span[0] + offset);
}

/** Whether two spaces have an address in common. */
export function overlaps(space: Space, others: Space): boolean {
  return others.some(span => intersect(space, span).length > 0);
}
