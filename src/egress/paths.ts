import { isAmong, isPublic, NAT64, parseAddress, parseRange, PUBLIC_IPV4, PUBLIC_IPV6, Space, subtract } from './addresses';
import { usesOwnResolver } from './dns';
import { Destination, EgressFacts, isUnknown, SubnetFacts, Unknown } from './facts';
import { goalOf, hopJudgeFor } from './gateways';
import { withLocalRoutes } from './local-routes';
import { Memory } from './memory';
import { judgeNetworkAcl, repliesIn, repliesOut, requestIn, requestOut, TASK_PORTS } from './network-acls';
import { allOf, anyOf, at, doubted, doubtedIf, FINE, Judgement, point, seen, unseen } from './outcome';
import { Interface } from './placement';
import { judgeRoutes } from './route-tables';
import { judgeSecurityGroups } from './security-groups';
import { hasForwarder, spanOf, subnetPlace, TASKS, tasksAddresses, vpcRanges, Way } from './way';
import { judgeReturn } from './ways-back';

/** Destinations whose place in the network is known. */
export type Located = Exclude<Destination, { readonly kind: 'host' }>;

/** Whether an interface reaches the destination, over IPv4 or IPv6. */
export function judgeInterface({ vpc, host }: EgressFacts, from: Interface, destination: Located, memory: Memory): Judgement {
  const isOwnResolver = () => memory.get(vpc, `resolver of ${host}`, () => usesOwnResolver(vpc, host));
  const dns64 = from.subnet.dns64 === false && !isOwnResolver()
    ? { unknown: 'whether names are translated (DNS64) is a setting of DNS servers that cannot be seen' }
    : from.subnet.dns64;
  const judged = waysTo(destination, from, vpc, dns64).map(({ caveats, ...possible }) => {
    const way: Way = { ...possible, port: destination.port, vpc, from };
    const path = allOf([judgeGroups(from, way, memory), judgePlaceOnce(way, memory)]);
    return { way, path, whole: allOf([...caveats, path]) };
  });
  const ipv6 = judged.find(({ way: { kind, isLiteral } }) => kind === 'ipv6' && !isLiteral);
  return best(judged.map(({ way, whole }) => way.kind === 'nat64' && ipv6 ? translated(whole, ipv6.path, from) : whole), from);
}

/** The interfaces of a service have the same groups. */
function judgeGroups({ securityGroups }: Interface, way: Way, memory: Memory): Judgement {
  const { destination: peers, port, where } = way;
  // A security group can be named in rules of other groups of the same VPC and of peer VPCs.
  const outlet = { peers, port, where, mayBeMember: way.inVpc !== 'no' || !way.isPublic };
  const ofPeers = memory.get(peers, 'security groups', () => new Memory());
  return ofPeers.get(securityGroups, JSON.stringify([port, where, outlet.mayBeMember]), () => judgeSecurityGroups(securityGroups, outlet));
}

/** Many services share the ways out of a subnet. */
function judgePlaceOnce(way: Way, memory: Memory): Judgement {
  const { kind, where, isLiteral, port, vpc, destinationSubnet, from: { subnet, owner, hostKind, publicIpv4 } } = way;
  const ofVpc = memory.get(vpc, 'ways', () => new Memory());
  return ofVpc.get(subnet, JSON.stringify([kind, where, isLiteral, port, owner, hostKind, publicIpv4, destinationSubnet]), () => judgePlace(way));
}

/**
 * DNS64 translates only hosts without an IPv6 address. If the subnet has a route for IPv6 that does not lead out, a host that has one
 * is not reached.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
 */
function translated(judged: Judgement, ipv6: Judgement, { subnet }: Interface): Judgement {
  const hasNoRoute = ipv6.points.some(({ reason }) => reason.kind === 'no-route' && reason.missing === undefined);
  if (judged.outcome !== 'reachable' || ipv6.outcome === 'reachable' || hasNoRoute) return judged;
  return allOf([judged, point('unknown', subnetPlace(subnet), { kind: 'nat64-beside-ipv6', subnet: subnet.id })]);
}

