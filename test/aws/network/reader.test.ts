import { CASES } from './cases';
import { describeFailure, Ec2, State } from './ec2';
import { account, ALL, fargate, group, instance, judge, onHosts, route, subnet, table, tcp, toList, WEB } from './given';
import { NetworkReader, TaskPlacement } from '../../../src/aws/network';
import { judgeEgress } from '../../../src/egress';
import { EGRESS_READS } from '../../../src/permissions';

const read = (ec2: Ec2, placements: readonly TaskPlacement[]) => new NetworkReader(ec2.call, describeFailure).facts(placements);
const counted = (actions: readonly string[]) => Object.fromEntries([...new Set(actions)].sort()
  .map(action => [action, actions.filter(other => other === action).length]));
const services = (count: number, at: (index: number) => TaskPlacement) => Array.from({ length: count }, (_, index) => at(index));

/** The calls for every network. */
const ALWAYS = {
  DescribeNetworkAcls: 1,
  DescribeRouteTables: 1,
  DescribeSecurityGroups: 1,
  DescribeSubnets: 1,
  DescribeVpcAttribute: 1,
  DescribeVpcBlockPublicAccessOptions: 1,
  DescribeVpcs: 1,
};

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
  expect(counted(ec2.actions)).toEqual({ ...ALWAYS, DescribeDhcpOptions: 1, DescribeNatGateways: 1 });
});

test('the reader makes as many calls for a hundred services of one VPC as for one service, and their facts are the same objects', async () => {
  const ec2 = new Ec2(account());
  const facts = await read(
    ec2, services(100, index => fargate(index % 2 === 0 ? 'subnet-private' : ['subnet-private', 'subnet-isolated'], { service: `web-${index}` })),
  );
  expect(counted(ec2.actions)).toEqual({ ...ALWAYS, DescribeDhcpOptions: 1, DescribeNatGateways: 1 });
  expect(facts.map(given => judgeEgress(given).verdict)).toEqual(facts.map((_, index) => index % 2 === 0 ? 'reachable' : 'unreachable'));
  expect(new Set(facts.map(({ vpc }) => vpc)).size).toBe(1);
  expect(new Set(facts.map(({ subnets }) => (subnets as readonly unknown[])[0])).size).toBe(1);
  expect(new Set(facts.map(({ securityGroups }) => (securityGroups as readonly unknown[])[0])).size).toBe(1);
});

test('the reader makes few calls for a hundred services in a VPC each, except for the attribute that EC2 returns for one VPC a call', async () => {
  const ec2 = new Ec2(manyVpcs(100));
  const facts = await read(ec2, services(100, index => fargate(`subnet-private-of${index}`, {
    awsvpc: { subnets: [`subnet-private-of${index}`], securityGroups: [`sg-1-of${index}`], assignPublicIp: false },
  })));
  expect(counted(ec2.actions)).toEqual({ ...ALWAYS, DescribeDhcpOptions: 1, DescribeNatGateways: 1, DescribeVpcAttribute: 100 });
  expect(new Set(facts.map(given => judgeEgress(given).verdict))).toEqual(new Set(['reachable']));
});

test('the reader puts at most 200 values into a filter', async () => {
  const state = account();
  const ids = Array.from({ length: 450 }, (_, index) => `sg-${index}`);
  state.SecurityGroups = ids.map(id => group(id, ALL));
  const ec2 = new Ec2(state);
  await read(ec2, ids.map(id => fargate('subnet-private', { awsvpc: { subnets: ['subnet-private'], securityGroups: [id], assignPublicIp: false } })));
  expect(ec2.calls.filter(({ action }) => action === 'DescribeSecurityGroups').map(({ input }) => input.Filters[0].Values.length)).toEqual([200, 200, 50]);
});

