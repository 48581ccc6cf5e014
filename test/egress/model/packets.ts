/**
 * A second, independent model of AWS networking: it follows the first packet of a connection out and the answer back, from AWS's pages only.
 *
 * What no AWS API tells is nature: the addresses of the host, the ports and private addresses in use, what is behind a transit gateway, and so on.
 * Apart from the host's addresses, each such fact is better or worse for the connection whatever the others are. So two natures are enough for them:
 * the kind one (all are at their best) and the unkind one (all are at their worst).
 */
import {
  Address, DOCUMENTATION6, Family, Interval, PUBLIC4, PUBLIC6, Range, contains, fromNat64, isPublic, parseAddress, parseRange, plus, samples, toNat64,
} from './addresses';
import { Resolution, resolve } from './names';
import {
  Known, NatGateway, NatInstance, NetworkAcl, NetworkInterface, PrefixList, Route, RouteTable, RouteTarget, SecurityGroup, SecurityGroupRule, Subnet,
  VpcEndpoint, World,
} from './world';

export type Outcome = 'reaches' | 'fails';
export type KnownWorld = Known<World>;

/** The ports that Linux uses by default (`net.ipv4.ip_local_port_range`). */
const TASK_PORTS: Ports = [[32768, 60999]];
/** NAT gateways use these. https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html */
const NAT_PORTS: Ports = [[1024, 65535]];

type Ports = readonly (readonly [number, number])[];

/** What is taken for granted of the host, besides what AWS's pages say. */
export interface Assumed {
  /** The host has no IPv6 address. @default false */
  readonly hostIsIpv4Only?: boolean;
}

/** All outcomes that some nature has. */
export function outcomes(world: KnownWorld, assumed: Assumed = {}): ReadonlySet<Outcome> {
  if (world.task.hostKind === 'EXTERNAL') return new Set<Outcome>(['reaches', 'fails']); // The host's network is not AWS's.
  const network = new Network(world, assumed);
  const found = new Set<Outcome>();
  if (network.connects(true)) found.add('reaches');
  if (network.disconnects()) found.add('fails');
  return found;
}

/** Where a packet is: an interface, or the exit of a gateway, that has a route table. */
interface Place {
  readonly tableId: string;
  /** Not set for a regional NAT gateway. */
  readonly subnet?: Known<Subnet>;
  readonly publicIp4: boolean;
  /** How block public access sees what leaves here. */
  readonly egress: 'direct' | 'nat';
  /** Subnets whose exclusions count. */
  readonly excludable: readonly string[];
  /** Subnets of which AWS's pages do not say whether their exclusions count. */
  readonly perhapsExcludable: readonly string[];
  /** Groups of the interface that the packets come from; a NAT instance may admit them by reference. */
  readonly groups: readonly string[];
  /** The answer may come back another way. */
  readonly oneWay: boolean;
  readonly visited: readonly string[];
}

/** A task's interface, or that of the instance it runs on. */
interface Placement {
  readonly subnet: Known<Subnet>;
  readonly ip4: boolean;
  readonly ip6: boolean;
  readonly publicIp4: boolean;
  readonly groups: readonly string[];
}

/** The source address, and the source ports that have worked up to now. */
interface Source {
  readonly address: Address;
  readonly domain: Ports;
  open: Ports;
}

interface Target {
  readonly address: Address;
  readonly port: number;
}

class Network {
  private readonly subnets: ReadonlyMap<string, Known<Subnet>>;
  private readonly tables: ReadonlyMap<string, Known<RouteTable>>;
  private readonly acls: ReadonlyMap<string, Known<NetworkAcl>>;
  private readonly groups: ReadonlyMap<string, Known<SecurityGroup>>;
  private readonly lists: ReadonlyMap<string, Known<PrefixList>>;
  private readonly vpcRanges: readonly Range[];
  private readonly cuts: readonly Range[];
  private readonly internet: boolean;
  private kind = true;

