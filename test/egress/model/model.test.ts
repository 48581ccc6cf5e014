import { NAT64, parseRange } from './addresses';
import {
  Draft, HOST, Shape, addEndpoint, addGroup, addInstance, addInterface, addNatInstance, addS3Endpoint, addTable, entry, everything4, hostIn,
  network, route, setRoute, tcp,
} from './draft';
import { ACLS, COMPUTE, DNS, EXTRAS, GROUPS, NETWORKS, UNSEEN, everyday, everydayWithNames } from './everyday';
import { generate } from './generate';
import { completions, hiddenFacts, verdict } from './hidden';
import { Outcome, outcomes } from './packets';
import { shares } from './shares';
import { Known, World } from './world';

const BOTH: Outcome[] = ['fails', 'reaches'];
const REACHES: Outcome[] = ['reaches'];
const FAILS: Outcome[] = ['fails'];

type Make = (draft: Draft, tiers: { open: readonly string[]; closed: readonly string[] }) => void;

/** Two zones, one NAT gateway, the tasks in the private subnets, without IPv6; then the changes. */
function world(shape: Partial<Shape>, make: Make = () => {}): Draft {
  const { draft, tiers } = network({ prefix: '10.0', zones: 2, ip6: false, nat: 'one', isolated: false, ...shape });
  make(draft, tiers);
  return draft;
}

function after(shape: Partial<Shape>, make?: Make): Outcome[] {
  return [...outcomes(world(shape, make))].sort();
}

const tableOf = (draft: Draft, subnetId: string) => draft.routeTables
  .find(({ RouteTableId }) => RouteTableId === draft.subnets.find(({ SubnetId }) => SubnetId === subnetId)!.RouteTableId)!;

const publicly: Make = (draft, { open }) => {
  draft.task.Subnets = [...open];
  draft.task.AssignPublicIp = 'ENABLED';
};

/** The tasks' subnets get an ACL of their own. */
function withAcl(draft: Draft, subnets: readonly string[], entries: Draft['networkAcls'][number]['Entries']) {
  draft.networkAcls.push({ NetworkAclId: 'acl-own', Entries: entries });
  draft.subnets.filter(({ SubnetId }) => subnets.includes(SubnetId)).forEach(subnet => subnet.NetworkAclId = 'acl-own');
}

/** The tasks' subnets become IPv6-only. */
function onlyIp6(draft: Draft, dns64: boolean) {
  draft.subnets.filter(({ SubnetId }) => draft.task.Subnets.includes(SubnetId)).forEach(subnet => {
    delete subnet.CidrBlock;
    subnet.Ipv6Native = true;
    subnet.EnableDns64 = dns64;
  });
}

describe('internet gateway (vpc/latest/userguide/VPC_Internet_Gateway.html)', () => {
  test('an interface with a public IPv4 address reaches the internet', () => expect(after({}, publicly)).toEqual(REACHES));

  test('an interface without a public IPv4 address does not', () => expect(after({}, (draft, tiers) => {
    publicly(draft, tiers);
    draft.task.AssignPublicIp = 'DISABLED';
  })).toEqual(FAILS));

  test('a gateway that is not attached carries nothing', () => expect(after({}, draft => draft.internetGateway!.Attached = false)).toEqual(FAILS));

  test('tasks of EC2 in mode awsvpc get no public address', () => expect(after({}, (draft, tiers) => {
    publicly(draft, tiers);
    draft.task.hostKind = 'EC2';
  })).toEqual(FAILS));

  test('tasks in mode host use the address of their instance, and each instance counts', () => {
    const after2 = (second: 'public' | 'private') => after({}, (draft, { open }) => {
      Object.assign(draft.task, { hostKind: 'EC2', networkMode: 'host', Subnets: [] });
      addInstance(draft, open[0], ['sg-1'], 'public');
      addInstance(draft, open[1], ['sg-1'], second);
    });
    expect([after2('public'), after2('private')]).toEqual([REACHES, FAILS]);
  });
});

