/** Worlds as EC2 and Route 53 describe them. A hidden fact is a member that they do not return, or something that the caller may not read. */
import { assignsIpv6, mapped } from './expressible';
import type { NetworkCall, TaskPlacement } from '../../../src/aws/network';
import type { Fact } from '../../../src/egress';
import { Denied, Ec2, State } from '../../aws/network/ec2';
import {
  ContainerInstance, FirewallRule, isHidden, Maybe, NatGateway, NatInstance, NetworkAclEntry, Route, RouteTarget, SecurityGroupPeer,
  SecurityGroupRule, Subnet, VpcEndpoint, World,
} from '../model/world';

export interface Account {
  readonly call: NetworkCall;
  readonly placement: TaskPlacement;
  /** What these answers do not tell. */
  readonly unseen: readonly string[];
}

const OWNER = '111122223333';
const SERVICE = 'web';
const POSTMAN = 'api.observability.postman.com';

export function accountOf(world: World): Account {
  return new Answers(world).account();
}

/** An id that DescribeSubnets and DescribeSecurityGroups do not find. */
const OF_OTHERS = { subnet: 'subnet-of-others', group: 'sg-of-others' };

class Answers {
  private readonly unseen = new Set<string>();
  /** Inputs of calls that are denied. */
  private readonly denied = new Set<string>();

  constructor(private readonly world: World) {}

  public account(): Account {
    const state = this.state();
    const ec2 = new Ec2(state);
    const call: NetworkCall = async (action, input: any) => {
      const [subject] = [input.PrefixListId, input.FirewallDomainListId, input.HostedZoneId].filter(id => id !== undefined);
      if (this.denied.has(subject === undefined ? action : `${action} ${subject}`)) throw new Denied('You are not authorized.');
      return ec2.call(action, input);
    };
    return { call, placement: this.placement(), unseen: [...this.unseen] };
  }

  /** The member with its value. A hidden one is not there. */
  private member<T>(name: string, value: Maybe<T>): { readonly [member: string]: T } {
    const seen = this.seen(value);
    return seen === undefined ? {} : { [name]: seen };
  }

  private members<T>(name: string, items: Maybe<readonly T[]>, map: (item: T) => object): object {
    return this.member<readonly object[]>(name, mapped(items, known => known.map(map)));
  }

  private seen<T>(value: Maybe<T>): T | undefined {
    if (!isHidden(value)) return value as T;
    this.unseen.add(value.hidden);
    return undefined;
  }

  private fact<T>(value: Maybe<T>): Fact<T> {
    if (!isHidden(value)) return value as T;
    this.unseen.add(value.hidden);
    return { unknown: `${value.hidden} cannot be seen` };
  }

  private deny<T>(value: Maybe<T>, action: string, subject?: string): T | undefined {
    if (isHidden(value)) this.denied.add(subject === undefined ? action : `${action} ${subject}`);
    return this.seen(value);
  }

  private placement(): TaskPlacement {
    const { hostKind, networkMode, Subnets, SecurityGroups, AssignPublicIp, containerInstances, destination } = this.world.task;
    const usesOwn = networkMode === 'awsvpc' || isHidden(networkMode);
    return {
      service: SERVICE,
      hostKind: this.fact(hostKind),
      networkMode: this.fact(networkMode),
      ...usesOwn ? {
        awsvpc: {
          subnets: [...this.seen(Subnets) ?? [OF_OTHERS.subnet]],
          securityGroups: [...this.seen(SecurityGroups) ?? [OF_OTHERS.group]],
          assignPublicIp: this.seen(AssignPublicIp) === 'ENABLED',
        },
      } : {},
      ...containerInstances.length > 0 ? { instances: containerInstances.map(({ InstanceId }) => InstanceId) } : {},
      host: 'HostName' in destination ? destination.HostName : POSTMAN,
      ...'HostName' in destination ? {} : { destination: { kind: 'address', address: destination.ProxyAddress, port: destination.ProxyPort } },
    };
  }

