/**
 * Everyday networks of Amazon ECS services, by how often they are met.
 *
 * Surveys say little about networks. Each choice names where its weights come from. `assumed` means that no figure was found:
 * the order of the weights follows the defaults and the guides of AWS, and their size is a guess.
 */
import {
  Draft, DraftEntry, DraftRoute, Shape, Tiers, addEndpoint, addGroup, addInstance, addS3Endpoint, addSubnet, addTable, entry, everything4, hostIn,
  network, route, setRoute, tcp,
} from './draft';
import { Random } from './random';
import { Hidden, World } from './world';

/** One option and its weight. The weights of a choice need not have a certain sum. */
export interface Option<T> {
  readonly name: string;
  readonly weight: number;
  readonly value: T;
}

export interface Choice<T> {
  /** Where the weights come from. */
  readonly source: string;
  readonly options: readonly Option<T>[];
}

type Make = (draft: Draft, tiers: Tiers, random: Random) => void;

/** A network and where the tasks are in it. */
interface Setting {
  readonly shape?: Partial<Shape>;
  readonly make?: Make;
}

const PUBLICLY: Make = (draft, { open }) => {
  draft.task.Subnets = [...open];
  if (draft.task.hostKind === 'FARGATE') draft.task.AssignPublicIp = 'ENABLED';
};

export const COMPUTE: Choice<readonly [Draft['task']['hostKind'], Draft['task']['networkMode']]> = {
  source: 'Datadog, 11 Facts About Real-World Container Use (2020, datadoghq.com/container-report-2020): Fargate in a third of AWS container '
    + 'environments; 10 Trends (2021, datadoghq.com/container-report-2021): ECS users are shifting to Fargate; Container Report (2023): serverless '
    + 'containers in 46 % of container organizations. The size of the shift, the split of EC2 by network mode and the last two are assumed.',
  options: [
    { name: 'Fargate', weight: 70, value: ['FARGATE', 'awsvpc'] },
    { name: 'EC2 awsvpc', weight: 12, value: ['EC2', 'awsvpc'] },
    { name: 'EC2 bridge', weight: 12, value: ['EC2', 'bridge'] },
    { name: 'EC2 host', weight: 3, value: ['EC2', 'host'] },
    { name: 'Managed Instances', weight: 2, value: ['MANAGED_INSTANCES', 'awsvpc'] },
    { name: 'ECS Anywhere', weight: 1, value: ['EXTERNAL', 'bridge'] },
  ],
};

export const NETWORKS: Choice<Setting> = {
  source: 'ec2.Vpc of the CDK: by default one NAT gateway per zone, three zones (two if the stack has no region) and IPv4 only; '
    + 'FargateService: by default private subnets and no public address; default VPC: public subnets only. The numbers are assumed.',
  options: [
    { name: 'a NAT gateway per zone', weight: 30, value: { shape: { nat: 'per-zone' } } },
    { name: 'one NAT gateway', weight: 17, value: { shape: { nat: 'one' } } },
    { name: 'public subnets beside private ones', weight: 10, value: { make: PUBLICLY } },
    { name: 'public subnets only', weight: 8, value: { shape: { nat: 'none' }, make: PUBLICLY } },
    { name: 'default VPC', weight: 6, value: { shape: { prefix: '172.31', nat: 'none' }, make: defaultVpc } },
    { name: 'looked-up or imported VPC', weight: 10, value: { make: hideRoutes } },
    { name: 'transit gateway to a hub', weight: 6, value: { shape: { nat: 'none' }, make: hub } },
    { name: 'isolated, with VPC endpoints', weight: 4, value: { shape: { nat: 'none', isolated: true }, make: isolate } },
    { name: 'dual stack', weight: 4, value: { shape: { ip6: true } } },
    { name: 'NAT instance', weight: 2, value: { shape: { nat: 'instance' } } },
    { name: 'regional NAT gateway', weight: 1, value: { shape: { nat: 'regional' } } },
    { name: 'AWS Network Firewall', weight: 1, value: { make: inspect } },
    { name: 'IPv6-only', weight: 0.5, value: { shape: { ip6: true }, make: onlyIp6 } },
    { name: 'private subnets without a NAT device', weight: 0.5, value: { shape: { nat: 'none' } } },
  ],
};

