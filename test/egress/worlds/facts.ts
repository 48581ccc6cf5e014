/** Worlds of the independent model as the facts that the judge gets: what a world hides is unknown. */
import * as ipaddr from 'ipaddr.js';
import {
  EgressFacts, EgressRule, Fact, ForwarderFacts, HopSubnet, IngressRule, InstanceFacts, isUnknown, NatPlace, NetworkAclFacts, OpaqueHop, PrefixList, Route,
  RouteTarget, RulePeer, SecurityGroupFacts, SubnetFacts, VpcFacts,
} from '../../../src/egress';
import {
  isHidden, Maybe, NatGateway, NetworkAclEntry, Route as WorldRoute, RouteTarget as WorldTarget, SecurityGroupPeer, SecurityGroupRule, Subnet, World,
} from '../model/world';

/** What the judge gets for a world. */
export function factsOf(world: World): EgressFacts {
  return new Facts(world).all();
}

function fact<T>(value: Maybe<T>): Fact<T> {
  return isHidden(value) ? { unknown: `${value.hidden} is hidden` } : value as T;
}

function mapped<T, R>(value: Maybe<T>, map: (known: T) => Fact<R>): Fact<R> {
  const known = fact(value);
  return isUnknown(known) ? known : map(known as T);
}

class Facts {
  private readonly subnets = new Map<string, SubnetFacts>();

  constructor(private readonly world: World) {}

  public all(): EgressFacts {
    const { task } = this.world;
    const { destination } = task;
    const host = 'HostName' in destination ? destination.HostName : 'api.observability.postman.com';
    return {
      hostKind: fact(task.hostKind),
      networkMode: fact(task.networkMode),
      service: {
        subnets: mapped(task.Subnets, ids => ids.map(id => this.subnet(id))),
        securityGroups: mapped(task.SecurityGroups, ids => this.groups(ids)),
        assignPublicIp: mapped(task.AssignPublicIp, value => value === 'ENABLED'),
      },
      instances: task.containerInstances.map((instance): InstanceFacts => ({
        id: instance.InstanceId,
        subnets: [this.subnet(instance.SubnetId)],
        securityGroups: this.groups(instance.SecurityGroupIds),
        publicIpv4: mapped(instance.PublicIpAddress, address => address !== null),
        ipv6: mapped(instance.Ipv6Address, address => address !== null),
      })),
      vpc: this.vpc(),
      host,
      ...'HostName' in destination
        ? {}
        : { destination: { kind: 'address', address: destination.ProxyAddress, port: destination.ProxyPort, ...this.proxySubnet(destination.ProxyAddress) } },
    };
  }

  private proxySubnet(address: string): { readonly subnet?: HopSubnet } {
    const parsed = ipaddr.parse(address);
    const subnet = this.world.subnets.find(({ CidrBlock, Ipv6CidrBlock }) => [CidrBlock, Ipv6CidrBlock].some(cidr => {
      if (cidr === undefined) return false;
      const [range, length] = ipaddr.parseCIDR(cidr);
      return range.kind() === parsed.kind() && parsed.match(range, length);
    }));
    return subnet ? { subnet: this.hopSubnet(subnet, false) } : {};
  }

  private vpc(): VpcFacts {
    const { vpc, dns } = this.world;
    return {
      id: vpc.VpcId,
      cidrs: [...vpc.CidrBlocks, ...vpc.Ipv6CidrBlocks],
      dnsSupport: fact(vpc.EnableDnsSupport),
      dnsHostnames: vpc.EnableDnsHostnames,
      domainNameServers: fact(vpc.DomainNameServers),
      dnsFirewallRules: dns.FirewallRuleGroups.flatMap(({ FirewallRuleGroupId, Priority, FirewallRules }) => FirewallRules.map(rule => ({
        group: FirewallRuleGroupId,
        priority: [Priority, rule.Priority] as const,
        action: fact(rule.Action),
        domains: fact(rule.Domains),
        trustsRedirection: rule.FirewallDomainRedirectionAction === 'TRUST_REDIRECTION_DOMAIN',
      }))),
      resolverRules: dns.ResolverRules.map(({ Id, RuleType, DomainName }) => ({ id: Id, domain: DomainName, type: RuleType })),
      privateZones: dns.PrivateHostedZones.map(({ Id, Name, Records }) => ({ id: Id, name: Name, records: fact(Records) })),
      blockPublicAccess: fact(vpc.InternetGatewayBlockMode),
      blockPublicAccessExclusion: this.exclusion(vpc.VpcId),
      endpoints: [],
    };
  }

  private exclusion(id: string): SubnetFacts['blockPublicAccessExclusion'] {
    return mapped(this.world.vpc.BlockPublicAccessExclusions, exclusions => {
      const own = exclusions.find(({ ResourceId }) => ResourceId === id);
      return own ? fact(own.InternetGatewayExclusionMode) : 'none';
    });
  }