  constructor(private readonly world: KnownWorld, private readonly assumed: Assumed = {}) {
    this.subnets = new Map(world.subnets.map(subnet => [subnet.SubnetId, subnet]));
    this.tables = new Map(world.routeTables.map(table => [table.RouteTableId, table]));
    this.acls = new Map(world.networkAcls.map(acl => [acl.NetworkAclId, acl]));
    this.groups = new Map(world.securityGroups.map(group => [group.GroupId, group]));
    this.lists = new Map(world.prefixLists.map(list => [list.PrefixListId, list]));
    this.vpcRanges = [...world.vpc.CidrBlocks, ...world.vpc.Ipv6CidrBlocks].map(parseRange);
    this.cuts = this.allRanges();
    this.internet = 'HostName' in world.task.destination;
  }

  /** Whether some address of the host is reached from each placement, in the kind nature. */
  connects(kind: boolean): boolean {
    this.kind = kind;
    return this.reached(true);
  }

  /** Whether some address of the host is not reached from some placement, in the unkind nature. */
  disconnects(): boolean {
    this.kind = false;
    return !this.reached(false);
  }

  /**
   * `some`: for one pair of the host's addresses, else for all pairs.
   * A client of both families tries the other one if the first does not answer (RFC 8305; Go's net.Dialer, which the agent uses).
   */
  private reached(some: boolean): boolean {
    const placements = this.placements();
    const { destination } = this.world.task;
    if (!('HostName' in destination)) {
      const target = { address: parseAddress(destination.ProxyAddress), port: destination.ProxyPort };
      return placements.every(placement => this.arrives(placement, target));
    }
    const resolutions = placements.map(placement => resolve(this.world, destination.HostName, this.kind, placement.ip4));
    const ip4 = samples(PUBLIC4, 4, this.cuts, this.serviceRanges());
    const ip6 = samples(PUBLIC6, 6, this.cuts, [...this.serviceRanges(), ...this.vpcRanges, DOCUMENTATION6]);
    const by4 = placements.map(placement => ip4.map(address => this.arrives(placement, { address, port: 443 })));
    const by6 = placements.map(placement => ip6.map(address => this.arrives(placement, { address, port: 443 })));
    const by64 = placements.map((placement, at) => ip4.map(address => this.synthesizes(placement, resolutions[at])
      && this.arrives(placement, { address: toNat64(address), port: 443 })));
    const allReach = (at4: number, at6: number | undefined) => placements.every((_, at) => resolutions[at].elsewhere
      || resolutions[at].answers && (by4[at][at4] || (at6 === undefined ? by64[at][at4] : by6[at][at6])));
    const families = this.assumed.hostIsIpv4Only ? [undefined] : [undefined, ...ip6.keys()];
    const hosts = ip4.flatMap((_, at4) => families.map(at6 => [at4, at6] as const));
    return some ? hosts.some(([at4, at6]) => allReach(at4, at6)) : hosts.every(([at4, at6]) => allReach(at4, at6));
  }

  /**
   * DNS64 adds an IPv6 address only if the host has none.
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
   */
  private synthesizes(placement: Placement, resolution: Resolution): boolean {
    return placement.ip6 && (resolution.ownDns64 || resolution.amazon && placement.subnet.EnableDns64);
  }

  /** ECS chooses among the service's subnets, and among the instances: each counts. */
  private placements(): Placement[] {
    const { task } = this.world;
    if (task.networkMode === 'awsvpc' || task.hostKind === 'FARGATE') return task.Subnets.map(id => this.taskInterface(this.subnet(id)));
    return task.containerInstances.map(instance => {
      const subnet = this.subnet(instance.SubnetId);
      return {
        subnet,
        ip4: !subnet.Ipv6Native,
        publicIp4: instance.PublicIpAddress !== null && !subnet.Ipv6Native,
        // Docker's bridge has IPv6 only if its daemon is configured for it.
        ip6: instance.Ipv6Address !== null && (task.networkMode === 'host' || this.kind),
        groups: instance.SecurityGroupIds,
      };
    });
  }

