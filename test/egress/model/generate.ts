/** Hostile networks: a sane one, changed in up to eight places, with up to four facts out of sight. */
import {
  Draft, DraftEntry, DraftRoute, DraftRule, DraftSubnet, DraftTable, DraftTarget, HOST, Shape, addEndpoint, addGroup, addInstance, addInterface,
  addNatGateway, addNatInstance, addS3Endpoint, addTable, destinationOf, entry, everything4, everything6, hostIn, network, route, setRoute, tcp,
} from './draft';
import { hide } from './hide';
import { Random } from './random';
import { World } from './world';

/** The same seed gives the same world. */
export function generate(seed: number): World {
  const random = new Random(seed);
  const draft = sane(random);
  const changes = random.weighted([[2, 0], [3, 1], [3, 2], [2, 3], [1.5, 4], [1, 6], [0.5, 8]] as const);
  for (let at = 0; at < changes; at++) random.weighted(CHANGES)(draft, random);
  return hide(draft, random.weighted([[5, 0], [2, 1], [1.5, 2], [1, 3], [1, 4]] as const), random);
}

function sane(random: Random): Draft {
  const shape: Shape = {
    // 52.16 is a range that is not the VPC's own on the internet; AWS allows it.
    prefix: random.weighted([[6, '10.0'], [2, '172.20'], [2, '192.168'], [1, '100.64'], [0.15, '52.16']]),
    zones: random.weighted([[1, 1], [4, 2], [1, 3]]),
    ip6: random.chance(0.35),
    nat: random.weighted([[4, 'one'], [4, 'per-zone'], [1, 'regional'], [1, 'instance'], [0.7, 'none']]),
    isolated: random.chance(0.1),
  };
  const { draft, tiers } = network(shape);
  const { task } = draft;
  task.hostKind = random.weighted([[6, 'FARGATE'], [3, 'EC2'], [0.7, 'MANAGED_INSTANCES'], [0.1, 'EXTERNAL']]);
  if (task.hostKind === 'EC2') task.networkMode = random.weighted([[4, 'awsvpc'], [2, 'host'], [2, 'bridge']]);
  if (task.hostKind === 'MANAGED_INSTANCES') task.networkMode = random.weighted([[3, 'awsvpc'], [1, 'host']]);
  const publicly = shape.nat === 'none' || random.chance(0.3);
  task.Subnets = [...publicly ? tiers.open : tiers.closed];
  if (publicly && task.hostKind !== 'EC2') task.AssignPublicIp = 'ENABLED';
  if (task.hostKind !== 'FARGATE') task.Subnets.forEach(id => addInstance(draft, id, task.SecurityGroups, publicly ? 'public' : 'private'));
  if (random.chance(0.15)) addS3Endpoint(draft);
  if (random.chance(0.12)) sendToProxy(draft, random);
  return draft;
}

type Change = (draft: Draft, random: Random) => void;

const CHANGES: readonly (readonly [number, Change])[] = [
  [3, changeTarget], [3, addRoute], [1, blackhole], [1, propagate], [1.5, addPrefixListRoute], [2, leadBackElsewhere], [1, dropGateway],
  [2, changeNat],
  [1, replaceByInstance], [1.5, putFirewall], [4, changeAcl], [4, changeGroups], [2, blockPublicAccess], [0.5, breakDns], [0.7, putDnsFirewall],
  [0.5, putResolverRule], [0.5, putPrivateZone], [2, makeIp6Only], [1.5, changeAddresses], [2, moveTask],
  [0.7, sendToProxy], [0.4, addRange], [0.4, changeHost],
];