describe('NAT gateways (vpc/latest/userguide/nat-gateway-basics.html)', () => {
  test('a public NAT gateway in a public subnet reaches the internet', () => expect(after({})).toEqual(REACHES));

  test('a private NAT gateway does not: the internet gateway drops its traffic', () => {
    expect(after({}, draft => draft.natGateways[0].ConnectivityType = 'private')).toEqual(FAILS);
  });

  test('a private NAT gateway leads to a transit gateway, and nature decides', () => expect(after({}, (draft, { open }) => {
    draft.natGateways[0].ConnectivityType = 'private';
    draft.transitGateway = { TransitGatewayId: 'tgw-1' };
    setRoute(tableOf(draft, open[0]), route('0.0.0.0/0', { TransitGatewayId: 'tgw-1' }));
  })).toEqual(BOTH));

  test.each(['failed', 'deleting', 'deleted'] as const)('a NAT gateway that is %s carries nothing', state => {
    expect(after({}, draft => draft.natGateways[0].State = state)).toEqual(FAILS);
  });

  test('a NAT gateway in a subnet that leads to itself goes round in circles', () => expect(after({}, (draft, { open }) => {
    setRoute(tableOf(draft, open[0]), route('0.0.0.0/0', { NatGatewayId: 'nat-1' }));
  })).toEqual(FAILS));

  test('a regional NAT gateway has a route table of its own', () => {
    expect(after({ nat: 'regional' })).toEqual(REACHES);
    expect(after({ nat: 'regional' }, draft => {
      draft.routeTables.find(({ RouteTableId }) => RouteTableId === draft.natGateways[0].RouteTableId)!.Routes = [];
    })).toEqual(FAILS);
  });
});

describe('route priority (vpc/latest/userguide/route-tables-priority.html)', () => {
  const withRoutes = (...routes: Parameters<typeof route>[]) => after({}, (draft, { closed }) => {
    draft.virtualPrivateGateway = { VpnGatewayId: 'vgw-1' };
    draft.prefixLists.push({ PrefixListId: 'pl-1', PrefixListName: 'mine', OwnerId: 'customer', AddressFamily: 'IPv4', Entries: ['0.0.0.0/0'] });
    draft.prefixLists.push({ PrefixListId: 'pl-2', PrefixListName: 'other', OwnerId: 'customer', AddressFamily: 'IPv4', Entries: ['0.0.0.0/0'] });
    closed.forEach(id => tableOf(draft, id).Routes.push(...routes.map(each => route(...each))));
  });
  const vgw = { GatewayId: 'vgw-1' };
  const pcx = { VpcPeeringConnectionId: 'pcx-1' };

  test('a static route is used before a propagated one for the same destination', () => {
    expect(withRoutes(['0.0.0.0/0', vgw, 'EnableVgwRoutePropagation'])).toEqual(REACHES);
  });

  test('a longer propagated route is used before a shorter static one', () => {
    expect(withRoutes(['0.0.0.0/1', vgw, 'EnableVgwRoutePropagation'], ['128.0.0.0/1', vgw, 'EnableVgwRoutePropagation'])).toEqual(BOTH);
  });

  test('a static route is used before a prefix list with the same range', () => expect(withRoutes(['pl-1', pcx])).toEqual(REACHES));

  test('a prefix list is used before a propagated route', () => {
    const prefixListAnd = (...more: Parameters<typeof route>[]) => after({}, (draft, { closed }) => {
      draft.virtualPrivateGateway = { VpnGatewayId: 'vgw-1' };
      draft.prefixLists.push({ PrefixListId: 'pl-1', PrefixListName: 'mine', OwnerId: 'customer', AddressFamily: 'IPv4', Entries: ['0.0.0.0/0'] });
      closed.forEach(id => tableOf(draft, id).Routes = [route('pl-1', { NatGatewayId: 'nat-1' }), ...more.map(each => route(...each))]);
    });
    expect(prefixListAnd(['0.0.0.0/0', vgw, 'EnableVgwRoutePropagation'])).toEqual(REACHES);
    expect(prefixListAnd(['0.0.0.0/0', pcx])).toEqual(FAILS);
  });

  test('of two prefix lists with the same range AWS takes one at random', () => expect(after({}, (draft, { closed }) => {
    draft.prefixLists.push({ PrefixListId: 'pl-1', PrefixListName: 'a', OwnerId: 'customer', AddressFamily: 'IPv4', Entries: ['0.0.0.0/0'] });
    draft.prefixLists.push({ PrefixListId: 'pl-2', PrefixListName: 'b', OwnerId: 'customer', AddressFamily: 'IPv4', Entries: ['0.0.0.0/0'] });
    closed.forEach(id => tableOf(draft, id).Routes = [route('pl-1', { NatGatewayId: 'nat-1' }), route('pl-2', pcx)]);
  })).toEqual(BOTH));

  test('a route for a part of the internet matters if the host may be there', () => expect(withRoutes(['52.0.0.0/8', pcx])).toEqual(BOTH));

  test('a blackhole is not replaced by a shorter route', () => expect(after({}, (draft, { closed }) => {
    closed.forEach(id => setRoute(tableOf(draft, id), { ...route('0.0.0.0/1', { NetworkInterfaceId: 'eni-gone' }), State: 'blackhole' }));
    closed.forEach(id => setRoute(tableOf(draft, id), { ...route('128.0.0.0/1', { NetworkInterfaceId: 'eni-gone' }), State: 'blackhole' }));
  })).toEqual(FAILS));

  test('a propagated route inside the VPC does not count, however long', () => expect(after({}, (draft, { closed, open }) => {
    draft.virtualPrivateGateway = { VpnGatewayId: 'vgw-1' };
    draft.task.destination = { ProxyAddress: hostIn(draft, open[0], 200), ProxyPort: 3128 };
    closed.forEach(id => setRoute(tableOf(draft, id), route('10.0.0.0/24', { GatewayId: 'vgw-1' }, 'EnableVgwRoutePropagation')));
  })).toEqual(REACHES));

  test('VPC peering carries no traffic to the internet (vpc/latest/peering/vpc-peering-basics.html)', () => expect(after({}, (draft, { closed }) => {
    draft.vpcPeeringConnection = { VpcPeeringConnectionId: 'pcx-1', PeerCidrBlocks: ['10.99.0.0/16'], Status: 'active' };
    closed.forEach(id => setRoute(tableOf(draft, id), route('0.0.0.0/0', pcx)));
  })).toEqual(FAILS));
});

