import type {
  DhcpOptions, Instance, ManagedPrefixList, NatGateway, NetworkAcl, NetworkInterface, PrefixList, PrefixListEntry, RouteTable, SecurityGroup, Subnet, Vpc,
  VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions, VpcEndpoint,
} from '@aws-sdk/client-ec2';

/** What is there, as the SDK hands it out. A test may set, change and take away whatever it likes. */
export class Ec2State {
  vpcs: Vpc[] = [];
  /** By VPC. */
  vpcAttributes: Record<string, VpcAttributes> = {};
  dhcpOptions: DhcpOptions[] = [];
  subnets: Subnet[] = [];
  routeTables: RouteTable[] = [];
  natGateways: NatGateway[] = [];
  /** DescribeSecurityGroupRules tells their rules one by one. */
  securityGroups: SecurityGroup[] = [];
  networkAcls: NetworkAcl[] = [];
  vpcEndpoints: VpcEndpoint[] = [];
  managedPrefixLists: ManagedPrefixList[] = [];
  /** By prefix list. */
  prefixListEntries: Record<string, PrefixListEntry[]> = {};
  /** Of AWS's own services, for gateway endpoints. */
  prefixLists: PrefixList[] = [];
  networkInterfaces: NetworkInterface[] = [];
  instances: Instance[] = [];
  blockPublicAccess: VpcBlockPublicAccessOptions = { State: 'default-state', InternetGatewayBlockMode: 'off' };
  blockPublicAccessExclusions: VpcBlockPublicAccessExclusion[] = [];
  /** How many things are on a page where the caller does not say. */
  pageSize = 1000;
}

export interface VpcAttributes { enableDnsSupport: boolean; enableDnsHostnames: boolean; enableNetworkAddressUsageMetrics: boolean }
