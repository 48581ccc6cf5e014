import { judgePublicAccess, ONE_WAY, TWO_WAY } from './block-public-access';
import { isUnknown, RouteTarget, SubnetFacts } from './facts';
import { judgeForwarder } from './forwarders';
import { judgeNatGateway } from './nat-gateways';
import { allOf, Judgement, Place, point, seen } from './outcome';
import { RouteGoal, RouteTaken } from './reasons';
import { HopJudge } from './route-tables';
import { isOpaque } from './targets';
import { subnetPlace, Way } from './way';
import { judgeEdge } from './ways-back';

type InternetGateway = Extract<RouteTarget, { kind: 'internet-gateway' }>;

/** Judges where a route of the interface's own subnet leads. */
export function hopJudgeFor(way: Way): HopJudge {
  const place = subnetPlace(way.from.subnet);
  return (target, route, carried) => {
    const via = [route];
    if (target.kind === 'instance' || target.kind === 'network-interface') return judgeForwarder(way, target, via, carried);
    if (isOpaque(target)) return point('unknown', place, { kind: 'beyond', hop: target.kind, via });
    switch (target.kind) {
      case 'local': return point('reachable', place, { kind: 'inside-vpc', via });
      case 'internet-gateway': return judgeInternetGateway(way, target, via);
      case 'egress-only-internet-gateway': return judgeEgressOnlyGateway(way, via);
      case 'nat-gateway': return judgeNatGateway(way, target, via, carried);
      // A peer VPC may have the address of a proxy, also a public one.
      case 'vpc-peering-connection': return !way.isLiteral
        ? point('unreachable', place, { kind: 'peering-not-internet', via })
        : point('unknown', place, { kind: 'beyond-peering', port: way.port, via });
    }
  };
}

/** The kind of route that leads to the destination. */
export function goalOf({ kind, isPublic }: Way): RouteGoal {
  return isPublic ? kind : 'private';
}

function judgeInternetGateway(way: Way, target: InternetGateway, via: readonly RouteTaken[]): Judgement {
  const { kind, isPublic, from, vpc } = way;
  const place = subnetPlace(from.subnet);
  if (!isPublic) return point('unreachable', place, { kind: 'private-destination', where: way.where, via });
  if (kind === 'nat64') return point('unreachable', place, { kind: 'gateway-without-nat64', via });
  return allOf([
    kind === 'ipv6' ? point('reachable', place, { kind: 'gateway', via }) : judgePublicAddress(way, place, via),
    judgePublicAccess(vpc, TWO_WAY, publicAccessOf(from.subnet)),
    judgeEdge(target, way, `subnet ${from.subnet.id}`, from.subnet),
  ]);
}

function judgeEgressOnlyGateway({ kind, isPublic, from, vpc, where }: Way, via: readonly RouteTaken[]): Judgement {
  const place = subnetPlace(from.subnet);
  if (kind === 'ipv4') return point('unreachable', place, { kind: 'gateway-for-ipv6-only', via });
  if (!isPublic) return point('unreachable', place, { kind: 'private-destination', where, via });
  if (kind === 'nat64') return point('unreachable', place, { kind: 'gateway-without-nat64', via });
  return allOf([point('reachable', place, { kind: 'gateway', via }), judgePublicAccess(vpc, ONE_WAY, publicAccessOf(from.subnet))]);
}

function publicAccessOf(subnet: SubnetFacts): Parameters<typeof judgePublicAccess>[2] {
  const name = `subnet ${subnet.id}`;
  return { place: subnetPlace(subnet), traffic: name, toExclude: name, exclusion: subnet.blockPublicAccessExclusion };
}

function judgePublicAddress({ from: { publicIpv4, owner, hostKind } }: Way, place: Place, via: readonly RouteTaken[]): Judgement {
  return seen(publicIpv4, place, 'public-address', has => has
    ? point('reachable', place, { kind: 'gateway-with-public-address', via })
    : point('unreachable', place, { kind: 'no-public-address', owner, ...isUnknown(hostKind) ? {} : { hostKind }, via }));
}
