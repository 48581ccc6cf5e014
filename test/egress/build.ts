import {
  DEFAULT_NETWORK_ACL, Destination, EgressFacts, EgressRule, Fact, ForwarderFacts, HopSubnet, InstanceFacts, isUnknown, NatGatewayFacts, NetworkAclEntry,
  NetworkAclFacts, OpaqueHop, Route, RouteTarget, SecurityGroupFacts, SubnetFacts, Unknown, VpcFacts,
} from '../../src/egress';

/** Facts in one line each. What is not given is as in a good network. */
export const unseen = (what = 'this fact is not known'): Unknown => ({ unknown: what });

export const to = (cidr: Fact<string>, target: Fact<RouteTarget>, state?: Route['state']): Route => ({
  destination: { cidr }, target, ...state ? { state } : {},
});
export const toList = (cidrs: Fact<readonly string[]>, target: RouteTarget): Route => ({ destination: { prefixList: 'pl-1', cidrs }, target });

export const igw: RouteTarget = { kind: 'internet-gateway', id: 'igw-1' };
export const eigw: RouteTarget = { kind: 'egress-only-internet-gateway', id: 'eigw-1' };
export const peering: RouteTarget = { kind: 'vpc-peering-connection', id: 'pcx-1' };
export const local: RouteTarget = { kind: 'local' };
export const s3: RouteTarget = { kind: 'gateway-endpoint', id: 'vpce-s3' };
export const hop = (kind: OpaqueHop | 'instance' | 'network-interface'): RouteTarget => ({ kind, id: `${kind}-1` });

/** The public subnet of a NAT gateway. */
export const publicSubnet = (facts: Partial<HopSubnet> = {}): HopSubnet => ({
  id: 'public-1', ipv4Cidr: '10.0.0.0/24', routes: [to('0.0.0.0/0', igw)], networkAcl: DEFAULT_NETWORK_ACL, ...facts,
});
export const nat = (facts: Partial<NatGatewayFacts> = {}, sub: Partial<HopSubnet> = {}): RouteTarget => ({
  kind: 'nat-gateway',
  id: 'nat-1',
  nat: { state: 'available', connectivity: 'public', place: { kind: 'subnet', subnet: publicSubnet(sub) }, ...facts },
});
export const natInstance = (facts: Partial<ForwarderFacts> = {}, sub: Partial<HopSubnet> = {}): RouteTarget => ({
  kind: 'instance',
  id: 'i-nat',
  forwarder: {
    sourceDestCheck: false,
    publicIpv4: true,
    forwards: true,
    securityGroups: [{ id: 'sg-nat', egress: [everything], ingress: [{ protocol: '-1', from: { cidr: '0.0.0.0/0' } }] }],
    subnet: publicSubnet(sub),
    ...facts,
  },
});

/** A subnet, with the addresses of the interface that a case places in it. */
export interface Placed extends SubnetFacts {
  readonly publicIpv4: Fact<boolean>;
  readonly interfaceIpv6: Fact<boolean>;
}

export const subnet = (
  routes: Fact<readonly Route[]>,
  { publicIpv4 = false, ipv6 = false, ...facts }: Partial<SubnetFacts> & { publicIpv4?: Fact<boolean>; ipv6?: Fact<boolean> } = {},
): Placed => ({
  id: 'subnet-1',
  ipv4Cidr: '10.0.1.0/24',
  ...ipv6 === false ? {} : { ipv6Cidr: '2600::/64' },
  ipv6Native: false,
  mapPublicIpOnLaunch: false,
  routes,
  dns64: false,
  networkAcl: DEFAULT_NETWORK_ACL,
  publicIpv4,
  interfaceIpv6: ipv6,
  ...facts,
});

export const open = subnet([to('0.0.0.0/0', nat())], { id: 'subnet-open' });
export const closed = subnet([], { id: 'subnet-closed' });

export const rule = (protocol: Fact<string>, ports: readonly [Fact<number>?, Fact<number>?], peer: EgressRule['to'] | string): EgressRule => ({
  protocol,
  ...ports[0] === undefined ? {} : { fromPort: ports[0] },
  ...ports[1] === undefined ? {} : { toPort: ports[1] },
  to: typeof peer === 'string' ? { cidr: peer } : peer,
});
export const group = (...egress: EgressRule[]): SecurityGroupFacts => ({ id: 'sg-1', egress });
export const everything = rule('-1', [], '0.0.0.0/0');

export const entry = (
  ruleNumber: Fact<number>, direction: 'egress' | 'ingress', action: Fact<'allow' | 'deny'>,
  cidr: Fact<string> = '0.0.0.0/0', protocol: Fact<string> = '-1', ports: readonly [Fact<number>?, Fact<number>?] = [],
): NetworkAclEntry => ({
  ruleNumber,
  direction,
  action,
  cidr,
  protocol,
  ...ports[0] === undefined ? {} : { fromPort: ports[0] },
  ...ports[1] === undefined ? {} : { toPort: ports[1] },
});
export const acl = (...entries: NetworkAclEntry[]): NetworkAclFacts => ({ id: 'acl-1', entries });
export const allOut = entry(100, 'egress', 'allow');
export const allIn = entry(100, 'ingress', 'allow');

export const vpc = (facts: Partial<VpcFacts> = {}): VpcFacts => ({
  id: 'vpc-1',
  cidrs: ['10.0.0.0/16'],
  dnsSupport: true,
  domainNameServers: ['AmazonProvidedDNS'],
  dnsFirewallRules: [],
  resolverRules: [],
  privateZones: [],
  blockPublicAccess: 'off',
  endpoints: [],
  ...facts,
});

export const proxy = (address: string, port = 3128): Destination => ({ kind: 'address', address, port });

export interface Task extends Partial<Omit<EgressFacts, 'service' | 'instances'>> {
  readonly subnets?: Fact<readonly Placed[]>;
  readonly securityGroups?: Fact<readonly SecurityGroupFacts[]>;
}

/**
 * A task on Fargate; in `host` mode, or if its interface certainly has an IPv6 address beside an IPv4 one, on a container instance: an
 * account setting decides for tasks.
 */
export const task = (place: Placed | Fact<readonly Placed[]>, { subnets: others, securityGroups = [group(everything)], ...facts }: Task = {}): EgressFacts => {
  const subnets = others ?? ('routes' in place ? [place as Placed] : place);
  const hasIpv6 = !isUnknown(subnets) && subnets.some(({ interfaceIpv6 }) => interfaceIpv6 !== false);
  const onInstance = facts.networkMode === 'host' || facts.networkMode === 'bridge' || hasIpv6;
  const common = { vpc: vpc(), host: 'api.observability.postman.com', ...facts };
  if (!onInstance) {
    const assignPublicIp = isUnknown(subnets) || subnets.length === 0 ? false : subnets[0].publicIpv4;
    return { hostKind: 'FARGATE', networkMode: 'awsvpc', service: { subnets, securityGroups, assignPublicIp }, ...common };
  }
  const instances = isUnknown(subnets) ? subnets : subnets.map(({ publicIpv4, interfaceIpv6, ...at }, index): InstanceFacts => ({
    id: `i-${index}`, subnets: [at], securityGroups, publicIpv4, ipv6: interfaceIpv6,
  }));
  return { hostKind: 'EC2', networkMode: 'host', instances, ...common };
};