describe('VPC peering (vpc/latest/peering/vpc-peering-basics.html)', () => {
  const peered = (PeerCidrBlocks: string[], make: Make = () => {}) => after({}, (draft, tiers) => {
    draft.vpcPeeringConnection = { VpcPeeringConnectionId: 'pcx-1', PeerCidrBlocks, Status: 'active' };
    tiers.closed.forEach(id => setRoute(tableOf(draft, id), route('0.0.0.0/0', { VpcPeeringConnectionId: 'pcx-1' })));
    make(draft, tiers);
  });
  const proxy: Make = draft => draft.task.destination = { ProxyAddress: '10.99.3.200', ProxyPort: 3128 };

  test('no traffic to the internet, even if the peer VPC uses its addresses', () => expect(peered(['0.0.0.0/0'])).toEqual(FAILS));
  test('a proxy in the peer VPC answers or not', () => expect(peered(['10.99.0.0/16'], proxy)).toEqual(BOTH));
  test('addresses that the peer VPC has not are not there', () => expect(peered(['10.98.0.0/16'], proxy)).toEqual(FAILS));
});

describe('the way back (vpc/latest/userguide/gateway-route-tables.html)', () => {
  const edge = (state: 'active' | 'blackhole') => after({}, (draft, { open }) => {
    const table = addTable(draft, [{ ...route('10.0.0.0/24', { NetworkInterfaceId: addInterface(draft, open[1], false) }), State: state }]);
    draft.internetGateway!.RouteTableId = table.RouteTableId;
  });

  test('the internet gateway may send what comes in to an appliance, and nature decides', () => expect(edge('active')).toEqual(BOTH));
  test('a blackhole in the table of the internet gateway drops the answer', () => expect(edge('blackhole')).toEqual(FAILS));

  test('the table of the NAT gateway leads back to the task', () => {
    const back = (state: 'active' | 'blackhole') => after({}, (draft, { open, closed }) => {
      draft.task.Subnets = [closed[0]];
      const endpoint = { GatewayId: addEndpoint(draft, { SubnetId: open[1], NetworkFirewall: true }) };
      setRoute(tableOf(draft, open[0]), { ...route('10.0.16.0/24', endpoint), State: state });
    });
    expect([back('active'), back('blackhole')]).toEqual([BOTH, FAILS]);
  });
});