  private subnet(id: string): SubnetFacts {
    const known = this.subnets.get(id);
    if (known) return known;
    const subnet = this.subnetOf(id);
    const facts: SubnetFacts = {
      ...this.hopSubnet(subnet, true),
      ...subnet.Ipv6CidrBlock === undefined ? {} : { ipv6Cidr: subnet.Ipv6CidrBlock },
      ipv6Native: subnet.Ipv6Native,
      mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch,
      dns64: fact(subnet.EnableDns64),
    };
    this.subnets.set(id, facts);
    // The account setting is a fact of the judge only if it is not known.
    return facts;
  }

  private subnetOf(id: string): Subnet {
    return this.world.subnets.find(({ SubnetId }) => SubnetId === id)!;
  }

  private hopSubnet(subnet: Subnet, follow: boolean): HopSubnet {
    return {
      id: subnet.SubnetId,
      ...subnet.CidrBlock === undefined ? {} : { ipv4Cidr: subnet.CidrBlock },
      routes: this.routes(subnet.RouteTableId, follow),
      networkAcl: this.acl(subnet.NetworkAclId),
      blockPublicAccessExclusion: this.exclusion(subnet.SubnetId),
    };
  }

  private routes(table: string, follow: boolean): Fact<readonly Route[]> {
    return mapped(this.world.routeTables.find(({ RouteTableId }) => RouteTableId === table)!.Routes, routes => routes.map(route => this.route(route, follow)));
  }

  private route(route: WorldRoute, follow: boolean): Route {
    const { DestinationPrefixListId, DestinationCidrBlock, DestinationIpv6CidrBlock, Origin } = route;
    const state = fact(route.State);
    const target = mapped(route.Target, known => this.target(known, follow));
    return {
      destination: DestinationPrefixListId === undefined
        ? { cidr: DestinationCidrBlock ?? DestinationIpv6CidrBlock! }
        : this.prefixList(DestinationPrefixListId),
      // A reader that cannot see whether a route is a blackhole does not know where it leads.
      target: isUnknown(state) ? state : target,
      // EC2 says so, too, of a gateway that is not attached.
      ...state === 'blackhole' || this.isDetached(target) ? { state: 'blackhole' as const } : {},
      origin: Origin === 'EnableVgwRoutePropagation' ? 'propagated' : 'static',
    };
  }

  private isDetached(target: Fact<RouteTarget>): boolean {
    return !isUnknown(target) && target.kind === 'internet-gateway' && this.world.internetGateway?.Attached === false;
  }

  private prefixList(id: string): PrefixList {
    const list = this.world.prefixLists.find(({ PrefixListId }) => PrefixListId === id)!;
    return { prefixList: id, cidrs: fact(list.Entries), ...list.OwnerId === 'AWS' ? { awsService: list.PrefixListName } : {} };
  }

  /** @param follow  whether what is behind NAT gateways and instances is read: readers do not read one behind another */
  private target(target: WorldTarget, follow: boolean): Fact<RouteTarget> {
    if ('GatewayId' in target) return this.gateway(target.GatewayId);
    if ('NatGatewayId' in target) {
      const id = target.NatGatewayId;
      const gateway = this.world.natGateways.find(({ NatGatewayId }) => NatGatewayId === id);
      return { kind: 'nat-gateway', id, nat: gateway && follow ? this.natGateway(gateway) : { unknown: 'it is not read' } };
    }
    if ('InstanceId' in target) return this.instance('instance', target.InstanceId, follow);
    if ('NetworkInterfaceId' in target) return this.instance('network-interface', target.NetworkInterfaceId, follow);
    if ('EgressOnlyInternetGatewayId' in target) return { kind: 'egress-only-internet-gateway', id: target.EgressOnlyInternetGatewayId };
    if ('VpcPeeringConnectionId' in target) return { kind: 'vpc-peering-connection', id: target.VpcPeeringConnectionId };
    const opaque: readonly (readonly [OpaqueHop, string | undefined])[] = [
      ['transit-gateway', 'TransitGatewayId' in target ? target.TransitGatewayId : undefined],
      ['core-network', 'CoreNetworkArn' in target ? target.CoreNetworkArn : undefined],
      ['local-gateway', 'LocalGatewayId' in target ? target.LocalGatewayId : undefined],
      ['carrier-gateway', 'CarrierGatewayId' in target ? target.CarrierGatewayId : undefined],
    ];
    const [kind, id] = opaque.find(([, value]) => value !== undefined)!;
    return { kind, id: id! };
  }

