import { ANY_IPV4, ANY_IPV6, parseRange, PUBLIC_IPV4, Space } from './addresses';
import { judgePublicAccess, NAT_WAY, ONE_WAY, TWO_WAY } from './block-public-access';
import { isUnknown, NatGatewayFacts, NatSubnetFacts, RouteTarget } from './facts';
import { inbound, judgeNetworkAcl, NAT_PORTS, outbound, TASK_PORTS } from './network-acls';
import { allOf, FINE, Judgement, seen, step } from './outcome';
import { HopJudge, judgeRoutes } from './route-tables';
import { describeTarget, isOpaque, judgeOpaque } from './targets';
import { Way } from './way';

/** Judges where a route of the interface's own subnet leads. */
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
        ? step('unreachable', subject, `${of}, which carries no traffic to the internet.`,
          'Point the route at a NAT gateway or an internet gateway of this VPC.')
        : step('unknown', subject, `${of}; what lies beyond it cannot be seen from here.`,
          `Check that the peer VPC routes back and allows TCP ${way.port} in.`);
    }
  };
}

/** What to do if no route leads to the destination. */
export function routeRemedy({ kind, isPublic, where }: Way): string {
  if (!isPublic) return `Add a route to ${where}, for example through a VPC peering connection or a transit gateway.`;
  switch (kind) {
    case 'ipv4': return 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.';
    case 'ipv6': return 'Add a route ::/0 to an egress-only internet gateway.';
    case 'nat64': return 'Add a NAT gateway in a public subnet and a route 64:ff9b::/96 to it.';
  }
}

function judgeInternetGateway(way: Way, subject: string, of: string): Judgement {
  const { kind, isPublic, subnet, vpc } = way;
  if (!isPublic) return judgePrivateDestination(way, subject, of);
  if (kind === 'nat64') return step('unreachable', subject, `${of}, which does not translate the addresses of NAT64 (64:ff9b::/96).`, routeRemedy(way));
  return allOf([
    kind === 'ipv6' ? step('reachable', subject, `${of}.`) : judgePublicAddress(way, subject, of),
    judgePublicAccess(vpc, subject, subnet.blockPublicAccessExclusion, TWO_WAY),
  ]);
}

function judgeEgressOnlyGateway(way: Way, subject: string, of: string): Judgement {
  const { kind, isPublic, subnet, vpc } = way;
  if (kind === 'ipv4') return step('unreachable', subject, `${of}, which carries only IPv6.`, 'Point the route 0.0.0.0/0 at a NAT gateway.');
  if (!isPublic) return judgePrivateDestination(way, subject, of);
  if (kind === 'nat64') return step('unreachable', subject, `${of}, which does not translate the addresses of NAT64 (64:ff9b::/96).`, routeRemedy(way));
  return allOf([step('reachable', subject, `${of}.`), judgePublicAccess(vpc, subject, subnet.blockPublicAccessExclusion, ONE_WAY)]);
}

function judgePrivateDestination(way: Way, subject: string, of: string): Judgement {
  return step('unreachable', subject, `${of}, which carries no traffic to private addresses.`, routeRemedy(way));
}

function judgeNatGateway(way: Way, { id, nat }: Extract<RouteTarget, { kind: 'nat-gateway' }>, subject: string, of: string): Judgement {
  if (way.kind === 'ipv6') {
    return step('unreachable', subject, `${of}, which translates IPv6 only for NAT64 (64:ff9b::/96).`,
      'Point the route ::/0 at an egress-only internet gateway.');
  }
  if (!way.isPublic) {
    return step('unknown', subject, `${of}; routing of private addresses behind it is not checked.`,
      `Check that a route leads from there to ${way.where}, and back.`);
  }
  return seen(nat, id, known => allOf([
    judgeNatGatewayFacts(known, id, of, way),
    judgePublicAccess(way.vpc, `NAT gateway ${id}`, way.subnet.blockPublicAccessExclusion, NAT_WAY),
  ]), 'Check that the NAT gateway is available and public, and that its subnet has a route to an internet gateway.');
}

