import { Ec2, State } from './ec2';
import { account, ALL, fargate, group, instance, LOCAL, onHosts, readerOf, route, subnet, table, tcp, toList } from './given';
import type { TaskPlacement } from '../../../src/aws/network';
import { EgressFacts, isUnknown, Route, RouteTarget, SubnetFacts } from '../../../src/egress';

async function factsOf(placement: TaskPlacement, change: (state: State) => void = () => {}, ...denied: string[]): Promise<EgressFacts> {
  const state = account();
  change(state);
  return (await readerOf(new Ec2(state, ...denied).call).facts([placement]))[0];
}

const subnetOf = ({ service }: EgressFacts) => (service!.subnets as readonly SubnetFacts[])[0];
const routesOf = (facts: EgressFacts) => subnetOf(facts).routes as readonly Route[];
/** The target of the route that is not the VPC's own. */
const targetOf = (facts: EgressFacts) => routesOf(facts)[1].target as Exclude<RouteTarget, { kind: 'local' }>;
const privateRoutes = (...routes: object[]) => (state: State) => { state.RouteTables[2].Routes = [LOCAL, ...routes]; };

describe('placement', () => {
  test('a service is reported with its subnets, groups and assignPublicIp as they are, whatever runs its tasks', async () => {
    for (const hostKind of ['FARGATE', 'EC2', 'MANAGED_INSTANCES'] as const) {
      const { service, instances } = await factsOf(fargate('subnet-public', { hostKind }, true));
      expect([service, instances]).toMatchObject([{ subnets: [{ id: 'subnet-public' }], securityGroups: [{ id: 'sg-1' }], assignPublicIp: true }, undefined]);
    }
  });

  test('a service without security groups is reported with the default group of its VPC', async () => {
    const { service } = await factsOf(fargate('subnet-private', { awsvpc: { subnets: ['subnet-private'], securityGroups: [], assignPublicIp: false } }));
    expect(service!.securityGroups).toEqual([{ id: 'sg-default', egress: [{ protocol: '-1', to: { cidr: '0.0.0.0/0' } }] }]);
  });

  test('each running instance is reported with its own subnet, groups and addresses', async () => {
    const { instances, service } = await factsOf(onHosts('i-1', 'i-2', 'i-3', 'i-9'), state => {
      state.SecurityGroups.push(group('sg-2'));
      state.Instances = [
        instance('i-1', { SubnetId: 'subnet-public', PublicIpAddress: '3.3.3.3' }),
        instance('i-2', { SecurityGroups: [{ GroupId: 'sg-2' }], Ipv6Address: '2600::1' }),
        instance('i-3', { State: { Name: 'stopped' } }),
      ];
    });
    const unseen = (what: string) => ({ unknown: expect.stringMatching(`${what} of instance i-9 was not found`) });
    expect(service).toBeUndefined();
    expect(instances).toMatchObject([
      { id: 'i-1', subnets: [{ id: 'subnet-public' }], securityGroups: [{ id: 'sg-1' }], publicIpv4: true, ipv6: false },
      { id: 'i-2', subnets: [{ id: 'subnet-private' }], securityGroups: [{ id: 'sg-2' }], publicIpv4: false, ipv6: true },
      { id: 'i-9', subnets: unseen('the subnet'), securityGroups: unseen('the security groups'), publicIpv4: unseen('the address') },
    ]);
  });

  test('a subnet is reported with its ranges and its settings for addresses', async () => {
    const facts = await factsOf(fargate('subnet-private'), state => {
      state.Subnets[1] = subnet('subnet-private', {
        AssignIpv6AddressOnCreation: true,
        MapPublicIpOnLaunch: false,
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: '2600:1::/64', Ipv6CidrBlockState: { State: 'disassociated' } },
          { Ipv6CidrBlock: '2600::/64', Ipv6CidrBlockState: { State: 'associated' } },
        ],
      });
    });
    expect(subnetOf(facts)).toMatchObject({
      id: 'subnet-private', ipv4Cidr: '10.0.1.0/24', ipv6Cidr: '2600::/64', ipv6Native: false, mapPublicIpOnLaunch: false, assignIpv6AddressOnCreation: true,
      dns64: false,
    });
  });

  test('an IPv6-only subnet has no IPv4 range', async () => {
    const ipv6Only = subnet('subnet-private', { CidrBlock: undefined, Ipv6Native: true });
    const facts = await factsOf(fargate('subnet-private'), state => { state.Subnets[1] = ipv6Only; });
    expect(subnetOf(facts)).toMatchObject({ ipv6Native: true });
    expect(subnetOf(facts)).not.toHaveProperty('ipv4Cidr');
  });

  test('subnets that EC2 describes only in part have unknown settings', async () => {
    const { unknown } = { unknown: expect.stringMatching(/^EC2 did not return whether subnet subnet-private / as unknown as string) };
    const facts = await factsOf(fargate('subnet-private'), state => { state.Subnets[1] = { SubnetId: 'subnet-private', VpcId: 'vpc-1' }; });
    expect(subnetOf(facts)).toMatchObject({
      ipv6Native: { unknown }, mapPublicIpOnLaunch: { unknown }, assignIpv6AddressOnCreation: { unknown }, dns64: { unknown },
    });
  });
});

