/**
 * One VPC, what surrounds it and the tasks of one ECS service, in the terms and member names of the EC2 API.
 * A world is complete: a resource that it does not list does not exist. Each id is unique.
 */

/** A fact that the reader cannot see. It has one of the values of `among` (at least one; none of them hides anything itself). */
export interface Hidden<T> {
  /** A unique name of the fact, for example `rtb-1 routes`. */
  readonly hidden: string;
  readonly among: readonly T[];
}

export type Maybe<T> = T | Hidden<T>;

/** The same type with all facts visible. */
export type Known<T> = T extends Hidden<unknown> ? never
  : T extends readonly (infer Item)[] ? readonly Known<Item>[]
    : T extends object ? { readonly [Member in keyof T]: Known<T[Member]> } : T;

export function isHidden(value: unknown): value is Hidden<unknown> {
  return typeof value === 'object' && value !== null && 'hidden' in value && 'among' in value;
}

export interface World {
  readonly vpc: Vpc;
  /** Route 53 Resolver. */
  readonly dns: Dns;
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly natGateways: readonly NatGateway[];
  /** Instances that are targets of routes. */
  readonly natInstances: readonly NatInstance[];
  /** Interfaces that are targets of routes and are not those of a NAT instance: an appliance of which only the interface is in view. */
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly vpcEndpoints: readonly VpcEndpoint[];
  readonly internetGateway?: InternetGateway;
  readonly egressOnlyInternetGateway?: { readonly EgressOnlyInternetGatewayId: string };
  readonly transitGateway?: { readonly TransitGatewayId: string };
  readonly virtualPrivateGateway?: { readonly VpnGatewayId: string };
  readonly vpcPeeringConnection?: VpcPeeringConnection;
  readonly coreNetwork?: { readonly CoreNetworkArn: string };
  readonly localGateway?: { readonly LocalGatewayId: string };
  readonly carrierGateway?: { readonly CarrierGatewayId: string };
  readonly task: Task;
}

export interface Vpc {
  readonly VpcId: string;
  /** IPv4 ranges, at least one. */
  readonly CidrBlocks: readonly string[];
  readonly Ipv6CidrBlocks: readonly string[];
  readonly EnableDnsSupport: Maybe<boolean>;
  readonly EnableDnsHostnames: boolean;
  /** The DHCP option `domain-name-servers`: `AmazonProvidedDNS` or addresses. */
  readonly DomainNameServers: Maybe<readonly string[]>;
  readonly InternetGatewayBlockMode: Maybe<BlockMode>;
  /** Block public access exclusions. Empty if hidden and none. */
  readonly BlockPublicAccessExclusions: Maybe<readonly BlockPublicAccessExclusion[]>;
}

export type BlockMode = 'off' | 'block-ingress' | 'block-bidirectional';

export interface BlockPublicAccessExclusion {
  /** The VPC's id or a subnet's id. */
  readonly ResourceId: string;
  readonly InternetGatewayExclusionMode: Maybe<'allow-bidirectional' | 'allow-egress'>;
}

export interface Dns {
  /** DNS Firewall rule groups associated with the VPC; the lowest `Priority` first. */
  readonly FirewallRuleGroups: readonly FirewallRuleGroup[];
  /** Resolver rules associated with the VPC. */
  readonly ResolverRules: readonly ResolverRule[];
  /** Private hosted zones associated with the VPC. */
  readonly PrivateHostedZones: readonly PrivateHostedZone[];
}

export interface FirewallRuleGroup {
  readonly FirewallRuleGroupId: string;
  /** The priority of the association. */
  readonly Priority: number;
  readonly FirewallRules: readonly FirewallRule[];
}

export interface FirewallRule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action: Maybe<'ALLOW' | 'BLOCK' | 'ALERT'>;
  /** The domain list: `name`, `*.name` (names below it only) or `*`. No final dot. */
  readonly Domains: Maybe<readonly string[]>;
  readonly FirewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN' | 'TRUST_REDIRECTION_DOMAIN';
}

export interface ResolverRule {
  readonly Id: string;
  readonly RuleType: 'FORWARD' | 'SYSTEM';
  /** No final dot, except `.` for all names. The rule matches the name and all names below it. */
  readonly DomainName: string;
}

