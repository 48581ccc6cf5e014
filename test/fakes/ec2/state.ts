import type {
  DhcpOptions, Instance, ManagedPrefixList, NatGateway, NetworkAcl, NetworkInterface, PrefixList, PrefixListEntry, RouteTable, SecurityGroup, Subnet, Vpc,
  VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions, VpcEndpoint,
} from '@aws-sdk/client-ec2';

/** The resources, as the SDK returns them. A test may add, change and remove any of them. */
export class Ec2State {
  vpcs: Vpc[] = [];
  /** By VPC. */
  vpcAttributes: Record<string, VpcAttributes> = {};
  dhcpOptions: DhcpOptions[] = [];
  subnets: Subnet[] = [];
  routeTables: RouteTable[] = [];
  natGateways: NatGateway[] = [];
  /** DescribeSecurityGroupRules returns their rules one by one. */
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
  /** The size of a page if the caller gives none. */
  pageSize = 1000;
}

export interface VpcAttributes { enableDnsSupport: boolean; enableDnsHostnames: boolean; enableNetworkAddressUsageMetrics: boolean }