describe('routes', () => {
  test('all routes of a table are reported with their origin, also those of the same destination', async () => {
    const facts = await factsOf(fargate(), privateRoutes(
      route({ NatGatewayId: 'nat-1' }),
      route({ GatewayId: 'vgw-1' }, { Origin: 'EnableVgwRoutePropagation' }),
      route({ NetworkInterfaceId: 'eni-1' }, { Origin: 'Advertisement', State: 'blackhole' }),
      route({ TransitGatewayId: 'tgw-1' }, { Origin: undefined }),
      route({ TransitGatewayId: 'tgw-1' }, { Origin: 'Dream' }),
    ));
    expect(routesOf(facts).map(({ target, origin, state }) => [isUnknown(target) ? target : target.kind, origin, state])).toEqual([
      ['local', 'static', undefined],
      ['nat-gateway', 'static', undefined],
      ['virtual-private-gateway', 'propagated', undefined],
      ['network-interface', 'propagated', 'blackhole'],
      ['transit-gateway', { unknown: 'EC2 returned no origin of a route' }, undefined],
      ['transit-gateway', { unknown: 'EC2 returned the unknown value Dream as the origin of a route' }, undefined],
    ]);
  });

  test('an internet gateway has the routes of its own table, whose targets are not read', async () => {
    const state = account();
    state.RouteTables.push(table('rtb-igw', { GatewayId: 'igw-1' }, route({ GatewayId: 'vpce-1' }, { DestinationCidrBlock: '10.0.0.0/24' })));
    const ec2 = new Ec2(state);
    const [facts] = await readerOf(ec2.call).facts([fargate('subnet-public')]);
    expect(targetOf(facts)).toEqual({
      kind: 'internet-gateway',
      id: 'igw-1',
      routes: [
        { destination: { cidr: '10.0.0.0/16' }, target: { kind: 'local' }, origin: 'static' },
        { destination: { cidr: '10.0.0.0/24' }, target: { kind: 'vpc-endpoint', id: 'vpce-1' }, origin: 'static' },
      ],
    });
    expect(ec2.actions.filter(action => action === 'ec2:DescribeRouteTables')).toHaveLength(1);
    expect(ec2.actions).not.toContain('ec2:DescribeVpcEndpoints');
  });

  test.each<readonly [string, object]>([
    ['is not one of the VPC\'s tables', { GatewayId: 'igw-2' }],
    ['is no longer associated with it', { GatewayId: 'igw-1', AssociationState: { State: 'disassociated' } }],
  ])('an internet gateway has no routes if a table %s', async (_, association) => {
    const facts = await factsOf(fargate('subnet-public'), state => { state.RouteTables.push(table('rtb-igw', association)); });
    expect(targetOf(facts)).toEqual({ kind: 'internet-gateway', id: 'igw-1' });
  });

  test('prefix lists of AWS are reported with their service, in routes and in rules, and others without', async () => {
    const facts = await factsOf(fargate(), state => {
      state.PrefixLists = [{ PrefixListId: 'pl-s3', PrefixListName: 'com.amazonaws.eu-west-1.s3', Cidrs: ['52.216.0.0/15'] }];
      state.managedPrefixLists['pl-1'] = ['10.9.0.0/16'];
      privateRoutes(toList('pl-s3', { TransitGatewayId: 'tgw-1' }), toList('pl-1', { TransitGatewayId: 'tgw-1' }))(state);
      state.SecurityGroups[0] = group('sg-1', tcp({ PrefixListIds: [{ PrefixListId: 'pl-s3' }, { PrefixListId: 'pl-1' }] }));
    });
    const lists = [
      { prefixList: 'pl-s3', cidrs: ['52.216.0.0/15'], awsService: 'com.amazonaws.eu-west-1.s3' }, { prefixList: 'pl-1', cidrs: ['10.9.0.0/16'] },
    ];
    expect(routesOf(facts).slice(1).map(({ destination }) => destination)).toEqual(lists);
    expect(facts.service!.securityGroups).toMatchObject([{ egress: lists.map(to => ({ to })) }]);
  });
});

