import { CASES } from './cases';
import { Ec2, State } from './ec2';
import { account, ALL, fargate, group, instance, judge, onHosts, readerOf, route, subnet, table, tcp, toList, verdictOf, WEB } from './given';
import { NetworkAction, TaskPlacement } from '../../../src/aws/network';
import { EGRESS_READS } from '../../../src/permissions';

const read = (ec2: Ec2, placements: readonly TaskPlacement[]) => readerOf(ec2.call).facts(placements);
const counted = (actions: readonly string[]) => Object.fromEntries([...new Set(actions)].sort()
  .map(action => [action, actions.filter(other => other === action).length]));
const services = (count: number, at: (index: number) => TaskPlacement) => Array.from({ length: count }, (_, index) => at(index));

/** The calls for every network. */
const ALWAYS = {
  'ec2:DescribeNetworkAcls': 1,
  'ec2:DescribeRouteTables': 1,
  'ec2:DescribeSecurityGroups': 1,
  'ec2:DescribeSubnets': 1,
  'ec2:DescribeVpcAttribute': 1,
  'ec2:DescribeVpcBlockPublicAccessOptions': 1,
  'ec2:DescribeVpcs': 1,
  'route53:ListHostedZonesByVPC': 1,
  'route53resolver:ListFirewallRuleGroupAssociations': 1,
  'route53resolver:ListResolverRuleAssociations': 1,
  'route53resolver:ListResolverRules': 1,
};

/** The calls for a NAT gateway: its subnet is read after it. */
const NAT = { 'ec2:DescribeNatGateways': 1, 'ec2:DescribeSubnets': 2 };

/** A VPC of its own for each service. */
function manyVpcs(count: number): State {
  const [one, ...rest] = services(count, () => fargate()).map((_, index) => JSON.parse(JSON.stringify(account()).replace(
    /"(vpc|subnet-\w+|sg-\w+|nat|rtb-\w+|acl|dopt)(-\d+)?"/g, `"$1$2-of${index}"`,
  )) as State);
  one.dnsSupport = {};
  const lists = (Object.keys(one) as (keyof State)[]).filter(key => Array.isArray(one[key]));
  for (const other of rest) for (const key of lists) (one[key] as any[]).push(...other[key] as any[]);
  for (const { VpcId } of one.Vpcs) one.dnsSupport[VpcId] = true;
  return one;
}

test('the reader makes few calls for one service', async () => {
  const { ec2 } = await judge(account(), fargate());
  expect(counted(ec2.actions)).toEqual({ ...ALWAYS, ...NAT, 'ec2:DescribeDhcpOptions': 1 });
});

test('the reader makes as many calls for a hundred services of one VPC as for one service, and their facts are the same objects', async () => {
  const ec2 = new Ec2(account());
  const facts = await read(
    ec2, services(100, index => fargate(index % 2 === 0 ? 'subnet-private' : ['subnet-private', 'subnet-isolated'], { service: `web-${index}` })),
  );
  expect(counted(ec2.actions)).toEqual({ ...ALWAYS, ...NAT, 'ec2:DescribeDhcpOptions': 1 });
  expect(facts.map(given => verdictOf(given).verdict)).toEqual(facts.map((_, index) => index % 2 === 0 ? 'reachable' : 'unreachable'));
  expect(new Set(facts.map(({ vpc }) => vpc)).size).toBe(1);
  expect(new Set(facts.map(({ service }) => (service!.subnets as readonly unknown[])[0])).size).toBe(1);
  expect(new Set(facts.map(({ service }) => (service!.securityGroups as readonly unknown[])[0])).size).toBe(1);
});

