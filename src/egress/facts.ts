/**
 * The network facts of one task. Both modes collect them: from a construct tree before anything is deployed, or from a live
 * account. They are plain data, and each may be `Unknown`.
 */

/** A fact that cannot be seen. */
export interface Unknown {
  /** A clause that says what cannot be seen, and why, e.g. `the routes of imported subnet subnet-1 are not part of this app`. */
  readonly unknown: string;
}

export type Fact<T> = T | Unknown;

export function isUnknown(fact: unknown): fact is Unknown {
  return typeof fact === 'object' && fact !== null && 'unknown' in fact;
}

export type HostKind = 'FARGATE' | 'EC2' | 'MANAGED_INSTANCES' | 'EXTERNAL';
export type NetworkMode = 'awsvpc' | 'host' | 'bridge' | 'none';

export interface EgressFacts {
  readonly hostKind: Fact<HostKind>;
  readonly networkMode: Fact<NetworkMode>;
  /** The service's `awsvpcConfiguration`. Which interface it places, and what addresses that has, is the judge's business. @default - none */
  readonly service?: ServiceNetwork;
  /** The container instances that the tasks may run on. Read only for `host` and `bridge` mode. @default - they cannot be seen */
  readonly instances?: Fact<readonly InstanceFacts[]>;
  readonly vpc: Fact<VpcFacts>;
  /** Where the agent sends to. @default - the public internet on TCP 443 */
  readonly destination?: Destination;
  /** The name of Postman's host that gets the traffic in the end. */
  readonly host: string;
  /**
   * What ECS reads over the network before any container starts: the agent's image and the API key. Judged over the task's
   * interface if ECS uses that one (Fargate).
   */
  readonly startup?: StartupFacts;
}

/** The network configuration of a service in `awsvpc` mode: each task gets an interface in one of the subnets. */
export interface ServiceNetwork {
  readonly subnets: Fact<readonly SubnetFacts[]>;
  /** Their rules add up. An empty list is the VPC's default group. */
  readonly securityGroups: Fact<readonly SecurityGroupFacts[]>;
  readonly assignPublicIp: Fact<boolean>;
}

/** Container instances with the same settings: one instance, or those of an auto scaling group. */
export interface InstanceFacts {
  /** Instance id, or the construct path of the auto scaling group. */
  readonly id: string;
  /** The subnets that their interface may be in. */
  readonly subnets: Fact<readonly SubnetFacts[]>;
  readonly securityGroups: Fact<readonly SecurityGroupFacts[]>;
  /** Whether they have a public IPv4 address. @default - `mapPublicIpOnLaunch` of the subnet decides */
  readonly publicIpv4?: Fact<boolean>;
  /** Whether they have an IPv6 address. @default - `assignIpv6AddressOnCreation` of the subnet decides */
  readonly ipv6?: Fact<boolean>;
}

export type Destination =
  | { readonly kind: 'internet'; readonly port: number }
  /**
   * A literal IPv4 or IPv6 address: a proxy in or outside the VPC. `subnet`: the subnet that it is in, if it is in one of the VPC that
   * is in view.
   */
  | { readonly kind: 'address'; readonly address: string; readonly port: number; readonly subnet?: Fact<HopSubnet> }
  /** A proxy known only by name: where it is cannot be seen. `port` is undefined if it cannot be seen either. */
  | { readonly kind: 'host'; readonly host: string; readonly port?: number };

export interface StartupFacts {
  /**
   * The AWS services whose VPC endpoints can serve the start-up without the internet, by the last part of the endpoint's service
   * name, e.g. `secretsmanager`, `ecr.api`, `ecr.dkr`, `s3`. Undefined if no set of endpoints can serve it, e.g. for an image in
   * a registry outside AWS.
   */
  readonly endpointServices?: readonly string[];
  /** The names that must resolve: the image's registry, and the service that keeps the API key. @default - they are not known */
  readonly names?: readonly string[];
}

