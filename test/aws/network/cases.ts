import { State } from './ec2';
import { ALL, DENY_ALL, fargate, group, instance, LOCAL, onHosts, open, route, subnet, table, tcp, toList, WEB } from './given';
import type { TaskPlacement } from '../../../src/aws/network';
import type { Outcome } from '../../../src/egress';

/** What the network is like, what is different in the account, the service, the verdict, and what the evidence says. */
type Case = readonly [network: string, change: (state: State) => void, placement: TaskPlacement, verdict: Outcome, evidence?: RegExp];

const asIs = () => {};
const to = (...routes: object[]) => (state: State) => { state.RouteTables[2].Routes = [LOCAL, ...routes]; };
const nat = (more: object) => (state: State) => { Object.assign(state.NatGateways[0], more); };
const rules = (...permissions: object[]) => (state: State) => { state.SecurityGroups = [group('sg-1', ...permissions)]; };
const acl = (...entries: object[]) => (state: State) => { state.NetworkAcls[0].Entries = [...entries, ...DENY_ALL]; };
const vpc = (more: object) => (state: State) => { Object.assign(state.Vpcs[0], more); };
const ipv6 = (more: object = {}) => (state: State) => {
  state.Subnets[1] = subnet('subnet-private', {
    Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600::/64', Ipv6CidrBlockState: { State: 'associated' } }], ...more,
  });
  state.SecurityGroups = [group('sg-1', ALL, { ...ALL, IpRanges: [], Ipv6Ranges: [{ CidrIpv6: '::/0' }] })];
  state.NetworkAcls[0].Entries.push(...[true, false].map(Egress => ({ RuleNumber: 101, Egress, RuleAction: 'allow', Protocol: '-1', Ipv6CidrBlock: '::/0' })));
};
const endpoint = (more: object, ...routes: object[]) => (state: State) => {
  state.VpcEndpoints = [{
    VpcEndpointId: 'vpce-1',
    VpcId: 'vpc-1',
    VpcEndpointType: 'GatewayLoadBalancer',
    ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-1',
    State: 'available',
    Tags: [],
    ...more,
  }];
  to(...routes)(state);
};
const blocked = (mode: string, ...exclusions: readonly (readonly [resource: string, mode: string, state?: string])[]) => (state: State) => {
  state.VpcBlockPublicAccessOptions = { AwsAccountId: '111122223333', State: 'update-complete', InternetGatewayBlockMode: mode };
  state.VpcBlockPublicAccessExclusions = exclusions.map(([resource, InternetGatewayExclusionMode, status = 'create-complete'], index) => ({
    ExclusionId: `vpcbpa-exclude-${index}`, ResourceArn: `arn:aws:ec2:eu-west-1:111122223333:${resource}`, InternetGatewayExclusionMode, State: status,
  }));
};
const all = (...changes: ((state: State) => void)[]) => (state: State) => changes.forEach(change => change(state));
const hosts = (...instances: object[]) => (state: State) => { state.Instances = instances; };
const closedWithEndpoints = (...services: string[]) => (state: State) => {
  state.VpcEndpoints = services.map((name, index) => ({
    VpcEndpointId: `vpce-${index}`, VpcId: 'vpc-1', VpcEndpointType: 'Interface', ServiceName: `com.amazonaws.eu-west-1.${name}`, State: 'available',
  }));
};
const NAT_INSTANCE = instance('i-1', { SubnetId: 'subnet-public', SourceDestCheck: false, PublicIpAddress: '3.3.3.3' });
/** A route table of the internet gateway, which leads what comes in for the public subnet. */
const gatewayTable = (target: object) => (state: State) => {
  state.RouteTables.push(table('rtb-igw', { GatewayId: 'igw-1' }, route({ DestinationCidrBlock: '10.0.0.0/24', ...target })));
};
const GROUP = { FirewallRuleGroupId: 'group-1', VpcId: 'vpc-1', Priority: 101, Status: 'COMPLETE' };
const rule = (Action: string, FirewallDomainListId: string | undefined, more: object = {}) => ({
  Name: Action.toLowerCase(), Priority: 10, Action, FirewallDomainListId, FirewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN', ...more,
});
const firewall = (firewallRules: object[], domains: State['domains']) => (state: State) => {
  const lists = Object.keys(domains).map(Id => ({ Id, Name: Id }));
  Object.assign(state, { ruleGroups: { 'vpc-1': [{ ...GROUP }] }, firewallRules: { 'group-1': firewallRules }, domains, FirewallDomainLists: lists });
};
const resolver = (DomainName: string | undefined, RuleType: string, Status = 'COMPLETE') => (state: State) => {
  if (DomainName !== undefined) state.ResolverRules.push({ Id: 'rule-1', DomainName, RuleType });
  state.resolverRules['vpc-1'].push({ ResolverRuleId: 'rule-1', Status });
};
const zone = (Name: string, ...records: object[]) => (state: State) => {
  state.zones = { 'vpc-1': [{ HostedZoneId: 'Z1', Name, Owner: { OwningAccount: '111122223333' } }] };
  state.records = { Z1: records };
};
const IPV6_OUT = route({ EgressOnlyInternetGatewayId: 'eigw-1' }, { DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '::/0' });
const S3 = { VpcEndpointType: 'Gateway', ServiceName: 'com.amazonaws.eu-west-1.s3' };
const PROXY = { kind: 'address', address: '10.0.9.9', port: 3128 } as const;
const PUBLIC = fargate('subnet-public', {}, true);
const NEEDS_ENDPOINTS = { startup: { endpointServices: ['ecr.api', 'ecr.dkr', 'secretsmanager'] }, destination: PROXY };

