import {
  DEFAULT_NETWORK_ACL, Destination, EgressFacts, EgressRule, Fact, NatGatewayFacts, NetworkAclEntry, NetworkAclFacts,
  OpaqueHop, Route, RouteTarget, SecurityGroupFacts, SubnetFacts, Unknown, VpcFacts,
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
export const hop = (kind: OpaqueHop): RouteTarget => ({ kind, id: `${kind}-1` });

export const nat = (facts: Partial<NatGatewayFacts> = {}, subnet: object = {}): RouteTarget => ({
  kind: 'nat-gateway',
  id: 'nat-1',
  nat: {
    state: 'available',
    connectivity: 'public',
    subnet: { id: 'public-1', routes: [to('0.0.0.0/0', igw)], networkAcl: DEFAULT_NETWORK_ACL, ...subnet },
    ...facts,
  },
});

export const subnet = (routes: Fact<readonly Route[]>, facts: Partial<SubnetFacts> = {}): SubnetFacts => ({
  id: 'subnet-1', routes, publicIpv4: false, ipv6: false, dns64: false, networkAcl: DEFAULT_NETWORK_ACL, ...facts,
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
  id: 'vpc-1', cidrs: ['10.0.0.0/16'], dnsSupport: true, domainNameServers: ['AmazonProvidedDNS'], blockPublicAccess: 'off', endpoints: [], ...facts,
});

export const proxy = (address: string, port = 3128): Destination => ({ kind: 'address', address, port });

/** A task on Fargate. */
export const task = (subnets: SubnetFacts | Fact<readonly SubnetFacts[]>, facts: Partial<EgressFacts> = {}): EgressFacts => ({
  hostKind: 'FARGATE',
  networkMode: 'awsvpc',
  subnets: 'routes' in subnets ? [subnets as SubnetFacts] : subnets,
  securityGroups: [group(everything)],
  vpc: vpc(),
  host: 'api.observability.postman.com',
  ...facts,
});