test('the reader makes few calls for a hundred services in a VPC each, except for what AWS returns for one VPC a call', async () => {
  const ec2 = new Ec2(manyVpcs(100));
  const eachVpc = Object.fromEntries([
    'ec2:DescribeVpcAttribute', 'route53:ListHostedZonesByVPC', 'route53resolver:ListFirewallRuleGroupAssociations',
    'route53resolver:ListResolverRuleAssociations',
  ].map(action => [action, 100]));
  const facts = await read(ec2, services(100, index => fargate(`subnet-private-of${index}`, {
    awsvpc: { subnets: [`subnet-private-of${index}`], securityGroups: [`sg-1-of${index}`], assignPublicIp: false },
  })));
  expect(counted(ec2.actions)).toEqual({ ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, ...NAT, ...eachVpc });
  expect(new Set(facts.map(given => verdictOf(given).verdict))).toEqual(new Set(['reachable']));
});

test('the reader puts at most 200 values into a filter', async () => {
  const state = account();
  const ids = Array.from({ length: 450 }, (_, index) => `sg-${index}`);
  state.SecurityGroups = ids.map(id => group(id, ALL));
  const ec2 = new Ec2(state);
  await read(ec2, ids.map(id => fargate('subnet-private', { awsvpc: { subnets: ['subnet-private'], securityGroups: [id], assignPublicIp: false } })));
  expect(ec2.calls.filter(({ action }) => action === 'ec2:DescribeSecurityGroups').map(({ input }) => input.Filters[0].Values.length)).toEqual([200, 200, 50]);
});

test('calls that do not depend on each other are made together', async () => {
  const ec2 = new Ec2(account());
  let waiting: { action: string; answer: () => void }[] = [];
  const reading = readerOf(async (action, input) => {
    await new Promise<void>(answer => waiting.push({ action, answer }));
    return ec2.call(action, input);
  }).facts([fargate()]);
  const turns: string[][] = [];
  for (;;) {
    // No call is answered until no further call is made.
    for (let idle = 0; idle < 10; idle += 1) await new Promise(resolve => setImmediate(resolve));
    const turn = waiting;
    waiting = [];
    if (turn.length === 0) break;
    turns.push(turn.map(({ action }) => action).sort());
    turn.forEach(({ answer }) => answer());
  }
  await reading;
  expect(turns).toEqual([
    ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'],
    [
      'ec2:DescribeNetworkAcls', 'ec2:DescribeRouteTables', 'ec2:DescribeVpcAttribute', 'ec2:DescribeVpcBlockPublicAccessOptions', 'ec2:DescribeVpcs',
      'route53:ListHostedZonesByVPC', 'route53resolver:ListFirewallRuleGroupAssociations', 'route53resolver:ListResolverRuleAssociations',
    ],
    ['ec2:DescribeDhcpOptions', 'ec2:DescribeNatGateways', 'route53resolver:ListResolverRules'],
    ['ec2:DescribeSubnets'],
  ]);
});

