import type {
  DhcpOptions, Instance, NatGateway, NetworkAcl, NetworkInterface, PrefixList, PrefixListEntry, RouteTable, SecurityGroup, Subnet, Vpc,
  VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions, VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { Question, Read, Reads } from './reads';
import { unread } from './unread';
import { PrefixList as PrefixListFacts } from '../../egress';
import { Batch, remember } from '../calls/batch';

const question = <T>(
  action: Question<T>['action'], filter: string, items: Question<T>['items'], keyOf: Question<T>['keyOf'], and?: Question<T>['and'],
): Question<T> => ({ action, filter, items, keyOf, and });

/**
 * By filters and never by lists of ids: a call with a list fails as a whole if one id does not exist. What belongs to a VPC is read
 * by VPC, since the route table of a subnet can also follow from tables that do not name it (the main one).
 */
const SUBNET = question<Subnet>('ec2:DescribeSubnets', 'subnet-id', page => page.Subnets, ({ SubnetId }) => SubnetId);
const SUBNETS_OF_VPC = question<Subnet>('ec2:DescribeSubnets', 'vpc-id', page => page.Subnets, ({ VpcId }) => VpcId);
const GROUP = question<SecurityGroup>('ec2:DescribeSecurityGroups', 'group-id', page => page.SecurityGroups, ({ GroupId }) => GroupId);
const DEFAULT_GROUP = question<SecurityGroup>('ec2:DescribeSecurityGroups', 'vpc-id', page => page.SecurityGroups, ({ VpcId }) => VpcId,
  [{ Name: 'group-name', Values: ['default'] }]);
const INSTANCE = question<Instance>('ec2:DescribeInstances', 'instance-id',
  page => page.Reservations?.flatMap(({ Instances = [] }: { Instances?: Instance[] }) => Instances), ({ InstanceId }) => InstanceId);
const INTERFACE = question<NetworkInterface>('ec2:DescribeNetworkInterfaces', 'network-interface-id',
  page => page.NetworkInterfaces, ({ NetworkInterfaceId }) => NetworkInterfaceId);
const VPC = question<Vpc>('ec2:DescribeVpcs', 'vpc-id', page => page.Vpcs, ({ VpcId }) => VpcId);
const DHCP_OPTIONS = question<DhcpOptions>('ec2:DescribeDhcpOptions', 'dhcp-options-id', page => page.DhcpOptions, ({ DhcpOptionsId }) => DhcpOptionsId);
const ROUTE_TABLES = question<RouteTable>('ec2:DescribeRouteTables', 'vpc-id', page => page.RouteTables, ({ VpcId }) => VpcId);
const NETWORK_ACLS = question<NetworkAcl>('ec2:DescribeNetworkAcls', 'vpc-id', page => page.NetworkAcls, ({ VpcId }) => VpcId);
const ENDPOINTS = question<VpcEndpoint>('ec2:DescribeVpcEndpoints', 'vpc-id', page => page.VpcEndpoints, ({ VpcId }) => VpcId);
const NAT_GATEWAY = question<NatGateway>('ec2:DescribeNatGateways', 'nat-gateway-id', page => page.NatGateways, ({ NatGatewayId }) => NatGatewayId);
const PREFIX_LIST = question<PrefixList>('ec2:DescribePrefixLists', 'prefix-list-id', page => page.PrefixLists, ({ PrefixListId }) => PrefixListId);

/** The account's network as EC2 describes it, for one run. Everything is read when it is first needed, and only once. */
export class Ec2Account {
  public readonly subnet = this.batch(SUBNET);
  public readonly subnetsOfVpc = this.batch(SUBNETS_OF_VPC);
  public readonly securityGroup = this.batch(GROUP);
  public readonly defaultGroupOfVpc = this.batch(DEFAULT_GROUP);
  public readonly instance = this.batch(INSTANCE);
  public readonly networkInterface = this.batch(INTERFACE);
  public readonly vpc = this.batch(VPC);
  public readonly dhcpOptions = this.batch(DHCP_OPTIONS);
  public readonly routeTablesOfVpc = this.batch(ROUTE_TABLES);
  public readonly networkAclsOfVpc = this.batch(NETWORK_ACLS);
  public readonly endpointsOfVpc = this.batch(ENDPOINTS);
  public readonly natGateway = this.batch(NAT_GATEWAY);
  private readonly awsPrefixList = this.batch(PREFIX_LIST);
  private readonly known = new Map<string, Promise<unknown>>();

  constructor(private readonly reads: Reads) {}

  /** EC2 returns one attribute of one VPC a call. */
  public vpcAttribute(vpc: string, attribute: 'enableDnsSupport' | 'enableDnsHostnames'): Promise<Read<boolean>> {
    const member = attribute === 'enableDnsSupport' ? 'EnableDnsSupport' : 'EnableDnsHostnames';
    return this.once(`${attribute} ${vpc}`, () => this.reads.one('ec2:DescribeVpcAttribute', { VpcId: vpc, Attribute: attribute },
      output => output?.[member]?.Value as boolean | undefined));
  }

  public blockPublicAccess(): Promise<Read<VpcBlockPublicAccessOptions>> {
    return this.once('options', () => this.reads.one('ec2:DescribeVpcBlockPublicAccessOptions', {}, output => output?.VpcBlockPublicAccessOptions));
  }

  /** All exclusions of the account and region; AWS allows only a few. */
  public exclusions(): Promise<Read<VpcBlockPublicAccessExclusion>> {
    return this.once('exclusions', () => this.reads.all('ec2:DescribeVpcBlockPublicAccessExclusions', {}, page => page.VpcBlockPublicAccessExclusions));
  }

  public prefixList(id: string): Promise<PrefixListFacts> {
    return this.once(`prefix list ${id}`, async () => {
      const what = `the ranges of prefix list ${id}`;
      // It returns only the lists of AWS's own services.
      const { items: [own], failure } = await this.awsPrefixList.of(id);
      if (failure !== undefined) return { prefixList: id, cidrs: unread(what, failure) };
      if (own) return { prefixList: id, cidrs: own.Cidrs ?? { unknown: `EC2 did not return ${what}` }, awsService: own.PrefixListName ?? id };
      const entries = await this.reads.all<PrefixListEntry>('ec2:GetManagedPrefixListEntries', { PrefixListId: id }, page => page.Entries);
      return { prefixList: id, cidrs: entries.failure === undefined ? entries.items.map(({ Cidr = '' }) => Cidr) : unread(what, entries.failure) };
    });
  }

  private batch<T>(about: Question<T>): Batch<Read<T>> {
    return new Batch(values => this.reads.by(about, values));
  }

  private once<T>(key: string, read: () => Promise<T>): Promise<T> {
    return remember(this.known, key, read) as Promise<T>;
  }
}