export interface PrivateHostedZone {
  readonly Id: string;
  /** No final dot. */
  readonly Name: string;
  /** Full names of its address records; `*.name` is a wildcard. */
  readonly Records: Maybe<readonly string[]>;
}

export interface Subnet {
  readonly SubnetId: string;
  readonly AvailabilityZone: string;
  /** IPv4. Not set exactly if `Ipv6Native`. */
  readonly CidrBlock?: string;
  readonly Ipv6CidrBlock?: string;
  readonly Ipv6Native: boolean;
  readonly MapPublicIpOnLaunch: boolean;
  readonly EnableDns64: Maybe<boolean>;
  /** The table that is in effect, be it the main one. */
  readonly RouteTableId: string;
  readonly NetworkAclId: string;
}

export interface RouteTable {
  readonly RouteTableId: string;
  /** Without the local routes of the VPC's ranges, which each table has. A route for exactly such a range replaces the local one. */
  readonly Routes: Maybe<readonly Route[]>;
}

export interface Route {
  /** Exactly one of the three destinations. */
  readonly DestinationCidrBlock?: string;
  readonly DestinationIpv6CidrBlock?: string;
  readonly DestinationPrefixListId?: string;
  readonly Target: Maybe<RouteTarget>;
  readonly Origin: 'CreateRoute' | 'EnableVgwRoutePropagation';
  readonly State: Maybe<'active' | 'blackhole'>;
}

/** One member of a route of the EC2 API. */
export type RouteTarget =
  /** `local`, an internet gateway, a virtual private gateway, or a gateway, firewall or Gateway Load Balancer endpoint. */
  | { readonly GatewayId: string }
  | { readonly NatGatewayId: string }
  | { readonly InstanceId: string }
  | { readonly NetworkInterfaceId: string }
  | { readonly EgressOnlyInternetGatewayId: string }
  | { readonly TransitGatewayId: string }
  | { readonly VpcPeeringConnectionId: string }
  | { readonly CoreNetworkArn: string }
  | { readonly LocalGatewayId: string }
  | { readonly CarrierGatewayId: string };

export interface InternetGateway {
  readonly InternetGatewayId: string;
  readonly Attached: boolean;
  /** Its own (gateway) route table. */
  readonly RouteTableId?: string;
}

export interface VpcPeeringConnection {
  readonly VpcPeeringConnectionId: string;
  /** IPv4 and IPv6 ranges of the peer VPC. */
  readonly PeerCidrBlocks: readonly string[];
  readonly Status: 'active' | 'deleted';
}

export interface NatGateway {
  readonly NatGatewayId: string;
  readonly AvailabilityMode: 'zonal' | 'regional';
  readonly ConnectivityType: Maybe<'public' | 'private'>;
  readonly State: Maybe<'available' | 'pending' | 'failed' | 'deleting' | 'deleted'>;
  /** Zonal only. */
  readonly SubnetId?: Maybe<string>;
  /** Regional only: the table of the gateway itself. */
  readonly RouteTableId?: string;
  /** Zonal only: its address in its subnet. If the subnet is hidden, an address of the first subnet of `among`. */
  readonly PrivateIp?: string;
}

export interface NatInstance {
  readonly InstanceId: string;
  readonly NetworkInterfaceId: string;
  readonly SubnetId: string;
  readonly PrivateIpAddress: string;
  readonly PublicIpAddress: Maybe<string | null>;
  readonly SourceDestCheck: Maybe<boolean>;
  readonly SecurityGroupIds: readonly string[];
  readonly State: Maybe<'running' | 'stopped' | 'terminated'>;
  /** Its user data makes it forward and translate IPv4 (as `ec2.NatProvider.instanceV2` does). False: its software is unknown. */
  readonly Masquerades: boolean;
}

export interface NetworkInterface {
  readonly NetworkInterfaceId: string;
  readonly SubnetId: string;
  readonly PrivateIpAddress: string;
  readonly SourceDestCheck: Maybe<boolean>;
}

export interface VpcEndpoint {
  readonly VpcEndpointId: string;
  readonly VpcEndpointType: 'Gateway' | 'GatewayLoadBalancer' | 'Interface';
  /** For example `com.amazonaws.eu-west-1.s3`, or `com.amazonaws.vpce.eu-west-1.vpce-svc-1` for an appliance. */
  readonly ServiceName: string;
  /** The subnet of a `GatewayLoadBalancer` endpoint. */
  readonly SubnetId?: string;
  /** The endpoint is one of AWS Network Firewall. */
  readonly NetworkFirewall: boolean;
}