test('calls that do not depend on each other are made together', async () => {
  const ec2 = new Ec2(account());
  let waiting: { action: string; answer: () => void }[] = [];
  const reading = new NetworkReader(async (action, input) => {
    await new Promise<void>(answer => waiting.push({ action, answer }));
    return ec2.call(action, input);
  }, describeFailure).facts([fargate()]);
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
    ['DescribeSecurityGroups', 'DescribeSubnets'],
    ['DescribeNetworkAcls', 'DescribeRouteTables', 'DescribeVpcAttribute', 'DescribeVpcBlockPublicAccessOptions', 'DescribeVpcs'],
    ['DescribeDhcpOptions', 'DescribeNatGateways'],
  ]);
});

test.each<readonly [string, (state: State) => void, TaskPlacement, object]>([
  ['nothing if the network is not judged', () => {}, { ...WEB, hostKind: 'EXTERNAL', networkMode: 'host', instances: ['i-1'] }, {}],
  ['nothing in network mode none', () => {}, { ...WEB, hostKind: 'EC2', networkMode: 'none', instances: ['i-1'] }, {}],
  ['no VPC if no subnet is found', () => {}, fargate('subnet-9'), { DescribeSubnets: 1, DescribeSecurityGroups: 1 }],
  ['no DHCP options if the VPC has none', state => { state.Vpcs[0].DhcpOptionsId = 'default'; }, fargate(), { ...ALWAYS, DescribeNatGateways: 1 }],
  [
    'no NAT gateway that no longer exists', state => { state.RouteTables[2].Routes = [route({ NatGatewayId: 'nat-1' }, { State: 'blackhole' })]; }, fargate(),
    { ...ALWAYS, DescribeDhcpOptions: 1 },
  ],
  [
    'no instance that no longer exists', state => { state.RouteTables[2].Routes = [route({ InstanceId: 'i-1' }, { State: 'blackhole' })]; }, fargate(),
    { ...ALWAYS, DescribeDhcpOptions: 1 },
  ],
  [
    'no network interface that no longer exists', state => {
      state.RouteTables[2].Routes = [route(
        { NetworkInterfaceId: 'eni-1' }, { State: 'blackhole' },
      )];
    }, fargate(),
    { ...ALWAYS, DescribeDhcpOptions: 1 },
  ],
  ['no NAT gateway that only other subnets use', () => {}, fargate('subnet-isolated'), { ...ALWAYS, DescribeDhcpOptions: 1 }],
  [
    'the VPC endpoints if the start-up can use them', () => {}, fargate('subnet-isolated', { startup: { endpointServices: ['s3'] } }),
    { ...ALWAYS, DescribeDhcpOptions: 1, DescribeVpcEndpoints: 1 },
  ],
  ['no VPC endpoints if the start-up cannot use them', () => {}, fargate('subnet-isolated', { startup: {} }), { ...ALWAYS, DescribeDhcpOptions: 1 }],
  [
    'the exclusions if public access is blocked', state => { state.VpcBlockPublicAccessOptions.InternetGatewayBlockMode = 'block-ingress'; },
    fargate('subnet-isolated'), { ...ALWAYS, DescribeDhcpOptions: 1, DescribeVpcBlockPublicAccessExclusions: 1 },
  ],
  ['no prefix list of a gateway endpoint', state => {
    state.VpcEndpoints = [{ VpcEndpointId: 'vpce-1', VpcId: 'vpc-1', VpcEndpointType: 'Gateway' }];
    state.RouteTables[0].Routes = [toList('pl-1', { GatewayId: 'vpce-1' })];
  }, fargate('subnet-isolated'), { ...ALWAYS, DescribeDhcpOptions: 1, DescribeVpcEndpoints: 1 }],
  [
    'no prefix list of a rule for other traffic',
    state => {
      state.SecurityGroups[0].IpPermissionsEgress.push(
        tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] }, 5432),
        { ...tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] }), IpProtocol: 'udp' },
      );
    },
    fargate('subnet-isolated'), { ...ALWAYS, DescribeDhcpOptions: 1 },
  ],
  ['a prefix list once for both routes and rules', state => {
    state.managedPrefixLists['pl-1'] = ['0.0.0.0/0'];
    state.SecurityGroups[0].IpPermissionsEgress = [tcp({ PrefixListIds: [{ PrefixListId: 'pl-1' }] })];
    state.RouteTables[0].Routes = [toList('pl-1', { TransitGatewayId: 'tgw-1' })];
  }, fargate('subnet-isolated'), { ...ALWAYS, DescribeDhcpOptions: 1, GetManagedPrefixListEntries: 1 }],
  [
    'the container instances in host mode', state => { state.Instances = [instance('i-1', { SubnetId: 'subnet-isolated' })]; }, onHosts('i-1'),
    { ...ALWAYS, DescribeDhcpOptions: 1, DescribeInstances: 1 },
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
  const reader = new NetworkReader(new Ec2(state).call, describeFailure);
  expect(judgeEgress((await reader.facts([fargate()]))[0]).verdict).toBe('reachable');
  state.NatGateways[0].State = 'failed';
  expect(judgeEgress((await reader.facts([fargate()]))[0]).verdict).toBe('unreachable');
});

