import { BlockPublicAccess, Fact, HostKind, isUnknown, NatGatewayFacts, NatSubnetFacts, RouteTarget, SubnetFacts, VpcFacts } from './facts';
import { allOf, Judgement, seen, step } from './judgement';
import { inbound, judgeNetworkAcl, NAT_PORTS, outbound, TASK_PORTS } from './network-acls';
import { ANY_IPV4, parseRange, PUBLIC_IPV4, Space } from './ranges';
import { behind, isOpaque, JudgeHop, judgeRoutes, nameOf } from './routing';

/** One way out of one subnet: which addresses it leads to, and what the interface has. */
export interface Way {
  readonly kind: 'ipv4' | 'ipv6' | 'nat64';
  /** Whether the destination is public, or a private address, such as a proxy's. */
  readonly isPublic: boolean;
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
      case 'local': return way.isPublic
        ? step('unreachable', subject, `${of} keeps the traffic inside the VPC.`, 'Add a route to the internet.')
        : step('reachable', subject, `${of}, inside the VPC.`);
      case 'internet-gateway': return allOf([address(way, of), blockedDirectly(way, subject)]);
      case 'egress-only-internet-gateway': return way.kind === 'ipv6'
        ? allOf([step('reachable', subject, `${of}.`), blockedOutbound(way, subject)])
        : step('unreachable', subject, `${of}, which carries IPv6 alone.`, 'Route 0.0.0.0/0 to a NAT gateway.');
      case 'nat-gateway': return way.kind === 'ipv6'
        ? step('unreachable', subject, `${of}, which translates IPv6 for 64:ff9b::/96 alone.`, 'Route ::/0 to an egress-only internet gateway.')
        : !way.isPublic ? step('unknown', subject, `${of}, and what is behind it for a private address is not judged.`, `See that it leads to ${way.where}, and back.`)
          : seen(target.nat, target.id, nat => judgeNatGateway(nat, target.id, of, way), 'See that it is available and public, in a subnet whose route leads to an internet gateway.');
      case 'vpc-peering-connection': return way.isPublic
        ? step('unreachable', subject, `${of}, and peering carries no traffic to the internet.`, 'Route it to a NAT gateway or an internet gateway of this VPC.')
        : step('unknown', subject, `${of}, whose far side is not in view.`, `See that the peer VPC routes back and lets TCP ${way.port} in.`);
      // A gateway endpoint is left out of the routes before they are judged.
      case 'gateway-endpoint': return step('unreachable', subject, `${of}, which carries one AWS service alone.`);
    }
  };
}