test.each<readonly [string, (state: State) => void, TaskPlacement, object]>([
  ['nothing if the network is not judged', () => {}, { ...WEB, hostKind: 'EXTERNAL', networkMode: 'host', instances: ['i-1'] }, {}],
  ['nothing in network mode none', () => {}, { ...WEB, hostKind: 'EC2', networkMode: 'none', instances: ['i-1'] }, {}],
  ['no VPC if no subnet is found', () => {}, fargate('subnet-9'), { 'ec2:DescribeSubnets': 1, 'ec2:DescribeSecurityGroups': 1 }],
  ['no DHCP options if the VPC has none', state => { state.Vpcs[0].DhcpOptionsId = 'default'; }, fargate(), { ...ALWAYS, ...NAT }],
  [
    'no NAT gateway that no longer exists', state => { state.RouteTables[2].Routes = [route({ NatGatewayId: 'nat-1' }, { State: 'blackhole' })]; }, fargate(),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 },
  ],
  [
    'no instance that no longer exists', state => { state.RouteTables[2].Routes = [route({ InstanceId: 'i-1' }, { State: 'blackhole' })]; }, fargate(),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 },
  ],
  [
    'no network interface that no longer exists', state => {
      state.RouteTables[2].Routes = [route(
        { NetworkInterfaceId: 'eni-1' }, { State: 'blackhole' },
      )];
    }, fargate(),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 },
  ],
  ['no NAT gateway that only other subnets use', () => {}, fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 }],
  [
    'the VPC endpoints if the start-up can use them', () => {}, fargate('subnet-isolated', { startup: { endpointServices: ['s3'] } }),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeVpcEndpoints': 1 },
  ],
  [
    'the VPC\'s subnets if a proxy has an address there', () => {},
    fargate('subnet-isolated', { destination: { kind: 'address', address: '10.0.9.9', port: 3128 } }),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeSubnets': 2 },
  ],
  [
    'no subnets for a proxy elsewhere', () => {}, fargate('subnet-isolated', { destination: { kind: 'address', address: '3.3.3.3', port: 3128 } }),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 },
  ],
  [
    'the records of a private zone, and whether the VPC uses it, if the zone may have the host',
    state => {
      state.zones = { 'vpc-1': [{ HostedZoneId: 'Z1', Name: 'postman.com.' }, { HostedZoneId: 'Z2', Name: 'example.com.' }] };
      state.records = { Z1: [] };
    },
    fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeVpcAttribute': 2, 'route53:ListResourceRecordSets': 1 },
  ],
  [
    'the records of the zone of a proxy that is given by name',
    state => {
      state.zones = { 'vpc-1': [{ HostedZoneId: 'Z2', Name: 'example.com.' }] };
      state.records = { Z2: [] };
    },
    fargate('subnet-isolated', { destination: { kind: 'host', host: 'proxy.example.com', port: 3128 } }),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeVpcAttribute': 2, 'route53:ListResourceRecordSets': 1 },
  ],
  [
    'each DNS Firewall list once, also for a hundred rules of two groups',
    state => {
      const rules = Array.from({ length: 50 }, (_, Priority) => ({ Priority, Action: 'BLOCK', FirewallDomainListId: `list-${Priority % 2}` }));
      state.ruleGroups = { 'vpc-1': ['a', 'b'].map(FirewallRuleGroupId => ({ FirewallRuleGroupId, Priority: 1, Status: 'COMPLETE' })) };
      Object.assign(state, { firewallRules: { a: rules, b: rules }, domains: { 'list-0': ['example.com'], 'list-1': ['example.org'] } });
    },
    fargate('subnet-isolated'),
    {
      ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'route53resolver:ListFirewallDomainLists': 1, 'route53resolver:ListFirewallDomains': 2,
      'route53resolver:ListFirewallRules': 2,
    },
  ],
  [
    'the instance behind a route with its groups and its subnet',
    state => {
      state.RouteTables[0].Routes = [route({ InstanceId: 'i-1', NetworkInterfaceId: 'eni-1' })];
      state.Instances = [instance('i-1', { SubnetId: 'subnet-public' })];
    },
    fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeInstances': 1, 'ec2:DescribeSubnets': 2 },
  ],
  [
    'the group of an instance behind a route that no service has',
    state => {
      state.RouteTables[0].Routes = [route({ InstanceId: 'i-1' })];
      state.Instances = [instance('i-1', { SubnetId: 'subnet-public', SecurityGroups: [{ GroupId: 'sg-default' }] })];
    },
    fargate('subnet-isolated'),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeInstances': 1, 'ec2:DescribeSecurityGroups': 2, 'ec2:DescribeSubnets': 2 },
  ],
  ['no VPC endpoints if the start-up cannot use them', () => {}, fargate('subnet-isolated', { startup: {} }), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 }],
  [
    'the exclusions if public access is blocked', state => { state.VpcBlockPublicAccessOptions.InternetGatewayBlockMode = 'block-ingress'; },
    fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeVpcBlockPublicAccessExclusions': 1 },
  ],
  ['no prefix list of a gateway endpoint', state => {
    state.VpcEndpoints = [{ VpcEndpointId: 'vpce-1', VpcId: 'vpc-1', VpcEndpointType: 'Gateway' }];
    state.RouteTables[0].Routes = [toList('pl-1', { GatewayId: 'vpce-1' })];
  }, fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeVpcEndpoints': 1 }],
  [
    'no prefix list of a rule for other traffic',
    state => {
      state.SecurityGroups[0].IpPermissionsEgress.push(
        tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] }, 5432),
        { ...tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] }), IpProtocol: 'udp' },
      );
    },
    fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1 },
  ],
  ['a prefix list once for both routes and rules', state => {
    state.managedPrefixLists['pl-1'] = ['0.0.0.0/0'];
    state.SecurityGroups[0].IpPermissionsEgress = [tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] })];
    state.RouteTables[0].Routes = [toList('pl-1', { TransitGatewayId: 'tgw-1' })];
  }, fargate('subnet-isolated'), { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribePrefixLists': 1, 'ec2:GetManagedPrefixListEntries': 1 }],
  [
    'the container instances in host mode', state => { state.Instances = [instance('i-1', { SubnetId: 'subnet-isolated' })]; }, onHosts('i-1'),
    { ...ALWAYS, 'ec2:DescribeDhcpOptions': 1, 'ec2:DescribeInstances': 1 },
  ],
])('the reader asks for %s', async (_, change, placement, expected) => {
  const state = account();
  change(state);
  expect(counted((await judge(state, placement)).ec2.actions)).toEqual(expected);
});