describe('network ACLs (vpc/latest/userguide/nacl-rules.html, custom-network-acl.html)', () => {
  const all = '0.0.0.0/0';

  test('no entry that matches means deny', () => expect(after({}, (draft, { closed }) => withAcl(draft, closed, []))).toEqual(FAILS));

  test('the answer needs the ephemeral ports: all of those that Linux uses', () => {
    const open = (from: number, to: number) => after({}, (draft, { closed }) => withAcl(draft, closed, [
      entry(true, 100, 'allow', all, [443, 443]), entry(false, 100, 'allow', all, [from, to]),
    ]));
    expect([open(32768, 60999), open(1024, 65535), open(49152, 65535), open(1024, 32767)]).toEqual([REACHES, REACHES, BOTH, FAILS]);
  });

  test('the answer to a NAT gateway needs ports 1024-65535', () => {
    const open = (from: number) => after({}, (draft, tiers) => withAcl(draft, tiers.open, [
      entry(true, 100, 'allow', all), entry(false, 100, 'allow', '10.0.0.0/16'), entry(false, 110, 'allow', all, [from, 65535]),
    ]));
    expect([open(1024), open(32768)]).toEqual([REACHES, BOTH]);
  });

  test('the NAT gateway\'s subnet must let in 443 from the tasks\' subnets', () => {
    const from = (cidr: string) => after({}, (draft, tiers) => withAcl(draft, tiers.open, [
      entry(true, 100, 'allow', all), entry(false, 100, 'allow', cidr, [443, 443]), entry(false, 110, 'allow', all, [1024, 65535]),
    ]));
    expect([from('10.0.16.0/20'), from('10.0.16.0/24'), from('10.1.0.0/16')]).toEqual([REACHES, FAILS, FAILS]);
  });

  test('a task may get each address of its subnet', () => expect(after({}, (draft, { closed, open }) => {
    draft.task.Subnets = [closed[0]];
    withAcl(draft, open, [entry(true, 100, 'allow', all), entry(false, 90, 'deny', '10.0.16.128/25'), entry(false, 100, 'allow', all)]);
  })).toEqual(BOTH));

  test('the lowest number decides', () => {
    const numbers = (deny: number) => after({}, (draft, { closed }) => withAcl(draft, closed, [
      entry(true, 100, 'allow', all), entry(false, 100, 'allow', all), entry(true, deny, 'deny', all, [443, 443]),
    ]));
    expect([numbers(99), numbers(101)]).toEqual([FAILS, REACHES]);
  });

  test('packets inside one subnet pass no network ACL', () => {
    const proxyIn = (at: number) => after({}, (draft, { closed }) => {
      draft.task.Subnets = [closed[0]];
      draft.task.destination = { ProxyAddress: hostIn(draft, closed[at], 200), ProxyPort: 3128 };
      withAcl(draft, closed, []);
    });
    expect([proxyIn(0), proxyIn(1)]).toEqual([REACHES, FAILS]);
  });
});

describe('security groups (vpc/latest/userguide/security-group-rules.html)', () => {
  const rules = (...egress: Draft['securityGroups'][number]['Egress']) => after({}, draft => draft.task.SecurityGroups = [addGroup(draft, egress)]);

  test('a group without a rule lets nothing out', () => expect(rules()).toEqual(FAILS));
  test('TCP 443 to all of IPv4 is enough', () => expect(rules(tcp(443, 443, { CidrIpv4: '0.0.0.0/0' }))).toEqual(REACHES));
  test('another port, UDP or IPv6 is not', () => {
    expect(rules(tcp(80, 80, { CidrIpv4: '0.0.0.0/0' }), { ...tcp(443, 443, { CidrIpv4: '0.0.0.0/0' }), IpProtocol: 'udp' },
      tcp(443, 443, { CidrIpv6: '::/0' }))).toEqual(FAILS);
  });
  test('rules for two halves are a rule for all', () => {
    expect(rules(tcp(443, 443, { CidrIpv4: '0.0.0.0/1' }), tcp(443, 443, { CidrIpv4: '128.0.0.0/1' }))).toEqual(REACHES);
  });
  test('a rule for a part lets some hosts out', () => expect(rules(tcp(443, 443, { CidrIpv4: '52.0.0.0/8' }))).toEqual(BOTH));
  test('a reference to a group means no host of the internet', () => expect(rules(tcp(443, 443, { ReferencedGroupId: 'sg-1' }))).toEqual(FAILS));
  test('a proxy of the VPC may be a member of a referenced group', () => expect(after({}, (draft, { open }) => {
    draft.task.destination = { ProxyAddress: hostIn(draft, open[0], 200), ProxyPort: 3128 };
    draft.task.SecurityGroups = [addGroup(draft, [tcp(3128, 3128, { ReferencedGroupId: 'sg-1' })])];
  })).toEqual(BOTH));
  test('the prefix list of an AWS service does not contain the host', () => expect(after({}, draft => {
    addS3Endpoint(draft);
    draft.routeTables.forEach(table => table.Routes = table.Routes.filter(({ DestinationPrefixListId }) => DestinationPrefixListId === undefined));
    draft.task.SecurityGroups = [addGroup(draft, [tcp(443, 443, { PrefixListId: 'pl-s3' })])];
  })).toEqual(FAILS));
});