test.each(EGRESS_READS)('without the permission ec2:%s, each verdict stays as it is, or becomes unknown and names the permission', async action => {
  for (const [network, change, placement] of CASES) {
    const state = account();
    change(state);
    const { verdict: { verdict: before } } = await judge(state, placement);
    const { verdict: { verdict: after }, text } = await judge(state, placement, action);
    if (after !== before) expect([network, after, text]).toEqual([network, 'unknown', expect.stringContaining(`the permission ec2:${action} is missing`)]);
  }
});

test.each([
  'DescribeDhcpOptions', 'DescribeNatGateways', 'DescribeNetworkAcls', 'DescribeRouteTables', 'DescribeSecurityGroups', 'DescribeSubnets',
  'DescribeVpcAttribute', 'DescribeVpcBlockPublicAccessOptions', 'DescribeVpcs',
])('without the permission ec2:%s, the verdict on a good network is unknown', async action => {
  const { verdict, text } = await judge(account(), fargate(), action);
  expect([verdict.verdict, text]).toEqual(['unknown', expect.stringContaining(`the permission ec2:${action} is missing`)]);
});

test('without the permission ec2:DescribeInstances, the verdict in host mode is unknown', async () => {
  const state = account();
  state.Instances = [instance('i-1')];
  const { verdict, text } = await judge(state, onHosts('i-1'), 'DescribeInstances');
  expect([verdict.verdict, text]).toEqual([
    'unknown', expect.stringMatching(/The subnet of instance i-1 could not be read: the permission ec2:DescribeInstances is missing/),
  ]);
});

test('without the permission ec2:DescribeVpcBlockPublicAccessExclusions, the verdict on a blocked VPC is unknown', async () => {
  const state = account();
  state.VpcBlockPublicAccessOptions.InternetGatewayBlockMode = 'block-bidirectional';
  expect((await judge(state, fargate('subnet-public', {}, true), 'DescribeVpcBlockPublicAccessExclusions')).verdict.verdict).toBe('unknown');
});

test('the evidence names the permission that is missing for the instance behind a route', async () => {
  const state = account();
  state.RouteTables[2].Routes = [route({ InstanceId: 'i-1' })];
  const { text } = await judge(state, fargate(), 'DescribeInstances');
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
    blockPublicAccess: 'off',
    endpoints: ['ecr.dkr', 's3'],
  });
});

test('the facts have the destination and the start-up of their placement, in the order of the placements', async () => {
  const destination = { kind: 'host', host: 'proxy.example.com', port: 3128 } as const;
  const [first, second] = await read(new Ec2(account()), [fargate('subnet-private', { destination }), fargate('subnet-isolated', { startup: {} })]);
  expect([first.destination, first.startup, second.destination, second.startup]).toEqual([destination, undefined, undefined, {}]);
  expect([first.subnets, second.subnets]).toMatchObject([[{ id: 'subnet-private' }], [{ id: 'subnet-isolated' }]]);
});