export interface PrefixList {
  readonly PrefixListId: string;
  /** `com.amazonaws.<region>.<service>` if AWS manages it: an AWS service's own addresses. Postman's host has none of these. */
  readonly PrefixListName: string;
  readonly OwnerId: 'AWS' | 'customer';
  readonly AddressFamily: 'IPv4' | 'IPv6';
  readonly Entries: Maybe<readonly string[]>;
}

export interface NetworkAcl {
  readonly NetworkAclId: string;
  /** Without the final deny (`*`, 32767), which each list has. */
  readonly Entries: Maybe<readonly NetworkAclEntry[]>;
}

export interface NetworkAclEntry {
  readonly Egress: boolean;
  /** 1 to 32766. Two entries of one direction that could have the same number: the first of the array decides. */
  readonly RuleNumber: Maybe<number>;
  readonly RuleAction: Maybe<'allow' | 'deny'>;
  /** `-1` all, `6` TCP, `17` UDP, `1` ICMP, `58` ICMPv6. */
  readonly Protocol: Maybe<'-1' | '6' | '17' | '1' | '58'>;
  /** Exactly one of the two ranges. */
  readonly CidrBlock?: Maybe<string>;
  readonly Ipv6CidrBlock?: Maybe<string>;
  /** Set exactly if the protocol is (or could be) TCP or UDP; not considered for other protocols. */
  readonly PortRange?: Maybe<PortRange>;
}

export interface PortRange {
  readonly From: number;
  readonly To: number;
}

export interface SecurityGroup {
  readonly GroupId: string;
  /** Egress rules, as DescribeSecurityGroupRules gives them. */
  readonly Egress: Maybe<readonly SecurityGroupRule[]>;
  /** Ingress rules. They matter only for the group of a NAT instance. */
  readonly Ingress: readonly SecurityGroupRule[];
}

export interface SecurityGroupRule {
  readonly IpProtocol: Maybe<'-1' | 'tcp' | 'udp' | 'icmp' | 'icmpv6'>;
  /** Set exactly if the protocol is (or could be) TCP or UDP; not considered for other protocols. */
  readonly Ports?: Maybe<SecurityGroupPorts>;
  readonly Peer: Maybe<SecurityGroupPeer>;
}

export interface SecurityGroupPorts {
  readonly FromPort: number;
  readonly ToPort: number;
}

/** One member of a rule of the EC2 API. */
export type SecurityGroupPeer =
  | { readonly CidrIpv4: string }
  | { readonly CidrIpv6: string }
  | { readonly PrefixListId: string }
  | { readonly ReferencedGroupId: string };

export interface Task {
  readonly hostKind: Maybe<'FARGATE' | 'EC2' | 'MANAGED_INSTANCES' | 'EXTERNAL'>;
  readonly networkMode: Maybe<'awsvpc' | 'host' | 'bridge'>;
  /** The account setting `dualStackIPv6` at the time when the tasks start. */
  readonly dualStackIPv6: Maybe<boolean>;
  /** The service's AwsvpcConfiguration. Used in mode `awsvpc`. */
  readonly Subnets: Maybe<readonly string[]>;
  readonly SecurityGroups: Maybe<readonly string[]>;
  readonly AssignPublicIp: Maybe<'ENABLED' | 'DISABLED'>;
  /** Where tasks of the modes `host` and `bridge` are placed, each of them. */
  readonly containerInstances: readonly ContainerInstance[];
  readonly destination: Destination;
}

export interface ContainerInstance {
  readonly InstanceId: string;
  readonly SubnetId: string;
  readonly SecurityGroupIds: readonly string[];
  /** Null: none. */
  readonly PublicIpAddress: Maybe<string | null>;
  readonly Ipv6Address: Maybe<string | null>;
}

export type Destination =
  /** A host on the internet, TCP 443. It has an IPv4 address, and an IPv6 address or not. */
  | { readonly HostName: string }
  /** A proxy, which listens and admits the tasks. Only the way to it matters. An address of the VPC is one of a subnet of the world. */
  | { readonly ProxyAddress: string; readonly ProxyPort: number };