  /**
   * Fargate: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
   * EC2, no public address: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
   * An IPv6 address beside the IPv4 one needs `dualStackIPv6`: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html
   * Managed Instances: the pages name a private IPv4 address only, and do not say what AssignPublicIp does. Nature decides.
   */
  private taskInterface(subnet: Known<Subnet>): Placement {
    const { task } = this.world;
    const managed = task.hostKind === 'MANAGED_INSTANCES';
    const wanted = task.AssignPublicIp === 'ENABLED' && !subnet.Ipv6Native;
    const dual = task.dualStackIPv6 && subnet.Ipv6CidrBlock !== undefined;
    return {
      subnet,
      ip4: !subnet.Ipv6Native,
      publicIp4: wanted && (task.hostKind === 'FARGATE' || managed && this.kind),
      ip6: subnet.Ipv6Native || dual && (!managed || this.kind),
      groups: task.SecurityGroups,
    };
  }

  /** A connection from a placement. The unkind nature gives the interface each address of its subnet. */
  private arrives(placement: Placement, target: Target): boolean {
    if (!(target.address.family === 4 ? placement.ip4 : placement.ip6)) return false;
    if (!this.groupsAdmit(placement.groups, 'Egress', target.address, target.port, [])) return false;
    const place: Place = {
      tableId: placement.subnet.RouteTableId, subnet: placement.subnet, publicIp4: placement.publicIp4, egress: 'direct',
      excludable: [placement.subnet.SubnetId], perhapsExcludable: [], groups: placement.groups, oneWay: false, visited: [],
    };
    const reaches = (address: Address) => this.leaves(place, { address, domain: TASK_PORTS, open: TASK_PORTS }, target);
    const own = this.ownAddresses(placement.subnet, target.address.family);
    return this.kind ? own.some(reaches) : own.every(reaches);
  }

  /** The first four addresses and the last one are AWS's. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
  private ownAddresses(subnet: Known<Subnet>, family: Family): Address[] {
    const range = parseRange((family === 4 ? subnet.CidrBlock : subnet.Ipv6CidrBlock)!);
    const usable: Interval = { lo: plus(range.lo, 4), hi: plus(range.hi, -1) };
    return samples([usable], family, this.cuts, []);
  }

  /** A packet leaves `place` for the target, and the answer comes back to `source`. */
  private leaves(place: Place, source: Source, target: Target): boolean {
    const routes = this.routesTo(this.tables.get(place.tableId)!, target.address);
    if (routes.length === 0) return false;
    const before = source.open;
    const follow = (route: Hop) => {
      source.open = before;
      return this.follows(route, place, source, target);
    };
    return this.kind ? routes.some(follow) : routes.every(follow);
  }

  private follows(route: Hop, place: Place, source: Source, target: Target): boolean {
    if (route === 'local') return this.delivers(place, source, target);
    if (route === 'blackhole') return false;
    const { world } = this;
    if ('NatGatewayId' in route) {
      const gateway = world.natGateways.find(({ NatGatewayId }) => NatGatewayId === route.NatGatewayId);
      return gateway !== undefined && this.throughNatGateway(gateway, place, source, target);
    }
    if ('InstanceId' in route || 'NetworkInterfaceId' in route) return this.throughInterface(route, place, source, target);
    if ('EgressOnlyInternetGatewayId' in route) {
      return world.egressOnlyInternetGateway?.EgressOnlyInternetGatewayId === route.EgressOnlyInternetGatewayId
        && target.address.family === 6 && isPublic(target.address)
        && this.publicAccess(place, 'nat') && this.crosses(place, source, target);
    }
    if ('VpcPeeringConnectionId' in route) return this.throughPeering(route.VpcPeeringConnectionId, place, source, target);
    if ('GatewayId' in route) return this.throughGateway(route.GatewayId, place, source, target);
    // What is behind these, and whether it returns the answer, is nature.
    return this.kind && this.exists(route) && this.crosses(place, source, target);
  }

