import { judgePublicAccess, NAT_WAY, ONE_WAY, TWO_WAY } from './block-public-access';
import { Fact, HostKind, isUnknown, RouteTarget, SubnetFacts, VpcFacts } from './facts';
import { allOf, doubted, Judgement, seen, step } from './judgement';
import { judgeNatGateway } from './nat-gateways';
import { judgeNetworkAcl, outbound, TASK_PORTS } from './network-acls';
import { Space } from './ranges';
import { behind, isOpaque, JudgeHop } from './routing';

/** One way out of one subnet: which addresses it leads to, and what the interface has. */
export interface Way {
  readonly kind: 'ipv4' | 'ipv6' | 'nat64';
  /** Whether the destination is public, or a private address, such as a proxy's. */
  readonly isPublic: boolean;
  /** Whether the destination is one address, and not the hosts of the internet, which are never in the VPC. */
  readonly isLiteral: boolean;
  /** Whether the VPC's ranges hold the destination. */
  readonly inVpc: 'yes' | 'no' | 'maybe';
  readonly destination: Space;
  readonly port: number;
  /** How sentences call the destination, e.g. `the internet`. */
  readonly where: string;
  readonly hostKind: Fact<HostKind>;
  readonly ownInterface: boolean;
  readonly vpc: Fact<VpcFacts>;
  readonly subnet: SubnetFacts;
}

/** Where a route of the interface's own subnet leads. */
export function judgeHop(way: Way): JudgeHop {
  const subject = `subnet ${way.subnet.id}`;
  return (target, of) => {
    if (isOpaque(target)) return behind(target, subject, of);
    switch (target.kind) {
      case 'local': return step('reachable', subject, `${of}, inside the VPC.`);
      case 'internet-gateway': return judgeInternetGateway(way, subject, of);
      case 'egress-only-internet-gateway': return judgeEgressOnlyGateway(way, subject, of);
      case 'nat-gateway': return judgeNat(way, target, subject, of);
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
  if (!isPublic) return notPrivate(way, subject, of);
  if (kind === 'nat64') return step('unreachable', subject, `${of}, which translates nothing for 64:ff9b::/96.`, routeRemedy(way));
  return allOf([
    kind === 'ipv6' ? step('reachable', subject, `${of}.`) : publicAddress(way, subject, of),
    judgePublicAccess(vpc, subject, subnet.blockPublicAccessExclusion, TWO_WAY),
  ]);
}

function judgeEgressOnlyGateway(way: Way, subject: string, of: string): Judgement {
  const { kind, isPublic, subnet, vpc } = way;
  if (kind === 'ipv4') return step('unreachable', subject, `${of}, which carries IPv6 alone.`, 'Route 0.0.0.0/0 to a NAT gateway.');
  if (!isPublic) return notPrivate(way, subject, of);
  if (kind === 'nat64') return step('unreachable', subject, `${of}, which translates nothing for 64:ff9b::/96.`, routeRemedy(way));
  return allOf([step('reachable', subject, `${of}.`), judgePublicAccess(vpc, subject, subnet.blockPublicAccessExclusion, ONE_WAY)]);
}

function notPrivate(way: Way, subject: string, of: string): Judgement {
  return step('unreachable', subject, `${of}, which carries no traffic to a private address.`, routeRemedy(way));
}

function judgeNat(way: Way, { id, nat }: Extract<RouteTarget, { kind: 'nat-gateway' }>, subject: string, of: string): Judgement {
  if (way.kind === 'ipv6') {
    return step('unreachable', subject, `${of}, which translates IPv6 for 64:ff9b::/96 alone.`, 'Route ::/0 to an egress-only internet gateway.');
  }
  if (!way.isPublic) {
    return step('unknown', subject, `${of}, and what is behind it for a private address is not judged.`, `See that it leads to ${way.where}, and back.`);
  }
  return seen(nat, id, known => allOf([
    judgeNatGateway(known, id, of, way),
    judgePublicAccess(way.vpc, `NAT gateway ${id}`, way.subnet.blockPublicAccessExclusion, NAT_WAY),
  ]), 'See that it is available and public, in a subnet whose route leads to an internet gateway.');
}

function publicAddress(way: Way, subject: string, of: string): Judgement {
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

/**
 * What the network ACL of the interface's own subnet says. ACLs do not filter what stays in one subnet, and whether a host of
 * the VPC stands in the same one is not known.
 */
export function judgeAclOf({ subnet, port, destination, where, inVpc }: Way): Judgement {
  const judged = judgeNetworkAcl(subnet.networkAcl, subnet.id, outbound(port, destination, where, TASK_PORTS));
  if (inVpc === 'no' || isUnknown(subnet.networkAcl) || judged.outcome === 'reachable') return judged;
  return allOf([doubted(judged), step('unknown', `subnet ${subnet.id}`,
    `Network ACLs filter only what leaves the subnet, and ${where} may stand in subnet ${subnet.id} itself.`, `See in which subnet ${where} is.`)]);
}
