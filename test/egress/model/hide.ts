/** Takes facts out of sight: a fact and up to three other values that it could have. */
import { Draft, DraftRoute, everything4, tcp } from './draft';
import { Random } from './random';
import { World } from './world';

interface Spot {
  readonly path: readonly (string | number)[];
  /** How often it is taken. */
  readonly weight: number;
  readonly others: () => unknown[];
}

/** The same world with up to `count` facts hidden. The values to choose from contain the one of the draft. */
export function hide(draft: Draft, count: number, random: Random): World {
  if (count === 0) return draft;
  const visible = structuredClone(draft);
  const spots = spotsOf(visible, random);
  const taken: (readonly (string | number)[])[] = [];
  for (let at = 0; at < count && spots.length > 0; at++) {
    const { path, others } = random.weighted(spots.map(spot => [spot.weight, spot]));
    if (taken.some(other => isPrefix(other, path) || isPrefix(path, other) || isRefusedTogether(other, path))) continue;
    const own = read(visible, path);
    const among = [own, ...unlike(own, others()).slice(0, 2)];
    if (among.length < 2) continue;
    taken.push(path);
    write(draft, path, { hidden: path.join(' '), among: random.shuffled(among) });
  }
  return draft;
}

function spotsOf(draft: Draft, random: Random): Spot[] {
  const spots: Spot[] = [];
  const add = (weight: number, path: readonly (string | number)[], others: () => unknown[]) => spots.push({ weight, path, others });
  const subnets = draft.subnets.filter(({ CidrBlock }) => CidrBlock !== undefined).map(({ SubnetId }) => SubnetId);

  add(1, ['vpc', 'EnableDnsSupport'], () => [true, false]);
  add(1, ['vpc', 'DomainNameServers'], () => [['AmazonProvidedDNS'], [`${draft.vpc.CidrBlocks[0].split('.', 2).join('.')}.9.9`]]);
  add(1, ['vpc', 'InternetGatewayBlockMode'], () => random.shuffled(['off', 'block-ingress', 'block-bidirectional']));
  add(draft.vpc.BlockPublicAccessExclusions.length > 0 ? 2 : 0.2, ['vpc', 'BlockPublicAccessExclusions'], () => [[], [
    { ResourceId: random.pick([draft.vpc.VpcId, ...subnets]), InternetGatewayExclusionMode: 'allow-bidirectional' },
  ]]);
  draft.vpc.BlockPublicAccessExclusions.forEach((_, at) => add(2, ['vpc', 'BlockPublicAccessExclusions', at, 'InternetGatewayExclusionMode'],
    () => ['allow-bidirectional', 'allow-egress']));
  draft.dns.FirewallRuleGroups.forEach((group, at) => group.FirewallRules.forEach((_, rule) => {
    const path = ['dns', 'FirewallRuleGroups', at, 'FirewallRules', rule];
    add(2, [...path, 'Action'], () => random.shuffled(['ALLOW', 'BLOCK', 'ALERT']));
    add(2, [...path, 'Domains'], () => [['*'], ['example.com']]);
  }));
  draft.dns.PrivateHostedZones.forEach((_, at) => add(2, ['dns', 'PrivateHostedZones', at, 'Records'], () => [[], ['*.postman.com']]));
  draft.subnets.forEach((subnet, at) => {
    if (subnet.Ipv6CidrBlock) add(subnet.Ipv6Native ? 1 : 0.2, ['subnets', at, 'EnableDns64'], () => [true, false]);
  });
  draft.routeTables.forEach((table, at) => {
    add(1.5, ['routeTables', at, 'Routes'], () => random.shuffled([[], random.pick(draft.routeTables).Routes, random.pick(draft.routeTables).Routes])
      .map(routes => isGatewaysOwn(draft, table.RouteTableId) ? [] : structuredClone(routes)));
    table.Routes.forEach((item, route) => {
      if (!isGatewaysOwn(draft, table.RouteTableId)) {
        add(1, ['routeTables', at, 'Routes', route, 'Target'], () => random.shuffled(draft.routeTables.flatMap(other => other.Routes)
          .filter(other => sameKind(other, item)).map(other => structuredClone(other.Target))));
      }
      add(0.7, ['routeTables', at, 'Routes', route, 'State'], () => ['active', 'blackhole']);
    });
  });
  draft.natGateways.forEach((gateway, at) => {
    add(1, ['natGateways', at, 'State'], () => random.shuffled(['available', 'failed', 'deleting', 'pending']));
    add(1, ['natGateways', at, 'ConnectivityType'], () => ['public', 'private']);
    if (gateway.SubnetId !== undefined) add(1, ['natGateways', at, 'SubnetId'], () => random.shuffled(subnets));
  });
  draft.natInstances.forEach((_, at) => {
    add(1, ['natInstances', at, 'PublicIpAddress'], () => [null, '54.72.9.9']);
    add(1, ['natInstances', at, 'SourceDestCheck'], () => [true, false]);
    add(1, ['natInstances', at, 'State'], () => random.shuffled(['running', 'stopped', 'terminated']));
  });
  draft.networkInterfaces.forEach((_, at) => add(0.5, ['networkInterfaces', at, 'SourceDestCheck'], () => [true, false]));
  draft.prefixLists.forEach((list, at) => {
    if (list.OwnerId === 'customer') add(2, ['prefixLists', at, 'Entries'], () => [[list.AddressFamily === 'IPv4' ? '0.0.0.0/0' : '::/0'], []]);
  });
  draft.networkAcls.forEach((acl, at) => {
    add(1, ['networkAcls', at, 'Entries'], () => [[], structuredClone(random.pick(draft.networkAcls).Entries)]);
    acl.Entries.forEach((item, entry) => {
      const path = ['networkAcls', at, 'Entries', entry];
      const weight = 1.5 / acl.Entries.length;
      add(weight, [...path, 'RuleAction'], () => ['allow', 'deny']);
      add(weight, [...path, 'RuleNumber'], () => [1 + random.below(300) * 3, 32766]);
      const ranges = ['0.0.0.0/0', draft.vpc.CidrBlocks[0], '52.0.0.0/8'];
      if (item.CidrBlock !== undefined) add(weight, [...path, 'CidrBlock'], () => random.shuffled(ranges));
      if (item.Ipv6CidrBlock !== undefined) add(weight, [...path, 'Ipv6CidrBlock'], () => ['::/0', '2a00::/12']);
      if (item.PortRange) {
        add(weight, [...path, 'PortRange'], () => random.shuffled([{ From: 0, To: 65535 }, { From: 443, To: 443 }, { From: 1024, To: 50000 }]));
        add(weight / 2, [...path, 'Protocol'], () => random.shuffled(['-1', '6', '17']));
      }
    });
  });
  draft.securityGroups.forEach((group, at) => {
    add(1, ['securityGroups', at, 'Egress'], () => random.shuffled([[], [everything4()], [tcp(443, 443, { CidrIpv4: draft.vpc.CidrBlocks[0] })]]));
    group.Egress.forEach((item, rule) => {
      const path = ['securityGroups', at, 'Egress', rule];
      if (item.Ports) {
        add(0.7, [...path, 'IpProtocol'], () => random.shuffled(['-1', 'tcp', 'udp']));
        add(0.7, [...path, 'Ports'], () => random.shuffled([[0, 65535], [443, 443], [80, 80]])
          .map(([FromPort, ToPort]) => ({ FromPort, ToPort })));
      }
      add(0.7, [...path, 'Peer'], () => random.shuffled<unknown>([
        { CidrIpv4: '0.0.0.0/0' }, { CidrIpv4: draft.vpc.CidrBlocks[0] }, { ReferencedGroupId: draft.securityGroups[0].GroupId },
      ]));
    });
  });
  // ECS refuses a public address for tasks on EC2.
  if (draft.task.hostKind !== 'EC2') add(1.5, ['task', 'AssignPublicIp'], () => ['ENABLED', 'DISABLED']);
  if (draft.vpc.Ipv6CidrBlocks.length > 0) add(1, ['task', 'dualStackIPv6'], () => [true, false]);
  const last = draft.subnets.slice(-2).map(({ SubnetId }) => SubnetId);
  add(1, ['task', 'Subnets'], () => random.shuffled([[random.pick(draft.subnets).SubnetId], last]));
  add(1, ['task', 'SecurityGroups'], () => [[random.pick(draft.securityGroups).GroupId]]);
  if (draft.task.containerInstances.length > 0) {
    const { hostKind, networkMode, AssignPublicIp } = draft.task;
    if (hostKind === 'EC2') add(1, ['task', 'networkMode'], () => random.shuffled(['awsvpc', 'host', 'bridge']));
    const others = AssignPublicIp === 'ENABLED' || hostKind === 'MANAGED_INSTANCES' ? [] : ['EC2'];
    if (networkMode === 'awsvpc') add(1, ['task', 'hostKind'], () => random.shuffled(['FARGATE', 'MANAGED_INSTANCES', ...others]));
  }
  draft.task.containerInstances.forEach(({ SubnetId }, at) => {
    const subnet = draft.subnets.find(item => item.SubnetId === SubnetId)!;
    if (!subnet.Ipv6Native) add(1, ['task', 'containerInstances', at, 'PublicIpAddress'], () => [null, '54.73.9.9']);
    if (subnet.Ipv6CidrBlock && !subnet.Ipv6Native) {
      add(1, ['task', 'containerInstances', at, 'Ipv6Address'], () => [null, subnet.Ipv6CidrBlock!.replace('::/64', '::99')]);
    }
  });
  return spots;
}