test('the reader calls exactly the actions that the operator\'s policy allows', async () => {
  const made = new Set<string>();
  for (const [, change, placement] of CASES) {
    const state = account();
    change(state);
    for (const action of (await judge(state, placement)).ec2.actions) made.add(action);
  }
  expect([...made].sort()).toEqual([...EGRESS_READS]);
});

test('each run reads the network again', async () => {
  const state = account();
  const reader = readerOf(new Ec2(state).call);
  expect(verdictOf((await reader.facts([fargate()]))[0]).verdict).toBe('reachable');
  state.NatGateways[0].State = 'failed';
  expect(verdictOf((await reader.facts([fargate()]))[0]).verdict).toBe('unreachable');
});

test.each(EGRESS_READS)('without the permission %s, each verdict stays as it is, or becomes unknown and names the permission', async action => {
  for (const [network, change, placement] of CASES) {
    const state = account();
    change(state);
    const { verdict: { verdict: before } } = await judge(state, placement);
    const { verdict: { verdict: after }, text } = await judge(state, placement, action);
    if (after !== before) expect([network, after, text]).toEqual([network, 'unknown', expect.stringContaining(`the permission ${action} is missing`)]);
  }
});

test.each([
  'ec2:DescribeDhcpOptions', 'ec2:DescribeNatGateways', 'ec2:DescribeNetworkAcls', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets', 'ec2:DescribeVpcAttribute', 'ec2:DescribeVpcBlockPublicAccessOptions', 'ec2:DescribeVpcs',
  'route53:ListHostedZonesByVPC', 'route53resolver:ListFirewallRuleGroupAssociations', 'route53resolver:ListResolverRuleAssociations',
  'route53resolver:ListResolverRules',
])('without the permission %s, the verdict on a good network is unknown', async action => {
  const { verdict, text } = await judge(account(), fargate(), action);
  expect([verdict.verdict, text]).toEqual(['unknown', expect.stringContaining(`the permission ${action} is missing`)]);
});

test('without the permission ec2:DescribeInstances, the verdict in host mode is unknown', async () => {
  const state = account();
  state.Instances = [instance('i-1')];
  const { verdict, text } = await judge(state, onHosts('i-1'), 'ec2:DescribeInstances');
  expect([verdict.verdict, text]).toEqual([
    'unknown', expect.stringMatching(/The subnet of instance i-1 could not be read: the permission ec2:DescribeInstances is missing/),
  ]);
});

