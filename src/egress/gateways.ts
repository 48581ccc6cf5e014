import { ANY_IPV4, ANY_IPV6, parseRange, PUBLIC_IPV4, Space } from './addresses';
import { judgePublicAccess, NAT_WAY, ONE_WAY, TWO_WAY } from './block-public-access';
import { isUnknown, NatGatewayFacts, NatSubnetFacts, RouteTarget } from './facts';
import { inbound, judgeNetworkAcl, NAT_PORTS, outbound, TASK_PORTS } from './network-acls';
import { allOf, FINE, Judgement, seen, step } from './outcome';
import { HopJudge, judgeRoutes } from './route-tables';
import { describeTarget, isOpaque, judgeOpaque } from './targets';
import { Way } from './way';

/** Where a route of the interface's own subnet leads. */
export function hopJudgeFor(way: Way): HopJudge {
  const subject = `subnet ${way.subnet.id}`;
  return (target, of) => {
    if (isOpaque(target)) return judgeOpaque(target, subject, of);
    switch (target.kind) {
      case 'local': return step('reachable', subject, `${of}, inside the VPC.`);
      case 'internet-gateway': return judgeInternetGateway(way, subject, of);
      case 'egress-only-internet-gateway': return judgeEgressOnlyGateway(way, subject, of);
      case 'nat-gateway': return judgeNatGateway(way, target, subject, of);
      case 'vpc-peering-connection': return way.isPublic
        ? step('unreachable', subject, `${of}, and peering carries no traffic to the internet.`, 'Route it to a NAT gateway or an internet gateway of this VPC.')
        : step('unknown', subject, `${of}, whose far side is not in view.`, `See that the peer VPC routes back and lets TCP ${way.port} in.`);
    }
  };
}

/** What to do where no route leads to the destination. */
export function routeRemedy({ kind, isPublic, where }: Way): string {
  if (!isPublic) return `Add a route to ${where}, for example through a VPC peering connection or a transit gateway.`;
  switch (kind) {
    case 'ipv4': return 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets that have one.';
    case 'ipv6': return 'Add a route ::/0 to an egress-only internet gateway.';
    case 'nat64': return 'Add a NAT gateway in a public subnet and a route 64:ff9b::/96 to it.';
  }
}

function judgeInternetGateway(way: Way, subject: string, of: string): Judgement {
  const { kind, isPublic, subnet, vpc } = way;
  if (!isPublic) return judgePrivateDestination(way, subject, of);
  if (kind === 'nat64') return step('unreachable', subject, `${of}, which translates nothing for 64:ff9b::/96.`, routeRemedy(way));
  return allOf([
    kind === 'ipv6' ? step('reachable', subject, `${of}.`) : judgePublicAddress(way, subject, of),
    judgePublicAccess(vpc, subject, subnet.blockPublicAccessExclusion, TWO_WAY),
  ]);
}

function judgeEgressOnlyGateway(way: Way, subject: string, of: string): Judgement {
  const { kind, isPublic, subnet, vpc } = way;
  if (kind === 'ipv4') return step('unreachable', subject, `${of}, which carries IPv6 alone.`, 'Route 0.0.0.0/0 to a NAT gateway.');
  if (!isPublic) return judgePrivateDestination(way, subject, of);
  if (kind === 'nat64') return step('unreachable', subject, `${of}, which translates nothing for 64:ff9b::/96.`, routeRemedy(way));
  return allOf([step('reachable', subject, `${of}.`), judgePublicAccess(vpc, subject, subnet.blockPublicAccessExclusion, ONE_WAY)]);
}

function judgePrivateDestination(way: Way, subject: string, of: string): Judgement {
  return step('unreachable', subject, `${of}, which carries no traffic to a private address.`, routeRemedy(way));
}

function judgeNatGateway(way: Way, { id, nat }: Extract<RouteTarget, { kind: 'nat-gateway' }>, subject: string, of: string): Judgement {
  if (way.kind === 'ipv6') {
    return step('unreachable', subject, `${of}, which translates IPv6 for 64:ff9b::/96 alone.`, 'Route ::/0 to an egress-only internet gateway.');
  }
  if (!way.isPublic) {
    return step('unknown', subject, `${of}, and what is behind it for a private address is not judged.`, `See that it leads to ${way.where}, and back.`);
  }
  return seen(nat, id, known => allOf([
    judgeNatGatewayFacts(known, id, of, way),
    judgePublicAccess(way.vpc, `NAT gateway ${id}`, way.subnet.blockPublicAccessExclusion, NAT_WAY),
  ]), 'See that it is available and public, in a subnet whose route leads to an internet gateway.');
}

