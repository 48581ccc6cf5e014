import type { Instance, IpPermission, NatGateway, NetworkInterface, Route, RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint } from '@aws-sdk/client-ec2';
import { ec2Actions } from './actions';
import { Ec2State, VpcAttributes } from './state';
import { Home } from '../home';
import { Actions } from '../wire/actions';

const EVERYTHING: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };

export interface VpcOptions {
  /** @default '10.0.0.0/16' */
  readonly cidr?: string;
  readonly attributes?: Partial<VpcAttributes>;
  /** @default ['AmazonProvidedDNS'] */
  readonly domainNameServers?: readonly string[];
}

export interface SubnetOptions {
  /** @default 'vpc-1', which is created if it does not exist */
  readonly vpc?: string;
  /** Members that replace the defaults. */
  readonly members?: Partial<Subnet>;
}

interface SecurityGroupOptions {
  readonly vpc?: string;
  readonly egress?: IpPermission[];
  readonly members?: Partial<SecurityGroup>;
}

/** The network of one region. */
export class Ec2 extends Ec2State {
  readonly actions: Actions;

  constructor(private readonly home: Home) {
    super();
    this.actions = ec2Actions(this, home);
  }

  /** A VPC with what AWS creates with it. For `vpc-1`: main route table `rtb-1`, network ACL `acl-1`, security group `sg-1`, DHCP options `dopt-1`. */
  addVpc(id = 'vpc-1', { cidr = '10.0.0.0/16', attributes = {}, domainNameServers = ['AmazonProvidedDNS'] }: VpcOptions = {}): Vpc {
    const suffix = suffixOf(id);
    const vpc: Vpc = {
      VpcId: id, CidrBlock: cidr,
      CidrBlockAssociationSet: [{ AssociationId: `vpc-cidr-assoc-${suffix}`, CidrBlock: cidr, CidrBlockState: { State: 'associated' } }],
      DhcpOptionsId: `dopt-${suffix}`, State: 'available', OwnerId: this.home.account, InstanceTenancy: 'default', IsDefault: false,
    };
    this.vpcs.push(vpc);
    this.vpcAttributes[id] = { enableDnsSupport: true, enableDnsHostnames: true, enableNetworkAddressUsageMetrics: false, ...attributes };
    this.dhcpOptions.push({
      DhcpOptionsId: `dopt-${suffix}`, OwnerId: this.home.account,
      DhcpConfigurations: [{ Key: 'domain-name-servers', Values: domainNameServers.map(Value => ({ Value })) }],
    });
    const routeTableId = `rtb-${suffix}`;
    this.routeTables.push({
      RouteTableId: routeTableId, VpcId: id, OwnerId: this.home.account, Routes: [local(cidr)],
      Associations: [{ Main: true, RouteTableId: routeTableId, RouteTableAssociationId: `rtbassoc-${suffix}`, AssociationState: { State: 'associated' } }],
    });
    this.networkAcls.push({
      NetworkAclId: `acl-${suffix}`, VpcId: id, IsDefault: true, OwnerId: this.home.account, Associations: [], Entries: defaultAclEntries(),
    });
    this.addSecurityGroup(`sg-${suffix}`, { vpc: id, members: { GroupName: 'default' } });
    return vpc;
  }