/**
 * One way is enough. If none leads out, the first one, which is the usual one, explains it: IPv6 is advised only if the interface
 * certainly has an IPv6 address.
 */
function best(judged: readonly Judgement[], { ipv6 }: Interface): Judgement {
  const whole = anyOf(judged);
  const [first] = judged;
  if (whole.outcome === 'reachable' || first.outcome !== whole.outcome) return whole;
  return whole.outcome === 'unreachable' && ipv6 === true ? whole : first;
}

/** The route tables, gateways and network ACLs on a way out and back. */
function judgePlace(way: Way): Judgement {
  const { from: { subnet }, isLiteral } = way;
  const search = { ...way, table: `subnet ${subnet.id}`, place: subnetPlace(subnet), mayBeLocal: isLiteral, goal: goalOf(way) };
  const isVouched = subnet.vouchedBy !== undefined && way.isPublic && way.kind === 'ipv4';
  const routes = isVouched
    ? point('reachable', subnetPlace(subnet), { kind: 'vouched', subnet: subnet.id, by: subnet.vouchedBy! })
    : judgeRoutes(withLocalRoutes(subnet.routes, way), search, hopJudgeFor(way));
  const { out, back } = aclOf(way);
  // On its way to a proxy, a hop such as a NAT gateway may give the packets another source address.
  const isDirect = routes.points.every(({ reason }) => reason.kind === 'inside-vpc');
  const arrival = judgeArrival(way);
  return allOf([out, routes, doubtedIf(!isDirect, arrival), back]);
}

/** The network ACL of a proxy's subnet, and the way back from there. */
function judgeArrival(way: Way): Judgement {
  const { destinationSubnet, from: { subnet } } = way;
  if (destinationSubnet === undefined || way.inVpc === 'no') return FINE;
  return at('destination', seen(destinationSubnet, { kind: 'proxy', id: way.where }, 'proxy-subnet', proxy => {
    if (proxy.id === subnet.id) return FINE;
    if (isUnknown(proxy.routes)) return unseen({ kind: 'proxy', id: way.where }, proxy.routes, 'proxy-subnet');
    const tasks = tasksAddresses(way);
    return allOf([
      judgeNetworkAcl(proxy.networkAcl, proxy, requestIn(way.port, tasks, TASKS)),
      judgeReturn(proxy.routes, `subnet ${proxy.id}`, subnetPlace(proxy), way),
      judgeNetworkAcl(proxy.networkAcl, proxy, repliesOut(TASK_PORTS, tasks, TASKS)),
    ]);
  }));
}

/** Network ACLs do not filter traffic within a subnet: not to a proxy there, nor to an instance there that forwards to an unknown place. */
function aclOf(way: Way): { readonly out: Judgement; readonly back: Judgement } {
  const { from: { subnet }, port, destination, where, inVpc } = way;
  const isDoubtful = hasForwarder(subnet);
  const out = doubtedIf(isDoubtful, judgeNetworkAcl(subnet.networkAcl, subnet, requestOut(port, destination, where)));
  const back = doubtedIf(isDoubtful, judgeNetworkAcl(subnet.networkAcl, subnet, repliesIn(TASK_PORTS, destination, where)));
  if (inVpc === 'no') return { out, back };
  const span = spanOf(subnet, way.kind);
  if (span) return isAmong(destination, [span]) ? { out: FINE, back: FINE } : { out, back };
  if (allOf([out, back]).outcome === 'reachable' || isUnknown(subnet.networkAcl)) return { out, back };
  const maybe = point('unknown', subnetPlace(subnet), { kind: 'maybe-in-subnet', subnet: subnet.id, where });
  return { out: allOf([doubted(out), maybe]), back: doubted(back) };
}