export const GROUPS: Choice<Make> = {
  source: 'SecurityGroup of the CDK: allowAllOutbound is true by default, and EC2 makes new groups open. The rest is assumed.',
  options: [
    { name: 'all outbound', weight: 84, value: () => {} },
    { name: 'HTTPS to all', weight: 8, value: draft => use(draft, addGroup(draft, [tcp(443, 443, { CidrIpv4: '0.0.0.0/0' })])) },
    { name: 'within the VPC', weight: 2, value: draft => use(draft, addGroup(draft, [tcp(0, 65535, { CidrIpv4: draft.vpc.CidrBlocks[0] })])) },
    { name: 'imported, rules not visible', weight: 5, value: hideGroup },
    { name: 'Amazon S3 and a database', weight: 1, value: onlyServices },
  ],
};

export const ACLS: Choice<Make> = {
  source: 'assumed: the default network ACL allows all, and AWS names ACLs an optional layer (vpc/latest/userguide/vpc-network-acls.html). '
    + 'The custom ones follow the guide\'s example with web ports out and ephemeral ports in (custom-network-acl.html).',
  options: [
    { name: 'default', weight: 92, value: () => {} },
    { name: 'web out, 1024-65535 in', weight: 6, value: (draft, tiers) => acl(draft, [...tiers.open, ...tiers.closed], 1024) },
    { name: 'web out, 32768-65535 in', weight: 1.5, value: (draft, tiers) => acl(draft, [...tiers.open, ...tiers.closed], 32768) },
    { name: 'nothing from the internet', weight: 0.5, value: (draft, tiers) => acl(draft, tiers.closed, undefined) },
  ],
};

export const DNS: Choice<Make> = {
  source: 'the DHCP options that each VPC starts with have AmazonProvidedDNS (vpc/latest/userguide/VPC_DHCP_Options.html). The rest is assumed.',
  options: [
    { name: 'Amazon\'s', weight: 70, value: () => {} },
    { name: 'a private zone of the company', weight: 18, value: privateZone },
    { name: 'a rule for the company\'s domain', weight: 5, value: draft => forward(draft, 'corp.example.com') },
    { name: 'servers of the company', weight: 3, value: draft => draft.vpc.DomainNameServers = ['10.8.0.10', '10.8.0.11'] },
    { name: 'DNS Firewall with a block list', weight: 2, value: draft => firewall(draft, [], ['malware.example', '*.malware.example']) },
    { name: 'DNS Firewall that allows the host', weight: 0.25, value: draft => firewall(draft, ['*.postman.com'], ['*']) },
    { name: 'DNS Firewall that allows AWS only', weight: 0.25, value: draft => firewall(draft, ['*.amazonaws.com'], ['*']) },
    { name: 'all names forwarded', weight: 1, value: draft => forward(draft, '.') },
    { name: 'no DNS support', weight: 0.2, value: draft => draft.vpc.EnableDnsSupport = false },
  ],
};

export const EXTRAS: Choice<Make> = {
  source: 'assumed. AWS\'s guides for private subnets recommend the endpoint for Amazon S3, which costs nothing.',
  options: [
    { name: 'none', weight: 70, value: () => {} },
    { name: 'endpoint for Amazon S3', weight: 25, value: addS3Endpoint },
    { name: 'proxy', weight: 2, value: proxy },
    { name: 'block public access, ingress', weight: 0.6, value: draft => draft.vpc.InternetGatewayBlockMode = 'block-ingress' },
    { name: 'block public access, bidirectional', weight: 0.2, value: draft => draft.vpc.InternetGatewayBlockMode = 'block-bidirectional' },
    { name: 'a VPN with propagated routes', weight: 1.5, value: vpn },
  ],
};

/** Facts that a reader of a template does not see, because a CloudFormation condition or parameter decides. */
export const UNSEEN: Choice<(world: World) => World> = {
  source: 'assumed.',
  options: [
    { name: 'none', weight: 97.5, value: world => world },
    { name: 'AssignPublicIp is a parameter', weight: 0.7, value: hideAddress },
    { name: 'the NAT gateway has a condition', weight: 1, value: conditionalNat },
    { name: 'the subnets are a parameter', weight: 0.8, value: hideSubnets },
  ],
};

/** The same seed gives the same world. */
export function everyday(seed: number): World {
  return everydayWithNames(seed).world;
}

/** The names of the options that the world is made of, in the order of the choices. */
export function everydayWithNames(seed: number): { world: World; names: readonly string[] } {
  const random = new Random(seed);
  const names: string[] = [];
  const choose = <T>({ options }: Choice<T>): T => {
    const { name, value } = random.weighted(options.map(option => [option.weight, option] as const));
    names.push(name);
    return value;
  };
  const { shape, make } = choose(NETWORKS);
  const { draft, tiers } = network({ prefix: '10.0', zones: random.pick([2, 2, 3]), ip6: false, nat: 'one', isolated: false, ...shape });
  [draft.task.hostKind, draft.task.networkMode] = choose(COMPUTE);
  make?.(draft, tiers, random);
  const changes = [choose(GROUPS), choose(ACLS), choose(DNS), choose(EXTRAS)];
  changes.forEach(change => change(draft, tiers, random));
  const { task } = draft;
  if (task.networkMode !== 'awsvpc') {
    // Launch templates and the settings of public subnets give instances there a public address.
    const address = tiers.open.includes(task.Subnets[0]) ? 'public' : 'private';
    task.Subnets.forEach(id => addInstance(draft, id, task.SecurityGroups, address));
  }
  return { world: choose(UNSEEN)(withSecrets(draft)), names };
}