  private exists(route: RouteTarget): boolean {
    const { world } = this;
    return 'TransitGatewayId' in route && world.transitGateway?.TransitGatewayId === route.TransitGatewayId
      || 'CoreNetworkArn' in route && world.coreNetwork?.CoreNetworkArn === route.CoreNetworkArn
      || 'LocalGatewayId' in route && world.localGateway?.LocalGatewayId === route.LocalGatewayId
      || 'CarrierGatewayId' in route && world.carrierGateway?.CarrierGatewayId === route.CarrierGatewayId;
  }

  private throughGateway(id: string, place: Place, source: Source, target: Target): boolean {
    const { world } = this;
    if (world.internetGateway?.InternetGatewayId === id) return this.throughInternetGateway(place, source, target);
    if (world.virtualPrivateGateway?.VpnGatewayId === id) return this.kind && this.crosses(place, source, target);
    const endpoint = world.vpcEndpoints.find(({ VpcEndpointId }) => VpcEndpointId === id);
    // A gateway endpoint carries only what its service's prefix list names.
    return endpoint?.VpcEndpointType === 'GatewayLoadBalancer' && this.throughEndpoint(endpoint, place, source, target);
  }

  /**
   * An internet gateway translates between the public and the private IPv4 address of the interface.
   * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
   * Its own route table holds for what comes in. https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
   */
  private throughInternetGateway(place: Place, source: Source, target: Target): boolean {
    const gateway = this.world.internetGateway!;
    if (!gateway.Attached || !isPublic(target.address)) return false;
    if (target.address.family === 4 && !place.publicIp4) return false;
    if (!this.publicAccess(place, place.egress) || !this.crosses(place, source, target)) return false;
    return gateway.RouteTableId === undefined || this.returns(gateway.RouteTableId, source.address);
  }

  /** Whether a table brings an answer to an address of the VPC straight to it. A way through an appliance is asymmetric: nature decides. */
  private returns(tableId: string, address: Address): boolean {
    const routes = this.routesTo(this.tables.get(tableId)!, address);
    const comes = (route: Hop) => route === 'local' || route !== 'blackhole' && this.kind && this.isAppliance(route);
    return this.kind ? routes.some(comes) : routes.every(comes);
  }

  private isAppliance(route: RouteTarget): boolean {
    const { world } = this;
    if ('InstanceId' in route || 'NetworkInterfaceId' in route) {
      const found = this.natInstance(route) ?? this.networkInterface(route);
      return found !== undefined && !found.SourceDestCheck && (!('State' in found) || found.State === 'running');
    }
    return 'GatewayId' in route && world.vpcEndpoints.some(endpoint => endpoint.VpcEndpointId === route.GatewayId
      && endpoint.VpcEndpointType === 'GatewayLoadBalancer');
  }

  /**
   * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html and nat-gateway-basics.html
   * A public gateway has a public address in its subnet; a private one has not, and the internet gateway drops its traffic.
   * IPv6 packets pass only to 64:ff9b::/96 (NAT64). A regional one has a route table and no subnet:
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
   */
  private throughNatGateway(gateway: Known<NatGateway>, place: Place, source: Source, target: Target): boolean {
    // A pending one becomes available or fails: nature decides.
    if (gateway.State !== 'available' && !(gateway.State === 'pending' && this.kind)) return false;
    if (place.visited.includes(gateway.NatGatewayId)) return false;
    const address = target.address.family === 4 ? target.address : fromNat64(target.address);
    if (!address) return false;
    const subnet = gateway.SubnetId === undefined ? undefined : this.subnet(gateway.SubnetId);
    if (gateway.AvailabilityMode === 'zonal' && subnet?.CidrBlock === undefined) return false;
    const tableId = subnet ? subnet.RouteTableId : gateway.RouteTableId!;
    if (!this.passesInto(subnet, place, source, target) || !this.returns(tableId, source.address)) return false;
    const onward: Place = {
      tableId, subnet, publicIp4: gateway.ConnectivityType === 'public', egress: 'nat',
      excludable: subnet ? [subnet.SubnetId] : [], perhapsExcludable: subnet ? [] : place.excludable, groups: [],
      oneWay: false, visited: [...place.visited, gateway.NatGatewayId],
    };
    return this.leaves(onward, { address: this.natAddress(gateway, subnet), domain: NAT_PORTS, open: NAT_PORTS }, { ...target, address });
  }

