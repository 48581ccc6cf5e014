import { ANY_IPV4, ANY_IPV6, parseRange, Space, Span } from './addresses';
import { Fact, HopSubnet, isUnknown, SubnetFacts, Unknown, VpcFacts } from './facts';
import { Place } from './outcome';
import { Interface } from './placement';

/** One way out of one interface: to which addresses, over which family. */
export interface Way {
  readonly kind: 'ipv4' | 'ipv6' | 'nat64';
  /** Whether the destination is public. Otherwise it is a private address, such as a proxy's. */
  readonly isPublic: boolean;
  /** Whether the destination is one address. Otherwise it is the hosts of the internet, which are never in the VPC. */
  readonly isLiteral: boolean;
  /** Whether the destination is in the VPC's ranges. */
  readonly inVpc: 'yes' | 'no' | 'maybe';
  readonly destination: Space;
  /** The subnet of the VPC that the destination is in. @default - none in view */
  readonly destinationSubnet?: Fact<HopSubnet>;
  readonly port: number;
  /** Name of the destination in messages, e.g. `the internet`. */
  readonly where: string;
  readonly from: Omit<Interface, 'securityGroups'>;
  readonly vpc: Fact<VpcFacts>;
}

export function subnetPlace({ id }: Pick<SubnetFacts, 'id'>): Place {
  return { kind: 'subnet', id };
}

/** The subnet's range of the family that the packets have between the interface and the next hop. Undefined if it has none. */
export function rangeOf({ ipv4Cidr, ipv6Cidr }: SubnetFacts, kind: Way['kind']): Fact<string> | undefined {
  return kind === 'ipv4' ? ipv4Cidr : ipv6Cidr;
}

/** The addresses of that range; undefined if the subnet has none, or they are not known. */
export function spanOf(subnet: SubnetFacts, kind: Way['kind']): Span | undefined {
  const range = rangeOf(subnet, kind);
  return range === undefined || isUnknown(range) ? undefined : parseRange(range)?.span;
}

/** Name of the tasks in messages about other places. */
export const TASKS = 'the tasks';

/** The addresses that the tasks' packets come from when they enter another subnet: with NAT64 they are still IPv6. */
export function tasksAddresses({ vpc, kind, from: { subnet } }: Way): Space {
  const own = spanOf(subnet, kind);
  if (own) return [own];
  const isIpv6 = kind !== 'ipv4';
  const ranges = vpcRanges(vpc, isIpv6 ? 6 : 4, subnet);
  const known = ranges.flatMap(range => isUnknown(range) ? [] : [parseRange(range)!.span]);
  return known.length > 0 && known.length === ranges.length ? known : isIpv6 ? ANY_IPV6 : ANY_IPV4;
}

/** The VPC's ranges of one family. A text that is not a CIDR range counts as an unknown range. */
export function vpcRanges(vpc: Fact<VpcFacts>, family: 4 | 6, { id, ipv6Cidr, ipv6Native }: SubnetFacts): readonly (string | Unknown)[] {
  const cidrs = isUnknown(vpc) ? vpc : vpc.cidrs;
  if (isUnknown(cidrs)) return [cidrs];
  const ranges = cidrs.flatMap((cidr): (string | Unknown)[] => {
    const range = parseRange(cidr);
    if (!range) return [{ unknown: `"${cidr}" is not a CIDR range` }];
    return range.family === family ? [cidr] : [];
  });
  // A subnet's IPv6 range comes from its VPC, so a list without any IPv6 range is not complete.
  const isWhole = family === 4 || ranges.length > 0 || ipv6Cidr === undefined && ipv6Native === false;
  return isWhole ? ranges : [...ranges, { unknown: `the IPv6 range of the VPC of subnet ${id} is not known` }];
}

/**
 * Whether the traffic of a subnet may go to an instance in that subnet that forwards it to an unknown place: no network ACL filters
 * that.
 */
export function hasForwarder({ id, routes, vouchedBy }: HopSubnet & Pick<SubnetFacts, 'vouchedBy'>): boolean {
  if (vouchedBy !== undefined) return false;
  return isUnknown(routes) || routes.some(({ target }) => {
    if (isUnknown(target)) return true;
    if (target.kind !== 'instance' && target.kind !== 'network-interface') return false;
    const { forwarder } = target;
    if (forwarder === undefined || isUnknown(forwarder)) return true;
    return forwarder.forwards !== true && (isUnknown(forwarder.subnet) || forwarder.subnet.id === id);
  });
}