test('without the permission ec2:DescribeVpcBlockPublicAccessExclusions, the verdict on a blocked VPC is unknown', async () => {
  const state = account();
  state.VpcBlockPublicAccessOptions.InternetGatewayBlockMode = 'block-bidirectional';
  expect((await judge(state, fargate('subnet-public', {}, true), 'ec2:DescribeVpcBlockPublicAccessExclusions')).verdict.verdict).toBe('unknown');
});

test('the evidence names the permission that is missing for the instance behind a route', async () => {
  const state = account();
  state.RouteTables[2].Routes = [route({ InstanceId: 'i-1' })];
  const { text } = await judge(state, fargate(), 'ec2:DescribeInstances');
  expect(text).toContain('instance i-1 (could not be read: the permission ec2:DescribeInstances is missing); what lies beyond it');
});

test('without any permission, the verdict is unknown and the evidence says nothing wrong', async () => {
  const { verdict, text } = await judge(account(), fargate(), ...EGRESS_READS);
  expect([verdict.verdict, text]).toEqual([
    'unknown', expect.stringContaining('Subnet subnet-private could not be read: the permission ec2:DescribeSubnets is missing'),
  ]);
});

test('the facts of a VPC leave out removed ranges and the endpoints of other VPCs', async () => {
  const state = account();
  state.DhcpOptions[0].DhcpConfigurations = [];
  state.Vpcs[0].CidrBlockAssociationSet.push({
    CidrBlock: '10.1.0.0/16', CidrBlockState: { State: 'associated' },
  }, { CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'disassociated' } });
  state.Vpcs[0].Ipv6CidrBlockAssociationSet = [
    { Ipv6CidrBlock: '2600::/56', Ipv6CidrBlockState: { State: 'associated' } }, { Ipv6CidrBlock: '2600:1::/56', Ipv6CidrBlockState: { State: 'failed' } },
  ];
  state.VpcEndpoints = [
    { VpcEndpointId: 'vpce-1', VpcId: 'vpc-1', State: 'available', ServiceName: 'com.amazonaws.eu-west-1.ecr.dkr' },
    { VpcEndpointId: 'vpce-2', VpcId: 'vpc-1', State: 'Available', ServiceName: 'com.amazonaws.eu-west-1.s3' },
    { VpcEndpointId: 'vpce-3', VpcId: 'vpc-2', State: 'available', ServiceName: 'com.amazonaws.eu-west-1.logs' },
  ];
  const [{ vpc }] = await read(new Ec2(state), [fargate('subnet-private', { startup: { endpointServices: ['s3'] } })]);
  expect(vpc).toEqual({
    id: 'vpc-1',
    cidrs: ['10.0.0.0/16', '10.1.0.0/16', '2600::/56'],
    dnsSupport: true,
    domainNameServers: ['AmazonProvidedDNS'],
    dnsFirewallRules: [],
    resolverRules: [{ id: 'rslvr-autodefined-rr-internet-resolver', domain: '.', type: 'RECURSIVE' }],
    privateZones: [],
    blockPublicAccess: 'off',
    endpoints: ['ecr.dkr', 's3'],
  });
});

test('the facts have the destination and the start-up of their placement, in the order of the placements', async () => {
  const destination = { kind: 'host', host: 'proxy.example.com', port: 3128 } as const;
  const [first, second] = await read(new Ec2(account()), [fargate('subnet-private', { destination }), fargate('subnet-isolated', { startup: {} })]);
  expect([first.destination, first.startup, second.destination, second.startup]).toEqual([destination, undefined, undefined, {}]);
  expect([first.service!.subnets, second.service!.subnets]).toMatchObject([[{ id: 'subnet-private' }], [{ id: 'subnet-isolated' }]]);
});

