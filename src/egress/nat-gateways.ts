import { isUnknown, NatGatewayFacts, NatSubnetFacts } from './facts';
import type { Way } from './hops';
import { allOf, FINE, Judgement, seen, step } from './judgement';
import { inbound, judgeNetworkAcl, NAT_PORTS, outbound, TASK_PORTS } from './network-acls';
import { ANY_IPV4, ANY_IPV6, parseRange, PUBLIC_IPV4, Space } from './ranges';
import { behind, isOpaque, JudgeHop, judgeRoutes, nameOf } from './routing';

/** What is beyond a NAT gateway: with NAT64, the IPv4 addresses that were hidden in IPv6 ones. */
type Beyond = Pick<Way, 'destination' | 'where'>;

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
export function judgeNatGateway(nat: NatGatewayFacts, id: string, of: string, way: Way): Judgement {
  const beyond: Beyond = way.kind === 'nat64' ? { destination: PUBLIC_IPV4, where: 'the internet' } : way;
  return allOf([
    judgeState(nat, id, of),
    seen(nat.subnet, id, subnet => allOf([
      seen(nat.connectivity, id, connectivity => onward(connectivity, id, subnet, of, beyond), 'See that it is a public one.'),
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

function onward(connectivity: 'public' | 'private', id: string, subnet: NatSubnetFacts, of: string, beyond: Beyond): Judgement {
  const remedy = `Add a route 0.0.0.0/0 to an internet gateway for the subnet of NAT gateway ${id}.`;
  return judgeRoutes(subnet.routes, { ...beyond, subnet: subnet.id, mayBeLocal: false, remedy }, hopBehindNat(connectivity, id, of));
}

/** A public NAT gateway needs an internet gateway; a private one has no public address, and gets out only through somebody else. */
function hopBehindNat(connectivity: 'public' | 'private', id: string, of: string): JudgeHop {
  return (target, onwards) => {
    if (isOpaque(target)) return behind(target, id, `${of}. ${onwards}`);
    if (target.kind === 'internet-gateway' && connectivity === 'public') return step('reachable', id, `${of}, and from its subnet to ${nameOf(target)}.`);
    const why = target.kind === 'internet-gateway' ? 'and a private NAT gateway has no public address to use it with' : 'which is no internet gateway';
    return step('unreachable', id, `${of}. ${onwards}, ${why}.`, 'Use a public NAT gateway in a subnet whose route 0.0.0.0/0 leads to an internet gateway.');
  };
}