export interface VpcFacts {
  /** Construct path or VPC id. */
  readonly id: string;
  /** IPv4 and IPv6 ranges of the VPC, the primary IPv4 range first. */
  readonly cidrs: Fact<readonly string[]>;
  readonly dnsSupport: Fact<boolean>;
  /** `enableDnsHostnames`, which private hosted zones need. @default - it is not known */
  readonly dnsHostnames?: Fact<boolean>;
  /** Name servers of the DHCP options; `AmazonProvidedDNS` is AWS's resolver. */
  readonly domainNameServers: Fact<readonly string[]>;
  /** Rules of all Route 53 Resolver DNS Firewall rule groups that are associated with the VPC, in any order. */
  readonly dnsFirewallRules: Fact<readonly DnsFirewallRule[]>;
  /** Route 53 Resolver rules that are associated with the VPC. */
  readonly resolverRules: Fact<readonly ResolverRule[]>;
  /** Private hosted zones that are associated with the VPC. */
  readonly privateZones: Fact<readonly PrivateZone[]>;
  /** The mode of VPC block public access in the VPC's account and region. */
  readonly blockPublicAccess: Fact<BlockPublicAccess>;
  /** The exclusion of the whole VPC from block public access. @default 'none' */
  readonly blockPublicAccessExclusion?: Fact<Exclusion>;
  /** VPC endpoints, by the last part of their service name (`secretsmanager`, `ecr.dkr`, …). */
  readonly endpoints: Fact<readonly string[]>;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
export type BlockPublicAccess = 'off' | 'block-ingress' | 'block-bidirectional';
export type Exclusion = 'none' | 'allow-bidirectional' | 'allow-egress';

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-overview.html */
export interface DnsFirewallRule {
  /** Construct path or id of the rule group. */
  readonly group: string;
  /** The priority of the group's association with the VPC, and of the rule in its group. The lowest number is evaluated first. */
  readonly priority: readonly [association: Fact<number>, rule: Fact<number>];
  readonly action: Fact<'ALLOW' | 'BLOCK' | 'ALERT'>;
  /** Domain names; `*.example.com` is every name below example.com, and `*` every name. */
  readonly domains: Fact<readonly string[]>;
  /** The type of query that the rule is for, e.g. `A`. @default - all types */
  readonly queryType?: Fact<string>;
  /** Whether only the first name of a chain of CNAME records must match (`TRUST_REDIRECTION_DOMAIN`). @default false */
  readonly trustsRedirection?: Fact<boolean>;
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network-using-rules.html */
export interface ResolverRule {
  /** Construct path or id. */
  readonly id: string;
  /** The rule is for this name and those below it; `.` is every name. */
  readonly domain: Fact<string>;
  /** `SYSTEM` leaves a name to the VPC's resolver, and `RECURSIVE` is AWS's own rule for the rest. The other types send queries elsewhere. */
  readonly type: Fact<string>;
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html */
export interface PrivateZone {
  /** Construct path or id. */
  readonly id: string;
  /** The zone's name, e.g. `example.com`. It answers for this name and those below it. */
  readonly name: Fact<string>;
  /** The names of its address records (A, AAAA, CNAME), `*.example.com` included. */
  readonly records: Fact<readonly string[]>;
}

export interface SubnetFacts {
  /** Construct path or subnet id. */
  readonly id: string;
  /** Its IPv4 range. @default - none, as in an IPv6-only subnet */
  readonly ipv4Cidr?: Fact<string>;
  /** Its IPv6 range. @default - none */
  readonly ipv6Cidr?: Fact<string>;
  /** Whether the subnet is IPv6-only (`Ipv6Native`): interfaces there have no IPv4 address at all. */
  readonly ipv6Native: Fact<boolean>;
  /** Whether instances get a public IPv4 address here if their launch settings do not say. */
  readonly mapPublicIpOnLaunch: Fact<boolean>;
  /** Whether instances get an IPv6 address here if their launch settings do not say. @default false */
  readonly assignIpv6AddressOnCreation?: Fact<boolean>;
  readonly routes: Fact<readonly Route[]>;
  /** Whether the subnet's resolver synthesizes `64:ff9b::/96` addresses for names that have only IPv4 addresses. */
  readonly dns64: Fact<boolean>;
  readonly networkAcl: Fact<NetworkAclFacts>;
  /** The exclusion of this subnet from block public access; that of its VPC is a fact of the VPC. @default 'none' */
  readonly blockPublicAccessExclusion?: Fact<Exclusion>;
  /** Who vouches that the subnet leads to the internet, e.g. `knownEgress of Shop/Agent`. @default - its routes are judged */
  readonly vouchedBy?: string;
}

/** The routes of a table. `local` routes may be left out: every table has one for each range of its VPC. */
export interface Route {
  readonly destination: RouteDestination;
  readonly target: Fact<RouteTarget>;
  /** A blackhole route drops the traffic it matches, because its target no longer exists. @default 'active' */
  readonly state?: 'active' | 'blackhole';
  /**
   * Whether the route was created or comes from a virtual private gateway. A created route to a prefix list has a priority of its
   * own, which follows from its destination. @default 'static'
   */
  readonly origin?: Fact<'static' | 'propagated'>;
}

export type RouteDestination =
  /** An IPv4 or IPv6 range. */
  | { readonly cidr: Fact<string> }
  | PrefixList;

export interface PrefixList {
  /** Construct path or id. */
  readonly prefixList: string;
  readonly cidrs: Fact<readonly string[]>;
  /** The AWS service whose list it is, e.g. `com.amazonaws.eu-west-1.s3`. Its ranges are no hosts of others. @default - not a list of AWS */
  readonly awsService?: string;
}

export type RouteTarget =
  | { readonly kind: 'local' }
  /** `routes`: the gateway's own route table, which leads what comes in. @default - it has none, and leads all to the VPC's subnets */
  | { readonly kind: 'internet-gateway'; readonly id: string; readonly routes?: Fact<readonly Route[]> }
  | { readonly kind: 'egress-only-internet-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string; readonly nat: Fact<NatGatewayFacts> }
  | { readonly kind: 'vpc-peering-connection'; readonly id: string }
  /** Carries traffic only to one AWS service, S3 or DynamoDB. */
  | { readonly kind: 'gateway-endpoint'; readonly id: string }
  /** An instance, or a network interface of one, that may forward traffic. `seen`: what else is known of it, e.g. `running, of type nat`. */
  | { readonly kind: 'instance' | 'network-interface'; readonly id: string; readonly seen?: string; readonly forwarder?: Fact<ForwarderFacts> }
  /** Hops beyond which nothing can be seen. `seen`: what is known of the hop itself, e.g. `of firewall Fw, available`. */
  | { readonly kind: OpaqueHop; readonly id: string; readonly seen?: string };

export type OpaqueHop =
  | 'transit-gateway'
  | 'virtual-private-gateway'
  | 'gateway-load-balancer-endpoint'
  | 'firewall-endpoint'
  /** A VPC endpoint of a kind that is not known. */
  | 'vpc-endpoint'
  | 'local-gateway'
  | 'carrier-gateway'
  | 'core-network';

export interface NatGatewayFacts {
  readonly state: Fact<'pending' | 'available' | 'failed' | 'deleting' | 'deleted'>;
  readonly connectivity: Fact<'public' | 'private'>;
  readonly place: Fact<NatPlace>;
}

export type NatPlace =
  | { readonly kind: 'subnet'; readonly subnet: HopSubnet }
  /** A regional NAT gateway is in no subnet: it has its own route table and no network ACL. */
  | { readonly kind: 'regional'; readonly routes: Fact<readonly Route[]> };

/** What counts of the subnet of a NAT gateway, a NAT instance or a proxy. */
export type HopSubnet = Pick<SubnetFacts, 'id' | 'ipv4Cidr' | 'ipv6Cidr' | 'routes' | 'networkAcl' | 'blockPublicAccessExclusion'>;

/** A NAT instance, or another instance that forwards. */
export interface ForwarderFacts {
  /** While the check is on, EC2 drops what the instance forwards. */
  readonly sourceDestCheck: Fact<boolean>;
  readonly publicIpv4: Fact<boolean>;
  /** Whether it translates and forwards. Only the settings of the program that runs on it can tell. */
  readonly forwards: Fact<boolean>;
  readonly securityGroups: Fact<readonly SecurityGroupFacts[]>;
  readonly subnet: Fact<HopSubnet>;
}

export interface SecurityGroupFacts {
  /** Construct path or group id. */
  readonly id: string;
  readonly egress: Fact<readonly EgressRule[]>;
  /** Read only for groups of instances that forward. @default - not read */
  readonly ingress?: Fact<readonly IngressRule[]>;
}

/** The traffic of a rule. */
export interface RuleTraffic {
  /** `-1` (all), `tcp`, `udp`, `icmp`, `icmpv6` or an IANA protocol number. */
  readonly protocol: Fact<string>;
  /** First port; undefined for all ports. */
  readonly fromPort?: Fact<number>;
  readonly toPort?: Fact<number>;
}

export interface EgressRule extends RuleTraffic {
  readonly to: Fact<RulePeer>;
}

export interface IngressRule extends RuleTraffic {
  readonly from: Fact<RulePeer>;
}

export type RulePeer =
  /** An IPv4 or IPv6 range. */
  | { readonly cidr: string }
  | { readonly securityGroup: string }
  | PrefixList;

export interface NetworkAclFacts {
  /** Construct path or ACL id. */
  readonly id: string;
  /** All entries of both directions, in any order. What no entry matches is denied. */
  readonly entries: Fact<readonly NetworkAclEntry[]>;
}

export interface NetworkAclEntry {
  readonly ruleNumber: Fact<number>;
  readonly direction: 'egress' | 'ingress';
  readonly action: Fact<'allow' | 'deny'>;
  /** `-1` (all) or an IANA protocol number; 6 is TCP. */
  readonly protocol: Fact<string>;
  /** An IPv4 or IPv6 range. */
  readonly cidr: Fact<string>;
  /** First port; undefined for all ports. */
  readonly fromPort?: Fact<number>;
  readonly toPort?: Fact<number>;
}

/** The default network ACL of every new VPC: it allows all traffic both ways. */
export const DEFAULT_NETWORK_ACL: NetworkAclFacts = {
  id: 'default',
  entries: (['egress', 'ingress'] as const).flatMap(direction => [
    { ruleNumber: 100, direction, action: 'allow', protocol: '-1', cidr: '0.0.0.0/0' },
    { ruleNumber: 101, direction, action: 'allow', protocol: '-1', cidr: '::/0' },
  ] as const),
};
