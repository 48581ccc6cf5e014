/** Sane networks to start from, and the parts that both generators put in. */
import { Known, World } from './world';

export type Mutable<T> = T extends readonly (infer Item)[] ? Mutable<Item>[]
  : T extends object ? { -readonly [Member in keyof T]: Mutable<T[Member]> } : T;

/** A world in the making, with all facts visible. */
export type Draft = Mutable<Known<World>>;
export type DraftTable = Draft['routeTables'][number];
export type DraftRoute = DraftTable['Routes'][number];
export type DraftTarget = DraftRoute['Target'];
export type DraftEntry = Draft['networkAcls'][number]['Entries'][number];
export type DraftRule = Draft['securityGroups'][number]['Egress'][number];
export type DraftSubnet = Draft['subnets'][number];

export const HOST = 'api.observability.postman.com';
export const REGION = 'eu-west-1';

export interface Shape {
  /** The first two numbers of the VPC's range, for example `10.0`; its length is 16. */
  readonly prefix: string;
  readonly zones: number;
  readonly ip6: boolean;
  readonly nat: 'none' | 'one' | 'per-zone' | 'regional' | 'instance';
  /** Subnets without a default route. */
  readonly isolated: boolean;
}

/** Subnet ids by purpose. Empty if the network has none. */
export interface Tiers {
  readonly open: readonly string[];
  readonly closed: readonly string[];
  readonly isolated: readonly string[];
}