function judgePublicAddress(way: Way, subject: string, of: string): Judgement {
  return seen(way.subnet.publicIpv4, subject, has => has
    ? step('reachable', subject, `${of}, and the interface has a public address.`)
    : step('unreachable', subject, `${of}, but ${noAddress(way)}`, publicAddressRemedy(way)), 'Check that the interface gets a public IPv4 address.');
}

function noAddress({ hostKind, ownInterface }: Way): string {
  if (!ownInterface) return 'the container instances get no public address there.';
  return hostKind === 'EC2' ? 'ECS gives tasks on EC2 no public address in network mode awsvpc.' : 'the task gets no public address there.';
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html */
function publicAddressRemedy({ hostKind, ownInterface }: Way): string {
  const privately = 'in private subnets with a route to a NAT gateway';
  if (!ownInterface) return `Give the container instances public addresses, or place them ${privately}.`;
  return hostKind === 'EC2' ? `Place the tasks ${privately}.` : `Assign a public address (assignPublicIp), or place the tasks ${privately}.`;
}

/** The destination beyond a NAT gateway: with NAT64, the IPv4 addresses that the IPv6 ones stand for. */
type Beyond = Pick<Way, 'destination' | 'where'>;

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
function judgeNatGatewayFacts(nat: NatGatewayFacts, id: string, of: string, way: Way): Judgement {
  const beyond: Beyond = way.kind === 'nat64' ? { destination: PUBLIC_IPV4, where: 'the internet' } : way;
  return allOf([
    judgeState(nat, id, of),
    seen(nat.subnet, id, subnet => allOf([
      seen(nat.connectivity, id, connectivity => judgeOnward(connectivity, id, subnet, of, beyond), 'Check that the NAT gateway is public.'),
      judgeNetworkAcl(subnet.networkAcl, subnet.id, [
        ...outbound(way.port, beyond.destination, beyond.where, NAT_PORTS),
        ...inbound(way.port, tasksAddresses(way), 'the tasks', TASK_PORTS),
      ]),
    ]), 'Check that the NAT gateway\'s subnet has a route to an internet gateway.'),
  ]);
}

/** The addresses that the tasks' packets come from when they enter the NAT gateway's subnet: with NAT64 they are still IPv6. */
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
      ? step('unknown', id, `${of}, which is in state pending.`, 'Wait until it is available.')
      : step('unreachable', id, `${of}, which is in state ${known}.`, 'Replace the NAT gateway, and point the route at the new one.');
  }, 'Check that the NAT gateway is available.');
}

function judgeOnward(connectivity: 'public' | 'private', id: string, subnet: NatSubnetFacts, of: string, beyond: Beyond): Judgement {
  const remedy = `In the route table of NAT gateway ${id}'s subnet, add a route 0.0.0.0/0 to an internet gateway.`;
  return judgeRoutes(subnet.routes, { ...beyond, subnet: subnet.id, mayBeLocal: false, remedy }, hopJudgeBehindNat(connectivity, id, of));
}

/** A public NAT gateway needs an internet gateway. A private one has no public address, and reaches the internet only through another hop. */
function hopJudgeBehindNat(connectivity: 'public' | 'private', id: string, of: string): HopJudge {
  return (target, onwards) => {
    if (isOpaque(target)) return judgeOpaque(target, id, `${of}. ${onwards}`);
    if (target.kind === 'internet-gateway' && connectivity === 'public') {
      return step('reachable', id, `${of}, and from its subnet to ${describeTarget(target)}.`);
    }
    const why = target.kind === 'internet-gateway' ? 'but a private NAT gateway has no public address' : 'which is not an internet gateway';
    return step('unreachable', id, `${of}. ${onwards}, ${why}.`, 'Use a public NAT gateway in a subnet with a route 0.0.0.0/0 to an internet gateway.');
  };
}
