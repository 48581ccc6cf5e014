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
  /**
   * Every subnet in which the interface that carries the agent's traffic may be placed: the task's own interface in `awsvpc`
   * mode, the container instance's in `host` and `bridge` mode.
   */
  readonly subnets: Fact<readonly SubnetFacts[]>;
  /** The groups of that interface. Their rules add up. */
  readonly securityGroups: Fact<readonly SecurityGroupFacts[]>;
  readonly vpc: Fact<VpcFacts>;
  /** Where the agent sends to. @default - the public internet on TCP 443 */
  readonly destination?: Destination;
  /** The name of Postman's host that gets the traffic in the end. */
  readonly host: string;
  /**
   * What ECS reads over the network before any container starts: the agent's image and the secret. Judged over the task's
   * interface if ECS uses that one (Fargate).
   */
  readonly startup?: StartupFacts;
}

export type Destination =
  | { readonly kind: 'internet'; readonly port: number }
  /** A literal IPv4 or IPv6 address: a proxy in or outside the VPC. */
  | { readonly kind: 'address'; readonly address: string; readonly port: number }
  /** A proxy known only by name: where it is cannot be seen. `port` is undefined if it cannot be seen either. */
  | { readonly kind: 'host'; readonly host: string; readonly port?: number };

export interface StartupFacts {
  /**
   * The AWS services whose VPC endpoints can serve the start-up without the internet, by the last part of the endpoint's service
   * name, e.g. `secretsmanager`, `ecr.api`, `ecr.dkr`, `s3`. Undefined if no set of endpoints can serve it, e.g. for an image in
   * a registry outside AWS.
   */
  readonly endpointServices?: readonly string[];
}

export interface VpcFacts {
  /** Construct path or VPC id. */
  readonly id: string;
  /** IPv4 and IPv6 ranges of the VPC. */
  readonly cidrs: Fact<readonly string[]>;
  readonly dnsSupport: Fact<boolean>;
  /** Name servers of the DHCP options; `AmazonProvidedDNS` is AWS's resolver. */
  readonly domainNameServers: Fact<readonly string[]>;
  /** VPC block public access as it applies to this VPC. */
  readonly blockPublicAccess: Fact<BlockPublicAccess>;
  /** VPC endpoints, by the last part of their service name (`secretsmanager`, `ecr.dkr`, …). */
  readonly endpoints: Fact<readonly string[]>;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
export type BlockPublicAccess = 'off' | 'block-ingress' | 'block-bidirectional';

export interface SubnetFacts {
  /** Construct path or subnet id. */
  readonly id: string;
  readonly routes: Fact<readonly Route[]>;
  /** Whether the interface gets a public IPv4 address here. */
  readonly publicIpv4: Fact<boolean>;
  /** Whether the interface gets an IPv6 address here. */
  readonly ipv6: Fact<boolean>;
  /** Whether the subnet's resolver synthesizes `64:ff9b::/96` addresses for names that have only IPv4 addresses. */
  readonly dns64: Fact<boolean>;
  readonly networkAcl: Fact<NetworkAclFacts>;
  /** An exclusion of this subnet, or of its VPC, from block public access. @default - none */
  readonly blockPublicAccessExclusion?: Fact<'none' | 'allow-bidirectional' | 'allow-egress'>;
}

export interface Route {
  readonly destination: RouteDestination;
  readonly target: Fact<RouteTarget>;
  /** A blackhole route drops the traffic it matches, because its target no longer exists. @default 'active' */
  readonly state?: 'active' | 'blackhole';
}

export type RouteDestination =
  /** An IPv4 or IPv6 range. */
  | { readonly cidr: Fact<string> }
  | { readonly prefixList: string; readonly cidrs: Fact<readonly string[]> };

export type RouteTarget =
  | { readonly kind: 'local' }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'egress-only-internet-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string; readonly nat: Fact<NatGatewayFacts> }
  | { readonly kind: 'vpc-peering-connection'; readonly id: string }
  /** Carries traffic only to one AWS service, S3 or DynamoDB. */
  | { readonly kind: 'gateway-endpoint'; readonly id: string }
  /** Hops beyond which nothing can be seen. `seen`: what is known of the hop itself, e.g. `stopped, source/destination check on`. */
  | { readonly kind: OpaqueHop; readonly id: string; readonly seen?: string };

export type OpaqueHop =
  | 'transit-gateway'
  | 'virtual-private-gateway'
  | 'network-interface'
  | 'instance'
  | 'gateway-load-balancer-endpoint'
  | 'firewall-endpoint'
  | 'local-gateway'
  | 'carrier-gateway'
  | 'core-network';

export interface NatGatewayFacts {
  readonly state: Fact<'pending' | 'available' | 'failed' | 'deleting' | 'deleted'>;
  readonly connectivity: Fact<'public' | 'private'>;
  readonly subnet: Fact<NatSubnetFacts>;
}

/** The subnet of a NAT gateway; its `networkAcl` may be unknown, as for any subnet. */
export interface NatSubnetFacts {
  readonly id: string;
  readonly routes: Fact<readonly Route[]>;
  readonly networkAcl: Fact<NetworkAclFacts>;
}

export interface SecurityGroupFacts {
  /** Construct path or group id. */
  readonly id: string;
  readonly egress: Fact<readonly EgressRule[]>;
}

export interface EgressRule {
  /** `-1` (all), `tcp`, `udp`, `icmp`, `icmpv6` or an IANA protocol number. */
  readonly protocol: Fact<string>;
  /** First port; undefined for all ports. */
  readonly fromPort?: Fact<number>;
  readonly toPort?: Fact<number>;
  readonly to: Fact<RulePeer>;
}

export type RulePeer =
  /** An IPv4 or IPv6 range. */
  | { readonly cidr: string }
  | { readonly securityGroup: string }
  | { readonly prefixList: string; readonly cidrs: Fact<readonly string[]> };

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