  private gateway(id: string): Fact<RouteTarget> {
    const { internetGateway, virtualPrivateGateway, vpcEndpoints } = this.world;
    if (id === 'local') return { kind: 'local' };
    if (id === internetGateway?.InternetGatewayId) {
      const table = internetGateway.RouteTableId;
      // A gateway's own table leads only to the VPC.
      return { kind: 'internet-gateway', id, ...table === undefined ? {} : { routes: this.routes(table, false) } };
    }
    if (id === virtualPrivateGateway?.VpnGatewayId) return { kind: 'virtual-private-gateway', id };
    const endpoint = vpcEndpoints.find(({ VpcEndpointId }) => VpcEndpointId === id);
    if (!endpoint) return { kind: 'vpc-endpoint', id };
    if (endpoint.VpcEndpointType === 'Gateway') return { kind: 'gateway-endpoint', id };
    return { kind: endpoint.NetworkFirewall ? 'firewall-endpoint' : 'gateway-load-balancer-endpoint', id };
  }

  private natGateway({ State, ConnectivityType, SubnetId, RouteTableId }: NatGateway): Extract<RouteTarget, { kind: 'nat-gateway' }>['nat'] {
    const place: Fact<NatPlace> = SubnetId === undefined
      ? { kind: 'regional', routes: this.routes(RouteTableId!, false) }
      : mapped(SubnetId, (id): NatPlace => ({ kind: 'subnet', subnet: this.hopSubnet(this.subnetOf(id), false) }));
    return { state: fact(State), connectivity: fact(ConnectivityType), place };
  }

  private instance(kind: 'instance' | 'network-interface', id: string, follow: boolean): RouteTarget {
    const { natInstances, networkInterfaces } = this.world;
    const instance = natInstances.find(({ InstanceId, NetworkInterfaceId }) => InstanceId === id || NetworkInterfaceId === id);
    if (!instance) {
      const networkInterface = networkInterfaces.find(({ NetworkInterfaceId }) => NetworkInterfaceId === id);
      return networkInterface
        ? { kind, id, forwarder: { ...HIDDEN_FORWARDER, sourceDestCheck: fact(networkInterface.SourceDestCheck) } }
        : { kind, id };
    }
    if (!follow) return { kind, id };
    const state = fact(instance.State);
    const forwards: Fact<boolean> = state === 'stopped' || state === 'terminated' ? false
      : isUnknown(state) ? state : instance.Masquerades || { unknown: `whether ${id} forwards is not known` };
    return {
      kind,
      id,
      forwarder: {
        sourceDestCheck: fact(instance.SourceDestCheck),
        publicIpv4: mapped(instance.PublicIpAddress, address => address !== null),
        forwards,
        securityGroups: this.groups(instance.SecurityGroupIds),
        subnet: this.hopSubnet(this.subnetOf(instance.SubnetId), false),
      },
    };
  }

  private acl(id: string): NetworkAclFacts {
    return { id, entries: mapped(this.world.networkAcls.find(({ NetworkAclId }) => NetworkAclId === id)!.Entries, entries => entries.map(aclEntry)) };
  }

  private groups(ids: readonly string[]): readonly SecurityGroupFacts[] {
    return ids.map(id => {
      const group = this.world.securityGroups.find(({ GroupId }) => GroupId === id)!;
      return {
        id,
        egress: mapped(group.Egress, rules => rules.map((rule): EgressRule => ({ ...traffic(rule), to: this.peer(rule.Peer) }))),
        ingress: group.Ingress.map((rule): IngressRule => ({ ...traffic(rule), from: this.peer(rule.Peer) })),
      };
    });
  }

  private peer(peer: Maybe<SecurityGroupPeer>): Fact<RulePeer> {
    return mapped(peer, (known): RulePeer => {
      if ('CidrIpv4' in known) return { cidr: known.CidrIpv4 };
      if ('CidrIpv6' in known) return { cidr: known.CidrIpv6 };
      return 'PrefixListId' in known ? this.prefixList(known.PrefixListId) : { securityGroup: known.ReferencedGroupId };
    });
  }
}

const UNSEEN = { unknown: 'its instance is not in view' };
const HIDDEN_FORWARDER: ForwarderFacts = { sourceDestCheck: UNSEEN, publicIpv4: UNSEEN, forwards: UNSEEN, securityGroups: UNSEEN, subnet: UNSEEN };

function traffic({ IpProtocol, Ports }: SecurityGroupRule): Pick<EgressRule, 'protocol' | 'fromPort' | 'toPort'> {
  return {
    protocol: fact(IpProtocol),
    ...Ports === undefined ? {} : { fromPort: mapped(Ports, ({ FromPort }) => FromPort), toPort: mapped(Ports, ({ ToPort }) => ToPort) },
  };
}

function aclEntry({ Egress, RuleNumber, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange }: NetworkAclEntry): Extract<
  NetworkAclFacts['entries'], readonly unknown[]>[number] {
  return {
    ruleNumber: fact(RuleNumber),
    direction: Egress ? 'egress' : 'ingress',
    action: fact(RuleAction),
    protocol: fact(Protocol),
    cidr: fact((CidrBlock ?? Ipv6CidrBlock)!),
    ...PortRange === undefined ? {} : { fromPort: mapped(PortRange, ({ From }) => From), toPort: mapped(PortRange, ({ To }) => To) },
  };
}