test('a call that throws or returns nothing leaves facts unknown', async () => {
  const placements = [fargate(), onHosts('i-1')];
  const thrown = await readerOf(() => { throw new Error('no network'); }).facts(placements);
  const nothing = await readerOf(async () => undefined).facts(placements);
  for (const facts of [...thrown, ...nothing]) expect(verdictOf(facts).verdict).toBe('unknown');
  expect(verdictOf(thrown[0]).evidence.map(({ finding }) => finding).join()).toContain('DescribeSubnets failed: no network');
});

test('empty answers make the verdict unknown, and not unreachable', async () => {
  const [facts] = await readerOf(async () => ({})).facts([fargate()]);
  expect(verdictOf(facts).verdict).toBe('unknown');
});

test.each([1, 2, 3])('pages of %d items give the same verdicts', async pageSize => {
  for (const [network, change, placement, verdict] of CASES) {
    const state = account();
    change(state);
    const ec2 = new Ec2(state);
    ec2.pageSize = pageSize;
    const [facts] = await read(ec2, [placement]);
    expect([network, verdictOf(facts).verdict]).toEqual([network, verdict]);
  }
});

let count = 0;

test.each<[string, () => string, RegExp]>([
  ['that begin again', () => 'again', /DescribeRouteTables returned the same page again/],
  ['that never end', () => `next-${count++}`, /DescribeRouteTables returned more than 200 pages/],
])('the reader gives up on pages %s', async (_, token, why) => {
  const ec2 = new Ec2(account());
  const endless = async (action: NetworkAction, input: object) => action === 'ec2:DescribeRouteTables'
    ? { RouteTables: [], NextToken: token() }
    : ec2.call(action, input);
  const [facts] = await readerOf(endless).facts([fargate()]);
  const { verdict, evidence } = verdictOf(facts);
  expect([verdict, evidence[0].finding]).toEqual(['unknown', expect.stringMatching(why)]);
});

test.each<readonly [string, (state: State) => void, string, string]>([
  ['is certain if a route table names the subnet', state => { state.RouteTables[1].Routes.pop(); }, 'subnet-public', 'unreachable'],
  ['is unknown if the internet gateway may have a route table of its own', () => {}, 'subnet-public', 'unknown'],
  ['is unknown if the main table may apply', state => { state.RouteTables[0].Routes.push(route({ GatewayId: 'igw-1' })); }, 'subnet-isolated', 'unknown'],
])('if the pages of route tables end in a failure, the verdict %s', async (_, change, at, verdict) => {
  const state = account();
  change(state);
  const ec2 = new Ec2(state);
  const broken = async (action: NetworkAction, input: any) => {
    if (action !== 'ec2:DescribeRouteTables') return ec2.call(action, input);
    if (input.NextToken) throw new Error('throttled');
    return { RouteTables: state.RouteTables.slice(0, 2), NextToken: 'more' };
  };
  const [facts] = await readerOf(broken).facts([fargate(at, {}, true)]);
  expect(verdictOf(facts).verdict).toBe(verdict);
});

test('a failure of one call keeps what other calls of the same read found', async () => {
  const state = account();
  const ids = Array.from({ length: 250 }, (_, index) => `subnet-${String(index).padStart(3, '0')}`);
  state.Subnets = ids.map(id => subnet(id));
  state.RouteTables.push(...ids.map(id => table(`rtb-${id}`, { SubnetId: id }, route({ GatewayId: 'igw-1' }))));
  state.NetworkAcls[0].Associations = ids.map(SubnetId => ({ SubnetId }));
  const ec2 = new Ec2(state);
  const broken = async (action: NetworkAction, input: any) => {
    if (action === 'ec2:DescribeSubnets' && input.Filters[0].Values.includes('subnet-249')) throw new Error('throttled');
    return ec2.call(action, input);
  };
  const facts = await readerOf(broken).facts(ids.map(id => fargate(id, {}, true)));
  expect(facts.map(given => verdictOf(given).verdict)).toEqual(ids.map((_, index) => index < 200 ? 'reachable' : 'unknown'));
});