describe('NAT instances (vpc/latest/userguide/VPC_NAT_Instance.html)', () => {
  const change = (make: (instance: ReturnType<typeof addNatInstance>, draft: Draft) => void) => after({ nat: 'instance' },
    draft => make(draft.natInstances[0], draft));

  test('an instance with all that it needs works', () => expect(change(() => {})).toEqual(REACHES));
  test('source/destination check drops what is not its own', () => expect(change(instance => instance.SourceDestCheck = true)).toEqual(FAILS));
  test('it needs a public address', () => expect(change(instance => instance.PublicIpAddress = null)).toEqual(FAILS));
  test('its groups must let the tasks in', () => expect(change((instance, draft) => {
    instance.SecurityGroupIds = [addGroup(draft, [everything4()], [tcp(443, 443, { CidrIpv4: '10.9.0.0/16' })])];
  })).toEqual(FAILS));
  test('its groups let the tasks in by their group', () => expect(change((instance, draft) => {
    instance.SecurityGroupIds = [addGroup(draft, [everything4()], [tcp(443, 443, { ReferencedGroupId: 'sg-1' })])];
  })).toEqual(REACHES));
  test('unknown software may forward or not', () => expect(change(instance => instance.Masquerades = false)).toEqual(BOTH));
});

describe('IPv6, DNS64 and NAT64 (vpc/latest/userguide/nat-gateway-nat64-dns64.html)', () => {
  const only6 = (dns64: boolean, nat64: boolean, egressOnly: boolean) => after({ ip6: true }, (draft, { closed }) => {
    onlyIp6(draft, dns64);
    for (const id of closed) {
      tableOf(draft, id).Routes = [
        ...nat64 ? [route('64:ff9b::/96', { NatGatewayId: 'nat-1' })] : [],
        ...egressOnly ? [route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })] : [],
      ];
    }
  });

  test('an IPv6-only subnet reaches IPv4 hosts by DNS64 and NAT64, and IPv6 hosts by an egress-only internet gateway', () => {
    expect(only6(true, true, true)).toEqual(REACHES);
  });
  test('DNS64 makes no address for a host that has an IPv6 address of its own', () => expect(only6(true, true, false)).toEqual(BOTH));
  test('without DNS64, or without the route for 64:ff9b::/96, only a host with IPv6 is reached', () => {
    expect([only6(false, true, true), only6(true, false, true)]).toEqual([BOTH, BOTH]);
  });
  test('an IPv6-only subnet does not reach an IPv4 proxy', () => expect(after({ ip6: true }, (draft, { open }) => {
    onlyIp6(draft, true);
    draft.task.destination = { ProxyAddress: hostIn(draft, open[0], 200), ProxyPort: 3128 };
  })).toEqual(FAILS));
  test('beside IPv4 an interface has IPv6 only with the account setting', () => {
    const dual = (setting: boolean) => after({ ip6: true, nat: 'none' }, draft => draft.task.dualStackIPv6 = setting);
    expect([dual(true), dual(false)]).toEqual([BOTH, FAILS]);
  });
  test('the range of NAT64 is the well-known prefix', () => expect(NAT64).toEqual(parseRange('64:ff9b::/96')));
});

describe('block public access (vpc/latest/userguide/security-vpc-bpa-basics.html)', () => {
  type Exclusion = ['vpc' | 'open' | 'closed', 'allow-bidirectional' | 'allow-egress'];
  const block = (mode: 'block-ingress' | 'block-bidirectional', place: 'public' | 'nat', ...exclusions: Exclusion[]) => after({}, (draft, tiers) => {
    if (place === 'public') publicly(draft, tiers);
    draft.vpc.InternetGatewayBlockMode = mode;
    draft.vpc.BlockPublicAccessExclusions = exclusions.flatMap(([where, InternetGatewayExclusionMode]) => (where === 'vpc' ? ['vpc-1'] : tiers[where])
      .map(ResourceId => ({ ResourceId, InternetGatewayExclusionMode })));
  });

  test('bidirectional blocks NAT gateways and public interfaces', () => {
    expect([block('block-bidirectional', 'nat'), block('block-bidirectional', 'public')]).toEqual([FAILS, FAILS]);
  });
  test('ingress blocks public interfaces, and lets NAT gateways out', () => {
    expect([block('block-ingress', 'nat'), block('block-ingress', 'public')]).toEqual([REACHES, FAILS]);
  });
  test('the exclusion of the NAT gateway\'s subnet counts, not that of the tasks', () => {
    expect(block('block-bidirectional', 'nat', ['open', 'allow-bidirectional'])).toEqual(REACHES);
    expect(block('block-bidirectional', 'nat', ['closed', 'allow-bidirectional'])).toEqual(FAILS);
  });
  test('the exclusion of a VPC counts for all its subnets', () => {
    expect([block('block-bidirectional', 'nat', ['vpc', 'allow-egress']), block('block-ingress', 'public', ['vpc', 'allow-bidirectional'])])
      .toEqual([REACHES, REACHES]);
  });
  test('an egress-only exclusion does not open a subnet\'s own way to the internet gateway', () => {
    expect(block('block-bidirectional', 'public', ['open', 'allow-egress'])).toEqual(FAILS);
    expect(block('block-ingress', 'public', ['open', 'allow-egress'])).toEqual(FAILS);
  });
});