describe('hops', () => {
  const nat = { kind: 'nat-gateway', id: 'nat-1' };

  test('a NAT gateway is reported with the subnet that it is in', async () => {
    const { nat: facts } = targetOf(await factsOf(fargate())) as Extract<RouteTarget, { kind: 'nat-gateway' }>;
    expect(facts).toMatchObject({
      state: 'available',
      connectivity: 'public',
      place: {
        kind: 'subnet',
        subnet: { id: 'subnet-public', ipv4Cidr: '10.0.0.0/24', routes: [{}, { target: { kind: 'internet-gateway' } }], networkAcl: { id: 'acl-1' } },
      },
    });
  });

  test('a regional NAT gateway is reported with its own routes', async () => {
    const facts = await factsOf(fargate(), state => {
      Object.assign(state.NatGateways[0], { SubnetId: undefined, AvailabilityMode: 'regional', RouteTableId: 'rtb-nat' });
      state.RouteTables.push(table('rtb-nat', {}, route({ GatewayId: 'igw-1' })));
    });
    expect(targetOf(facts)).toMatchObject({
      ...nat, nat: { place: { kind: 'regional', routes: [{ target: { kind: 'local' } }, { target: { kind: 'internet-gateway', id: 'igw-1' } }] } },
    });
  });

  test('an instance behind a route is reported with what EC2 knows of its interface, and not whether it forwards', async () => {
    const facts = await factsOf(fargate(), state => {
      privateRoutes(route({ InstanceId: 'i-1', NetworkInterfaceId: 'eni-2' }))(state);
      const common = { VpcId: 'vpc-1', SubnetId: 'subnet-public', Groups: [{ GroupId: 'sg-2' }] };
      state.SecurityGroups.push({ ...group('sg-2', ALL), IpPermissions: [tcp({ IpRanges: [{ CidrIp: '10.0.0.0/16' }] })] });
      state.Instances = [instance('i-1', {
        PublicIpAddress: '3.3.3.3',
        NetworkInterfaces: [
          { ...common, NetworkInterfaceId: 'eni-1', Attachment: { DeviceIndex: 0 }, SourceDestCheck: true, Association: { PublicIp: '3.3.3.3' } },
          { ...common, NetworkInterfaceId: 'eni-2', Attachment: { DeviceIndex: 1 }, SourceDestCheck: false },
        ],
      })];
    });
    expect(targetOf(facts)).toMatchObject({
      kind: 'instance',
      id: 'i-1',
      seen: 'running',
      forwarder: {
        sourceDestCheck: false,
        publicIpv4: false,
        forwards: { unknown: 'EC2 cannot tell whether instance i-1 forwards traffic' },
        securityGroups: [{
          id: 'sg-2',
          egress: [{ protocol: '-1', to: { cidr: '0.0.0.0/0' } }],
          ingress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, from: { cidr: '10.0.0.0/16' } }],
        }],
        subnet: { id: 'subnet-public', ipv4Cidr: '10.0.0.0/24', routes: [{}, { target: { kind: 'internet-gateway' } }] },
      },
    });
  });

  test('a network interface behind a route is reported with its type and its settings', async () => {
    const facts = await factsOf(fargate(), state => {
      privateRoutes(route({ NetworkInterfaceId: 'eni-1' }))(state);
      state.NetworkInterfaces = [{
        NetworkInterfaceId: 'eni-1', InterfaceType: 'gateway_load_balancer', Status: 'in-use', SourceDestCheck: false, SubnetId: 'subnet-public',
        VpcId: 'vpc-1', Groups: [], Association: { PublicIp: '3.3.3.3' },
      }];
    });
    expect(targetOf(facts)).toMatchObject({
      kind: 'network-interface', id: 'eni-1', seen: 'of type gateway_load_balancer, in-use',
      forwarder: { sourceDestCheck: false, publicIpv4: true, subnet: { id: 'subnet-public' }, securityGroups: { unknown: expect.any(String) } },
    });
  });

  test('what lies behind a second hop is not read, so hops that lead to each other end', async () => {
    const facts = await factsOf(fargate(), state => {
      privateRoutes(route({ InstanceId: 'i-1' }))(state);
      state.Instances = [instance('i-1', { SubnetId: 'subnet-private' })];
    });
    const { forwarder } = targetOf(facts) as Extract<RouteTarget, { kind: 'instance' }>;
    expect(forwarder).toMatchObject({
      subnet: {
        routes: [{}, { target: { kind: 'instance', forwarder: { sourceDestCheck: true, subnet: { unknown: 'what lies behind a second hop is not read' } } } }],
      },
    });
  });
});