  /** Its default route goes to an internet gateway. */
  addPublicSubnet(id = 'subnet-1', options: SubnetOptions = {}): Subnet {
    const subnet = this.addSubnet(id, options);
    this.addRouteTable(id, [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: `igw-${suffixOf(subnet.VpcId!)}`, State: 'active', Origin: 'CreateRoute' }]);
    return subnet;
  }

  /** Its default route goes to a NAT gateway. @param natGateway an existing one; by default a new one in its own public subnet */
  addPrivateSubnet(id = 'subnet-1', { natGateway, ...options }: SubnetOptions & { readonly natGateway?: string } = {}): Subnet {
    const subnet = this.addSubnet(id, options);
    const nat = natGateway ?? this.addNatGateway(`nat-${suffixOf(id)}`, this.addPublicSubnet(`${id}-public`, { vpc: subnet.VpcId }).SubnetId!).NatGatewayId!;
    this.addRouteTable(id, [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: nat, State: 'active', Origin: 'CreateRoute' }]);
    return subnet;
  }

  /** Its only route is the local one. */
  addIsolatedSubnet(id = 'subnet-1', options: SubnetOptions = {}): Subnet {
    const subnet = this.addSubnet(id, options);
    this.addRouteTable(id, []);
    return subnet;
  }

  /** It has no route table of its own, so it uses the VPC's main one. */
  addSubnet(id: string, { vpc = 'vpc-1', members = {} }: SubnetOptions = {}): Subnet {
    if (!this.vpcs.some(({ VpcId }) => VpcId === vpc)) this.addVpc(vpc);
    const subnet: Subnet = {
      SubnetId: id, VpcId: vpc, CidrBlock: `10.0.${this.subnets.length}.0/24`, AvailabilityZone: `${this.home.region}a`, AvailabilityZoneId: 'az1',
      State: 'available', OwnerId: this.home.account,
      AvailableIpAddressCount: 250, MapPublicIpOnLaunch: false, DefaultForAz: false, AssignIpv6AddressOnCreation: false, EnableDns64: false,
      Ipv6Native: false, Ipv6CidrBlockAssociationSet: [],
      SubnetArn: `arn:aws:ec2:${this.home.region}:${this.home.account}:subnet/${id}`, Tags: [], ...members,
    };
    this.subnets.push(subnet);
    const acl = this.networkAcls.find(({ VpcId, IsDefault }) => VpcId === vpc && IsDefault)!;
    acl.Associations!.push({ NetworkAclAssociationId: `aclassoc-${id}`, NetworkAclId: acl.NetworkAclId, SubnetId: id });
    return subnet;
  }

  /** @param routes in addition to the local one, which every table has */
  addRouteTable(subnet: string, routes: readonly Route[]): RouteTable {
    const { VpcId } = this.subnets.find(({ SubnetId }) => SubnetId === subnet)!;
    const { CidrBlock } = this.vpcs.find(vpc => vpc.VpcId === VpcId)!;
    const id = `rtb-${subnet}`;
    const table: RouteTable = {
      RouteTableId: id, VpcId, OwnerId: this.home.account, Routes: [local(CidrBlock!), ...routes],
      Associations: [{
        Main: false, RouteTableId: id, SubnetId: subnet, RouteTableAssociationId: `rtbassoc-${subnet}`, AssociationState: { State: 'associated' },
      }],
    };
    this.routeTables.push(table);
    return table;
  }

  addNatGateway(id: string, subnet: string, members: Partial<NatGateway> = {}): NatGateway {
    const { VpcId } = this.subnets.find(({ SubnetId }) => SubnetId === subnet)!;
    const gateway: NatGateway = {
      NatGatewayId: id, SubnetId: subnet, VpcId, State: 'available', ConnectivityType: 'public',
      NatGatewayAddresses: [{
        AllocationId: `eipalloc-${id}`, PublicIp: '203.0.113.10', PrivateIp: '10.0.0.10', NetworkInterfaceId: `eni-${id}`, IsPrimary: true, Status: 'succeeded',
      }],
      ...members,
    };
    this.natGateways.push(gateway);
    return gateway;
  }

  /** @param egress its egress rules; by default everything over IPv4, as in a new group on AWS */
  addSecurityGroup(id: string, { vpc = 'vpc-1', egress = [EVERYTHING], members = {} }: SecurityGroupOptions = {}): SecurityGroup {
    const group: SecurityGroup = {
      GroupId: id, GroupName: id, Description: id, VpcId: vpc, OwnerId: this.home.account, IpPermissions: [], IpPermissionsEgress: egress, Tags: [], ...members,
    };
    this.securityGroups.push(group);
    return group;
  }

  /** @param service the last part of its name, such as `secretsmanager` or `ecr.api` */
  addVpcEndpoint(service: string, { vpc = 'vpc-1', members = {} }: { readonly vpc?: string; readonly members?: Partial<VpcEndpoint> } = {}): VpcEndpoint {
    const endpoint: VpcEndpoint = {
      VpcEndpointId: `vpce-${service}`, VpcId: vpc, ServiceName: `com.amazonaws.${this.home.region}.${service}`, VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      // The model has upper case here, but the service returns lower case.
      State: 'available' as 'Available', ...members,
    };
    this.vpcEndpoints.push(endpoint);
    return endpoint;
  }

  /** An instance with one interface in a subnet. @param publicIp if its interface has one */
  addInstance(id: string, subnet: string, { publicIp, groups = ['sg-1'] }: { readonly publicIp?: string; readonly groups?: readonly string[] } = {}): Instance {
    const { VpcId } = this.subnets.find(({ SubnetId }) => SubnetId === subnet)!;
    const interfaceId = `eni-${id}`;
    const Groups = groups.map(GroupId => ({ GroupId, GroupName: GroupId }));
    const common = {
      NetworkInterfaceId: interfaceId, SubnetId: subnet, VpcId, Groups, PrivateIpAddress: '10.0.0.20',
      ...publicIp === undefined ? {} : { Association: { PublicIp: publicIp, IpOwnerId: 'amazon' } },
    };
    const networkInterface: NetworkInterface = { ...common, Status: 'in-use', Attachment: { InstanceId: id, DeviceIndex: 0, Status: 'attached' } };
    const instance: Instance = {
      InstanceId: id, SubnetId: subnet, VpcId, State: { Code: 16, Name: 'running' }, PublicIpAddress: publicIp, PrivateIpAddress: '10.0.0.20',
      SecurityGroups: Groups,
      NetworkInterfaces: [{ ...common, Status: 'in-use', Attachment: { DeviceIndex: 0, Status: 'attached' } }],
    };
    this.networkInterfaces.push(networkInterface);
    this.instances.push(instance);
    return instance;
  }
}

function suffixOf(id: string): string {
  return id.replace(/^[a-z]+-/, '');
}

function local(cidr: string): Route {
  return { DestinationCidrBlock: cidr, GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
}

/** Allows everything in and out, as the default ACL of a VPC does. */
function defaultAclEntries() {
  return [true, false].flatMap(Egress => [
    { Egress, RuleNumber: 100, RuleAction: 'allow' as const, Protocol: '-1', CidrBlock: '0.0.0.0/0' },
    { Egress, RuleNumber: 32767, RuleAction: 'deny' as const, Protocol: '-1', CidrBlock: '0.0.0.0/0' },
  ]);
}