/** Ranges that a route, an entry or a rule is often made for. */
const RANGES4 = ['0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '52.0.0.0/8', '10.0.0.0/8', '64.0.0.0/2', '3.0.0.0/8', '52.16.0.0/12'];
const RANGES6 = ['::/0', '::/0', '2000::/3', '2a00::/12', '64:ff9b::/96'];

function subnetTables(draft: Draft): DraftTable[] {
  const used = new Set(draft.subnets.map(({ RouteTableId }) => RouteTableId));
  return draft.routeTables.filter(({ RouteTableId }) => used.has(RouteTableId));
}

/** Subnets that have IPv4, in which gateways and appliances can be. */
function subnets4(draft: Draft): DraftSubnet[] {
  return draft.subnets.filter(({ Ipv6Native }) => !Ipv6Native);
}

/** A target that a route for the destination may have. Its resource exists. */
function someTarget(draft: Draft, destination: string, random: Random): DraftTarget {
  const ip6 = destination.includes(':');
  const homes = subnets4(draft);
  const nat = draft.natGateways.map(({ NatGatewayId }): DraftTarget => ({ NatGatewayId }));
  return random.weighted<() => DraftTarget>([
    [3, () => ({ GatewayId: draft.internetGateway?.InternetGatewayId ?? 'igw-gone' })],
    [ip6 ? 0 : 1, () => nat.length > 0 ? random.pick(nat) : { NatGatewayId: 'nat-gone' }],
    [destination === '64:ff9b::/96' && nat.length > 0 ? 8 : 0, () => random.pick(nat)],
    [ip6 ? 3 : 0, () => egressOnly(draft)],
    [1, () => transit(draft)],
    [0.7, () => privateGateway(draft)],
    [0.7, () => peering(draft)],
    [0.3, () => {
      draft.coreNetwork = { CoreNetworkArn: 'arn:aws:networkmanager::123456789012:core-network/core-network-1' };
      return { ...draft.coreNetwork };
    }],
    [0.2, () => {
      draft.localGateway = { LocalGatewayId: 'lgw-1' };
      return { ...draft.localGateway };
    }],
    [ip6 ? 0 : 0.2, () => {
      draft.carrierGateway = { CarrierGatewayId: 'cagw-1' };
      return { ...draft.carrierGateway };
    }],
    [0.7, () => ({ NetworkInterfaceId: addInterface(draft, random.pick(homes).SubnetId, random.chance(0.3)) })],
    [ip6 ? 0 : 0.7, () => natInstanceTarget(draft, random)],
    [0.7, () => ({ GatewayId: endpoint(draft, random) })],
  ])();
}

function egressOnly(draft: Draft): DraftTarget {
  draft.egressOnlyInternetGateway = { EgressOnlyInternetGatewayId: 'eigw-1' };
  return { EgressOnlyInternetGatewayId: 'eigw-1' };
}

function transit(draft: Draft): DraftTarget {
  draft.transitGateway = { TransitGatewayId: 'tgw-1' };
  return { TransitGatewayId: 'tgw-1' };
}

function privateGateway(draft: Draft): DraftTarget {
  draft.virtualPrivateGateway = { VpnGatewayId: 'vgw-1' };
  return { GatewayId: 'vgw-1' };
}

function peering(draft: Draft): DraftTarget {
  draft.vpcPeeringConnection = { VpcPeeringConnectionId: 'pcx-1', PeerCidrBlocks: ['10.99.0.0/16', '2600:1f18:999::/56'], Status: 'active' };
  return { VpcPeeringConnectionId: 'pcx-1' };
}

function natInstanceTarget(draft: Draft, random: Random): DraftTarget {
  const instance = addNatInstance(draft, random.pick(subnets4(draft)).SubnetId);
  instance.Masquerades = random.chance(0.7);
  if (random.chance(0.15)) instance.SourceDestCheck = true;
  if (random.chance(0.15)) instance.PublicIpAddress = null;
  if (random.chance(0.1)) instance.State = 'stopped';
  if (random.chance(0.15)) {
    const ingress = random.pick([
      tcp(443, 443, { ReferencedGroupId: 'sg-1' }), tcp(80, 80, { CidrIpv4: '0.0.0.0/0' }), everything4(),
      tcp(443, 443, { CidrIpv4: `${hostIn(draft, instance.SubnetId, 0)}/24` }),
    ]);
    instance.SecurityGroupIds = [addGroup(draft, someRules(draft, random), [ingress])];
  }
  return random.chance(0.5) ? { InstanceId: instance.InstanceId } : { NetworkInterfaceId: instance.NetworkInterfaceId };
}

/** A firewall's or an appliance's endpoint in a subnet of the network. */
function endpoint(draft: Draft, random: Random): string {
  return addEndpoint(draft, { SubnetId: random.pick(subnets4(draft)).SubnetId, NetworkFirewall: random.chance(0.7) });
}

function changeTarget(draft: Draft, random: Random): void {
  const routes = subnetTables(draft).flatMap(({ Routes }) => Routes)
    .filter(item => item.Origin === 'CreateRoute' && (item.DestinationPrefixListId === undefined || item.DestinationPrefixListId !== 'pl-s3'));
  if (routes.length === 0) return;
  const changed = random.pick(routes);
  changed.Target = someTarget(draft, destinationOf(changed), random);
}

function addRoute(draft: Draft, random: Random): void {
  const destination = draft.vpc.Ipv6CidrBlocks.length > 0 && random.chance(0.3) ? random.pick(RANGES6) : random.pick(RANGES4);
  setRoute(random.pick(subnetTables(draft)), route(destination, someTarget(draft, destination, random)));
}

function blackhole(draft: Draft, random: Random): void {
  const routes = draft.routeTables.flatMap(({ Routes }) => Routes);
  if (routes.length > 0) random.pick(routes).State = 'blackhole';
}

function propagate(draft: Draft, random: Random): void {
  const target = privateGateway(draft);
  const table = random.pick(subnetTables(draft));
  const home = random.pick(subnets4(draft)).CidrBlock!;
  random.pick([['0.0.0.0/0'], ['0.0.0.0/1', '128.0.0.0/1'], ['10.0.0.0/8'], ['52.0.0.0/8'], [home], ['192.168.0.0/20']])
    .forEach(destination => setRoute(table, route(destination, target, 'EnableVgwRoutePropagation')));
}

function addPrefixListRoute(draft: Draft, random: Random): void {
  const ip6 = draft.vpc.Ipv6CidrBlocks.length > 0 && random.chance(0.2);
  const id = customerList(draft, ip6, random);
  setRoute(random.pick(subnetTables(draft)), route(id, someTarget(draft, ip6 ? '::/0' : '0.0.0.0/0', random)));
}

function customerList(draft: Draft, ip6: boolean, random: Random): string {
  const PrefixListId = `pl-${draft.prefixLists.length + 1}`;
  draft.prefixLists.push({
    PrefixListId, PrefixListName: `list-${draft.prefixLists.length + 1}`, OwnerId: 'customer', AddressFamily: ip6 ? 'IPv6' : 'IPv4',
    Entries: ip6 ? random.pick([['::/0'], ['2000::/3'], ['2a00::/12'], []])
      : random.pick([['0.0.0.0/0'], ['0.0.0.0/1', '128.0.0.0/1'], ['52.0.0.0/8', '3.0.0.0/8'], ['10.0.0.0/8'], [], ['0.0.0.0/1']]),
  });
  return PrefixListId;
}

/** Where a route for a subnet of the VPC may lead. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
function insideTarget(draft: Draft, random: Random): DraftTarget {
  return random.pick<() => DraftTarget>([
    () => ({ NetworkInterfaceId: addInterface(draft, random.pick(subnets4(draft)).SubnetId, random.chance(0.2)) }),
    () => ({ GatewayId: endpoint(draft, random) }),
    () => ({ GatewayId: 'local' }),
  ])();
}

function leadBackElsewhere(draft: Draft, random: Random): void {
  const home = random.pick(draft.subnets);
  const own = [home.CidrBlock, home.CidrBlock, home.CidrBlock, home.Ipv6CidrBlock].flatMap(cidr => cidr ?? []);
  const destination = random.chance(0.2) ? draft.vpc.CidrBlocks[0] : random.pick(own);
  const gateway = draft.internetGateway;
  let table = random.pick(subnetTables(draft));
  if (gateway && random.chance(0.5)) {
    table = draft.routeTables.find(({ RouteTableId }) => RouteTableId === gateway.RouteTableId) ?? addTable(draft, []);
    gateway.RouteTableId = table.RouteTableId;
  }
  const item: DraftRoute = route(destination, insideTarget(draft, random));
  if (random.chance(0.25)) item.State = 'blackhole';
  setRoute(table, item);
}

function dropGateway(draft: Draft, random: Random): void {
  if (draft.internetGateway && random.chance(0.7)) draft.internetGateway.Attached = false;
  else delete draft.internetGateway;
}

function changeNat(draft: Draft, random: Random): void {
  if (draft.natGateways.length === 0) {
    addNatGateway(draft, random.pick(subnets4(draft)).SubnetId);
    return;
  }
  const gateway = random.pick(draft.natGateways);
  random.pick([
    () => gateway.State = random.pick(['failed', 'deleting', 'deleted', 'pending']),
    () => gateway.ConnectivityType = 'private',
    () => {
      if (gateway.AvailabilityMode === 'zonal') gateway.SubnetId = random.pick(subnets4(draft)).SubnetId;
    },
    () => {
      if (gateway.AvailabilityMode === 'regional') return;
      gateway.AvailabilityMode = 'regional';
      delete gateway.SubnetId;
      delete gateway.PrivateIp;
      gateway.RouteTableId = addTable(draft, random.chance(0.8) ? [route('0.0.0.0/0', { GatewayId: 'igw-1' })] : []).RouteTableId;
    },
  ])();
}

function replaceByInstance(draft: Draft, random: Random): void {
  const target = natInstanceTarget(draft, random);
  subnetTables(draft).flatMap(({ Routes }) => Routes).filter(({ Target }) => 'NatGatewayId' in Target).forEach(item => item.Target = { ...target });
}

/** Inspection in front of the internet gateway: out by the endpoint, and back by it or not. */
function putFirewall(draft: Draft, random: Random): void {
  const table = random.pick(subnetTables(draft));
  const item = table.Routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  if (!item || subnets4(draft).length < 2) return;
  const home = subnets4(draft).find(({ RouteTableId }) => RouteTableId !== table.RouteTableId);
  if (!home) return;
  const GatewayId = addEndpoint(draft, { SubnetId: home.SubnetId, NetworkFirewall: true });
  item.Target = { GatewayId };
  if (draft.internetGateway && random.chance(0.6)) {
    const own = draft.routeTables.find(({ RouteTableId }) => RouteTableId === draft.internetGateway!.RouteTableId) ?? addTable(draft, []);
    draft.internetGateway.RouteTableId = own.RouteTableId;
    subnets4(draft).filter(({ RouteTableId }) => RouteTableId === table.RouteTableId)
      .forEach(({ CidrBlock }) => setRoute(own, route(CidrBlock!, { GatewayId })));
  }
}

function changeAcl(draft: Draft, random: Random): void {
  const NetworkAclId = `acl-${draft.networkAcls.length + 1}`;
  draft.networkAcls.push({ NetworkAclId, Entries: someEntries(draft, random) });
  const homes = random.shuffled(draft.subnets).slice(0, 1 + random.below(draft.subnets.length));
  homes.forEach(subnet => subnet.NetworkAclId = NetworkAclId);
}

function someEntries(draft: Draft, random: Random): DraftEntry[] {
  const all = ['0.0.0.0/0', ...draft.vpc.Ipv6CidrBlocks.length > 0 && random.chance(0.8) ? ['::/0'] : []];
  const [vpc] = draft.vpc.CidrBlocks;
  // What the guide's own example has: web out, ephemeral ports in. https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
  const entries = all.flatMap((cidr, at) => [
    entry(true, 100 + at, 'allow', cidr, [443, 443]), entry(true, 110 + at, 'allow', cidr, [1024, 65535]),
    entry(false, 100 + at, 'allow', cidr, [1024, 65535]), entry(false, 110 + at, 'allow', cidr, [443, 443]),
  ]);
  const twists = random.weighted([[2, 0], [4, 1], [2, 2]]);
  for (let at = 0; at < twists; at++) {
    const item = random.pick(entries);
    random.weighted<() => void>([
      [2, () => item.PortRange = random.pick([
        { From: 32768, To: 60999 }, { From: 32768, To: 65535 }, { From: 49152, To: 65535 }, { From: 0, To: 65535 }, { From: 80, To: 80 },
      ])],
      [1, () => item.RuleAction = 'deny'],
      [1, () => item.Protocol = random.pick(['17', '1', '-1'])],
      [2, () => {
        const { CidrBlock } = random.pick(subnets4(draft));
        if (item.CidrBlock !== undefined) item.CidrBlock = random.pick([vpc, '0.0.0.0/1', '52.0.0.0/8', '10.0.0.0/8', CidrBlock!]);
      }],
      [2, () => entries.push(entry(
        random.chance(0.5), 50 + entries.length, random.pick(['deny', 'allow']),
        random.pick([...RANGES4, vpc, `${hostIn(draft, random.pick(subnets4(draft)).SubnetId, 0)}/25`]),
        random.pick<readonly [number, number] | undefined>([undefined, [443, 443], [1024, 40000], [60000, 65535]]),
      ))],
      [1, () => entries.splice(entries.indexOf(item), 1)],
      [1, () => item.RuleNumber = 1 + random.below(32766)],
    ])();
    if (entries.length === 0) break;
  }
  return entries.map(({ PortRange, ...item }) => item.Protocol === '6' || item.Protocol === '17' ? { ...item, PortRange } : item);
}

function changeGroups(draft: Draft, random: Random): void {
  const id = addGroup(draft, someRules(draft, random));
  const { task } = draft;
  task.SecurityGroups = random.chance(0.25) ? [...task.SecurityGroups, id] : [id];
  task.containerInstances.forEach(instance => {
    if (random.chance(0.7)) instance.SecurityGroupIds = [...task.SecurityGroups];
  });
}

function someRules(draft: Draft, random: Random): DraftRule[] {
  const one = (): DraftRule => random.weighted<() => DraftRule>([
    [3, () => tcp(443, 443, { CidrIpv4: '0.0.0.0/0' })], [2, everything4], [1, everything6], [1, () => tcp(443, 443, { CidrIpv6: '::/0' })],
    [1, () => tcp(443, 443, { CidrIpv4: random.pick([...RANGES4, draft.vpc.CidrBlocks[0]]) })], [1, () => tcp(80, 80, { CidrIpv4: '0.0.0.0/0' })],
    [0.7, () => ({ IpProtocol: 'udp', Ports: { FromPort: 443, ToPort: 443 }, Peer: { CidrIpv4: '0.0.0.0/0' } })],
    [0.7, () => tcp(443, 443, { ReferencedGroupId: random.pick(draft.securityGroups).GroupId })],
    [0.7, () => {
      addS3Endpoint(draft);
      return tcp(443, 443, { PrefixListId: 'pl-s3' });
    }],
    [0.7, () => tcp(443, 443, { PrefixListId: customerList(draft, false, random) })],
    [0.7, () => tcp(1, 65535, { CidrIpv4: '0.0.0.0/0' })], [0.5, () => tcp(3128, 3128, { CidrIpv4: draft.vpc.CidrBlocks[0] })],
    [0.3, () => ({ IpProtocol: 'icmp', Peer: { CidrIpv4: '255.255.255.255/32' } })],
  ])();
  return Array.from({ length: random.weighted([[0.5, 0], [4, 1], [3, 2], [1, 3]]) }, one);
}

function blockPublicAccess(draft: Draft, random: Random): void {
  draft.vpc.InternetGatewayBlockMode = random.weighted([[3, 'block-bidirectional'], [2, 'block-ingress'], [0.5, 'off']]);
  draft.vpc.BlockPublicAccessExclusions = random.shuffled([draft.vpc.VpcId, ...draft.subnets.map(({ SubnetId }) => SubnetId)])
    .slice(0, random.weighted([[1, 0], [2, 1], [2, 2], [1, 4]]))
    .map(ResourceId => ({ ResourceId, InternetGatewayExclusionMode: random.pick(['allow-bidirectional', 'allow-egress'] as const) }));
}

function breakDns(draft: Draft, random: Random): void {
  const base = draft.vpc.CidrBlocks[0].split('.', 2).join('.');
  random.pick<() => void>([
    () => draft.vpc.EnableDnsSupport = false,
    () => draft.vpc.DomainNameServers = random.pick([[`${base}.0.2`], [`${base}.9.9`], [`${base}.0.2`, '8.8.8.8'], ['169.254.169.253'], ['8.8.8.8']]),
    () => draft.vpc.EnableDnsHostnames = false,
  ])();
}

function putDnsFirewall(draft: Draft, random: Random): void {
  const at = draft.dns.FirewallRuleGroups.length + 1;
  draft.dns.FirewallRuleGroups.push({
    FirewallRuleGroupId: `rslvr-frg-${at}`, Priority: 100 + random.below(9) * 10 + at,
    FirewallRules: Array.from({ length: 1 + random.below(3) }, (_, rule) => ({
      Name: `rule-${at}-${rule + 1}`, Priority: 10 * (rule + 1), Action: random.pick(['ALLOW', 'BLOCK', 'ALERT']),
      Domains: random.pick([['*'], [HOST], ['*.postman.com'], ['postman.com'], ['example.com', '*.example.com'], ['*.com']]),
      FirewallDomainRedirectionAction: random.pick(['INSPECT_REDIRECTION_DOMAIN', 'TRUST_REDIRECTION_DOMAIN']),
    })),
  });
}

function putResolverRule(draft: Draft, random: Random): void {
  const DomainName = random.pick(['.', 'com', 'postman.com', HOST, 'corp.example.com', 'observability.postman.com', 'man.com']);
  if (draft.dns.ResolverRules.some(rule => rule.DomainName === DomainName)) return;
  const RuleType = random.weighted([[3, 'FORWARD'], [1, 'SYSTEM']] as const);
  draft.dns.ResolverRules.push({ Id: `rslvr-rr-${draft.dns.ResolverRules.length + 1}`, RuleType, DomainName });
}

function putPrivateZone(draft: Draft, random: Random): void {
  const Name = random.pick(['postman.com', HOST, 'observability.postman.com', 'internal', 'com', 'stman.com']);
  if (draft.dns.PrivateHostedZones.some(zone => zone.Name === Name)) return;
  draft.dns.PrivateHostedZones.push({
    Id: `Z${draft.dns.PrivateHostedZones.length + 1}`, Name, Records: random.pick([[], [HOST], [`*.${Name}`], [`other.${Name}`]]),
  });
}

function makeIp6Only(draft: Draft, random: Random): void {
  if (draft.vpc.Ipv6CidrBlocks.length === 0) return;
  const inUse = new Set([
    ...draft.natGateways.map(({ SubnetId }) => SubnetId), ...draft.natInstances.map(({ SubnetId }) => SubnetId),
    ...draft.networkInterfaces.map(({ SubnetId }) => SubnetId), ...draft.vpcEndpoints.map(({ SubnetId }) => SubnetId),
    ...draft.task.containerInstances.map(({ SubnetId }) => SubnetId),
  ]);
  const { destination } = draft.task;
  const free = draft.subnets.filter(({ SubnetId, CidrBlock }) => !inUse.has(SubnetId)
    && !('ProxyAddress' in destination && CidrBlock !== undefined && destination.ProxyAddress.startsWith(CidrBlock.split('.', 3).join('.') + '.')));
  const taken = random.chance(0.6) ? free.filter(({ SubnetId }) => draft.task.Subnets.includes(SubnetId)) : free.slice(-1);
  if (free.length - taken.length < 1 && taken.length === draft.subnets.length) return;
  for (const subnet of taken) {
    // Other changes need a subnet with an IPv4 range.
    if (subnets4(draft).every(({ SubnetId }) => SubnetId === subnet.SubnetId)) break;
    delete subnet.CidrBlock;
    subnet.Ipv6Native = true;
    subnet.MapPublicIpOnLaunch = false;
    subnet.EnableDns64 = random.chance(0.7);
    const table = draft.routeTables.find(({ RouteTableId }) => RouteTableId === subnet.RouteTableId)!;
    if (random.chance(0.6)) {
      const translated = random.chance(0.85) && draft.natGateways.length > 0;
      const target = translated ? { NatGatewayId: draft.natGateways[0].NatGatewayId } : someTarget(draft, '64:ff9b::/96', random);
      setRoute(table, route('64:ff9b::/96', target));
    }
    if (random.chance(0.6)) setRoute(table, route('::/0', egressOnly(draft)));
  }
}

function changeAddresses(draft: Draft, random: Random): void {
  const { task } = draft;
  random.pick<() => void>([
    () => {
      if (task.hostKind !== 'EC2') task.AssignPublicIp = task.AssignPublicIp === 'ENABLED' ? 'DISABLED' : 'ENABLED';
    },
    () => task.dualStackIPv6 = false,
    () => task.containerInstances.forEach(instance => instance.PublicIpAddress = random.chance(0.5) ? null : instance.PublicIpAddress),
    () => task.containerInstances.forEach(instance => instance.Ipv6Address = null),
    () => draft.subnets.forEach(subnet => subnet.EnableDns64 = subnet.Ipv6CidrBlock !== undefined && random.chance(0.5)),
  ])();
}

function moveTask(draft: Draft, random: Random): void {
  const { task } = draft;
  task.Subnets = random.shuffled(draft.subnets).slice(0, 1 + random.below(3)).map(({ SubnetId }) => SubnetId);
  if (task.containerInstances.length === 0) return;
  task.containerInstances = [];
  task.Subnets.forEach(id => addInstance(draft, id, task.SecurityGroups, random.pick(['public', 'private'])));
}

function sendToProxy(draft: Draft, random: Random): void {
  const home = random.pick(subnets4(draft));
  const ProxyPort = random.pick([3128, 3128, 8080, 443]);
  const ip6 = home.Ipv6CidrBlock !== undefined && random.chance(0.25);
  draft.task.destination = {
    ProxyPort,
    ProxyAddress: random.weighted<() => string>([
      [4, () => ip6 ? home.Ipv6CidrBlock!.replace('::/64', '::c8') : hostIn(draft, home.SubnetId, 200)],
      [2, () => ip6 ? '2600:1f18:999::c8' : '10.99.3.200'],
      [1, () => ip6 ? '2a05:d018::c8' : '54.170.3.200'],
      [1, () => '10.200.3.200'],
    ])(),
  };
  if (random.chance(0.4)) {
    const destination = ip6 ? '2600:1f18:999::/56' : '10.99.0.0/16';
    const target = random.pick([peering, transit])(draft);
    subnetTables(draft).forEach(table => setRoute(table, route(destination, { ...target })));
  }
}

function addRange(draft: Draft): void {
  const cidr = '100.70.0.0/16';
  if (!draft.vpc.CidrBlocks.includes(cidr)) draft.vpc.CidrBlocks.push(cidr);
}

function changeHost(draft: Draft, random: Random): void {
  const { task } = draft;
  task.hostKind = random.weighted([[3, 'FARGATE'], [3, 'EC2'], [1, 'MANAGED_INSTANCES'], [0.3, 'EXTERNAL']]);
  task.networkMode = task.hostKind === 'EC2' ? random.pick(['awsvpc', 'host', 'bridge']) : 'awsvpc';
  if (task.hostKind === 'EC2') task.AssignPublicIp = 'DISABLED';
  if (task.hostKind !== 'FARGATE' && task.containerInstances.length === 0) {
    task.Subnets.forEach(id => addInstance(draft, id, task.SecurityGroups, random.pick(['public', 'private'])));
  }
}