describe('names (Route53/latest/DeveloperGuide)', () => {
  const names = (make: (draft: Draft) => void) => after({}, make);
  const firewall = (...rules: ['ALLOW' | 'BLOCK' | 'ALERT', string, ('INSPECT' | 'TRUST')?][]) => names(draft => draft.dns.FirewallRuleGroups.push({
    FirewallRuleGroupId: 'rslvr-frg-1', Priority: 101, FirewallRules: rules.map(([Action, domain, redirection = 'INSPECT'], at) => ({
      Name: `rule-${at}`, Priority: at, Action, Domains: [domain], FirewallDomainRedirectionAction: `${redirection}_REDIRECTION_DOMAIN`,
    })),
  }));

  test('a VPC without DNS support finds no names', () => expect(names(draft => draft.vpc.EnableDnsSupport = false)).toEqual(FAILS));
  test('the address after the first of the VPC\'s range plus one is Amazon\'s name server', () => {
    expect(names(draft => draft.vpc.DomainNameServers = ['10.0.0.2'])).toEqual(REACHES);
  });
  test('other name servers answer or not', () => expect(names(draft => draft.vpc.DomainNameServers = ['10.0.9.9'])).toEqual(BOTH));
  test('the first firewall rule that matches decides', () => {
    expect(firewall(['BLOCK', '*.postman.com'])).toEqual(FAILS);
    expect(firewall(['ALERT', HOST, 'TRUST'], ['BLOCK', '*.postman.com'])).toEqual(REACHES);
    expect(firewall(['ALLOW', '*.postman.com'], ['BLOCK', HOST])).toEqual(REACHES);
    expect(firewall(['BLOCK', 'postman.com'])).toEqual(REACHES);
  });
  test('an alias of an allowed name is inspected, if it is not trusted', () => {
    expect([firewall(['ALLOW', HOST], ['BLOCK', '*']), firewall(['ALLOW', HOST, 'TRUST'], ['BLOCK', '*'])]).toEqual([BOTH, REACHES]);
    expect([firewall(['ALLOW', HOST], ['BLOCK', '*.com']), firewall(['ALLOW', HOST], ['BLOCK', '*.example.com'])]).toEqual([BOTH, REACHES]);
  });
  test('a forwarded name is answered or not', () => {
    expect(names(draft => draft.dns.ResolverRules.push({ Id: 'rslvr-rr-1', RuleType: 'FORWARD', DomainName: '.' }))).toEqual(BOTH);
    expect(names(draft => draft.dns.ResolverRules.push(
      { Id: 'rslvr-rr-1', RuleType: 'FORWARD', DomainName: 'com' }, { Id: 'rslvr-rr-2', RuleType: 'SYSTEM', DomainName: 'postman.com' },
    ))).toEqual(REACHES);
  });
  test('a private zone without a record for the host says that there is no such host', () => {
    const zone = (Name: string, ...Records: string[]) => names(draft => draft.dns.PrivateHostedZones.push({ Id: 'Z1', Name, Records }));
    expect([zone('postman.com'), zone('postman.com', HOST), zone('man.com'), zone('internal')]).toEqual([FAILS, BOTH, REACHES, REACHES]);
  });
  test('a private zone that is more specific than a forwarding rule is used', () => expect(names(draft => {
    draft.dns.ResolverRules.push({ Id: 'rslvr-rr-1', RuleType: 'FORWARD', DomainName: 'com' });
    draft.dns.PrivateHostedZones.push({ Id: 'Z1', Name: 'postman.com', Records: [] });
  })).toEqual(FAILS));
});

describe('hidden facts', () => {
  const hide = (draft: Draft, among: readonly Known<World>['natGateways'][number]['State'][]): World => ({
    ...draft, natGateways: draft.natGateways.map(gateway => ({ ...gateway, State: { hidden: 'state', among } })),
  });

  test('what differs is unknown, and what does not is certain', () => {
    expect(verdict(hide(world({}), ['available', 'failed']))).toBe('unknown');
    expect(verdict(hide(world({}), ['failed', 'deleted']))).toBe('unreachable');
    expect(verdict(hide(world({}, publicly), ['available', 'failed']))).toBe('reachable');
  });

  test('facts with one name have one value', () => {
    const both = [...completions(hide(world({ nat: 'per-zone' }), ['available', 'failed']))];
    expect(both.map(({ natGateways }) => natGateways.map(({ State }) => State)))
      .toEqual([['available', 'available'], ['failed', 'failed']]);
  });
});

