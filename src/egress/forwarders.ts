import { Space } from './addresses';
import { judgePublicAccess, TWO_WAY } from './block-public-access';
import { ForwarderFacts, HopSubnet, isUnknown, RouteTarget } from './facts';
import { aclsOf, beyond } from './nat-gateways';
import { allOf, at, FINE, Judgement, Place, point, seen, unseen } from './outcome';
import { RouteTaken } from './reasons';
import { HopJudge, judgeRoutes } from './route-tables';
import { judgeInbound, judgeSecurityGroups } from './security-groups';
import { describeTarget, isOpaque } from './targets';
import { subnetPlace, TASKS, tasksAddresses, Way } from './way';
import { judgeEdge, judgeReturn } from './ways-back';

type Forwarder = Extract<RouteTarget, { kind: 'instance' | 'network-interface' }>;

/**
 * An instance that a route leads to, such as a NAT instance. If it is not known to be one, only its source/destination check is
 * certain: it may send the traffic anywhere.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html
 */
export function judgeForwarder(way: Way, target: Forwarder, via: readonly RouteTaken[], carried: Space): Judgement {
  return at({ hop: via }, judgeInstance(way, target, via, carried));
}

function judgeInstance(way: Way, target: Forwarder, via: readonly RouteTaken[], carried: Space): Judgement {
  const { kind, id, forwarder } = target;
  const place: Place = { kind: 'instance', id };
  const unknown = point('unknown', place, { kind: 'beyond', hop: kind, via });
  if (forwarder === undefined || isUnknown(forwarder)) return unknown;
  const { sourceDestCheck, forwards } = forwarder;
  if (sourceDestCheck === true) return point('unreachable', place, { kind: 'source-destination-check', via });
  if (forwards === false) return point('unreachable', place, { kind: 'does-not-forward', via });
  // A NAT instance translates no IPv6.
  if (isUnknown(forwards) || !way.isPublic || way.kind !== 'ipv4') return unknown;
  return allOf([
    isUnknown(sourceDestCheck) ? unseen(place, sourceDestCheck, 'source-destination-check') : FINE,
    seen(forwarder.subnet, place, 'forwarder', subnet => judgeNatInstance(way, place, forwarder, subnet, via, carried)),
  ]);
}

function judgeNatInstance(
  way: Way, place: Place, { publicIpv4, securityGroups }: ForwarderFacts, subnet: HopSubnet, via: readonly RouteTaken[], carried: Space,
): Judgement {
  const onward = beyond(way, carried);
  const { before, after } = aclsOf(way, subnet, onward);
  const { port } = way;
  const hops = hopJudgeBehindInstance(way, place, publicIpv4, subnet, via);
  return allOf([
    before,
    // A rule for a group of the tasks may let them in.
    judgeInbound(securityGroups, { peers: tasksAddresses(way), port, where: TASKS, mayBeMember: true }),
    judgeSecurityGroups(securityGroups, { peers: onward.destination, port, where: onward.where, mayBeMember: false }),
    judgeRoutes(subnet.routes, { ...onward, table: `subnet ${subnet.id}`, place, mayBeLocal: false, goal: 'onward' }, hops),
    after,
    judgeReturn(subnet.routes, `subnet ${subnet.id}`, subnetPlace(subnet), way),
  ]);
}

function hopJudgeBehindInstance(
  way: Way, place: Place, publicIpv4: ForwarderFacts['publicIpv4'], subnet: HopSubnet, before: readonly RouteTaken[],
): HopJudge {
  return (target, route) => {
    const via = [...before, route];
    if (isOpaque(target)) return point('unknown', place, { kind: 'beyond', hop: target.kind, via });
    // What an instance behind a NAT gateway does is not followed.
    if (target.kind === 'nat-gateway') return point('unknown', place, { kind: 'forwarder-onward-elsewhere', via });
    if (target.kind !== 'internet-gateway') return point('unreachable', place, { kind: 'forwarder-onward-elsewhere', via });
    const name = `the subnet of instance ${place.id}`;
    return allOf([
      seen(publicIpv4, place, 'public-address', has => has
        ? point('reachable', place, { kind: 'forwarder-onward', gateway: describeTarget(target), via: before })
        : point('unreachable', place, { kind: 'forwarder-without-public-address', via })),
      judgePublicAccess(way.vpc, TWO_WAY, { place, traffic: name, toExclude: name, exclusion: subnet.blockPublicAccessExclusion }),
      judgeEdge(target, way, `subnet ${subnet.id}`, subnet),
    ]);
  };
}
