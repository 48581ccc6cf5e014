import { OpaqueHop, RouteTarget } from './facts';
import { Judgement, step } from './outcome';

/** What is behind a hop whose far side is out of view, and what to look at there. */
const BEHIND: { readonly [hop in OpaqueHop]: readonly [name: string, check: string] } = {
  'transit-gateway': ['transit gateway', 'See that its route table leads to a VPC or a site with a way out to the internet, and back.'],
  'virtual-private-gateway': ['virtual private gateway', 'See that the site behind it lets the traffic out to the internet, and back.'],
  'network-interface': ['network interface', 'See that what it belongs to (a NAT instance, a firewall) forwards to the internet, and that its source/destination check is off.'],
  'instance': ['instance', 'See that it forwards to the internet: a NAT instance needs its source/destination check off, a public address and IP forwarding.'],
  'gateway-load-balancer-endpoint': ['Gateway Load Balancer endpoint', 'See that its appliances let the traffic pass, and that the route table of its subnet leads to the internet.'],
  'firewall-endpoint': ['firewall endpoint', 'See that the firewall\'s rules let the traffic pass, and that the route table of its subnet leads to the internet.'],
  'local-gateway': ['local gateway', 'See that the on-premises network of the Outpost lets the traffic out to the internet.'],
  'carrier-gateway': ['carrier gateway', 'See that the interface has a carrier address and that the carrier\'s network leads to the internet.'],
  'core-network': ['core network', 'See that its segment leads to a VPC or a site with a way out to the internet, and back.'],
};

const NAMES: { readonly [kind in Exclude<RouteTarget['kind'], OpaqueHop>]: string } = {
  'local': 'local',
  'internet-gateway': 'internet gateway',
  'egress-only-internet-gateway': 'egress-only internet gateway',
  'nat-gateway': 'NAT gateway',
  'vpc-peering-connection': 'VPC peering connection',
  'gateway-endpoint': 'gateway endpoint',
};

export function isOpaque(target: RouteTarget): target is Extract<RouteTarget, { kind: OpaqueHop }> {
  return target.kind in BEHIND;
}

export function describeTarget(target: RouteTarget): string {
  const name = isOpaque(target) ? BEHIND[target.kind][0] : NAMES[target.kind];
  if (!('id' in target)) return name;
  return `${name} ${target.id}${isOpaque(target) && target.seen !== undefined ? ` (${target.seen})` : ''}`;
}

export function judgeOpaque(target: Extract<RouteTarget, { kind: OpaqueHop }>, subject: string, of: string): Judgement {
  return step('unknown', subject, `${of}, whose far side is not in view.`, BEHIND[target.kind][1]);
}