describe('block public access', () => {
  const exclusions = (...resources: string[]) => (state: State) => {
    state.VpcBlockPublicAccessOptions.InternetGatewayBlockMode = 'block-bidirectional';
    state.VpcBlockPublicAccessExclusions = resources.map((resource, index) => ({
      ExclusionId: `vpcbpa-exclude-${index}`, ResourceArn: `arn:aws:ec2:eu-west-1:111122223333:${resource}`, InternetGatewayExclusionMode: 'allow-egress',
      State: 'create-complete',
    }));
  };

  test('the exclusions of the VPC, of the task\'s subnet and of the NAT gateway\'s subnet are facts of their own', async () => {
    for (const [excluded, expected] of [
      ['vpc/vpc-1', ['allow-egress', 'none', 'none']], ['subnet/subnet-private', ['none', 'allow-egress', 'none']],
      ['subnet/subnet-public', ['none', 'none', 'allow-egress']],
    ] as const) {
      const facts = await factsOf(fargate(), exclusions(excluded));
      const { nat } = targetOf(facts) as any;
      expect([(facts.vpc as any).blockPublicAccessExclusion, subnetOf(facts).blockPublicAccessExclusion, nat.place.subnet.blockPublicAccessExclusion])
        .toEqual(expected);
    }
  });

  test('a missing permission for exclusions is a fact of each of them', async () => {
    const facts = await factsOf(fargate(), exclusions('vpc/vpc-1'), 'ec2:DescribeVpcBlockPublicAccessExclusions');
    const unread = { unknown: expect.stringContaining('the permission ec2:DescribeVpcBlockPublicAccessExclusions is missing') };
    expect([(facts.vpc as any).blockPublicAccessExclusion, subnetOf(facts).blockPublicAccessExclusion]).toEqual([unread, unread]);
  });
});