/** What the settings hide. They are put in last: a draft has visible facts only. */
const SECRETS = new WeakMap<Draft, ((world: World) => World)[]>();

function later(draft: Draft, change: (world: World) => World): void {
  SECRETS.set(draft, [...SECRETS.get(draft) ?? [], change]);
}

function withSecrets(draft: Draft): World {
  return (SECRETS.get(draft) ?? []).reduce<World>((world, change) => change(world), draft);
}

function use(draft: Draft, group: string): void {
  draft.task.SecurityGroups = [group];
}

/** Public subnets only, and the default group. */
function defaultVpc(draft: Draft, tiers: Tiers, random: Random): void {
  draft.subnets = draft.subnets.filter(({ SubnetId }) => tiers.open.includes(SubnetId));
  const tables = new Set(draft.subnets.map(({ RouteTableId }) => RouteTableId));
  draft.routeTables = draft.routeTables.filter(({ RouteTableId }) => tables.has(RouteTableId));
  PUBLICLY(draft, tiers, random);
}

/** The template names subnets of another stack or account: their routes are not in it. What they could be: NAT gateway, hub, none. */
function hideRoutes(draft: Draft, tiers: Tiers): void {
  draft.transitGateway = { TransitGatewayId: 'tgw-1' };
  const routes: DraftRoute[][] = [
    [route('0.0.0.0/0', { NatGatewayId: draft.natGateways[0].NatGatewayId })], [route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })], [],
  ];
  const Routes: Hidden<DraftRoute[]> = { hidden: 'routes of the private subnets', among: routes };
  const tables = draft.subnets.filter(({ SubnetId }) => tiers.closed.includes(SubnetId)).map(({ RouteTableId }) => RouteTableId);
  later(draft, world => ({
    ...world, routeTables: world.routeTables.map(table => tables.includes(table.RouteTableId) ? { ...table, Routes } : table),
  }));
}

function hideGroup(draft: Draft): void {
  const GroupId = addGroup(draft, [everything4()]);
  use(draft, GroupId);
  const Egress = { hidden: `rules of ${GroupId}`, among: [[everything4()], []] };
  later(draft, world => ({ ...world, securityGroups: world.securityGroups.map(group => group.GroupId === GroupId ? { ...group, Egress } : group) }));
}

function closedTables(draft: Draft, { closed }: Tiers) {
  const tables = new Set(draft.subnets.filter(({ SubnetId }) => closed.includes(SubnetId)).map(({ RouteTableId }) => RouteTableId));
  return draft.routeTables.filter(({ RouteTableId }) => tables.has(RouteTableId));
}

function hub(draft: Draft, tiers: Tiers): void {
  draft.transitGateway = { TransitGatewayId: 'tgw-1' };
  closedTables(draft, tiers).forEach(table => setRoute(table, route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })));
}

function isolate(draft: Draft, { isolated }: Tiers): void {
  draft.task.Subnets = [...isolated];
  for (const service of ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager']) {
    addEndpoint(draft, { VpcEndpointType: 'Interface', ServiceName: `com.amazonaws.eu-west-1.${service}` });
  }
}

/** A firewall between the private subnets and the NAT gateways. */
function inspect(draft: Draft, tiers: Tiers): void {
  const subnet = addSubnet(draft, 48, 0, addTable(draft, [route('0.0.0.0/0', { NatGatewayId: 'nat-1' })]).RouteTableId);
  const GatewayId = addEndpoint(draft, { SubnetId: subnet.SubnetId, NetworkFirewall: true });
  closedTables(draft, tiers).forEach(table => setRoute(table, route('0.0.0.0/0', { GatewayId })));
  const nat = draft.subnets.find(({ SubnetId }) => SubnetId === tiers.open[0])!;
  const back = draft.routeTables.find(({ RouteTableId }) => RouteTableId === nat.RouteTableId)!;
  const closed = draft.subnets.filter(({ SubnetId }) => tiers.closed.includes(SubnetId));
  closed.forEach(({ CidrBlock }) => setRoute(back, route(CidrBlock!, { GatewayId })));
}