test('a call that throws or returns nothing leaves facts unknown', async () => {
  const placements = [fargate(), onHosts('i-1')];
  const thrown = await new NetworkReader(() => { throw new Error('no network'); }, describeFailure).facts(placements);
  const nothing = await new NetworkReader(async () => undefined, describeFailure).facts(placements);
  for (const facts of [...thrown, ...nothing]) expect(judgeEgress(facts).verdict).toBe('unknown');
  expect(judgeEgress(thrown[0]).evidence.map(({ finding }) => finding).join()).toContain('DescribeSubnets failed: no network');
});

test('empty answers make the verdict unknown, and not unreachable', async () => {
  const [facts] = await new NetworkReader(async () => ({}), describeFailure).facts([fargate()]);
  expect(judgeEgress(facts).verdict).toBe('unknown');
});

test.each([1, 2, 3])('pages of %d items give the same verdicts', async pageSize => {
  for (const [network, change, placement, verdict] of CASES) {
    const state = account();
    change(state);
    const ec2 = new Ec2(state);
    ec2.pageSize = pageSize;
    const [facts] = await read(ec2, [placement]);
    expect([network, judgeEgress(facts).verdict]).toEqual([network, verdict]);
  }
});

test('the reader gives up on pages that never end', async () => {
  const ec2 = new Ec2(account());
  const endless = async (action: string, input: object) => action === 'DescribeRouteTables'
    ? { RouteTables: [], NextToken: 'again' }
    : ec2.call(action, input);
  const [facts] = await new NetworkReader(endless, describeFailure).facts([fargate()]);
  const { verdict, evidence } = judgeEgress(facts);
  expect([verdict, evidence[0].finding]).toEqual(['unknown', expect.stringContaining('DescribeRouteTables returned more than 100 pages')]);
});

test.each<readonly [string, (state: State) => void, string, string]>([
  ['is certain if a route table names the subnet', () => {}, 'subnet-public', 'reachable'],
  ['is unknown if the main table may apply', state => { state.RouteTables[0].Routes.push(route({ GatewayId: 'igw-1' })); }, 'subnet-isolated', 'unknown'],
])('if the pages of route tables end in a failure, the verdict %s', async (_, change, at, verdict) => {
  const state = account();
  change(state);
  const ec2 = new Ec2(state);
  const broken = async (action: string, input: any) => {
    if (action !== 'DescribeRouteTables') return ec2.call(action, input);
    if (input.NextToken) throw new Error('throttled');
    return { RouteTables: state.RouteTables.slice(0, 2), NextToken: 'more' };
  };
  const [facts] = await new NetworkReader(broken, describeFailure).facts([fargate(at, {}, true)]);
  expect(judgeEgress(facts).verdict).toBe(verdict);
});

test('a failure of one call keeps what other calls of the same read found', async () => {
  const state = account();
  const ids = Array.from({ length: 250 }, (_, index) => `subnet-${String(index).padStart(3, '0')}`);
  state.Subnets = ids.map(id => subnet(id));
  state.RouteTables.push(...ids.map(id => table(`rtb-${id}`, { SubnetId: id }, route({ GatewayId: 'igw-1' }))));
  state.NetworkAcls[0].Associations = ids.map(SubnetId => ({ SubnetId }));
  const ec2 = new Ec2(state);
  const broken = async (action: string, input: any) => {
    if (action === 'DescribeSubnets' && input.Filters[0].Values.includes('subnet-249')) throw new Error('throttled');
    return ec2.call(action, input);
  };
  const facts = await new NetworkReader(broken, describeFailure).facts(ids.map(id => fargate(id, {}, true)));
  expect(facts.map(given => judgeEgress(given).verdict)).toEqual(ids.map((_, index) => index < 200 ? 'reachable' : 'unknown'));
});
