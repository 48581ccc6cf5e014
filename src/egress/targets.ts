import { OpaqueHop, RouteTarget } from './facts';

/** Route targets beyond which nothing can be seen, and what to check there. */
export const OPAQUE: { readonly [hop in OpaqueHop | 'instance' | 'network-interface']: readonly [name: string, check: string] } = {
  'transit-gateway': ['transit gateway', 'Check that its route table leads to a VPC or a site with internet access, and back.'],
  'virtual-private-gateway': ['virtual private gateway', 'Check that the site behind it lets the traffic out to the internet, and back.'],
  'network-interface': [
    'network interface', 'Check that its owner (a NAT instance, a firewall) forwards to the internet, and that its source/destination check is off.',
  ],
  'instance': [
    'instance', 'Check that it forwards to the internet: a NAT instance needs its source/destination check off, a public address and IP forwarding.',
  ],
  'gateway-load-balancer-endpoint': [
    'Gateway Load Balancer endpoint', 'Check that its appliances let the traffic pass, and that the route table of its subnet leads to the internet.',
  ],
  'firewall-endpoint': [
    'firewall endpoint', 'Check that the firewall\'s rules let the traffic pass, and that the route table of its subnet leads to the internet.',
  ],
  'vpc-endpoint': ['VPC endpoint', 'Check that the appliances or the firewall behind it let the traffic pass, and that its subnet leads to the internet.'],
  'local-gateway': ['local gateway', 'Check that the on-premises network of the Outpost lets the traffic out to the internet.'],
  'carrier-gateway': ['carrier gateway', 'Check that the interface has a carrier address and that the carrier\'s network leads to the internet.'],
  'core-network': ['core network', 'Check that its segment leads to a VPC or a site with internet access, and back.'],
};

type Other = Exclude<RouteTarget['kind'], keyof typeof OPAQUE>;

const TARGET_NAMES: { readonly [kind in Other]: string } = {
  'local': 'local',
  'internet-gateway': 'internet gateway',
  'egress-only-internet-gateway': 'egress-only internet gateway',
  'nat-gateway': 'NAT gateway',
  'vpc-peering-connection': 'VPC peering connection',
  'gateway-endpoint': 'gateway endpoint',
};

/** The names of all kinds of hops, with which {@link describeTarget} begins. */
export const HOP_NAMES: readonly string[] = [...Object.values(OPAQUE).map(([name]) => name), ...Object.values(TARGET_NAMES)];

/** Whether only an unknown network, or an instance, can be behind a target. */
export function isOpaque(target: RouteTarget): target is Extract<RouteTarget, { kind: keyof typeof OPAQUE }> {
  return target.kind in OPAQUE;
}

/** Kind and id, e.g. `NAT gateway nat-1`, with what is known of a target beyond which nothing can be seen. */
export function describeTarget(target: RouteTarget): string {
  const name = isOpaque(target) ? OPAQUE[target.kind][0] : TARGET_NAMES[target.kind];
  if (!('id' in target)) return name;
  return `${name} ${target.id}${isOpaque(target) && target.seen !== undefined ? ` (${target.seen})` : ''}`;
}