type Possible = Pick<Way, 'kind' | 'isPublic' | 'isLiteral' | 'inVpc' | 'destination' | 'destinationSubnet' | 'where'> & { readonly caveats: readonly Judgement[] };

const TO_INTERNET = { isPublic: true, isLiteral: false, inVpc: 'no' } as const;

/** The ways to try: IPv4 if the interface has or may have an IPv4 address, and IPv6 if it has or may have an IPv6 address. */
function waysTo(destination: Located, from: Interface, vpc: EgressFacts['vpc'], dns64: SubnetFacts['dns64']): Possible[] {
  const { subnet, ipv4, ipv6 } = from;
  if (destination.kind === 'address') return [wayToAddress(destination, from, vpc)];
  const byIpv4: Possible = { ...TO_INTERNET, kind: 'ipv4', destination: PUBLIC_IPV4, where: 'the internet', caveats: judgeIpv4(from, 'the internet') };
  if (ipv6 === false) return [byIpv4];
  const overNat64: Possible = {
    ...TO_INTERNET,
    kind: 'nat64',
    destination: NAT64,
    where: 'the internet over NAT64 (64:ff9b::/96)',
    caveats: [...judgeIpv6(from), ...isUnknown(dns64) ? [unseen(subnetPlace(subnet), dns64, 'dns64')] : []],
  };
  const direct: Possible = {
    ...TO_INTERNET,
    kind: 'ipv6',
    // The VPC's own ranges are public, too, and have no hosts of the internet.
    destination: vpcRanges(vpc, 6, subnet).reduce((space, range) => isUnknown(range) ? space : subtract(space, parseRange(range)!.span), PUBLIC_IPV6),
    where: 'the internet over IPv6',
    caveats: [...judgeIpv6(from), point('unknown', subnetPlace(subnet), { kind: 'only-ipv6', subnet: subnet.id, isNative: subnet.ipv6Native === true })],
  };
  return [...ipv4 === false ? [] : [byIpv4], ...dns64 === false ? [] : [overNat64], direct];
}

function wayToAddress({ address, subnet }: Extract<Destination, { kind: 'address' }>, from: Interface, vpc: EgressFacts['vpc']): Possible {
  const { space, family } = parseAddress(address)!;
  const isTranslated = isAmong(space, NAT64);
  return {
    kind: family === 4 ? 'ipv4' : isTranslated ? 'nat64' : 'ipv6',
    isPublic: isPublic(space) || isTranslated,
    isLiteral: true,
    inVpc: partInVpc(vpcRanges(vpc, family, from.subnet), space),
    destination: space,
    ...subnet === undefined ? {} : { destinationSubnet: subnet },
    where: address,
    caveats: family === 4 ? judgeIpv4(from, address) : judgeIpv6(from),
  };
}

/** Whether the interface has an IPv4 address to send from. */
function judgeIpv4({ subnet, ipv4 }: Interface, where: string): Judgement[] {
  if (isUnknown(ipv4)) return [unseen(subnetPlace(subnet), ipv4, 'ipv4-address')];
  return ipv4 ? [] : [point('unreachable', subnetPlace(subnet), { kind: 'no-ipv4-address', subnet: subnet.id, where })];
}

/** Whether the interface has an IPv6 address to send from. */
function judgeIpv6({ subnet, ipv6 }: Interface): Judgement[] {
  if (isUnknown(ipv6)) return [unseen(subnetPlace(subnet), ipv6, 'ipv6-address')];
  return ipv6 ? [] : [point('unreachable', subnetPlace(subnet), { kind: 'no-ipv6-address', subnet: subnet.id })];
}

function partInVpc(ranges: readonly (string | Unknown)[], space: Space): Way['inVpc'] {
  if (ranges.some(range => !isUnknown(range) && isAmong(space, [parseRange(range)!.span]))) return 'yes';
  return ranges.some(isUnknown) ? 'maybe' : 'no';
}