  private state(): State {
    const { world } = this;
    const { vpc, dns } = world;
    const mode = this.deny(vpc.InternetGatewayBlockMode, 'ec2:DescribeVpcBlockPublicAccessOptions');
    const exclusions = this.deny(vpc.BlockPublicAccessExclusions, 'ec2:DescribeVpcBlockPublicAccessExclusions') ?? [];
    return {
      Vpcs: [{
        VpcId: vpc.VpcId,
        OwnerId: OWNER,
        CidrBlock: vpc.CidrBlocks[0],
        DhcpOptionsId: 'dopt-1',
        CidrBlockAssociationSet: vpc.CidrBlocks.map(CidrBlock => ({ CidrBlock, CidrBlockState: { State: 'associated' } })),
        Ipv6CidrBlockAssociationSet: vpc.Ipv6CidrBlocks.map(associated),
      }],
      dnsSupport: { [vpc.VpcId]: this.seen(vpc.EnableDnsSupport) },
      dnsHostnames: { [vpc.VpcId]: vpc.EnableDnsHostnames },
      DhcpOptions: [{
        DhcpOptionsId: 'dopt-1',
        DhcpConfigurations: [{
          Key: 'domain-name-servers', Values: (this.deny(vpc.DomainNameServers, 'ec2:DescribeDhcpOptions') ?? []).map(Value => ({ Value })),
        }],
      }],
      VpcBlockPublicAccessOptions: { AwsAccountId: OWNER, State: 'update-complete', InternetGatewayBlockMode: mode },
      VpcBlockPublicAccessExclusions: exclusions.map(({ ResourceId, InternetGatewayExclusionMode }, at) => ({
        ExclusionId: `vpcbpa-exclude-${at}`,
        ResourceArn: `arn:aws:ec2:eu-west-1:${OWNER}:${ResourceId === vpc.VpcId ? 'vpc' : 'subnet'}/${ResourceId}`,
        State: 'create-complete',
        ...this.member('InternetGatewayExclusionMode', InternetGatewayExclusionMode),
      })),
      Subnets: world.subnets.map(subnet => this.subnet(subnet)),
      RouteTables: this.routeTables(),
      NetworkAcls: world.networkAcls.map(({ NetworkAclId, Entries }) => ({
        NetworkAclId,
        VpcId: vpc.VpcId,
        Associations: world.subnets.filter(subnet => subnet.NetworkAclId === NetworkAclId).map(({ SubnetId }) => ({ SubnetId })),
        ...this.members('Entries', mapped(Entries, entries => [...entries, ...DENY_ALL]), entry => this.aclEntry(entry)),
      })),
      SecurityGroups: world.securityGroups.map(({ GroupId, Egress, Ingress }) => ({
        GroupId,
        GroupName: GroupId,
        VpcId: vpc.VpcId,
        IpPermissions: Ingress.map(rule => this.permission(rule)),
        ...this.members('IpPermissionsEgress', Egress, rule => this.permission(rule)),
      })),
      NatGateways: world.natGateways.map(gateway => this.natGateway(gateway)),
      Instances: [
        ...world.natInstances.flatMap(instance => this.natInstance(instance)),
        ...world.task.containerInstances.flatMap(instance => this.instance(instance)),
      ],
      NetworkInterfaces: this.networkInterfaces(),
      VpcEndpoints: world.vpcEndpoints.map(endpoint => endpointOf(endpoint, vpc.VpcId)),
      PrefixLists: world.prefixLists.filter(({ OwnerId }) => OwnerId === 'AWS')
        .map(({ PrefixListId, PrefixListName, Entries }) => ({ PrefixListId, PrefixListName, ...this.member('Cidrs', Entries) })),
      managedPrefixLists: Object.fromEntries(world.prefixLists.filter(({ OwnerId }) => OwnerId !== 'AWS')
        .map(({ PrefixListId, Entries }) => [PrefixListId, [...this.deny(Entries, 'ec2:GetManagedPrefixListEntries', PrefixListId) ?? []]])),
      ...this.firewall(),
      resolverRules: { [vpc.VpcId]: [...dns.ResolverRules.map(({ Id }) => ({ ResolverRuleId: Id, Status: 'COMPLETE' })), AUTODEFINED.association] },
      ResolverRules: [...dns.ResolverRules.map(rule => ({ ...rule, DomainName: dotted(rule.DomainName) })), AUTODEFINED.rule],
      zones: {
        [vpc.VpcId]: dns.PrivateHostedZones.map(({ Id, Name }) => ({ HostedZoneId: Id, Name: dotted(Name), Owner: { OwningAccount: OWNER } })),
      },
      records: Object.fromEntries(dns.PrivateHostedZones.map(({ Id, Name, Records }) => [Id, [
        { Name: dotted(Name), Type: 'SOA' },
        ...(this.deny(Records, 'route53:ListResourceRecordSets', Id) ?? []).map(name => ({ Name: dotted(name).replace('*', '\\052'), Type: 'A' })),
      ]])),
    };
  }

