import { PUBLIC_IPV4, Space } from './addresses';
import { judgePublicAccess, ONE_WAY } from './block-public-access';
import { HopSubnet, isUnknown, NatGatewayFacts, NatPlace, RouteTarget } from './facts';
import { withLocalRoutes } from './local-routes';
import { judgeNetworkAcl, NAT_PORTS, repliesIn, repliesOut, requestIn, requestOut, TASK_PORTS } from './network-acls';
import { allOf, at, doubtedIf, FINE, Judgement, Place, point, seen } from './outcome';
import { RouteTaken } from './reasons';
import { HopJudge, judgeRoutes } from './route-tables';
import { describeTarget, isOpaque } from './targets';
import { hasForwarder, subnetPlace, TASKS, tasksAddresses, Way } from './way';
import { judgeEdge, judgeReturn } from './ways-back';

type NatGateway = Extract<RouteTarget, { kind: 'nat-gateway' }>;

/** The traffic beyond a NAT gateway or a NAT instance: with NAT64, to the IPv4 addresses that the IPv6 ones stand for. */
export interface Beyond {
  readonly destination: Space;
  readonly where: string;
}

export function beyond({ kind, where }: Way, carried: Space): Beyond {
  return kind === 'nat64' ? { destination: PUBLIC_IPV4, where: 'the internet' } : { destination: carried, where };
}

/**
 * A NAT gateway, for what a route carries to it, and back.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
export function judgeNatGateway(way: Way, target: NatGateway, via: readonly RouteTaken[], carried: Space): Judgement {
  const { id, nat } = target;
  const place: Place = { kind: 'nat-gateway', id };
  if (way.kind === 'ipv6') return point('unreachable', subnetPlace(way.from.subnet), { kind: 'nat-for-nat64-only', via });
  return at({ hop: via }, seen(nat, place, 'nat-gateway', ({ state, connectivity, place: where }) => allOf([
    judgeState(state, place, via),
    seen(where, place, 'nat-place', known => seen(connectivity, place, 'nat-connectivity', kind => judgePlace(way, target, kind, known, via, carried))),
  ])));
}

function judgeState(state: NatGatewayFacts['state'], place: Place, via: readonly RouteTaken[]): Judgement {
  return seen(state, place, 'nat-state', known => known === 'available'
    ? FINE
    : point(known === 'pending' ? 'unknown' : 'unreachable', place, { kind: 'nat-state', state: known, via }));
}

function judgePlace(
  way: Way, { id }: NatGateway, connectivity: 'public' | 'private', where: NatPlace, via: readonly RouteTaken[], carried: Space,
): Judgement {
  const place: Place = { kind: 'nat-gateway', id };
  const onward = beyond(way, carried);
  const subnet = where.kind === 'subnet' ? where.subnet : undefined;
  const listed = where.kind === 'subnet' ? where.subnet.routes : where.routes;
  // With NAT64, the packets are IPv4 from here on.
  const routes = withLocalRoutes(listed, way.kind === 'nat64' ? { ...way, kind: 'ipv4', inVpc: 'no', destination: onward.destination } : way);
  const table = subnet ? `subnet ${subnet.id}` : `NAT gateway ${id}`;
  const hops = hopJudgeBehindNat(way, id, connectivity, subnet, via);
  const { before, after } = subnet ? aclsOf(way, subnet, onward) : { before: FINE, after: FINE };
  return allOf([
    before,
    judgeRoutes(routes, { ...onward, table, place, mayBeLocal: way.isLiteral, goal: way.isPublic ? 'onward' : 'private' }, hops),
    after,
    judgeReturn(routes, table, subnet ? subnetPlace(subnet) : place, way),
  ]);
}

/** A network ACL filters what enters and leaves the subnet of a NAT gateway or a NAT instance, on the way out and on the way back. */
export function aclsOf(way: Way, subnet: HopSubnet, { destination, where }: Beyond): { readonly before: Judgement; readonly after: Judgement } {
  const tasks = tasksAddresses(way);
  const acl = (flow: Parameters<typeof judgeNetworkAcl>[2]) => judgeNetworkAcl(subnet.networkAcl, subnet, flow);
  // Traffic within a subnet is not filtered.
  const isOwn = subnet.id === way.from.subnet.id;
  const entry = isOwn ? FINE : acl(requestIn(way.port, tasks, TASKS));
  // An ACL that cannot be seen is one point.
  const isUnseen = isUnknown(subnet.networkAcl) || isUnknown(subnet.networkAcl.entries);
  const isDoubtful = hasForwarder(subnet);
  const exit = isUnseen && !isOwn ? FINE : doubtedIf(isDoubtful, acl(requestOut(way.port, destination, where)));
  const back = [doubtedIf(isDoubtful, acl(repliesIn(NAT_PORTS, destination, where))), ...isOwn ? [] : [acl(repliesOut(TASK_PORTS, tasks, TASKS))]];
  return { before: allOf([entry, exit]), after: allOf(back) };
}

/** A public NAT gateway needs an internet gateway. A private one has no public address, and reaches the internet only through another hop. */
function hopJudgeBehindNat(
  way: Way, id: string, connectivity: 'public' | 'private', subnet: HopSubnet | undefined, before: readonly RouteTaken[],
): HopJudge {
  const place: Place = { kind: 'nat-gateway', id };
  return (target, route) => {
    const via = [...before, route];
    if (isOpaque(target)) return point('unknown', place, { kind: 'beyond', hop: target.kind, via });
    if (target.kind === 'nat-gateway') {
      // In a subnet whose default route leads to the gateway itself, the traffic goes round.
      const isItself = target.id === id;
      return point(isItself ? 'unreachable' : 'unknown', place, { kind: isItself ? 'nat-onward-elsewhere' : 'nat-behind-nat', via });
    }
    if (way.isLiteral && target.kind === 'vpc-peering-connection') return point('unknown', place, { kind: 'beyond-peering', port: way.port, via });
    if (way.isLiteral && target.kind === 'local') return point('reachable', place, { kind: 'inside-vpc', via });
    if (!way.isPublic) return point('unreachable', place, { kind: 'private-destination', where: way.where, via });
    if (target.kind !== 'internet-gateway') return point('unreachable', place, { kind: 'nat-onward-elsewhere', via });
    if (connectivity === 'private') return point('unreachable', place, { kind: 'private-nat', via });
    const name = `NAT gateway ${id}`;
    const user = subnet
      ? { place, traffic: name, toExclude: `the subnet of ${name}`, exclusion: subnet.blockPublicAccessExclusion }
      : { place, traffic: name, toExclude: 'the VPC', maybeExcluded: way.from.subnet.blockPublicAccessExclusion };
    return allOf([
      point('reachable', place, { kind: 'nat-onward', gateway: describeTarget(target), via: before, ...subnet ? {} : { isRegional: true } }),
      judgePublicAccess(way.vpc, ONE_WAY, user),
      // Beyond the gateway all packets are IPv4.
      judgeEdge(target, { ...way, kind: 'ipv4' }, subnet ? `subnet ${subnet.id}` : name, subnet),
    ]);
  };
}