function address(way: Way, of: string): Judgement {
  const { id, publicIpv4, ipv6 } = way.subnet;
  const subject = `subnet ${id}`;
  if (way.kind !== 'ipv4') {
    return seen(ipv6, subject, has => has ? step('reachable', subject, `${of}, and the interface has an IPv6 address.`) : step('unreachable', subject, `${of}, but the interface has no IPv6 address.`, 'Give the subnet an IPv6 range, and the interface an address in it.'),
      'See whether the interface gets an IPv6 address.');
  }
  return seen(publicIpv4, subject, has => has
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
 * VPC block public access, for an interface that uses the internet gateway itself.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
function blockedDirectly({ vpc, subnet }: Way, subject: string): Judgement {
  return blocked(vpc, mode => mode !== 'off', subject, subnet.blockPublicAccessExclusion, exclusion => exclusion === 'allow-bidirectional' ? 'reachable' : 'unknown');
}

/** The same for egress-only internet gateways, which only the bidirectional mode closes. */
function blockedOutbound({ vpc, subnet }: Way, subject: string): Judgement {
  return blocked(vpc, mode => mode === 'block-bidirectional', subject, subnet.blockPublicAccessExclusion, () => 'reachable');
}

/** The same for NAT gateways. It is their own subnet that has to be excluded, of which nothing is known here. */
function blockedBehindNat({ vpc, subnet }: Way, subject: string): Judgement {
  return blocked(vpc, mode => mode === 'block-bidirectional', subject, subnet.blockPublicAccessExclusion, () => 'unknown');
}

const OPEN: Judgement = { outcome: 'reachable', steps: [] };

function blocked(
  vpc: Fact<VpcFacts>, closes: (mode: BlockPublicAccess) => boolean, subject: string,
  exclusion: SubnetFacts['blockPublicAccessExclusion'] = 'none', excluded: (mode: 'allow-bidirectional' | 'allow-egress') => 'reachable' | 'unknown',
): Judgement {
  // An unknown VPC is a step of its own.
  if (isUnknown(vpc)) return OPEN;
  return seen(vpc.blockPublicAccess, `VPC ${vpc.id}`, mode => {
    if (!closes(mode)) return OPEN;
    const finding = `VPC block public access (${mode}) closes the way of ${subject} to the internet gateway`;
    const remedy = `Exclude ${subject} from VPC block public access, or turn it off.`;
    return seen(exclusion, subject, known => {
      if (known === 'none') return step('unreachable', subject, `${finding}.`, remedy);
      return excluded(known) === 'reachable' ? OPEN : step('unknown', subject, `${finding}, and whether the exclusion ${known} opens it is not certain.`, remedy);
    }, remedy);
  }, 'See that VPC block public access does not close the way out.');
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
function judgeNatGateway(nat: NatGatewayFacts, id: string, of: string, way: Way): Judgement {
  return allOf([
    judgeState(nat, id, of),
    seen(nat.subnet, id, subnet => allOf([
      seen(nat.connectivity, id, connectivity => onward(connectivity, id, subnet, of), 'See that it is a public one.'),
      judgeNetworkAcl(subnet.networkAcl, subnet.id, [
        ...outbound(way.port, PUBLIC_IPV4, 'the internet', NAT_PORTS),
        ...inbound(way.port, tasksAddresses(way), 'the tasks', TASK_PORTS),
      ]),
    ]), 'See that the route of its subnet leads to an internet gateway.'),
    blockedBehindNat(way, id),
  ]);
}

/** NAT64 hides the task's IPv6 address from everything but its own subnet's ACL; those rules are left to the IPv4 flows. */
function tasksAddresses({ vpc }: Way): Space {
  if (isUnknown(vpc) || isUnknown(vpc.cidrs)) return ANY_IPV4;
  const ranges = vpc.cidrs.map(parseRange).filter(range => range?.family === 4).map(range => range!.span);
  return ranges.length > 0 ? ranges : ANY_IPV4;
}

function judgeState({ state }: NatGatewayFacts, id: string, of: string): Judgement {
  return seen(state, id, known => {
    if (known === 'available') return OPEN;
    return known === 'pending'
      ? step('unknown', id, `${of}, which is pending.`, 'Wait until it is available.')
      : step('unreachable', id, `${of}, which is ${known}.`, 'Replace the NAT gateway, and point the route at the new one.');
  }, 'See that it is available.');
}

function onward(connectivity: 'public' | 'private', id: string, subnet: NatSubnetFacts, of: string): Judgement {
  return judgeRoutes(subnet.routes, PUBLIC_IPV4, subnet.id, 'the internet', hopBehindNat(connectivity, id, of));
}

/** A public NAT gateway needs an internet gateway; a private one has no public address, and gets out only through somebody else. */
function hopBehindNat(connectivity: 'public' | 'private', id: string, of: string): JudgeHop {
  return (target: RouteTarget, onwards) => {
    if (isOpaque(target)) return behind(target, id, `${of}. ${onwards}`);
    if (target.kind === 'internet-gateway' && connectivity === 'public') return step('reachable', id, `${of}, and from its subnet to ${nameOf(target)}.`);
    const why = target.kind === 'internet-gateway' ? 'and a private NAT gateway has no public address to use it with' : 'which is no internet gateway';
    return step('unreachable', id, `${of}. ${onwards}, ${why}.`, 'Use a public NAT gateway in a subnet whose route 0.0.0.0/0 leads to an internet gateway.');
  };
}

/** What the network ACL of the interface's own subnet says. */
export function judgeAclOf({ subnet, port, destination, where }: Way): Judgement {
  return judgeNetworkAcl(subnet.networkAcl, subnet.id, outbound(port, destination, where, TASK_PORTS));
}