/** Public subnets with an internet gateway, private ones with a NAT device, on the default network ACL. The task is in the private ones. */
export function network(shape: Shape): { draft: Draft; tiers: Tiers } {
  const draft: Draft = {
    vpc: {
      VpcId: 'vpc-1', CidrBlocks: [`${shape.prefix}.0.0/16`], Ipv6CidrBlocks: shape.ip6 ? ['2600:1f18:5a0::/56'] : [], EnableDnsSupport: true,
      EnableDnsHostnames: true, DomainNameServers: ['AmazonProvidedDNS'], InternetGatewayBlockMode: 'off', BlockPublicAccessExclusions: [],
    },
    dns: { FirewallRuleGroups: [], ResolverRules: [], PrivateHostedZones: [] },
    subnets: [], routeTables: [], networkAcls: [allowAll('acl-1', shape.ip6)],
    securityGroups: [group('sg-1', [everything4(), ...shape.ip6 ? [everything6()] : []])],
    prefixLists: [], natGateways: [], natInstances: [], networkInterfaces: [], vpcEndpoints: [],
    internetGateway: { InternetGatewayId: 'igw-1', Attached: true },
    task: {
      hostKind: 'FARGATE', networkMode: 'awsvpc', dualStackIPv6: true, Subnets: [], SecurityGroups: ['sg-1'], AssignPublicIp: 'DISABLED',
      containerInstances: [], destination: { HostName: HOST },
    },
  };
  const ids = [...Array(shape.zones).keys()];
  const open = ids.map(at => addSubnet(draft, at, at, addTable(draft, toInternet(shape.ip6)).RouteTableId));
  const natTargets = addNat(draft, shape, open.map(({ SubnetId }) => SubnetId));
  if (shape.ip6) draft.egressOnlyInternetGateway = { EgressOnlyInternetGatewayId: 'eigw-1' };
  const closed = ids.map(at => {
    const table = addTable(draft, []);
    if (natTargets.length > 0) table.Routes.push(route('0.0.0.0/0', natTargets[at % natTargets.length]));
    if (shape.ip6) table.Routes.push(route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' }));
    return addSubnet(draft, 16 + at, at, table.RouteTableId);
  });
  const isolated = shape.isolated ? ids.map(at => addSubnet(draft, 32 + at, at, addTable(draft, []).RouteTableId)) : [];
  const idsOf = (subnets: readonly DraftSubnet[]) => subnets.map(({ SubnetId }) => SubnetId);
  open.forEach(subnet => subnet.MapPublicIpOnLaunch = true);
  draft.task.Subnets = idsOf(closed);
  return { draft, tiers: { open: idsOf(open), closed: idsOf(closed), isolated: idsOf(isolated) } };
}

function toInternet(ip6: boolean): DraftRoute[] {
  const target = { GatewayId: 'igw-1' };
  return ip6 ? [route('0.0.0.0/0', target), route('::/0', target)] : [route('0.0.0.0/0', target)];
}

function addNat(draft: Draft, { nat, zones }: Shape, open: readonly string[]): DraftTarget[] {
  if (nat === 'none') return [];
  if (nat === 'instance') return [{ InstanceId: addNatInstance(draft, open[0]).InstanceId }];
  if (nat === 'regional') {
    const table = addTable(draft, [route('0.0.0.0/0', { GatewayId: 'igw-1' })]);
    draft.natGateways.push({
      NatGatewayId: 'nat-1', AvailabilityMode: 'regional', ConnectivityType: 'public', State: 'available', RouteTableId: table.RouteTableId,
    });
    return [{ NatGatewayId: 'nat-1' }];
  }
  return open.slice(0, nat === 'one' ? 1 : zones).map(SubnetId => ({ NatGatewayId: addNatGateway(draft, SubnetId) }));
}

export function addNatGateway(draft: Draft, SubnetId: string): string {
  const NatGatewayId = `nat-${draft.natGateways.length + 1}`;
  draft.natGateways.push({
    NatGatewayId, AvailabilityMode: 'zonal', ConnectivityType: 'public', State: 'available', SubnetId,
    PrivateIp: hostIn(draft, SubnetId, 10 + draft.natGateways.length),
  });
  return NatGatewayId;
}

export function addNatInstance(draft: Draft, SubnetId: string): Draft['natInstances'][number] {
  const at = draft.natInstances.length + 1;
  const SecurityGroupId = addGroup(draft, [everything4()], [{ IpProtocol: '-1', Peer: { CidrIpv4: draft.vpc.CidrBlocks[0] } }]);
  const instance: Draft['natInstances'][number] = {
    InstanceId: `i-nat${at}`, NetworkInterfaceId: `eni-nat${at}`, SubnetId, PrivateIpAddress: hostIn(draft, SubnetId, 30 + at),
    PublicIpAddress: `54.72.0.${at}`, SourceDestCheck: false, SecurityGroupIds: [SecurityGroupId], State: 'running', Masquerades: true,
  };
  draft.natInstances.push(instance);
  return instance;
}

export function addInterface(draft: Draft, SubnetId: string, SourceDestCheck: boolean): string {
  const NetworkInterfaceId = `eni-${draft.networkInterfaces.length + 1}`;
  const PrivateIpAddress = hostIn(draft, SubnetId, 50 + draft.networkInterfaces.length);
  draft.networkInterfaces.push({ NetworkInterfaceId, SubnetId, PrivateIpAddress, SourceDestCheck });
  return NetworkInterfaceId;
}

export function addEndpoint(draft: Draft, endpoint: Partial<Draft['vpcEndpoints'][number]>): string {
  const VpcEndpointId = `vpce-${draft.vpcEndpoints.length + 1}`;
  draft.vpcEndpoints.push({
    VpcEndpointId, VpcEndpointType: 'GatewayLoadBalancer', ServiceName: `com.amazonaws.vpce.${REGION}.vpce-svc-1`, NetworkFirewall: false,
    ...endpoint,
  });
  return VpcEndpointId;
}

/** A gateway endpoint for Amazon S3 and its route in each table of a subnet. */
export function addS3Endpoint(draft: Draft): void {
  if (draft.prefixLists.some(({ OwnerId }) => OwnerId === 'AWS')) return;
  draft.prefixLists.push({
    PrefixListId: 'pl-s3', PrefixListName: `com.amazonaws.${REGION}.s3`, OwnerId: 'AWS', AddressFamily: 'IPv4',
    Entries: ['52.218.0.0/17', '3.5.64.0/21'],
  });
  const GatewayId = addEndpoint(draft, { VpcEndpointType: 'Gateway', ServiceName: `com.amazonaws.${REGION}.s3` });
  const used = new Set(draft.subnets.map(({ RouteTableId }) => RouteTableId));
  draft.routeTables.filter(({ RouteTableId }) => used.has(RouteTableId)).forEach(table => table.Routes.push(route('pl-s3', { GatewayId })));
}

export function addTable(draft: Draft, Routes: DraftRoute[]): DraftTable {
  const table = { RouteTableId: `rtb-${draft.routeTables.length + 1}`, Routes };
  draft.routeTables.push(table);
  return table;
}

export function addGroup(draft: Draft, Egress: DraftRule[], Ingress: DraftRule[] = []): string {
  const GroupId = `sg-${draft.securityGroups.length + 1}`;
  draft.securityGroups.push({ ...group(GroupId, Egress), Ingress });
  return GroupId;
}

/** A /24 of the VPC's first range. */
export function addSubnet(draft: Draft, third: number, zone: number, RouteTableId: string): DraftSubnet {
  const [ip6] = draft.vpc.Ipv6CidrBlocks;
  const subnet: DraftSubnet = {
    SubnetId: `subnet-${draft.subnets.length + 1}`, AvailabilityZone: `${REGION}${'abcdef'[zone]}`,
    CidrBlock: `${draft.vpc.CidrBlocks[0].split('.', 2).join('.')}.${third}.0/24`, Ipv6Native: false, MapPublicIpOnLaunch: false, EnableDns64: false,
    RouteTableId, NetworkAclId: 'acl-1',
  };
  if (ip6) subnet.Ipv6CidrBlock = `${ip6.replace('::/56', '')}:${third.toString(16)}::/64`;
  draft.subnets.push(subnet);
  return subnet;
}

/** An address of the subnet by its last number. */
export function hostIn(draft: Draft, subnetId: string, last: number): string {
  const cidr = draft.subnets.find(({ SubnetId }) => SubnetId === subnetId)!.CidrBlock!;
  return `${cidr.split('.', 3).join('.')}.${last}`;
}

export function route(destination: string, Target: DraftTarget, Origin: DraftRoute['Origin'] = 'CreateRoute'): DraftRoute {
  const ofRange = destination.includes(':') ? 'DestinationIpv6CidrBlock' : 'DestinationCidrBlock';
  const member = destination.startsWith('pl-') ? 'DestinationPrefixListId' : ofRange;
  return { [member]: destination, Target, Origin, State: 'active' };
}

export function destinationOf(item: DraftRoute): string {
  return (item.DestinationCidrBlock ?? item.DestinationIpv6CidrBlock ?? item.DestinationPrefixListId)!;
}

/** A table has at most one static route for a destination. */
export function setRoute(table: DraftTable, item: DraftRoute): void {
  const others = table.Routes.filter(other => other.Origin !== item.Origin || destinationOf(other) !== destinationOf(item));
  table.Routes = [...others, item];
}

export function entry(
  Egress: boolean, RuleNumber: number, RuleAction: 'allow' | 'deny', cidr: string, ports?: readonly [number, number],
): DraftEntry {
  return {
    Egress, RuleNumber, RuleAction, Protocol: ports ? '6' : '-1', [cidr.includes(':') ? 'Ipv6CidrBlock' : 'CidrBlock']: cidr,
    ...ports ? { PortRange: { From: ports[0], To: ports[1] } } : {},
  };
}

/** What the default network ACL of a VPC has. https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html */
export function allowAll(NetworkAclId: string, ip6: boolean): Draft['networkAcls'][number] {
  const both = [true, false];
  return {
    NetworkAclId, Entries: [
      ...both.map(egress => entry(egress, 100, 'allow', '0.0.0.0/0')),
      ...ip6 ? both.map(egress => entry(egress, 101, 'allow', '::/0')) : [],
    ],
  };
}

export function group(GroupId: string, Egress: DraftRule[]): Draft['securityGroups'][number] {
  return { GroupId, Egress, Ingress: [] };
}

export function everything4(): DraftRule {
  return { IpProtocol: '-1', Peer: { CidrIpv4: '0.0.0.0/0' } };
}

export function everything6(): DraftRule {
  return { IpProtocol: '-1', Peer: { CidrIpv6: '::/0' } };
}

export function tcp(from: number, to: number, Peer: DraftRule['Peer']): DraftRule {
  return { IpProtocol: 'tcp', Ports: { FromPort: from, ToPort: to }, Peer };
}

export function addInstance(draft: Draft, SubnetId: string, groups: readonly string[], address: 'public' | 'private'): void {
  const subnet = draft.subnets.find(item => item.SubnetId === SubnetId)!;
  const at = draft.task.containerInstances.length + 1;
  draft.task.containerInstances.push({
    InstanceId: `i-${at}`, SubnetId, SecurityGroupIds: [...groups],
    PublicIpAddress: address === 'public' && !subnet.Ipv6Native ? `54.73.0.${at}` : null,
    Ipv6Address: subnet.Ipv6CidrBlock ? subnet.Ipv6CidrBlock.replace('::/64', `::1${at}`) : null,
  });
}