/** A gateway's own table takes other routes than a subnet's. */
function isGatewaysOwn(draft: Draft, id: string): boolean {
  return draft.internetGateway?.RouteTableId === id || draft.natGateways.some(({ RouteTableId }) => RouteTableId === id);
}

/** Both are to the same family, neither is to a gateway endpoint; what is within the VPC stays there, and NAT64 is not mixed with all of IPv6. */
function sameKind(one: DraftRoute, other: DraftRoute): boolean {
  const kind = ({ DestinationCidrBlock: v4, DestinationIpv6CidrBlock: v6 }: DraftRoute) => v4 === '0.0.0.0/0' ? 4 : v6 === '::/0' ? 6 : undefined;
  return kind(one) !== undefined && kind(one) === kind(other);
}

function unlike(own: unknown, others: readonly unknown[]): unknown[] {
  const seen = new Set([JSON.stringify(own)]);
  return others.filter(other => {
    const text = JSON.stringify(other);
    return !seen.has(text) && seen.add(text);
  });
}

/** With both hidden, one case were tasks on EC2 with a public address. */
function isRefusedTogether(...paths: readonly (readonly (string | number)[])[]): boolean {
  return ['hostKind', 'AssignPublicIp'].every(name => paths.some(path => path.includes(name)));
}

function isPrefix(short: readonly (string | number)[], long: readonly (string | number)[]): boolean {
  return short.length <= long.length && short.every((part, at) => part === long[at]);
}

function read(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((part, key) => (part as Record<string | number, unknown>)[key], root);
}

function write(root: unknown, path: readonly (string | number)[], value: unknown): void {
  (read(root, path.slice(0, -1)) as Record<string | number, unknown>)[path[path.length - 1]] = value;
}