function judgePublicAddress(way: Way, subject: string, of: string): Judgement {
  return seen(way.subnet.publicIpv4, subject, has => has
    ? step('reachable', subject, `${of}, and the interface has a public address.`)
    : step('unreachable', subject, `${of}, but ${noAddress(way)}`, publicAddressRemedy(way)), 'See that the interface gets a public IPv4 address.');
}

function noAddress({ hostKind, ownInterface }: Way): string {
  if (!ownInterface) return 'the container instances get no public address there.';
  return hostKind === 'EC2' ? 'ECS gives the interfaces of tasks on EC2 no public address.' : 'the task gets no public address there.';
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html */
function publicAddressRemedy({ hostKind, ownInterface }: Way): string {
  const privately = 'in private subnets whose route leads to a NAT gateway';
  if (!ownInterface) return `Give the container instances public addresses, or place them ${privately}.`;
  return hostKind === 'EC2' ? `Place the tasks ${privately}.` : `Assign a public address (assignPublicIp), or place the tasks ${privately}.`;
}

/** What is beyond a NAT gateway: with NAT64, the IPv4 addresses that were hidden in IPv6 ones. */
type Beyond = Pick<Way, 'destination' | 'where'>;

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
function judgeNatGatewayFacts(nat: NatGatewayFacts, id: string, of: string, way: Way): Judgement {
  const beyond: Beyond = way.kind === 'nat64' ? { destination: PUBLIC_IPV4, where: 'the internet' } : way;
  return allOf([
    judgeState(nat, id, of),
    seen(nat.subnet, id, subnet => allOf([
      seen(nat.connectivity, id, connectivity => judgeOnward(connectivity, id, subnet, of, beyond), 'See that it is a public one.'),
      judgeNetworkAcl(subnet.networkAcl, subnet.id, [
        ...outbound(way.port, beyond.destination, beyond.where, NAT_PORTS),
        ...inbound(way.port, tasksAddresses(way), 'the tasks', TASK_PORTS),
      ]),
    ]), 'See that the route of its subnet leads to an internet gateway.'),
  ]);
}

/** Where the tasks' packets come from, as the NAT gateway's subnet sees them: with NAT64 they are IPv6 ones until there. */
function tasksAddresses({ vpc, kind }: Way): Space {
  const [family, any] = kind === 'nat64' ? [6, ANY_IPV6] : [4, ANY_IPV4];
  if (isUnknown(vpc) || isUnknown(vpc.cidrs)) return any;
  const ranges = vpc.cidrs.map(parseRange);
  if (ranges.includes(undefined)) return any;
  const spans = ranges.filter(range => range!.family === family).map(range => range!.span);
  return spans.length > 0 ? spans : any;
}

function judgeState({ state }: NatGatewayFacts, id: string, of: string): Judgement {
  return seen(state, id, known => {
    if (known === 'available') return FINE;
    return known === 'pending'
      ? step('unknown', id, `${of}, which is pending.`, 'Wait until it is available.')
      : step('unreachable', id, `${of}, which is ${known}.`, 'Replace the NAT gateway, and point the route at the new one.');
  }, 'See that it is available.');
}

function judgeOnward(connectivity: 'public' | 'private', id: string, subnet: NatSubnetFacts, of: string, beyond: Beyond): Judgement {
  const remedy = `Add a route 0.0.0.0/0 to an internet gateway for the subnet of NAT gateway ${id}.`;
  return judgeRoutes(subnet.routes, { ...beyond, subnet: subnet.id, mayBeLocal: false, remedy }, hopJudgeBehindNat(connectivity, id, of));
}

/** A public NAT gateway needs an internet gateway; a private one has no public address, and gets out only through somebody else. */
function hopJudgeBehindNat(connectivity: 'public' | 'private', id: string, of: string): HopJudge {
  return (target, onwards) => {
    if (isOpaque(target)) return judgeOpaque(target, id, `${of}. ${onwards}`);
    if (target.kind === 'internet-gateway' && connectivity === 'public') return step('reachable', id, `${of}, and from its subnet to ${describeTarget(target)}.`);
    const why = target.kind === 'internet-gateway' ? 'and a private NAT gateway has no public address to use it with' : 'which is no internet gateway';
    return step('unreachable', id, `${of}. ${onwards}, ${why}.`, 'Use a public NAT gateway in a subnet whose route 0.0.0.0/0 leads to an internet gateway.');
  };
}