  private subnet({ SubnetId, CidrBlock, Ipv6CidrBlock, Ipv6Native, MapPublicIpOnLaunch, EnableDns64, AvailabilityZone }: Subnet): object {
    return {
      SubnetId,
      VpcId: this.world.vpc.VpcId,
      AvailabilityZone,
      SubnetArn: `arn:aws:ec2:eu-west-1:${OWNER}:subnet/${SubnetId}`,
      ...CidrBlock === undefined ? {} : { CidrBlock },
      Ipv6CidrBlockAssociationSet: Ipv6CidrBlock === undefined ? [] : [associated(Ipv6CidrBlock)],
      Ipv6Native,
      MapPublicIpOnLaunch,
      AssignIpv6AddressOnCreation: assignsIpv6(this.world, SubnetId),
      ...this.member('EnableDns64', EnableDns64),
    };
  }

  /** The table of the first subnet is the main one: EC2 returns no association of that subnet. */
  private routeTables(): object[] {
    const { vpc, subnets, routeTables, internetGateway } = this.world;
    const main = subnets[0].RouteTableId;
    return routeTables.map(({ RouteTableId, Routes }) => ({
      RouteTableId,
      VpcId: vpc.VpcId,
      Associations: [
        ...RouteTableId === main
          ? [{ Main: true }]
          : subnets.filter(subnet => subnet.RouteTableId === RouteTableId).map(({ SubnetId }) => ({ Main: false, SubnetId })),
        ...RouteTableId === internetGateway?.RouteTableId ? [{ Main: false, GatewayId: internetGateway.InternetGatewayId }] : [],
      ].map(association => ({ ...association, AssociationState: { State: 'associated' } })),
      ...this.member<readonly object[]>('Routes', mapped(Routes, routes => this.routes(routes))),
    }));
  }