describe('hostile networks', () => {
  const worlds = Array.from({ length: 3000 }, (_, seed) => generate(seed));

  test('a seed gives one world', () => expect([5, 77, 1234].map(generate)).toEqual([5, 77, 1234].map(generate)));

  test('each verdict has a good share', () => {
    const { reachable, unreachable, unknown } = shares(generate, 3000);
    expect(Math.min(reachable, unreachable, unknown)).toBeGreaterThan(750);
  });

  test('at most four facts are hidden, and no value hides another', () => {
    expect(Math.max(...worlds.map(each => hiddenFacts(each).length))).toBe(4);
    expect(worlds.flatMap(hiddenFacts).filter(({ among }) => among.length < 2 || JSON.stringify(among).includes('"among"'))).toEqual([]);
  });

  test('each world is one that AWS allows', () => {
    const faults = worlds.flatMap((each, seed) => [...completions(each)].flatMap(faultsOf).map(fact => `${seed}: ${fact}`));
    expect(faults).toEqual([]);
  });

  test('each kind of thing occurs', () => expect(missingFrom(worlds)).toEqual([]));
});

describe('everyday networks', () => {
  const made = Array.from({ length: 8000 }, (_, seed) => everydayWithNames(seed));

  test('a seed gives one world', () => expect([5, 77, 1234].map(everyday)).toEqual([5, 77, 1234].map(everyday)));

  test('each option of each choice occurs', () => {
    const names = new Set(made.flatMap(each => each.names));
    const choices = [COMPUTE, NETWORKS, GROUPS, ACLS, DNS, EXTRAS, UNSEEN];
    expect(choices.flatMap(({ options }) => options.map(({ name }) => name)).filter(name => !names.has(name))).toEqual([]);
  });

  test('each world is one that AWS allows', () => {
    const faults = made.flatMap(({ world: each, names }) => [...completions(each)].flatMap(faultsOf).map(fault => `${fault}: ${names.join(', ')}`));
    expect(faults).toEqual([]);
  });

  test('most are reachable', () => {
    const { reachable, unreachable, unknown } = shares(everyday, 3000);
    expect([reachable > 1500, unreachable > 150, unknown > 300]).toEqual([true, true, true]);
  });
});

/** What EC2 would refuse, or what refers to something that is not there. */
function faultsOf(known: Known<World>): string[] {
  const { task } = known;
  const subnets = new Map(known.subnets.map(subnet => [subnet.SubnetId, subnet]));
  const ids = new Set([
    ...known.securityGroups.map(({ GroupId }) => GroupId), ...known.networkAcls.map(({ NetworkAclId }) => NetworkAclId),
    ...known.routeTables.map(({ RouteTableId }) => RouteTableId), ...known.prefixLists.map(({ PrefixListId }) => PrefixListId), ...subnets.keys(),
  ]);
  const peers = known.securityGroups.flatMap(({ Egress, Ingress }) => [...Egress, ...Ingress]).map(({ Peer }) => Peer);
  const referred = [
    ...known.subnets.flatMap(({ RouteTableId, NetworkAclId }) => [RouteTableId, NetworkAclId]), ...task.SecurityGroups, ...task.Subnets,
    ...task.containerInstances.flatMap(({ SecurityGroupIds, SubnetId }) => [...SecurityGroupIds, SubnetId]),
    ...known.routeTables.flatMap(({ Routes }) => Routes.flatMap(({ DestinationPrefixListId }) => DestinationPrefixListId ?? [])),
    ...peers.flatMap(peer => 'PrefixListId' in peer ? [peer.PrefixListId] : 'ReferencedGroupId' in peer ? [peer.ReferencedGroupId] : []),
  ];
  const devices = [...known.natGateways, ...known.natInstances, ...known.networkInterfaces].flatMap(({ SubnetId }) => SubnetId ?? []);
  const entries = known.networkAcls.flatMap(acl => acl.Entries);
  const routes = known.routeTables.flatMap(({ Routes }) => Routes);
  const keys = known.routeTables.map(({ Routes }) => Routes.map(({ Target, State, ...key }) => JSON.stringify(key)));
  const to = (member: string) => routes.filter(({ Target }) => member in Target).map(each => each.DestinationIpv6CidrBlock);
  const faults: Record<string, boolean> = {
    'an IPv4 device in an IPv6-only subnet': devices.some(id => subnets.get(id)?.CidrBlock === undefined),
    'IPv4 in an IPv6-only subnet': known.subnets.some(subnet => subnet.Ipv6Native === (subnet.CidrBlock !== undefined)),
    'no such id': referred.some(id => !ids.has(id)),
    'no subnet': task.Subnets.length === 0,
    'no group': task.SecurityGroups.length === 0,
    'no instance': task.networkMode !== 'awsvpc' && task.containerInstances.length === 0,
    'two routes for one destination': keys.some(each => new Set(each).size < each.length),
    'IPv6 to a NAT gateway': to('NatGatewayId').some(cidr => cidr !== undefined && cidr !== '64:ff9b::/96'),
    'a range of ports, or none, for the wrong protocol': entries.some(each => ['6', '17'].includes(each.Protocol) && each.PortRange === undefined),
    'a range of ports the wrong way': entries.some(({ PortRange }) => PortRange !== undefined && PortRange.From > PortRange.To),
    'a public address for tasks on EC2': task.hostKind === 'EC2' && task.AssignPublicIp === 'ENABLED',
  };
  return Object.keys(faults).filter(name => faults[name]);
}