function onlyIp6(draft: Draft, tiers: Tiers): void {
  for (const subnet of draft.subnets.filter(({ SubnetId }) => tiers.closed.includes(SubnetId))) {
    delete subnet.CidrBlock;
    subnet.Ipv6Native = true;
    subnet.EnableDns64 = true;
  }
  for (const table of closedTables(draft, tiers)) {
    table.Routes = [route('64:ff9b::/96', { NatGatewayId: 'nat-1' }), route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })];
  }
}

function onlyServices(draft: Draft): void {
  addS3Endpoint(draft);
  use(draft, addGroup(draft, [tcp(443, 443, { PrefixListId: 'pl-s3' }), tcp(5432, 5432, { ReferencedGroupId: 'sg-1' })]));
}

/** `from`: the first ephemeral port that is let in from the internet; not set: none is. */
function acl(draft: Draft, subnets: readonly string[], from: number | undefined): void {
  const ranges = ['0.0.0.0/0', ...draft.vpc.Ipv6CidrBlocks.length > 0 ? ['::/0'] : []];
  const Entries: DraftEntry[] = [
    entry(true, 90, 'allow', draft.vpc.CidrBlocks[0]), entry(false, 90, 'allow', draft.vpc.CidrBlocks[0]),
    ...ranges.flatMap((cidr, at) => [
      entry(true, 100 + at, 'allow', cidr, [80, 80]), entry(true, 110 + at, 'allow', cidr, [443, 443]),
      entry(true, 120 + at, 'allow', cidr, [1024, 65535]),
      ...from === undefined ? [] : [entry(false, 100 + at, 'allow', cidr, [from, 65535]), entry(false, 110 + at, 'allow', cidr, [443, 443])],
    ]),
  ];
  draft.networkAcls.push({ NetworkAclId: 'acl-2', Entries });
  draft.subnets.filter(({ SubnetId }) => subnets.includes(SubnetId)).forEach(subnet => subnet.NetworkAclId = 'acl-2');
}

function firewall(draft: Draft, allowed: string[], blocked: string[]): void {
  const rule = (Name: string, Priority: number, Action: 'ALLOW' | 'BLOCK', Domains: string[]) => (
    { Name, Priority, Action, Domains, FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' as const }
  );
  draft.dns.FirewallRuleGroups.push({
    FirewallRuleGroupId: 'rslvr-frg-1', Priority: 101,
    FirewallRules: [...allowed.length > 0 ? [rule('allow', 1, 'ALLOW', allowed)] : [], rule('block', 2, 'BLOCK', blocked)],
  });
}

function forward(draft: Draft, DomainName: string): void {
  draft.dns.ResolverRules.push({ Id: 'rslvr-rr-1', RuleType: 'FORWARD', DomainName });
}

function privateZone(draft: Draft): void {
  draft.dns.PrivateHostedZones.push({ Id: 'Z1', Name: 'corp.internal', Records: ['db.corp.internal'] });
}

/** Squid in a public subnet. */
function proxy(draft: Draft, tiers: Tiers): void {
  draft.task.destination = { ProxyAddress: hostIn(draft, tiers.open[0], 200), ProxyPort: 3128 };
}

/** The company's ranges come by BGP. */
function vpn(draft: Draft, tiers: Tiers): void {
  draft.virtualPrivateGateway = { VpnGatewayId: 'vgw-1' };
  closedTables(draft, tiers).forEach(table => setRoute(table, route('10.8.0.0/13', { GatewayId: 'vgw-1' }, 'EnableVgwRoutePropagation')));
}

function hideAddress(world: World): World {
  if (world.task.hostKind !== 'FARGATE') return world;
  return { ...world, task: { ...world.task, AssignPublicIp: { hidden: 'task AssignPublicIp', among: ['ENABLED', 'DISABLED'] } } };
}

function hideSubnets(world: World): World {
  const among = [world.task.Subnets as readonly string[], [world.subnets[0].SubnetId]];
  return { ...world, task: { ...world.task, Subnets: { hidden: 'task Subnets', among } } };
}

/** With the condition false the gateways are not there, and their routes are not either. */
function conditionalNat(world: World): World {
  const without = (routes: readonly DraftRoute[]) => routes.filter(({ Target }) => !('NatGatewayId' in Target));
  return {
    ...world, routeTables: world.routeTables.map(table => {
      const routes = table.Routes;
      if ('hidden' in routes) return table;
      const seen = routes as readonly DraftRoute[];
      if (without(seen).length === seen.length) return table;
      return { ...table, Routes: { hidden: `${table.RouteTableId} condition`, among: [seen, without(seen)] } };
    }),
  };
}