  private routes(routes: readonly Route[]): object[] {
    const { CidrBlocks, Ipv6CidrBlocks } = this.world.vpc;
    const isReplaced = (cidr: string) => routes.some(({ DestinationCidrBlock, DestinationIpv6CidrBlock, Origin }) => Origin === 'CreateRoute'
      && (DestinationCidrBlock ?? DestinationIpv6CidrBlock) === cidr);
    const local = { GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
    return [
      ...CidrBlocks.filter(cidr => !isReplaced(cidr)).map(DestinationCidrBlock => ({ DestinationCidrBlock, ...local })),
      ...Ipv6CidrBlocks.filter(cidr => !isReplaced(cidr)).map(DestinationIpv6CidrBlock => ({ DestinationIpv6CidrBlock, ...local })),
      ...routes.map(({ Target, State: state, ...route }) => ({ ...route, ...this.target(Target), ...this.member('State', state) })),
    ];
  }

  /** Of a route to an instance, EC2 also names the interface, and the reverse. */
  private target(target: Maybe<RouteTarget>): object {
    const seen = this.seen(target);
    if (seen === undefined) return {};
    const instance = this.world.natInstances.find(({ InstanceId, NetworkInterfaceId }) => 'InstanceId' in seen && seen.InstanceId === InstanceId
      || 'NetworkInterfaceId' in seen && seen.NetworkInterfaceId === NetworkInterfaceId);
    return instance ? { InstanceId: instance.InstanceId, NetworkInterfaceId: instance.NetworkInterfaceId, InstanceOwnerId: OWNER } : seen;
  }

  private aclEntry({ Egress, RuleNumber, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange }: NetworkAclEntry): object {
    return {
      Egress,
      ...this.member('RuleNumber', RuleNumber),
      ...this.member('RuleAction', RuleAction),
      ...this.member('Protocol', Protocol),
      ...CidrBlock === undefined ? {} : this.member('CidrBlock', CidrBlock),
      ...Ipv6CidrBlock === undefined ? {} : this.member('Ipv6CidrBlock', Ipv6CidrBlock),
      ...PortRange === undefined ? {} : this.member('PortRange', PortRange),
    };
  }

  private permission({ IpProtocol, Ports, Peer }: SecurityGroupRule): object {
    const ports = Ports === undefined ? undefined : this.seen(Ports);
    return {
      ...this.member('IpProtocol', IpProtocol),
      ...ports ?? {},
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
      ...this.peer(Peer),
    };
  }

  private peer(peer: Maybe<SecurityGroupPeer>): object {
    const seen = this.seen(peer);
    if (seen === undefined) return { IpRanges: [{}] };
    if ('CidrIpv4' in seen) return { IpRanges: [{ CidrIp: seen.CidrIpv4 }] };
    if ('CidrIpv6' in seen) return { Ipv6Ranges: [{ CidrIpv6: seen.CidrIpv6 }] };
    return 'PrefixListId' in seen ? { PrefixListIds: [seen] } : { UserIdGroupPairs: [{ GroupId: seen.ReferencedGroupId, UserId: OWNER }] };
  }

  private natGateway({ NatGatewayId, AvailabilityMode, ConnectivityType, State: state, SubnetId, RouteTableId, PrivateIp }: NatGateway): object {
    return {
      NatGatewayId,
      AvailabilityMode,
      VpcId: this.world.vpc.VpcId,
      ...this.member('ConnectivityType', ConnectivityType),
      ...this.member('State', state),
      ...SubnetId === undefined ? {} : this.member('SubnetId', SubnetId),
      ...RouteTableId === undefined ? {} : { RouteTableId },
      NatGatewayAddresses: PrivateIp === undefined || isHidden(SubnetId) ? [] : [{ PrivateIp }],
    };
  }

  /** An instance with a hidden public address is not returned: that of an instance without one is not there either. */
  private natInstance(instance: NatInstance): object[] {
    const { InstanceId, SubnetId, SourceDestCheck, State: state, PrivateIpAddress } = instance;
    this.unseen.add(`whether ${InstanceId} forwards`);
    if (this.isHiddenAddress(instance.PublicIpAddress)) return [];
    const Groups = instance.SecurityGroupIds.map(GroupId => ({ GroupId }));
    const address = this.seen(instance.PublicIpAddress);
    const check = this.member('SourceDestCheck', SourceDestCheck);
    const name = this.seen(state);
    return [{
      InstanceId,
      VpcId: this.world.vpc.VpcId,
      SubnetId,
      PrivateIpAddress,
      ...name === undefined ? {} : { State: { Name: name } },
      ...check,
      ...publicly(address),
      SecurityGroups: Groups,
      NetworkInterfaces: [{
        NetworkInterfaceId: instance.NetworkInterfaceId,
        SubnetId,
        VpcId: this.world.vpc.VpcId,
        ...check,
        Groups,
        Attachment: { DeviceIndex: 0, NetworkCardIndex: 0 },
        ...address == null ? {} : { Association: { PublicIp: address } },
      }],
    }];
  }

  private isHiddenAddress(...addresses: readonly Maybe<string | null>[]): boolean {
    return addresses.map(address => this.seen(address)).includes(undefined);
  }

  private networkInterfaces(): object[] {
    const { vpc, networkInterfaces } = this.world;
    return networkInterfaces.map(({ NetworkInterfaceId, SubnetId, PrivateIpAddress, SourceDestCheck }) => {
      this.unseen.add(`whether ${NetworkInterfaceId} forwards`);
      return {
        NetworkInterfaceId,
        VpcId: vpc.VpcId,
        SubnetId,
        PrivateIpAddress,
        Status: 'in-use',
        InterfaceType: 'interface',
        Groups: [{ GroupId: this.world.securityGroups[0].GroupId }],
        Ipv6Addresses: [],
        ...this.member('SourceDestCheck', SourceDestCheck),
      };
    });
  }

  private instance({ InstanceId, SubnetId, SecurityGroupIds, PublicIpAddress, Ipv6Address }: ContainerInstance): object[] {
    if (this.isHiddenAddress(PublicIpAddress, Ipv6Address)) return [];
    const address = this.seen(PublicIpAddress);
    const ipv6 = this.seen(Ipv6Address);
    return [{
      InstanceId,
      VpcId: this.world.vpc.VpcId,
      SubnetId,
      State: { Name: 'running' },
      SourceDestCheck: true,
      SecurityGroups: SecurityGroupIds.map(GroupId => ({ GroupId })),
      ...publicly(address),
      ...ipv6 == null ? {} : { Ipv6Address: ipv6 },
    }];
  }

  private firewall(): Pick<State, 'ruleGroups' | 'firewallRules' | 'FirewallDomainLists' | 'domains'> {
    const { vpc, dns: { FirewallRuleGroups } } = this.world;
    const listOf = (group: string, { Name }: FirewallRule) => `rslvr-fdl-${group}-${Name}`;
    const rules = FirewallRuleGroups.flatMap(group => group.FirewallRules.map(rule => ({ list: listOf(group.FirewallRuleGroupId, rule), rule })));
    return {
      ruleGroups: {
        [vpc.VpcId]: FirewallRuleGroups.map(({ FirewallRuleGroupId, Priority }) => ({ FirewallRuleGroupId, Priority, Status: 'COMPLETE' })),
      },
      firewallRules: Object.fromEntries(FirewallRuleGroups.map(({ FirewallRuleGroupId: id, FirewallRules }) => [id, FirewallRules.map(rule => ({
        Name: rule.Name,
        Priority: rule.Priority,
        ...this.member('Action', rule.Action),
        FirewallDomainListId: listOf(id, rule),
        FirewallDomainRedirectionAction: rule.FirewallDomainRedirectionAction,
      }))])),
      FirewallDomainLists: rules.map(({ list }) => ({ Id: list, Name: list })),
      domains: Object.fromEntries(rules.map(({ list, rule }) => [
        list, (this.deny(rule.Domains, 'route53resolver:ListFirewallDomains', list) ?? []).map(domain => `${domain}.`),
      ])),
    };
  }
}

const DENY_ALL: readonly NetworkAclEntry[] = [true, false].map(Egress => ({
  Egress, RuleNumber: 32767, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0',
}));

/** Every VPC has it. */
const AUTODEFINED = {
  rule: { Id: 'rslvr-autodefined-rr-internet-resolver', DomainName: '.', RuleType: 'RECURSIVE' },
  association: { ResolverRuleId: 'rslvr-autodefined-rr-internet-resolver', Status: 'COMPLETE' },
};

function associated(Ipv6CidrBlock: string): object {
  return { Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' } };
}

function publicly(address: string | null | undefined): object {
  return address == null ? {} : { PublicIpAddress: address };
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

function endpointOf({ VpcEndpointId, VpcEndpointType, ServiceName, SubnetId, NetworkFirewall }: VpcEndpoint, VpcId: string): object {
  return {
    VpcEndpointId, VpcId, VpcEndpointType, ServiceName, State: 'available',
    SubnetIds: SubnetId === undefined ? [] : [SubnetId],
    Tags: NetworkFirewall
      ? [{ Key: 'AWSNetworkFirewallManaged', Value: 'true' }, { Key: 'Firewall', Value: `arn:aws:network-firewall:eu-west-1:${OWNER}:firewall/Fw` }]
      : [],
  };
}
