import { isAmong, isPublic, NAT64, parseAddress, parseRange, PUBLIC_IPV4, PUBLIC_IPV6, Space } from './addresses';
import { Destination, EgressFacts, isUnknown, SubnetFacts, Unknown } from './facts';
import { hopJudgeFor, routeRemedy } from './gateways';
import { judgeAclOfWay } from './network-acls';
import { allOf, anyOf, Judgement, step, unseen } from './outcome';
import { judgeRoutes } from './route-tables';
import { judgeSecurityGroups } from './security-groups';
import { Way } from './way';

/** Destinations whose place in the network is known. */
export type Located = Exclude<Destination, { readonly kind: 'host' }>;

/** Whether an interface in a subnet reaches the destination, over IPv4 or IPv6. */
export function judgeSubnet(facts: EgressFacts, subnet: SubnetFacts, destination: Located): Judgement {
  const { hostKind, networkMode, vpc, securityGroups } = facts;
  const ownInterface = networkMode === 'awsvpc' || isUnknown(networkMode);
  return anyOf(waysTo(destination, subnet, vpc).map(possible => {
    const way: Way = { ...possible, port: destination.port, hostKind, ownInterface, vpc, subnet };
    // A security group can be named in rules of other groups of the same VPC and of peer VPCs.
    const mayBeMember = way.inVpc !== 'no' || !way.isPublic;
    const groups = judgeSecurityGroups(securityGroups, { destination: way.destination, port: way.port, where: way.where, mayBeMember });
    return allOf([...possible.caveats, judgePlace(way), groups]);
  }));
}

/** Many services use the same subnets of the same VPC, and the same ways out of them: each way is judged once. */
const places = new WeakMap<SubnetFacts, { readonly vpc: EgressFacts['vpc']; readonly ways: Map<string, Judgement> }>();

function judgePlace(way: Way): Judgement {
  const { subnet, vpc, kind, where, port, hostKind, ownInterface } = way;
  let known = places.get(subnet);
  if (known?.vpc !== vpc) places.set(subnet, known = { vpc, ways: new Map() });
  const key = [kind, where, port, isUnknown(hostKind) || hostKind, ownInterface].join();
  let judged = known!.ways.get(key);
  if (!judged) {
    const search = { ...way, subnet: subnet.id, mayBeLocal: way.isLiteral, remedy: routeRemedy(way) };
    judged = allOf([judgeRoutes(withLocalRoutes(way), search, hopJudgeFor(way)), judgeAclOfWay(way)]);
    known!.ways.set(key, judged);
  }
  return judged;
}

type Possible = Pick<Way, 'kind' | 'isPublic' | 'isLiteral' | 'inVpc' | 'destination' | 'where'> & { readonly caveats: readonly Judgement[] };

const TO_INTERNET = { isPublic: true, isLiteral: false, inVpc: 'no' } as const;
const BY_IPV4: Possible = { ...TO_INTERNET, kind: 'ipv4', destination: PUBLIC_IPV4, where: 'the internet', caveats: [] };

/** The ways to try: IPv4, and IPv6 if the interface has or may have it. */
function waysTo(destination: Located, subnet: SubnetFacts, vpc: EgressFacts['vpc']): Possible[] {
  if (destination.kind === 'address') return [wayToAddress(destination.address, subnet, vpc)];
  if (subnet.ipv6 === false) return [BY_IPV4];
  const subject = `subnet ${subnet.id}`;
  const translated: Possible = {
    ...TO_INTERNET,
    kind: 'nat64',
    destination: NAT64,
    where: 'the internet over NAT64 (64:ff9b::/96)',
    caveats: [...judgeIpv6(subnet), ...isUnknown(subnet.dns64) ? [unseen(subject, subnet.dns64, 'Check whether the subnet has DNS64.')] : []],
  };
  const ipv6: Possible = {
    ...TO_INTERNET,
    kind: 'ipv6',
    destination: PUBLIC_IPV6,
    where: 'the internet over IPv6',
    caveats: [
      ...judgeIpv6(subnet),
      step('unknown', subject, `Subnet ${subnet.id} may reach the internet only over IPv6, and so only hosts that have an IPv6 address.`,
        'Add a route to the internet over IPv4, or DNS64 and a route for 64:ff9b::/96 to a NAT gateway.'),
    ],
  };
  return [BY_IPV4, ...subnet.dns64 === false ? [] : [translated], ipv6];
}

function wayToAddress(address: string, subnet: SubnetFacts, vpc: EgressFacts['vpc']): Possible {
  const { space, family } = parseAddress(address)!;
  const isTranslated = isAmong(space, NAT64);
  return {
    kind: family === 4 ? 'ipv4' : isTranslated ? 'nat64' : 'ipv6',
    isPublic: isPublic(space) || isTranslated,
    isLiteral: true,
    inVpc: partInVpc(vpcRanges(vpc, family, subnet), space),
    destination: space,
    where: address,
    caveats: family === 4 ? [] : judgeIpv6(subnet),
  };
}

/** Whether the interface has an IPv6 address to send from. */
function judgeIpv6({ id, ipv6 }: SubnetFacts): Judgement[] {
  const subject = `subnet ${id}`;
  if (isUnknown(ipv6)) return [unseen(subject, ipv6, 'Check whether the interface gets an IPv6 address.')];
  return ipv6 ? [] : [step('unreachable', subject, `The interface has no IPv6 address in subnet ${id}.`,
    'Give the subnet an IPv6 range and the interface an IPv6 address.')];
}

/** The VPC's ranges of one family. A text that is not a CIDR range counts as an unknown range. */
function vpcRanges(vpc: EgressFacts['vpc'], family: 4 | 6, { id, ipv6 }: SubnetFacts): readonly (string | Unknown)[] {
  const cidrs = isUnknown(vpc) ? vpc : vpc.cidrs;
  if (isUnknown(cidrs)) return [cidrs];
  const ranges = cidrs.map(cidr => parseRange(cidr) ? cidr : { unknown: `"${cidr}" is not a CIDR range` });
  // A subnet's IPv6 range comes from its VPC, so a list without any IPv6 range is not complete.
  const isWhole = family === 4 || ipv6 === false || ranges.some(range => isUnknown(range) || parseRange(range)!.family === 6);
  return isWhole ? ranges : [...ranges, { unknown: `the IPv6 range of the VPC of subnet ${id} is not known` }];
}

function partInVpc(ranges: readonly (string | Unknown)[], space: Space): Way['inVpc'] {
  if (ranges.some(range => !isUnknown(range) && isAmong(space, [parseRange(range)!.span]))) return 'yes';
  return ranges.some(isUnknown) ? 'maybe' : 'no';
}

/** For a destination that may be in the VPC, adds the local routes that every table has, also if they are not listed. */
function withLocalRoutes({ subnet, vpc, inVpc, kind }: Way): SubnetFacts['routes'] {
  if (isUnknown(subnet.routes) || inVpc === 'no') return subnet.routes;
  const ranges = vpcRanges(vpc, kind === 'ipv4' ? 4 : 6, subnet);
  return [...subnet.routes, ...ranges.map(cidr => ({ destination: { cidr }, target: { kind: 'local' } as const }))];
}