  /** A regional gateway has no address of its own in the VPC's pages: the first usable one of the VPC is taken. */
  private natAddress(gateway: Known<NatGateway>, subnet?: Known<Subnet>): Address {
    const range = parseRange(subnet ? subnet.CidrBlock! : this.world.vpc.CidrBlocks[0]);
    const own = gateway.PrivateIp === undefined ? undefined : parseAddress(gateway.PrivateIp);
    return own && contains(range, own) ? own : { family: 4, value: plus(range.lo, 4) };
  }

  private natInstance(route: RouteTarget): Known<NatInstance> | undefined {
    return this.world.natInstances.find(instance => 'InstanceId' in route && instance.InstanceId === route.InstanceId
      || 'NetworkInterfaceId' in route && instance.NetworkInterfaceId === route.NetworkInterfaceId);
  }

  private networkInterface(route: RouteTarget): Known<NetworkInterface> | undefined {
    return this.world.networkInterfaces.find(item => 'NetworkInterfaceId' in route && item.NetworkInterfaceId === route.NetworkInterfaceId);
  }

  private throughInterface(route: RouteTarget, place: Place, source: Source, target: Target): boolean {
    const instance = this.natInstance(route);
    if (instance) return this.throughNatInstance(instance, place, source, target);
    const appliance = this.networkInterface(route);
    return appliance !== undefined && !appliance.SourceDestCheck && this.kind
      && this.entersOnly(this.subnet(appliance.SubnetId), place, source, target);
  }

  /** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html */
  private throughNatInstance(instance: Known<NatInstance>, place: Place, source: Source, target: Target): boolean {
    if (instance.State !== 'running' || instance.SourceDestCheck || place.visited.includes(instance.InstanceId)) return false;
    if (!this.groupsAdmit(instance.SecurityGroupIds, 'Ingress', source.address, target.port, place.groups)) return false;
    const subnet = this.subnet(instance.SubnetId);
    if (!instance.Masquerades) return this.kind && this.entersOnly(subnet, place, source, target);
    if (target.address.family !== 4 || !this.groupsAdmit(instance.SecurityGroupIds, 'Egress', target.address, target.port, [])) return false;
    if (!this.passesInto(subnet, place, source, target) || !this.returns(subnet.RouteTableId, source.address)) return false;
    const onward: Place = {
      tableId: subnet.RouteTableId, subnet, publicIp4: instance.PublicIpAddress !== null, egress: 'direct', excludable: [subnet.SubnetId],
      perhapsExcludable: [], groups: instance.SecurityGroupIds, oneWay: false, visited: [...place.visited, instance.InstanceId],
    };
    return this.leaves(onward, { address: parseAddress(instance.PrivateIpAddress), domain: NAT_PORTS, open: NAT_PORTS }, target);
  }