export const CASES: readonly Case[] = [
  // Addresses
  ['Fargate in a public subnet with a public address', asIs, PUBLIC, 'reachable', /igw-1, and the interface has a public address/],
  ['Fargate in a public subnet without a public address', asIs, fargate('subnet-public'), 'unreachable', /the task gets no public address there/],
  [
    'EC2 awsvpc in a public subnet, also if the service asks for a public address', asIs, fargate('subnet-public', { hostKind: 'EC2' }, true), 'unreachable',
    /ECS gives tasks on EC2 no public address in network mode awsvpc/,
  ],
  ['Managed Instances that ask for a public address', asIs, fargate('subnet-public', { hostKind: 'MANAGED_INSTANCES' }, true), 'unknown'],
  ['a private subnet behind a NAT gateway', asIs, fargate(), 'reachable', /nat-1, and from its subnet to internet gateway igw-1/],
  ['a subnet that uses the main table', asIs, fargate('subnet-isolated'), 'unreachable', /subnet-isolated has no route to the internet/],
  [
    'a main table with a route to the internet', state => { state.RouteTables[0].Routes.push(route({ NatGatewayId: 'nat-1' })); }, fargate('subnet-isolated'),
    'reachable',
  ],
  [
    'a subnet whose association is gone, which means the main table',
    state => { state.RouteTables[2].Associations[0].AssociationState.State = 'disassociated'; }, fargate(), 'unreachable',
    /its only route is the VPC's local route/,
  ],
  ['two subnets of which one is closed', asIs, fargate(['subnet-private', 'subnet-isolated']), 'unreachable', /subnet-isolated/],
  [
    'a VPC whose main table cannot be seen', state => { state.RouteTables.shift(); }, fargate('subnet-isolated'), 'unknown',
    /The route table of subnet subnet-isolated was not found in this account/,
  ],
  ['a subnet that does not exist', asIs, fargate('subnet-9'), 'unknown', /Subnet subnet-9 was not found in this account and region/],
  ['a subnet that does not exist beside one that does', asIs, fargate(['subnet-9', 'subnet-private']), 'unknown', /subnet-9[^]*nat-1, and from its subnet/],
  ['no subnet', asIs, fargate([]), 'unknown', /No subnet is named/],

  // Routes
  ['a blackhole', to(route({ NatGatewayId: 'nat-9' }, { State: 'blackhole' })), fargate(), 'unreachable', /the route for 0\.0\.0\.0\/0 is a blackhole/],
  [
    'two halves',
    to(route({ NatGatewayId: 'nat-1' }, { DestinationCidrBlock: '0.0.0.0/1' }), route({ NatGatewayId: 'nat-1' }, { DestinationCidrBlock: '128.0.0.0/1' })),
    fargate(), 'reachable',
  ],
  ['a transit gateway', to(route({ TransitGatewayId: 'tgw-1' })), fargate(), 'unknown', /transit gateway tgw-1; what lies beyond it/],
  [
    'a peering connection', to(route({ VpcPeeringConnectionId: 'pcx-1' })), fargate(), 'unreachable',
    /peering connection pcx-1, which carries no traffic to the internet/,
  ],
  ['a virtual private gateway', to(route({ GatewayId: 'vgw-1' })), fargate(), 'unknown', /virtual private gateway vgw-1/],
  ['a local gateway', to(route({ LocalGatewayId: 'lgw-1' })), fargate(), 'unknown', /local gateway lgw-1/],
  ['a carrier gateway', to(route({ CarrierGatewayId: 'cagw-1' })), fargate(), 'unknown', /carrier gateway cagw-1/],
  [
    'a core network', to(route({ CoreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/cn-1' })), fargate(), 'unknown',
    /core network arn:aws:networkmanager/,
  ],
  [
    'a network of Oracle Database', to(route({ OdbNetworkArn: 'arn:aws:odb:eu-west-1:111122223333:odb-network/odb-1' })), fargate(), 'unknown',
    /leads to arn:aws:odb:\S+, a kind of target that this program does not know/,
  ],
  ['a route target of an unknown kind', to(route({ GatewayId: 'xgw-1' })), fargate(), 'unknown', /gateway xgw-1, whose kind this program does not know/],
  ['a route target that EC2 does not name', to(route({})), fargate(), 'unknown', /a target that EC2 does not name/],
  ['a route in an unknown state', to(route({ NatGatewayId: 'nat-1' }, { State: 'filtered' })), fargate(), 'unknown', /in state filtered/],
  ['an egress-only gateway for IPv4', to(route({ EgressOnlyInternetGatewayId: 'eigw-1' })), fargate(), 'unreachable', /carries only IPv6/],
  [
    'a static route before a propagated one', to(route({ NatGatewayId: 'nat-1' }), route({ GatewayId: 'vgw-1' }, { Origin: 'EnableVgwRoutePropagation' })),
    fargate(), 'reachable',
  ],
  [
    'a static route before one that a route server advertises',
    to(route({ NatGatewayId: 'nat-1' }), route({ NetworkInterfaceId: 'eni-1', IpAddress: '10.0.0.9' }, { Origin: 'Advertisement' })), fargate(), 'reachable',
  ],
  [
    'only a propagated route', to(route({ GatewayId: 'vgw-1' }, { Origin: 'EnableVgwRoutePropagation' })), fargate(), 'unknown',
    /virtual private gateway vgw-1/,
  ],
  [
    'a static blackhole beside a propagated route',
    to(route({ NatGatewayId: 'nat-9' }, { State: 'blackhole' }), route({ GatewayId: 'vgw-1' }, { Origin: 'EnableVgwRoutePropagation' })), fargate(), 'unknown',
    /vgw-1/,
  ],
  [
    'a prefix list of all addresses',
    all(to(toList('pl-1', { NatGatewayId: 'nat-1' })), state => { state.managedPrefixLists['pl-1'] = ['0.0.0.0/1', '128.0.0.0/1']; }), fargate(), 'reachable',
    /prefix list pl-1 -> NAT gateway/,
  ],
  [
    'a prefix list of private ranges', all(to(toList('pl-1', { NatGatewayId: 'nat-1' })), state => { state.managedPrefixLists['pl-1'] = ['10.0.0.0/8']; }),
    fargate(), 'unreachable', /no route to the internet/,
  ],
  [
    'a prefix list that cannot be read', to(toList('pl-9', { NatGatewayId: 'nat-1' })), fargate(), 'unknown',
    /covers: the ranges of prefix list pl-9 could not be read: ec2:GetManagedPrefixListEntries failed/,
  ],

  // Endpoints in routes
  [
    'S3\'s gateway endpoint beside the NAT gateway', endpoint(S3, route({ NatGatewayId: 'nat-1' }), toList('pl-s3', { GatewayId: 'vpce-1' })), fargate(),
    'reachable',
  ],
  [
    'only S3\'s gateway endpoint', endpoint(S3, toList('pl-s3', { GatewayId: 'vpce-1' })), fargate(), 'unreachable',
    /prefix list pl-s3 -> gateway endpoint vpce-1/,
  ],
  [
    'a Gateway Load Balancer endpoint', endpoint({}, route({ GatewayId: 'vpce-1' })), fargate(), 'unknown',
    /Gateway Load Balancer endpoint vpce-1 \(of com\.amazonaws\.vpce\.eu-west-1\.vpce-svc-1, available\); what lies beyond it/,
  ],
  [
    'a firewall endpoint',
    endpoint(
      { Tags: [{ Key: 'Firewall', Value: 'arn:aws:network-firewall:eu-west-1:111122223333:firewall/f' }, { Key: 'AWSNetworkFirewallManaged', Value: 'true' }] },
      route({ GatewayId: 'vpce-1' }),
    ),
    fargate(), 'unknown', /firewall endpoint vpce-1 \(of firewall arn:aws:network-firewall\S+, of com\S+, available\)[^]*firewall's rules/,
  ],
  [
    'a firewall endpoint without the firewall\'s name',
    endpoint({ Tags: [{ Key: 'AWSNetworkFirewallManaged', Value: 'true' }] }, route({ GatewayId: 'vpce-1' })), fargate(), 'unknown',
    /firewall endpoint vpce-1 \(of AWS Network Firewall/,
  ],
  [
    'a VPC endpoint of another type', endpoint({ VpcEndpointType: 'Tunnel' }, route({ GatewayId: 'vpce-1' })), fargate(), 'unknown',
    /VPC endpoint vpce-1 \(of type Tunnel\); what lies beyond it cannot be seen/,
  ],
  ['a VPC endpoint that does not exist', to(route({ GatewayId: 'vpce-9' })), fargate(), 'unknown', /VPC endpoint vpce-9 was not found/],

  // Interfaces and instances in routes
  [
    'a NAT instance whose source/destination check is on',
    all(to(route({ InstanceId: 'i-1', NetworkInterfaceId: 'eni-1' })), hosts(instance('i-1', { State: { Name: 'stopped' } }))), fargate(), 'unreachable',
    /instance i-1 \(stopped\), whose source\/destination check is on/,
  ],
  [
    'a NAT instance whose source/destination check is off', all(to(route({ InstanceId: 'i-1' })), hosts(NAT_INSTANCE)), fargate(), 'unknown',
    /instance i-1 \(running\); what lies beyond it cannot be seen from here\. Check that it forwards/,
  ],
  [
    'a NAT instance with a second interface',
    all(
      to(route({ InstanceId: 'i-1', NetworkInterfaceId: 'eni-2' })),
      hosts(
        instance(
          'i-1',
          {
            NetworkInterfaces: [
              { NetworkInterfaceId: 'eni-1', SourceDestCheck: true },
              { NetworkInterfaceId: 'eni-2', SourceDestCheck: false, Association: { PublicIp: '3.3.3.3' } },
            ],
          },
        ),
      ),
    ),
    fargate(), 'unknown', /instance i-1 \(running\); what lies beyond it/,
  ],
  ['a NAT instance that does not exist', to(route({ InstanceId: 'i-9' })), fargate(), 'unknown', /instance i-9 \(not found in this account and region\)/],
  [
    'a network interface',
    all(
      to(route({ NetworkInterfaceId: 'eni-1' })),
      state => {
        state.NetworkInterfaces = [{ NetworkInterfaceId: 'eni-1', InterfaceType: 'network_load_balancer', Status: 'in-use', SourceDestCheck: false }];
      },
    ),
    fargate(), 'unknown', /network interface eni-1 \(of type network_load_balancer, in-use\)/,
  ],
  [
    'a network interface of an instance',
    all(
      to(route({ NetworkInterfaceId: 'eni-1' })),
      state => {
        state.NetworkInterfaces = [
          {
            NetworkInterfaceId: 'eni-1',
            InterfaceType: 'interface',
            Status: 'in-use',
            SourceDestCheck: true,
            Attachment: { InstanceId: 'i-1' },
            Association: { PublicIp: '3.3.3.3' },
          },
        ];
      },
    ),
    fargate(), 'unreachable', /network interface eni-1 \(of instance i-1, in-use\), whose source\/destination check is on/,
  ],
  ['an instance that is gone', to(route({ InstanceId: 'i-1', NetworkInterfaceId: 'eni-1' }, { State: 'blackhole' })), fargate(), 'unreachable', /blackhole/],

  // The way back
  [
    'an internet gateway whose own route table leads to a firewall', gatewayTable({ GatewayId: 'vpce-1' }), PUBLIC, 'unknown', /VPC endpoint vpce-1/,
  ],
  [
    'an internet gateway whose own route table leads to an interface, behind a NAT gateway', gatewayTable({ NetworkInterfaceId: 'eni-1' }), fargate(),
    'unknown', /network interface eni-1/,
  ],
  [
    'an internet gateway whose own route table leads to a blackhole', gatewayTable({ NetworkInterfaceId: 'eni-1', State: 'blackhole' }), PUBLIC, 'unreachable',
    /blackhole/,
  ],
  ['an internet gateway whose own route table has only local routes', gatewayTable({ GatewayId: 'local' }), PUBLIC, 'reachable'],
  [
    'a NAT gateway whose subnet sends the task\'s range to an interface',
    state => { state.RouteTables[1].Routes.push(route({ NetworkInterfaceId: 'eni-1' }, { DestinationCidrBlock: '10.0.1.0/24' })); }, fargate(), 'unknown',
    /network interface eni-1/,
  ],

  // NAT gateways
  ['a NAT gateway that failed', nat({ State: 'failed' }), fargate(), 'unreachable', /nat-1, which is in state failed/],
  ['a NAT gateway that is pending', nat({ State: 'pending' }), fargate(), 'unknown', /pending/],
  ['a NAT gateway whose state is missing', nat({ State: undefined }), fargate(), 'unknown', /EC2 did not return the state of NAT gateway nat-1/],
  ['a private NAT gateway', nat({ ConnectivityType: 'private' }), fargate(), 'unreachable', /private NAT gateway has no public address/],
  [
    'a NAT gateway whose connectivity type is missing', nat({ ConnectivityType: undefined }), fargate(), 'unknown',
    /EC2 did not return the connectivity type of NAT gateway nat-1/,
  ],
  ['a NAT gateway in an isolated subnet', nat({ SubnetId: 'subnet-isolated' }), fargate(), 'unreachable', /subnet-isolated has no route to the internet/],
  ['a NAT gateway whose subnet leads back to it', nat({ SubnetId: 'subnet-private' }), fargate(), 'unreachable', /which is not an internet gateway/],
  [
    'a NAT gateway behind another',
    state => {
      state.NatGateways.push({ ...state.NatGateways[0], NatGatewayId: 'nat-2' });
      state.RouteTables[1].Routes = [LOCAL, route({ NatGatewayId: 'nat-2' })];
    },
    fargate(), 'unknown', /a NAT gateway behind another one is not followed/,
  ],
  [
    'a NAT gateway that this account cannot see', state => { state.NatGateways = []; }, fargate(), 'unknown',
    /NAT gateway nat-1 was not found in this account and region; check that it exists \(of a shared VPC, only the owner/,
  ],
  [
    'a NAT gateway whose own network ACL denies',
    state => {
      state.NetworkAcls[0].Associations.shift();
      state.NetworkAcls.push(
        { NetworkAclId: 'acl-2', VpcId: 'vpc-1', Associations: [{ SubnetId: 'subnet-public' }], Entries: [open('0.0.0.0/0', true), ...DENY_ALL] },
      );
    },
    fargate(), 'unreachable', /Subnet subnet-public: its network ACL \(acl-2\) denies/,
  ],
  [
    'a regional NAT gateway whose route table can be seen',
    all(
      nat({ SubnetId: undefined, AvailabilityMode: 'regional', RouteTableId: 'rtb-nat' }),
      state => { state.RouteTables.push(table('rtb-nat', {}, route({ GatewayId: 'igw-1' }))); },
    ),
    fargate(), 'reachable', /nat-1\b[^]*internet gateway igw-1/,
  ],
  [
    'a regional NAT gateway with an associated route table',
    all(
      nat({ SubnetId: undefined, AvailabilityMode: 'regional', RouteTableId: 'nat-1' }),
      state => { state.RouteTables.push(table('rtb-nat', { GatewayId: 'nat-1' }, route({ GatewayId: 'igw-1' }))); },
    ),
    fargate(), 'reachable',
  ],
  [
    'a regional NAT gateway whose route table has no route to the internet',
    all(nat({ SubnetId: undefined, AvailabilityMode: 'regional', RouteTableId: 'rtb-nat' }), state => { state.RouteTables.push(table('rtb-nat', {})); }),
    fargate(), 'unreachable', /NAT gateway nat-1 has no route to the internet/,
  ],
  [
    'a regional NAT gateway whose route table cannot be seen', nat({ SubnetId: undefined, AvailabilityMode: 'regional' }), fargate(), 'unknown',
    /is regional, and its own route table cannot be seen/,
  ],
  ['a zonal NAT gateway whose subnet is missing', nat({ SubnetId: undefined }), fargate(), 'unknown', /EC2 did not return the subnet of NAT gateway nat-1/],

  // Security groups
  ['a group for TCP 443', rules(tcp({ IpRanges: [{ CidrIp: '0.0.0.0/0' }] })), fargate(), 'reachable', /sg-1 allows TCP 443 to the internet/],
  ['a group for another port', rules(tcp({ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, 80)), fargate(), 'unreachable', /the rules are: tcp 80 to 0\.0\.0\.0\/0/],
  ['a group for ports on both sides', rules(tcp({ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, 442, 444)), fargate(), 'reachable'],
  ['a group without a rule', rules(), fargate(), 'unreachable', /there are no egress rules/],
  ['a group for UDP', rules({ ...tcp({ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }), IpProtocol: 'udp' }), fargate(), 'unreachable'],
  ['a group for IPv6', rules(tcp({ Ipv6Ranges: [{ CidrIpv6: '::/0' }] })), fargate(), 'unreachable', /tcp 443 to ::\/0/],
  ['a group for another group', rules(tcp({ UserIdGroupPairs: [{ GroupId: 'sg-2' }] })), fargate(), 'unreachable', /tcp 443 to group sg-2/],
  ['a group for several ranges', rules(tcp({ IpRanges: [{ CidrIp: '0.0.0.0/1' }, { CidrIp: '128.0.0.0/1' }] })), fargate(), 'reachable'],
  [
    'a group for a managed prefix list of all addresses',
    all(rules(tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] })), state => { state.managedPrefixLists['pl-1'] = ['0.0.0.0/0']; }), fargate(), 'reachable',
  ],
  [
    'a group for a prefix list of AWS',
    all(
      rules(tcp({ PrefixListIds: [{ PrefixListId: 'pl-s3' }] })),
      state => { state.PrefixLists = [{ PrefixListId: 'pl-s3', PrefixListName: 'com.amazonaws.eu-west-1.s3', Cidrs: ['52.216.0.0/15'] }]; },
    ),
    fargate(), 'unreachable', /the rules are: tcp 443 to prefix list pl-s3 \(com\.amazonaws\.eu-west-1\.s3\)/,
  ],
  [
    'a group for a managed prefix list on a range of ports',
    all(rules(tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] }, 442, 444)), state => { state.managedPrefixLists['pl-1'] = ['0.0.0.0/0']; }), fargate(),
    'reachable',
  ],
  [
    'a group for a prefix list that cannot be read', rules(tcp({ PrefixListIds: [{ PrefixListId: 'pl-9' }] })), fargate(), 'unknown',
    /allows TCP 443 to the internet: the ranges of prefix list pl-9 could not be read/,
  ],
  [
    'a group for a prefix list on another port', rules(tcp({ PrefixListIds: [{ PrefixListId: 'pl-9' }] }, 80)), fargate(), 'unreachable',
    /tcp 80 to prefix list pl-9/,
  ],
  [
    'a group whose rules are missing', state => { state.SecurityGroups = [{ GroupId: 'sg-1' }]; }, fargate(), 'unknown',
    /EC2 did not return the egress rules of security group sg-1/,
  ],
  ['a group that does not exist', state => { state.SecurityGroups = []; }, fargate(), 'unknown', /security group sg-1 was not found/],
  [
    'two groups, whose rules add up', state => { state.SecurityGroups = [group('sg-1'), group('sg-2', ALL)]; },
    fargate('subnet-private', { awsvpc: { subnets: ['subnet-private'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: false } }), 'reachable',
    /sg-1 and sg-2 allow/,
  ],
  [
    'no group, which means the VPC\'s default group', asIs,
    fargate('subnet-private', { awsvpc: { subnets: ['subnet-private'], securityGroups: [], assignPublicIp: false } }), 'reachable',
    /Security group sg-default allows/,
  ],
  [
    'no group, with a default group that is closed', state => { state.SecurityGroups[1].IpPermissionsEgress = []; },
    fargate('subnet-private', { awsvpc: { subnets: ['subnet-private'], securityGroups: [], assignPublicIp: false } }), 'unreachable',
    /security group sg-default/,
  ],
  [
    'no group in a VPC that cannot be seen', asIs, fargate('subnet-9', { awsvpc: { subnets: ['subnet-9'], securityGroups: [], assignPublicIp: false } }),
    'unknown', /The VPC of subnet subnet-9 was not found/,
  ],

  // Network ACLs
  ['an ACL that denies the replies', acl(open('0.0.0.0/0', true)), fargate(), 'unreachable', /\(acl-1\) denies inbound replies from the internet/],
  [
    'an ACL that denies with a lower number',
    acl(
      open('0.0.0.0/0', true),
      open('0.0.0.0/0', false),
      open('0.0.0.0/0', true, { RuleNumber: 50, RuleAction: 'deny', Protocol: '6', PortRange: { From: 443, To: 443 } }),
    ),
    fargate(), 'unreachable', /denies outbound TCP 443/,
  ],
  [
    'an ACL that denies another port',
    acl(
      open('0.0.0.0/0', true),
      open('0.0.0.0/0', false),
      open('0.0.0.0/0', true, { RuleNumber: 50, RuleAction: 'deny', Protocol: '6', PortRange: { From: 80, To: 80 } }),
    ),
    fargate(), 'reachable',
  ],
  [
    'an ACL that denies ICMP',
    acl(
      open('0.0.0.0/0', true),
      open('0.0.0.0/0', false),
      open('0.0.0.0/0', true, { RuleNumber: 50, RuleAction: 'deny', Protocol: '1', IcmpTypeCode: { Type: -1, Code: -1 } }),
    ),
    fargate(), 'reachable',
  ],
  ['an ACL that cannot be seen', state => { state.NetworkAcls = []; }, fargate(), 'unknown', /The network ACL of subnet subnet-private was not found/],
  [
    'an ACL whose rules are missing', state => { delete state.NetworkAcls[0].Entries; }, fargate(), 'unknown',
    /EC2 did not return the rules of network ACL acl-1/,
  ],
  [
    'an ACL with a rule of which members are missing', acl(open('0.0.0.0/0', true), open('0.0.0.0/0', false), { RuleNumber: 7, Egress: true }), fargate(),
    'unknown', /EC2 did not return the action of rule 7 of network ACL acl-1/,
  ],

  // IPv6
  ['an IPv6 address that an account setting decides about', all(ipv6(), to(IPV6_OUT)), fargate(), 'unknown', /depends on the account setting dualStackIPv6/],
  [
    'an IPv6-only subnet with DNS64 and NAT64',
    all(
      ipv6({ Ipv6Native: true, EnableDns64: true }),
      to(route({ NatGatewayId: 'nat-1' }, { DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '64:ff9b::/96' })),
    ),
    fargate(), 'reachable', /64:ff9b::\/96 -> NAT gateway nat-1/,
  ],
  [
    'an IPv6-only subnet whose DNS64 setting is missing',
    all(
      ipv6({ Ipv6Native: true, EnableDns64: undefined }),
      to(route({ NatGatewayId: 'nat-1' }, { DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '64:ff9b::/96' })),
    ),
    fargate(), 'unknown', /EC2 did not return whether subnet subnet-private has DNS64/,
  ],
  [
    'an IPv6 range that is gone', all(ipv6({ Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: 'disassociated' } }] }), to(IPV6_OUT)), fargate(),
    'unreachable', /no route to the internet; besides the VPC's local route, it has ::\/0 -> egress-only/,
  ],

  // The VPC
  ['DNS support that is off', state => { state.dnsSupport['vpc-1'] = false; }, fargate(), 'unreachable', /DNS support turned off/],
  [
    'DNS support whose setting is missing', state => { state.dnsSupport['vpc-1'] = undefined; }, fargate(), 'unknown',
    /EC2 did not return the attribute enableDnsSupport of VPC vpc-1/,
  ],
  [
    'DNS servers of the user', state => { state.DhcpOptions[0].DhcpConfigurations[1].Values = [{ Value: '10.0.0.2' }, { Value: '10.0.0.3' }]; }, fargate(),
    'unknown', /set 10\.0\.0\.3 for DNS/,
  ],
  [
    'the address of the VPC\'s own DNS server', state => { state.DhcpOptions[0].DhcpConfigurations[1].Values = [{ Value: '10.0.0.2' }]; }, fargate(),
    'reachable',
  ],
  ['DHCP options without DNS servers', state => { state.DhcpOptions[0].DhcpConfigurations = []; }, fargate(), 'reachable'],
  ['no DHCP options', vpc({ DhcpOptionsId: 'default' }), fargate(), 'reachable'],
  ['DHCP options that do not exist', vpc({ DhcpOptionsId: 'dopt-9' }), fargate(), 'unknown', /The set of DHCP options dopt-9 of VPC vpc-1 was not found/],
  ['block public access both ways', blocked('block-bidirectional'), fargate(), 'unreachable', /block public access \(block-bidirectional\)/],
  ['block public access for ingress', blocked('block-ingress'), fargate(), 'reachable'],
  ['block public access for ingress at a public address', blocked('block-ingress'), PUBLIC, 'unreachable'],
  ['block public access with the subnet excluded', blocked('block-bidirectional', ['subnet/subnet-public', 'allow-bidirectional']), PUBLIC, 'reachable'],
  ['block public access with the VPC excluded', blocked('block-bidirectional', ['vpc/vpc-1', 'allow-bidirectional', 'update-complete']), PUBLIC, 'reachable'],
  ['block public access with another subnet excluded', blocked('block-bidirectional', ['subnet/subnet-9', 'allow-bidirectional']), PUBLIC, 'unreachable'],
  [
    'block public access with an exclusion that was deleted',
    blocked('block-bidirectional', ['subnet/subnet-public', 'allow-bidirectional', 'delete-complete']), PUBLIC, 'unreachable',
  ],
  [
    'block public access with an exclusion that is being created',
    blocked('block-bidirectional', ['subnet/subnet-public', 'allow-bidirectional', 'create-in-progress']), PUBLIC, 'unknown',
    /is changing \(create-in-progress\)/,
  ],
  [
    'block public access with the VPC excluded for egress and the subnet for both directions',
    blocked('block-bidirectional', ['vpc/vpc-1', 'allow-egress'], ['subnet/subnet-public', 'allow-bidirectional']), PUBLIC, 'unknown',
  ],
  [
    'block public access with only the NAT gateway\'s subnet excluded', blocked('block-bidirectional', ['subnet/subnet-public', 'allow-egress']), fargate(),
    'reachable',
  ],
  [
    'block public access with only the task\'s subnet excluded, behind a NAT gateway',
    blocked('block-bidirectional', ['subnet/subnet-private', 'allow-bidirectional']), fargate(), 'unreachable',
  ],
  [
    'block public access with the VPC excluded, behind a NAT gateway', blocked('block-bidirectional', ['vpc/vpc-1', 'allow-egress']), fargate(), 'reachable',
  ],
  [
    'block public access that is being changed', state => { state.VpcBlockPublicAccessOptions.State = 'update-in-progress'; }, fargate(), 'unknown',
    /is being changed/,
  ],
  ['block public access in an unknown mode', blocked('block-sundays'), fargate(), 'unknown', /has the mode block-sundays/],
  [
    'block public access of the owner of a shared VPC', vpc({ OwnerId: '999999999999' }), fargate(), 'unknown',
    /shared by account 999999999999, whose VPC block public access settings cannot be seen/,
  ],

  // Names
  ['a DNS Firewall rule that blocks the host', firewall([rule('BLOCK', 'list-1')], { 'list-1': [`${WEB.host}.`] }), fargate(), 'unreachable', /group-1/],
  ['a DNS Firewall rule that blocks every name', firewall([rule('BLOCK', 'list-1')], { 'list-1': ['*.'] }), fargate(), 'unreachable', /group-1/],
  [
    'a DNS Firewall rule that blocks names below the host\'s domain', firewall([rule('BLOCK', 'list-1')], { 'list-1': ['*.postman.com.'] }), fargate(),
    'unreachable',
  ],
  ['a DNS Firewall rule that blocks other names', firewall([rule('BLOCK', 'list-1')], { 'list-1': ['*.example.com.'] }), fargate(), 'reachable'],
  ['a DNS Firewall rule that only reports', firewall([rule('ALERT', 'list-1')], { 'list-1': ['*.'] }), fargate(), 'reachable'],
  [
    'a DNS Firewall rule that allows the host before all others are blocked',
    firewall(
      [rule('BLOCK', 'list-2', { Priority: 20 }), rule('ALLOW', 'list-1', { FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' })],
      { 'list-1': [WEB.host], 'list-2': ['*'] },
    ),
    fargate(), 'reachable',
  ],
  [
    'a DNS Firewall rule that allows only the first name before all others are blocked',
    firewall([rule('BLOCK', 'list-2', { Priority: 20 }), rule('ALLOW', 'list-1')], { 'list-1': [WEB.host], 'list-2': ['*'] }), fargate(), 'unknown',
    /CNAME/,
  ],
  [
    'a DNS Firewall rule with a list of AWS',
    all(
      firewall([rule('BLOCK', 'list-aws')], {}),
      state => { state.FirewallDomainLists = [{ Id: 'list-aws', Name: 'AWSManagedDomainsMalwareDomainList', ManagedOwnerName: 'DNS Firewall' }]; },
    ),
    fargate(), 'unknown', /the domains of AWS's list AWSManagedDomainsMalwareDomainList cannot be listed/,
  ],
  [
    'a rule of DNS Firewall Advanced', firewall([rule('BLOCK', undefined, { FirewallThreatProtectionId: 'tp-1' })], {}), fargate(), 'unknown',
    /rule block of DNS Firewall rule group group-1 is for queries that DNS Firewall Advanced finds to be a threat/,
  ],
  ['a DNS Firewall rule for mail', firewall([rule('BLOCK', 'list-1', { Qtype: 'MX' })], { 'list-1': ['*'] }), fargate(), 'reachable'],
  [
    'a DNS Firewall rule group of another account, whose rules cannot be listed', state => { state.ruleGroups = { 'vpc-1': [GROUP] }; }, fargate(), 'unknown',
    /the rules of DNS Firewall rule group group-1 could not be read: route53resolver:ListFirewallRules failed: group-1 does not exist/,
  ],
  [
    'a DNS Firewall rule group whose association is being deleted',
    all(firewall([rule('BLOCK', 'list-1')], { 'list-1': ['*'] }), state => { state.ruleGroups['vpc-1'][0].Status = 'DELETING'; }), fargate(), 'unknown',
    /the association of DNS Firewall rule group group-1 with the VPC is being deleted/,
  ],
  ['a Resolver rule for the host\'s domain', resolver('postman.com.', 'FORWARD'), fargate(), 'unknown', /Resolver rule rule-1 sends queries for postman\.com/],
  ['a Resolver rule for every name', resolver('.', 'FORWARD'), fargate(), 'unknown', /Resolver rule rule-1 sends queries for/],
  ['a Resolver rule for other names', resolver('corp.example.com.', 'FORWARD'), fargate(), 'reachable'],
  [
    'a Resolver rule that leaves the host\'s domain to the VPC',
    all(resolver('.', 'FORWARD'), state => {
      state.ResolverRules.push({ Id: 'rule-2', DomainName: 'postman.com.', RuleType: 'SYSTEM' });
      state.resolverRules['vpc-1'].push({ ResolverRuleId: 'rule-2', Status: 'COMPLETE' });
    }), fargate(), 'reachable',
  ],
  ['a Resolver rule whose association failed', resolver('postman.com.', 'FORWARD', 'FAILED'), fargate(), 'reachable'],
  [
    'a Resolver rule for every name, which overrides that of AWS',
    all(resolver('.', 'FORWARD'), state => { state.resolverRules['vpc-1'][0].Status = 'OVERRIDDEN'; }), fargate(), 'unknown', /Resolver rule rule-1/,
  ],
  ['a Resolver rule that Route 53 does not list', resolver(undefined, 'FORWARD'), fargate(), 'unknown', /rule-1/],
  [
    'a private zone with a record for the host', zone('postman.com.', { Name: `${WEB.host}.`, Type: 'CNAME' }), fargate(), 'unknown',
    /zone Z1 \(postman\.com\)/,
  ],
  ['a private zone with a record for every name', zone('postman.com.', { Name: '\\052.postman.com.', Type: 'A' }), fargate(), 'unknown', /with a record/],
  [
    'a private zone without a record for the host', zone('postman.com.', { Name: 'postman.com.', Type: 'NS' }), fargate(), 'unreachable',
    /has no record for it/,
  ],
  [
    'a private zone without a record for the host in a VPC without DNS hostnames',
    all(zone('postman.com.', { Name: 'postman.com.', Type: 'NS' }), state => { state.dnsHostnames['vpc-1'] = false; }), fargate(), 'unknown',
    /has no record for it/,
  ],
  ['a private zone with only a text record for the host', zone('postman.com.', { Name: `${WEB.host}.`, Type: 'TXT' }), fargate(), 'unreachable'],
  ['a private zone of other names', all(zone('corp.example.com.'), state => { state.records = {}; }), fargate(), 'reachable'],
  [
    'a private zone of another account, whose records cannot be listed', all(zone('postman.com.'), state => { state.records = {}; }), fargate(), 'unknown',
    /The records of private hosted zone Z1 \(postman\.com\) could not be read/,
  ],

  // Host mode
  ['instances behind the NAT gateway', hosts(instance('i-1'), instance('i-2')), onHosts('i-1', 'i-2'), 'reachable'],
  [
    'an instance with a public address', hosts(instance('i-1', { SubnetId: 'subnet-public', PublicIpAddress: '3.3.3.3' })), onHosts('i-1'), 'reachable',
    /the interface has a public address/,
  ],
  [
    'an instance without a public address', hosts(instance('i-1', { SubnetId: 'subnet-public' })), onHosts('i-1'), 'unreachable',
    /container instances get no public address/,
  ],
  [
    'two instances in one subnet of which one has no public address',
    hosts(instance('i-1', { SubnetId: 'subnet-public', PublicIpAddress: '3.3.3.3' }), instance('i-2', { SubnetId: 'subnet-public' })), onHosts('i-1', 'i-2'),
    'unreachable',
  ],
  [
    'an instance whose first interface has a public address',
    hosts(
      instance(
        'i-1',
        {
          SubnetId: 'subnet-isolated',
          NetworkInterfaces: [
            { Attachment: { DeviceIndex: 1 }, SubnetId: 'subnet-isolated', Groups: [], VpcId: 'vpc-1' },
            {
              Attachment: { DeviceIndex: 0 },
              SubnetId: 'subnet-public',
              VpcId: 'vpc-1',
              Groups: [{ GroupId: 'sg-1' }],
              Association: { PublicIp: '3.3.3.3' },
              Ipv6Addresses: [],
            },
          ],
        },
      ),
    ),
    onHosts('i-1'), 'reachable', /subnet-public/,
  ],
  [
    'an instance with an IPv6 address',
    all(ipv6(), to(IPV6_OUT), hosts(instance('i-1', { NetworkInterfaces: [{ Attachment: { DeviceIndex: 0 }, Ipv6Addresses: [{ Ipv6Address: '2600::1' }] }] }))),
    onHosts('i-1'), 'unknown', /only over IPv6/,
  ],
  [
    'an instance without an IPv6 address in a subnet that has IPv6',
    all(ipv6(), to(IPV6_OUT), hosts(instance('i-1', { NetworkInterfaces: [{ Attachment: { DeviceIndex: 0 }, Ipv6Addresses: [] }] }))), onHosts('i-1'),
    'unreachable', /no route to the internet/,
  ],
  [
    'instances of different groups that are open',
    all(hosts(instance('i-1'), instance('i-2', { SecurityGroups: [{ GroupId: 'sg-2' }] })), state => { state.SecurityGroups.push(group('sg-2', ALL)); }),
    onHosts('i-1', 'i-2'), 'reachable', /Security group sg-1 allows[^]*Security group sg-2 allows/,
  ],
  [
    'instances of different groups of which one is closed',
    all(hosts(instance('i-1'), instance('i-2', { SecurityGroups: [{ GroupId: 'sg-2' }] })), state => { state.SecurityGroups.push(group('sg-2')); }),
    onHosts('i-1', 'i-2'), 'unreachable', /No egress rule of security group sg-2 allows/,
  ],
  [
    'instances of the same groups in another order',
    all(
      hosts(
        instance('i-1', { SecurityGroups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-2' }] }),
        instance('i-2', { SecurityGroups: [{ GroupId: 'sg-2' }, { GroupId: 'sg-1' }] }),
      ),
      state => { state.SecurityGroups.push(group('sg-2')); },
    ),
    onHosts('i-1', 'i-2'), 'reachable',
  ],
  [
    'a stopped instance beside a running one', hosts(instance('i-1'), instance('i-2', { State: { Name: 'stopped' }, SubnetId: 'subnet-isolated' })),
    onHosts('i-1', 'i-2'), 'reachable',
  ],
  [
    'only stopped instances', hosts(instance('i-1', { State: { Name: 'stopped' } })), onHosts('i-1'), 'unknown',
    /no container instance of service web is running/i,
  ],
  ['no instances', asIs, onHosts(), 'unknown', /no container instance of service web is running/i],
  ['an instance that does not exist', asIs, onHosts('i-9'), 'unknown', /The subnet of instance i-9 was not found/],
  [
    'an instance that does not exist beside a closed one', hosts(instance('i-1', { SubnetId: 'subnet-isolated' })), onHosts('i-1', 'i-9'), 'unreachable',
    /subnet-isolated/,
  ],
  ['an instance that does not exist beside a good one', hosts(instance('i-1')), onHosts('i-1', 'i-9'), 'unknown', /The subnet of instance i-9 was not found/],
  [
    'an instance whose subnet is missing', hosts(instance('i-1', { SubnetId: undefined })), onHosts('i-1'), 'unknown',
    /EC2 did not return the subnet of instance i-1/,
  ],
  [
    'instances of several VPCs', all(hosts(instance('i-1'), instance('i-2', { VpcId: 'vpc-2' }))), onHosts('i-1', 'i-2'), 'unknown',
    /is in several VPCs \(vpc-1 and vpc-2\)/,
  ],
  [
    'instances that cannot be listed', asIs, { ...onHosts(), instances: { unknown: 'the permission ecs:ListContainerInstances is missing' } }, 'unknown',
    /ListContainerInstances/,
  ],
  [
    'a service whose instances are not given', asIs, { ...WEB, hostKind: 'EC2', networkMode: 'host' }, 'unknown',
    /The container instances of service web cannot be seen/,
  ],
  ['bridge mode with the instance\'s interface', hosts(instance('i-1')), { ...onHosts('i-1'), networkMode: 'bridge' }, 'reachable'],

  // Hosts and modes
  ['network mode none', asIs, { ...WEB, hostKind: 'EC2', networkMode: 'none' }, 'unreachable', /Network mode none/],
  ['ECS Anywhere', asIs, { ...WEB, hostKind: 'EXTERNAL', networkMode: 'host' }, 'unknown', /ECS Anywhere/],
  [
    'awsvpc without a network configuration', asIs, { ...WEB, hostKind: 'FARGATE', networkMode: 'awsvpc' }, 'unknown',
    /service web has no network configuration/i,
  ],
  [
    'a host kind that cannot be seen', asIs, fargate('subnet-private', { hostKind: { unknown: 'the capacity provider cannot be seen' } }), 'unknown',
    /The capacity provider cannot be seen/,
  ],
  [
    'a network mode that cannot be seen', asIs, fargate('subnet-private', { networkMode: { unknown: 'the task definition cannot be seen' } }), 'unknown',
    /The task definition cannot be seen[^]*nat-1, and from its subnet/,
  ],

  // Proxies and the start-up
  ['a proxy in the VPC', asIs, fargate('subnet-isolated', { destination: PROXY }), 'reachable', /10\.0\.0\.0\/16 -> local/],
  [
    'a proxy in another subnet, whose network ACL denies',
    state => {
      state.NetworkAcls[0].Associations.pop();
      state.NetworkAcls.push({ NetworkAclId: 'acl-2', VpcId: 'vpc-1', Associations: [{ SubnetId: 'subnet-isolated' }], Entries: DENY_ALL });
    },
    fargate('subnet-private', { destination: { ...PROXY, address: '10.0.2.9' } }), 'unreachable', /Subnet subnet-isolated: its network ACL \(acl-2\) denies/,
  ],
  [
    'a proxy in a former range of the VPC',
    all(
      vpc(
        {
          CidrBlockAssociationSet: [
            { CidrBlock: '10.0.0.0/24', CidrBlockState: { State: 'associated' } },
            { CidrBlock: '10.0.9.0/24', CidrBlockState: { State: 'disassociated' } },
          ],
        },
      ),
      state => { state.RouteTables[0].Routes = [{ ...LOCAL, DestinationCidrBlock: '10.0.0.0/24' }]; },
    ),
    fargate('subnet-isolated', { destination: PROXY }), 'unreachable', /no route to 10\.0\.9\.9/,
  ],
  [
    'a proxy in a VPC whose ranges are missing', vpc({ CidrBlock: undefined, CidrBlockAssociationSet: undefined }),
    fargate('subnet-isolated', { destination: { ...PROXY, address: '10.1.9.9' } }), 'unknown', /EC2 did not return the ranges of VPC vpc-1/,
  ],
  [
    'a proxy whose port a prefix list allows',
    all(rules(tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] }, 3128)), state => { state.managedPrefixLists['pl-1'] = ['10.0.9.0/24']; }),
    fargate('subnet-isolated', { destination: PROXY }), 'reachable', /allows TCP 3128 to 10\.0\.9\.9/,
  ],
  [
    'VPC endpoints for the start-up', closedWithEndpoints('ecr.api', 'ecr.dkr', 'secretsmanager'), fargate('subnet-isolated', NEEDS_ENDPOINTS), 'unknown',
    /over the VPC endpoints for ecr\.api, ecr\.dkr and secretsmanager/,
  ],
  [
    'some of the VPC endpoints for the start-up', closedWithEndpoints('ecr.api', 'secretsmanager'), fargate('subnet-isolated', NEEDS_ENDPOINTS), 'unreachable',
    /no endpoint for ecr\.dkr/,
  ],
  [
    'VPC endpoints that are not available',
    all(closedWithEndpoints('ecr.api', 'ecr.dkr', 'secretsmanager'), state => { state.VpcEndpoints[2].State = 'pendingAcceptance'; }),
    fargate('subnet-isolated', NEEDS_ENDPOINTS), 'unreachable', /no endpoint for secretsmanager/,
  ],
];
