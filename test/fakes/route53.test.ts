import { ListHostedZonesByVPCCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { clientOptions, hostCalled, withFakeAws } from './clients';
import { FakeAws, throttled } from './index';
import { client as resolverClient, commands } from '../../src/aws/calls/clients/route53resolver';

const route53 = (aws: FakeAws) => new Route53Client(clientOptions(aws));

/** Calls Resolver with the command line's own client. */
async function resolver(aws: FakeAws, action: string, input: object = {}): Promise<any> {
  const Command = (commands as unknown as { readonly [name: string]: new (input: object) => never })[`${action}Command`];
  return resolverClient(clientOptions(aws)).send(new Command(input));
}

test('the private hosted zones of a VPC are listed, with their records page by page', withFakeAws(async aws => {
  aws.hostedZones.add('Z1', 'example.com', ['vpc-1'], [['api.example.com', 'A'], ['*.example.com', 'CNAME']]);
  aws.hostedZones.add('Z2', 'example.org', ['vpc-2']);
  const sdk = route53(aws);
  const { HostedZoneSummaries } = await sdk.send(new ListHostedZonesByVPCCommand({ VPCId: 'vpc-1', VPCRegion: 'eu-west-1' }));
  expect(HostedZoneSummaries).toEqual([{ HostedZoneId: 'Z1', Name: 'example.com.', Owner: { OwningAccount: aws.account } }]);
  const first = await sdk.send(new ListResourceRecordSetsCommand({ HostedZoneId: 'Z1', MaxItems: 3 }));
  expect(first).toMatchObject({ IsTruncated: true, NextRecordName: '\\052.example.com.', NextRecordType: 'CNAME' });
  const { NextRecordName, NextRecordType } = first;
  const second = await sdk.send(new ListResourceRecordSetsCommand({ HostedZoneId: 'Z1', StartRecordName: NextRecordName, StartRecordType: NextRecordType }));
  expect([...first.ResourceRecordSets!, ...second.ResourceRecordSets!].map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
    'example.com. NS', 'example.com. SOA', 'api.example.com. A', '\\052.example.com. CNAME',
  ]);
  expect(second.IsTruncated).toBe(false);
}));

test('DNS Firewall\'s rule groups, rules and lists are listed', withFakeAws(async aws => {
  aws.ec2.addVpc();
  aws.resolver.addFirewallRuleGroup('group-1', 'vpc-1', [{ action: 'ALLOW', domains: ['*.example.com.'] }, { action: 'BLOCK', domains: ['*.'] }]);
  const { FirewallRuleGroupAssociations: groups } = await resolver(aws, 'ListFirewallRuleGroupAssociations', { VpcId: 'vpc-1' });
  expect(groups).toMatchObject([{ FirewallRuleGroupId: 'group-1', VpcId: 'vpc-1', Priority: 101, Status: 'COMPLETE' }]);
  expect(await resolver(aws, 'ListFirewallRuleGroupAssociations', { VpcId: 'vpc-2' })).toMatchObject({ FirewallRuleGroupAssociations: [] });
  const { FirewallRules: rules } = await resolver(aws, 'ListFirewallRules', { FirewallRuleGroupId: 'group-1' });
  expect(rules).toMatchObject([{ Action: 'ALLOW', Priority: 10 }, { Action: 'BLOCK', Priority: 20 }]);
  const list = rules[1].FirewallDomainListId;
  expect((await resolver(aws, 'ListFirewallDomainLists')).FirewallDomainLists).toHaveLength(2);
  expect((await resolver(aws, 'ListFirewallDomains', { FirewallDomainListId: list, MaxResults: 5000 })).Domains).toEqual(['*.']);
}));

test('every VPC has the Resolver rule of AWS, beside those that are associated with it', withFakeAws(async aws => {
  aws.ec2.addVpc('vpc-1');
  aws.ec2.addVpc('vpc-2');
  aws.resolver.addResolverRule('rule-1', 'vpc-1', 'example.com');
  const of = async (vpc: string) => (await resolver(aws, 'ListResolverRuleAssociations', { Filters: [{ Name: 'VPCId', Values: [vpc] }] }))
    .ResolverRuleAssociations.map(({ ResolverRuleId }: { ResolverRuleId: string }) => ResolverRuleId);
  expect([await of('vpc-1'), await of('vpc-2')]).toEqual([
    ['rslvr-autodefined-rr-internet-resolver', 'rule-1'], ['rslvr-autodefined-rr-internet-resolver'],
  ]);
  const { ResolverRules } = await resolver(aws, 'ListResolverRules');
  expect(ResolverRules.map(({ DomainName, RuleType }: { DomainName: string; RuleType: string }) => [DomainName, RuleType])).toEqual([
    ['.', 'RECURSIVE'], ['example.com.', 'FORWARD'],
  ]);
}));

test('what does not exist, what AWS keeps to itself, and what is not allowed are errors with AWS\'s names', withFakeAws(async aws => {
  aws.resolver.domainLists.push({ Id: 'list-aws', Name: 'AWSManagedDomainsMalwareDomainList', ManagedOwnerName: 'Route 53 Resolver DNS Firewall' });
  await expect(resolver(aws, 'ListFirewallRules', { FirewallRuleGroupId: 'group-9' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(resolver(aws, 'ListFirewallDomains', { FirewallDomainListId: 'list-aws' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const records = route53(aws).send(new ListResourceRecordSetsCommand({ HostedZoneId: 'Z9' }));
  await expect(records).rejects.toMatchObject({ name: 'NoSuchHostedZone' });
  aws.allowOnly({ Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] });
  await expect(resolver(aws, 'ListResolverRules')).rejects.toMatchObject({
    name: 'AccessDeniedException', message: expect.stringContaining('route53resolver:ListResolverRules'),
  });
  const zones = route53(aws).send(new ListHostedZonesByVPCCommand({ VPCId: 'vpc-1', VPCRegion: 'eu-west-1' }));
  await expect(zones).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('route53:ListHostedZonesByVPC') });
}));

test('the command line\'s client of Resolver signs for Resolver, and knows throttling and server errors', withFakeAws(async aws => {
  aws.inject('route53resolver:ListResolverRules', throttled());
  await expect(resolver(aws, 'ListResolverRules')).rejects.toMatchObject({ name: 'ThrottlingException', $fault: 'client' });
  expect(aws.callsOf('ListResolverRules')).toMatchObject([{ service: 'route53resolver', region: 'eu-west-1' }]);
}));

test.each([
  ['eu-west-1', {}, 'route53resolver.eu-west-1.amazonaws.com'],
  ['cn-north-1', {}, 'route53resolver.cn-north-1.amazonaws.com.cn'],
  ['us-east-1', { useFipsEndpoint: true }, 'route53resolver-fips.us-east-1.amazonaws.com'],
  ['eu-west-1', { useDualstackEndpoint: true }, 'route53resolver.eu-west-1.api.aws'],
])('the command line\'s client of Resolver calls the endpoint of region %s with the options %p', async (region, options, hostname) => {
  expect(await hostCalled(resolverClient, new commands.ListResolverRulesCommand({} as never), { region, ...options })).toBe(hostname);
});