  /**
   * A firewall or Gateway Load Balancer endpoint: what passes the appliance goes on by the table of the endpoint's subnet, with its own addresses.
   * https://docs.aws.amazon.com/vpc/latest/userguide/middlebox-routing-console.html
   */
  private throughEndpoint(endpoint: VpcEndpoint, place: Place, source: Source, target: Target): boolean {
    if (!this.kind || endpoint.SubnetId === undefined || place.visited.includes(endpoint.VpcEndpointId)) return false;
    const subnet = this.subnet(endpoint.SubnetId);
    if (!this.entersOnly(subnet, place, source, target)) return false;
    const onward: Place = {
      ...place, tableId: subnet.RouteTableId, subnet, oneWay: true,
      excludable: [...place.excludable, subnet.SubnetId], visited: [...place.visited, endpoint.VpcEndpointId],
    };
    return this.leaves(onward, source, target);
  }

  /**
   * A peer VPC does not lend its gateways: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html (edge to edge routing).
   * Whether a proxy of the peer VPC answers is nature.
   */
  private throughPeering(id: string, place: Place, source: Source, target: Target): boolean {
    const peering = this.world.vpcPeeringConnection;
    if (this.internet || peering?.VpcPeeringConnectionId !== id || peering.Status !== 'active') return false;
    return this.kind && peering.PeerCidrBlocks.some(cidr => contains(parseRange(cidr), target.address)) && this.crosses(place, source, target);
  }

  /** To a proxy in a subnet of this VPC. Packets inside one subnet pass no network ACL. */
  private delivers(place: Place, source: Source, target: Target): boolean {
    if (this.internet) return false;
    const subnet = this.world.subnets.find(({ CidrBlock, Ipv6CidrBlock }) => [CidrBlock, Ipv6CidrBlock]
      .some(cidr => cidr !== undefined && contains(parseRange(cidr), target.address)));
    return subnet !== undefined && this.passesInto(subnet, place, source, target) && this.returns(subnet.RouteTableId, source.address);
  }

  /** Out of the place's subnet and back: its network ACL, in both directions. */
  private crosses(place: Place, source: Source, target: Target): boolean {
    if (!place.subnet) return true;
    if (!this.aclAdmits(place.subnet, true, target.address, target.port)) return false;
    return place.oneWay || this.answersPass(place.subnet, false, target.address, source);
  }

  /** From the place into another subnet of the VPC and back, without leaving the VPC: the ACLs of both. */
  private passesInto(subnet: Known<Subnet> | undefined, place: Place, source: Source, target: Target): boolean {
    if (subnet !== undefined && subnet === place.subnet) return true;
    if (!this.crosses(place, source, target)) return false;
    return subnet === undefined
      || this.aclAdmits(subnet, false, source.address, target.port) && (place.oneWay || this.answersPass(subnet, true, source.address, source));
  }

  /** The same for an appliance, which may send the answer from somewhere else. */
  private entersOnly(subnet: Known<Subnet>, place: Place, source: Source, target: Target): boolean {
    if (subnet === place.subnet) return true;
    return this.crosses(place, source, target) && this.aclAdmits(subnet, false, source.address, target.port);
  }

  private aclAdmits(subnet: Known<Subnet>, egress: boolean, peer: Address, port: number): boolean {
    return aclPorts(this.acls.get(subnet.NetworkAclId)!, egress, peer, [[port, port]]).length > 0;
  }

  /** The answer goes to the source's port. Kind nature: one port works. Unkind: each port is used once. */
  private answersPass(subnet: Known<Subnet>, egress: boolean, peer: Address, source: Source): boolean {
    source.open = aclPorts(this.acls.get(subnet.NetworkAclId)!, egress, peer, source.open);
    return this.kind ? source.open.length > 0 : size(source.open) === size(source.domain);
  }