/** What the text of a world shows. */
const FEATURES = [
  '"NatGatewayId":"nat-gone"', '"InstanceId":"i-nat', '"NetworkInterfaceId":"eni-', 'EgressOnlyInternetGatewayId', 'TransitGatewayId',
  'VpcPeeringConnectionId', 'CoreNetworkArn', 'LocalGatewayId', 'CarrierGatewayId', '"GatewayId":"vgw-1"', '"GatewayId":"local"',
  'EnableVgwRoutePropagation', 'blackhole', '64:ff9b::/96', '"DestinationPrefixListId":"pl-s3"', '"OwnerId":"customer"',
  '"AvailabilityMode":"regional"', '"ConnectivityType":"private"', '"Attached":false', '"NetworkFirewall":true', '"Masquerades":false',
  'block-ingress', 'block-bidirectional', 'allow-egress', '"EnableDnsSupport":false', 'rslvr-frg-1', 'rslvr-rr-1', '"Id":"Z1"',
  '"Ipv6Native":true', '"EnableDns64":true', 'ReferencedGroupId', '"hostKind":"EC2"', '"hostKind":"MANAGED_INSTANCES"', '"hostKind":"EXTERNAL"',
  '"networkMode":"host"', '"networkMode":"bridge"', '"dualStackIPv6":false', 'ProxyAddress', '100.70.0.0/16', '52.16.0.0/16',
];

const HIDEABLE = [
  'vpc EnableDnsSupport', 'vpc DomainNameServers', 'vpc InternetGatewayBlockMode', 'vpc BlockPublicAccessExclusions',
  'vpc BlockPublicAccessExclusions # InternetGatewayExclusionMode', 'dns FirewallRuleGroups # FirewallRules # Action',
  'dns FirewallRuleGroups # FirewallRules # Domains', 'dns PrivateHostedZones # Records', 'routeTables # Routes',
  'routeTables # Routes # Target', 'routeTables # Routes # State', 'natGateways # State', 'natGateways # ConnectivityType',
  'natGateways # SubnetId', 'natInstances # PublicIpAddress', 'natInstances # SourceDestCheck', 'natInstances # State',
  'networkInterfaces # SourceDestCheck', 'prefixLists # Entries', 'networkAcls # Entries', 'networkAcls # Entries # RuleAction',
  'networkAcls # Entries # RuleNumber', 'networkAcls # Entries # CidrBlock', 'networkAcls # Entries # Ipv#CidrBlock',
  'networkAcls # Entries # PortRange', 'networkAcls # Entries # Protocol', 'securityGroups # Egress', 'securityGroups # Egress # IpProtocol',
  'securityGroups # Egress # Ports', 'securityGroups # Egress # Peer', 'task AssignPublicIp', 'task dualStackIPv#', 'task Subnets',
  'task SecurityGroups', 'task hostKind', 'task networkMode', 'task containerInstances # PublicIpAddress',
  'task containerInstances # Ipv#Address', 'subnets # EnableDns#',
];

function missingFrom(worlds: readonly World[]): string[] {
  const texts = worlds.map(each => JSON.stringify(each));
  const names = new Set(worlds.flatMap(hiddenFacts).map(({ hidden }) => hidden.replace(/\d+/g, '#')));
  return [...FEATURES.filter(feature => !texts.some(text => text.includes(feature))), ...HIDEABLE.filter(name => !names.has(name))];
}