describe('names', () => {
  const group1 = { FirewallRuleGroupId: 'group-1', Priority: 101, Status: 'COMPLETE' };

  test('DNS Firewall rules are reported with both priorities, what they are for, and their domains', async () => {
    const { vpc } = await factsOf(fargate(), state => {
      state.ruleGroups = { 'vpc-1': [group1] };
      state.firewallRules = {
        'group-1': [
          { Priority: 10, Action: 'ALLOW', FirewallDomainListId: 'list-1', FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' },
          { Priority: 20, Action: 'BLOCK', FirewallDomainListId: 'list-2', FirewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN', Qtype: 'AAAA' },
        ],
      };
      state.domains = { 'list-1': ['*.example.com.', 'example.org.'], 'list-2': ['*.'] };
    });
    expect((vpc as any).dnsFirewallRules).toEqual([
      { group: 'group-1', priority: [101, 10], action: 'ALLOW', domains: ['*.example.com', 'example.org'], trustsRedirection: true },
      { group: 'group-1', priority: [101, 20], action: 'BLOCK', domains: ['*'], queryType: 'AAAA' },
    ]);
  });

  test('Resolver rules are reported with their domain and type, except those whose association has no effect', async () => {
    const { vpc } = await factsOf(fargate(), state => {
      state.ResolverRules.push(...['rule-1', 'rule-2', 'rule-3'].map(Id => ({ Id, DomainName: 'example.com.', RuleType: 'FORWARD' })));
      state.resolverRules = {
        'vpc-1': [
          { ResolverRuleId: 'rule-1', Status: 'COMPLETE' }, { ResolverRuleId: 'rule-2', Status: 'FAILED' }, { ResolverRuleId: 'rule-3', Status: 'DELETING' },
        ],
      };
    });
    expect((vpc as any).resolverRules).toEqual([
      { id: 'rule-1', domain: 'example.com', type: 'FORWARD' },
      { id: 'rule-3', domain: 'example.com', type: { unknown: 'the association of Resolver rule rule-3 with the VPC is in state DELETING' } },
    ]);
  });

  test('private zones are reported with their address records, which are read only of zones for the host', async () => {
    const { vpc } = await factsOf(fargate(), state => {
      state.zones = { 'vpc-1': [{ HostedZoneId: 'Z1', Name: 'Postman.com.' }, { HostedZoneId: 'Z2', Name: 'example.com.' }] };
      state.records = {
        Z1: [
          ...['A', 'AAAA'].map(Type => ({ Name: 'api.postman.com.', Type })),
          { Name: '\\052.postman.com.', Type: 'CNAME' },
          { Name: 'x.postman.com.', Type: 'TXT' },
        ],
      };
    });
    expect(vpc).toMatchObject({
      dnsHostnames: true,
      privateZones: [
        { id: 'Z1', name: 'postman.com', records: ['api.postman.com', '*.postman.com'] },
        { id: 'Z2', name: 'example.com', records: { unknown: 'the records of private hosted zone Z2 were not read, because it is for other names' } },
      ],
    });
  });

  test('the names in a VPC that another account shares cannot be seen', async () => {
    const { vpc } = await factsOf(fargate(), state => { state.Vpcs[0].OwnerId = '999999999999'; });
    const unseen = { unknown: 'VPC vpc-1 is shared by account 999999999999, whose DNS settings cannot be seen' };
    expect(vpc).toMatchObject({ dnsFirewallRules: unseen, resolverRules: unseen, privateZones: unseen });
  });

  test('without any permission for names, each fact has the same sentence, which names all of them', async () => {
    const actions = ['route53resolver:ListFirewallRuleGroupAssociations', 'route53resolver:ListResolverRuleAssociations', 'route53:ListHostedZonesByVPC'];
    const { vpc } = await factsOf(fargate(), () => {}, ...actions);
    const [a, b, c] = actions.map(action => `the permission ${action} is missing`);
    const unseen = { unknown: `the DNS settings of VPC vpc-1 could not be read: ${a}, ${b} and ${c}` };
    expect(vpc).toMatchObject({ dnsFirewallRules: unseen, resolverRules: unseen, privateZones: unseen });
  });
});

test('a proxy at an address in the VPC is reported with its subnet, and one elsewhere without', async () => {
  const proxyAt = async (address: string) => (await factsOf(fargate('subnet-private', { destination: { kind: 'address', address, port: 3128 } }))).destination;
  expect(await proxyAt('10.0.2.9')).toMatchObject({ address: '10.0.2.9', subnet: { id: 'subnet-isolated', ipv4Cidr: '10.0.2.0/24' } });
  for (const address of ['10.0.9.9', '3.3.3.3', 'fd00::9']) expect(await proxyAt(address)).toEqual({ kind: 'address', address, port: 3128 });
});