  /**
   * Block public access. https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
   * `block-ingress` lets NAT gateways and egress-only internet gateways work; so does an `allow-egress` exclusion, which counts in
   * `block-bidirectional` only. The exclusion that counts for a NAT gateway is that of its own subnet.
   */
  private publicAccess(place: Place, egress: 'direct' | 'nat'): boolean {
    const { InternetGatewayBlockMode: mode, BlockPublicAccessExclusions: exclusions, VpcId } = this.world.vpc;
    if (mode === 'off') return true;
    if (mode === 'block-ingress' && egress === 'nat') return true;
    const resources = [VpcId, ...place.excludable, ...this.kind ? place.perhapsExcludable : []];
    const opens = exclusions.filter(({ ResourceId }) => resources.includes(ResourceId)).map(exclusion => exclusion.InternetGatewayExclusionMode)
      .map(exclusion => exclusion === 'allow-bidirectional' || mode === 'block-bidirectional' && egress === 'nat');
    // Which of two exclusions wins, the VPC's or the subnet's, is not written down.
    return opens.length > 0 && (this.kind ? opens.includes(true) : !opens.includes(false));
  }

  /** https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html: rules only allow, those of all groups together. */
  private groupsAdmit(ids: readonly string[], direction: 'Egress' | 'Ingress', peer: Address, port: number, peerGroups: readonly string[]): boolean {
    return ids.some(id => this.groups.get(id)![direction].some(rule => coversPort(rule, port) && this.isPeer(rule, peer, peerGroups)));
  }

  /** A reference to a group means the private addresses of its members. Whether a private proxy is a member is nature. */
  private isPeer({ Peer: peer }: Known<SecurityGroupRule>, address: Address, groups: readonly string[]): boolean {
    if ('CidrIpv4' in peer) return contains(parseRange(peer.CidrIpv4), address);
    if ('CidrIpv6' in peer) return contains(parseRange(peer.CidrIpv6), address);
    if ('PrefixListId' in peer) return this.lists.get(peer.PrefixListId)!.Entries.some(cidr => contains(parseRange(cidr), address));
    if (groups.includes(peer.ReferencedGroupId)) return true;
    return this.kind && !this.internet && (!isPublic(address) || this.vpcRanges.some(range => contains(range, address)));
  }

  /**
   * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
   * The longest prefix; then static, prefix list, propagated. Local routes are preferred to propagated ones of any length.
   * Of several prefix lists with the same range and different targets, AWS takes one at random: all are given back.
   */
  private routesTo(table: Known<RouteTable>, address: Address): Hop[] {
    const local = this.vpcRanges.find(range => contains(range, address));
    let best: Hop[] = local ? ['local'] : [];
    let [bestBits, bestRank] = local ? [local.bits, 2] : [-1, 0];
    for (const route of table.Routes) {
      const rank = route.Origin === 'EnableVgwRoutePropagation' ? 0 : route.DestinationPrefixListId === undefined ? 3 : 1;
      if (rank === 0 && local) continue;
      const bits = this.longest(route, address);
      if (bits === undefined || bits < bestBits || bits === bestBits && rank < bestRank) continue;
      if (bits > bestBits || rank > bestRank) best = [];
      [bestBits, bestRank] = [bits, rank];
      best.push(hopOf(route));
    }
    return best;
  }

  /** The prefix length with which the route holds for the address. */
  private longest(route: Known<Route>, address: Address): number | undefined {
    const cidr = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
    const cidrs = cidr === undefined ? this.lists.get(route.DestinationPrefixListId!)!.Entries : [cidr];
    let longest: number | undefined;
    for (const each of cidrs) {
      const range = parseRange(each);
      if (contains(range, address) && (longest === undefined || range.bits > longest)) longest = range.bits;
    }
    return longest;
  }

  private subnet(id: string): Known<Subnet> {
    return this.subnets.get(id)!;
  }

  private serviceRanges(): Range[] {
    return this.world.prefixLists.filter(({ OwnerId }) => OwnerId === 'AWS').flatMap(({ Entries }) => Entries.map(parseRange));
  }

