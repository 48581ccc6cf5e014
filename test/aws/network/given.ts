import { describeFailure, Ec2, REGION, State } from './ec2';
import { NetworkCall, NetworkReader, TaskPlacement } from '../../../src/aws/network';
import { EgressFacts, EgressJudge, EgressVerdict, explainEgress } from '../../../src/egress';

export const open = (cidr: string, egress: boolean, more: object = {}) => ({
  RuleNumber: 100, Egress: egress, RuleAction: 'allow', Protocol: '-1', CidrBlock: cidr, ...more,
});
export const DENY_ALL = [true, false].map(Egress => ({ RuleNumber: 32767, Egress, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' }));
export const tcp = (peers: object, from = 443, to = from) => ({
  IpProtocol: 'tcp', FromPort: from, ToPort: to, IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [], ...peers,
});
export const LOCAL = { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
export const route = (target: object, more: object = {}) => ({ DestinationCidrBlock: '0.0.0.0/0', State: 'active', Origin: 'CreateRoute', ...target, ...more });
export const toList = (list: string, target: object) => ({ DestinationPrefixListId: list, State: 'active', Origin: 'CreateRoute', ...target });
export const table = (id: string, association: object, ...routes: object[]) => ({
  RouteTableId: id, VpcId: 'vpc-1', Associations: [{ AssociationState: { State: 'associated' }, ...association }], Routes: [LOCAL, ...routes],
});
const RANGES: { readonly [subnet: string]: string } = {
  'subnet-public': '10.0.0.0/24', 'subnet-private': '10.0.1.0/24', 'subnet-isolated': '10.0.2.0/24',
};
export const subnet = (id: string, more: object = {}) => ({
  SubnetId: id,
  VpcId: 'vpc-1',
  CidrBlock: RANGES[id] ?? '10.0.99.0/24',
  SubnetArn: `arn:aws:ec2:eu-west-1:111122223333:subnet/${id}`,
  Ipv6Native: false,
  EnableDns64: false,
  MapPublicIpOnLaunch: true,
  AssignIpv6AddressOnCreation: false,
  Ipv6CidrBlockAssociationSet: [],
  ...more,
});
export const group = (id: string, ...egress: object[]) => ({ GroupId: id, GroupName: id, VpcId: 'vpc-1', IpPermissions: [ALL], IpPermissionsEgress: egress });
export const ALL = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
export const instance = (id: string, more: any = {}) => ({
  InstanceId: id, VpcId: 'vpc-1', SubnetId: 'subnet-private', State: { Name: 'running' }, SourceDestCheck: true, SecurityGroups: [{ GroupId: 'sg-1' }], ...more,
});

const INTERNET_RESOLVER = 'rslvr-autodefined-rr-internet-resolver';

/** A VPC with a public subnet, a private one behind a NAT gateway, and an isolated one that uses the main table. */
export const account = (): State => ({
  Subnets: ['subnet-public', 'subnet-private', 'subnet-isolated'].map(id => subnet(id)),
  SecurityGroups: [group('sg-1', ALL), { ...group('sg-default', ALL), GroupName: 'default' }],
  RouteTables: [
    table('rtb-main', { Main: true }),
    table('rtb-public', { SubnetId: 'subnet-public' }, route({ GatewayId: 'igw-1' })),
    table('rtb-private', { SubnetId: 'subnet-private' }, route({ NatGatewayId: 'nat-1' })),
  ],
  NetworkAcls: [{
    NetworkAclId: 'acl-1',
    VpcId: 'vpc-1',
    Associations: ['subnet-public', 'subnet-private', 'subnet-isolated'].map(SubnetId => ({ SubnetId })),
    Entries: [open('0.0.0.0/0', true), open('0.0.0.0/0', false), ...DENY_ALL],
  }],
  NatGateways: [{
    NatGatewayId: 'nat-1', VpcId: 'vpc-1', SubnetId: 'subnet-public', State: 'available', ConnectivityType: 'public', AvailabilityMode: 'zonal',
  }],
  VpcEndpoints: [],
  Vpcs: [{
    VpcId: 'vpc-1',
    OwnerId: '111122223333',
    CidrBlock: '10.0.0.0/16',
    DhcpOptionsId: 'dopt-1',
    CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } }],
    Ipv6CidrBlockAssociationSet: [],
  }],
  DhcpOptions: [{
    DhcpOptionsId: 'dopt-1',
    DhcpConfigurations: [{ Key: 'domain-name', Values: [{ Value: 'ec2.internal' }] }, { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
  }],
  NetworkInterfaces: [],
  Instances: [],
  PrefixLists: [],
  managedPrefixLists: {},
  dnsSupport: { 'vpc-1': true },
  dnsHostnames: { 'vpc-1': true },
  VpcBlockPublicAccessOptions: { AwsAccountId: '111122223333', State: 'default-state', InternetGatewayBlockMode: 'off' },
  VpcBlockPublicAccessExclusions: [],
  ruleGroups: {},
  firewallRules: {},
  FirewallDomainLists: [],
  domains: {},
  // Every VPC has this rule.
  resolverRules: {
    'vpc-1': [{ Id: 'rslvr-autodefined-assoc-vpc-1-internet-resolver', ResolverRuleId: INTERNET_RESOLVER, VPCId: 'vpc-1', Status: 'COMPLETE' }],
  },
  ResolverRules: [{ Id: INTERNET_RESOLVER, DomainName: '.', RuleType: 'RECURSIVE', OwnerId: 'Route 53 Resolver', Status: 'COMPLETE' }],
  zones: {},
  records: {},
});

/** What every placement has. */
export const WEB = { service: 'web', host: 'api.observability.postman.com' };

export const fargate = (subnets: string | string[] = 'subnet-private', more: Partial<TaskPlacement> = {}, assignPublicIp = false): TaskPlacement => ({
  ...WEB, hostKind: 'FARGATE', networkMode: 'awsvpc', awsvpc: { subnets: [subnets].flat(), securityGroups: ['sg-1'], assignPublicIp }, ...more,
});
export const onHosts = (...instances: string[]): TaskPlacement => ({ ...WEB, hostKind: 'EC2', networkMode: 'host', instances });

export interface Given { readonly verdict: EgressVerdict; readonly text: string; readonly ec2: Ec2 }

export const readerOf = (call: NetworkCall) => new NetworkReader(call, describeFailure, async () => REGION);
export const verdictOf = (facts: EgressFacts) => new EgressJudge().judge(facts);

export async function judge(state: State, placement: TaskPlacement, ...denied: string[]): Promise<Given> {
  const ec2 = new Ec2(state, ...denied);
  const [facts] = await readerOf(ec2.call).facts([placement]);
  const verdict = verdictOf(facts);
  return { verdict, text: `${explainEgress(verdict).join('\n')}\n---\n${verdict.evidence.map(({ finding }) => finding).join('\n')}`, ec2 };
}