  /** All ranges that a rule of this world compares an address with. */
  private allRanges(): Range[] {
    const { world } = this;
    const cidrs: (string | undefined)[] = [
      ...world.vpc.CidrBlocks, ...world.vpc.Ipv6CidrBlocks, ...world.subnets.flatMap(({ CidrBlock, Ipv6CidrBlock }) => [CidrBlock, Ipv6CidrBlock]),
      ...world.routeTables.flatMap(({ Routes }) => Routes.map(route => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock)),
      ...world.prefixLists.flatMap(({ Entries }) => Entries),
      ...world.networkAcls.flatMap(({ Entries }) => Entries.map(entry => entry.CidrBlock ?? entry.Ipv6CidrBlock)),
      ...world.securityGroups.flatMap(({ Egress, Ingress }) => [...Egress, ...Ingress])
        .map(({ Peer }) => 'CidrIpv4' in Peer ? Peer.CidrIpv4 : 'CidrIpv6' in Peer ? Peer.CidrIpv6 : undefined),
    ];
    const found = [...new Set(cidrs)].flatMap(cidr => cidr === undefined ? [] : [parseRange(cidr)]);
    // A range below 64:ff9b::/96 is one of IPv4 addresses as well.
    const translated = found.flatMap(({ family, lo, bits }) => {
      const inner = family === 6 && bits > 96 ? fromNat64({ family: 6, value: lo }) : undefined;
      return inner ? [{ family: 4 as const, lo: inner.value, hi: Number(inner.value) + 2 ** (128 - bits) - 1, bits: bits - 96 }] : [];
    });
    return [...found, ...translated];
  }
}

/** Where a route leads. */
type Hop = 'local' | 'blackhole' | RouteTarget;

function hopOf(route: Known<Route>): Hop {
  if (route.State === 'blackhole') return 'blackhole';
  return 'GatewayId' in route.Target && route.Target.GatewayId === 'local' ? 'local' : route.Target;
}

function coversPort({ IpProtocol, Ports: ports }: Known<SecurityGroupRule>, port: number): boolean {
  if (IpProtocol === '-1') return true;
  return IpProtocol === 'tcp' && ports !== undefined && ports.FromPort <= port && port <= ports.ToPort;
}

/**
 * The ports of `ports` that the list allows. The entry with the lowest number that matches decides; in the end all is denied.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 */
export function aclPorts(acl: Known<NetworkAcl>, egress: boolean, peer: Address, ports: Ports): Ports {
  let open: Ports = [];
  let left = ports;
  for (const entry of sorted(acl)) {
    if (entry.Egress !== egress || entry.Protocol !== '-1' && entry.Protocol !== '6') continue;
    if (!contains(parseRange((entry.CidrBlock ?? entry.Ipv6CidrBlock)!), peer)) continue;
    const from = entry.Protocol === '6' && entry.PortRange ? entry.PortRange.From : 0;
    const to = entry.Protocol === '6' && entry.PortRange ? entry.PortRange.To : 65535;
    if (entry.RuleAction === 'allow') open = [...open, ...within(left, from, to)];
    left = outside(left, from, to);
    if (left.length === 0) break;
  }
  return open;
}

const sortedEntries = new WeakMap<object, Known<NetworkAcl>['Entries']>();

function sorted(acl: Known<NetworkAcl>): Known<NetworkAcl>['Entries'] {
  let entries = sortedEntries.get(acl.Entries);
  if (!entries) sortedEntries.set(acl.Entries, entries = [...acl.Entries].sort((a, b) => a.RuleNumber - b.RuleNumber));
  return entries;
}

function within(ports: Ports, from: number, to: number): Ports {
  return ports.map(([lo, hi]) => [Math.max(lo, from), Math.min(hi, to)] as const).filter(([lo, hi]) => lo <= hi);
}

function outside(ports: Ports, from: number, to: number): Ports {
  return [...within(ports, 0, from - 1), ...within(ports, to + 1, 65535)];
}

function size(ports: Ports): number {
  return ports.reduce((sum, [lo, hi]) => sum + hi - lo + 1, 0);
}
