import { CfnResource, Fn } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import { factsOf, isolated, onlyCloudFormationKnows, verdict, vpcOf } from './given';
import { fargate } from '../../given';

/** DNS Firewall rules for the VPC of a service. */
function withFirewall(rules: (given: ReturnType<typeof fargate>) => resolver.CfnFirewallRuleGroup.FirewallRuleProperty[] | undefined) {
  const given = fargate();
  const firewallRules = rules(given);
  const firewallRuleGroupId = firewallRules ? new resolver.CfnFirewallRuleGroup(given.stack, 'Group', { firewallRules }).attrId : 'rslvr-frg-1';
  new resolver.CfnFirewallRuleGroupAssociation(given.stack, 'Association', { firewallRuleGroupId, priority: 101, vpcId: given.vpc.vpcId });
  return given;
}

const list = ({ stack }: ReturnType<typeof fargate>, id: string, domains: string[]) => new resolver.CfnFirewallDomainList(stack, id, { domains });

test('the rules of a DNS Firewall rule group that is associated with the VPC are facts, with their domains', () => {
  const given = withFirewall(at => [
    { action: 'ALLOW', firewallDomainListId: list(at, 'Aws', ['*.amazonaws.com']).attrId, priority: 1, qtype: 'A' },
    { action: 'BLOCK', firewallDomainListId: list(at, 'All', ['*']).ref, priority: 2, firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' },
  ]);
  expect(vpcOf(factsOf(given)).dnsFirewallRules).toEqual([
    { group: 'Stack/Group', priority: [101, 1], action: 'ALLOW', domains: ['*.amazonaws.com'], queryType: 'A' },
    { group: 'Stack/Group', priority: [101, 2], action: 'BLOCK', domains: ['*'], trustsRedirection: true },
  ]);
});

test('a DNS Firewall rule group that blocks every other name makes the tasks unreachable', () => {
  const given = withFirewall(at => [
    { action: 'ALLOW', firewallDomainListId: list(at, 'Aws', ['*.amazonaws.com']).attrId, priority: 1 },
    { action: 'BLOCK', blockResponse: 'NODATA', firewallDomainListId: list(at, 'All', ['*']).attrId, priority: 2 },
  ]);
  expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Stack/Group') });
});

test('a DNS Firewall rule for the store of the key counts in the region of the key', () => {
  for (const region of ['eu-west-1', 'us-east-1']) {
    const given = withFirewall(at => [
      { action: 'BLOCK', blockResponse: 'NODATA', firewallDomainListId: list(at, 'Store', ['secretsmanager.us-east-1.amazonaws.com']).attrId, priority: 1 },
    ]);
    const arn = `arn:aws:secretsmanager:${region}:${given.stack.account}:secret:postman/api-key-AbCdEf`;
    const apiKeySecret = secretsmanager.Secret.fromSecretCompleteArn(given.stack, 'Key', arn);
    expect(verdict(given, { apiKeySecret }).outcome).toBe(region === 'us-east-1' ? 'unreachable' : 'reachable');
  }
});

test('a rule for a list of domains that is not in this app, or for a threat, makes the verdict unknown', () => {
  for (const rule of [{ firewallDomainListId: 'rslvr-fdl-1' }, { dnsThreatProtection: 'DGA', confidenceThreshold: 'HIGH' }]) {
    const given = withFirewall(() => [{ action: 'BLOCK', priority: 1, ...rule }]);
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('Stack/Group') });
  }
});

test('a rule group that is not in this app makes the verdict unknown, naming the group', () => {
  expect(verdict(withFirewall(() => undefined))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('rslvr-frg-1') });
});

test('rule groups of other VPCs do not count', () => {
  const given = fargate();
  new resolver.CfnFirewallRuleGroupAssociation(given.stack, 'Association', { firewallRuleGroupId: 'rslvr-frg-1', priority: 101, vpcId: 'vpc-1' });
  expect(vpcOf(factsOf(given)).dnsFirewallRules).toEqual([]);
});

/** A Resolver rule for the VPC of a service. */
function withResolverRule(props: resolver.CfnResolverRuleProps | undefined) {
  const given = fargate();
  const resolverRuleId = props ? new resolver.CfnResolverRule(given.stack, 'Rule', props).attrResolverRuleId : 'rslvr-rr-1';
  new resolver.CfnResolverRuleAssociation(given.stack, 'Association', { resolverRuleId, vpcId: given.vpc.vpcId });
  return given;
}

test('a Resolver rule that is associated with the VPC is a fact, and one for the host makes the verdict unknown', () => {
  const given = withResolverRule({ domainName: 'postman.com', ruleType: 'FORWARD', resolverEndpointId: 'rslvr-out-1' });
  expect(vpcOf(factsOf(given)).resolverRules).toEqual([{ id: 'Stack/Rule', domain: 'postman.com', type: 'FORWARD' }]);
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('Stack/Rule') });
});

test('a Resolver rule for another domain leaves the verdict reachable', () => {
  expect(verdict(withResolverRule({ domainName: 'corp.example.com', ruleType: 'FORWARD' })).outcome).toBe('reachable');
});

test('a Resolver rule that is not in this app makes the verdict unknown, naming the rule', () => {
  expect(verdict(withResolverRule(undefined))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('rslvr-rr-1') });
});

test('a private hosted zone that covers the host makes the verdict unknown, since others can add records to it', () => {
  const given = fargate();
  new route53.PrivateHostedZone(given.stack, 'Zone', { zoneName: 'postman.com', vpc: given.vpc });
  expect(vpcOf(factsOf(given)).privateZones).toMatchObject([{ id: 'Stack/Zone', name: expect.stringMatching(/^postman\.com\.?$/) }]);
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('Stack/Zone') });
});

test('private hosted zones of other names, also those of AWS Cloud Map, leave the verdict reachable', () => {
  const given = fargate();
  new route53.PrivateHostedZone(given.stack, 'Zone', { zoneName: 'shop.internal', vpc: given.vpc });
  new servicediscovery.PrivateDnsNamespace(given.stack, 'Namespace', { name: 'shop.local', vpc: given.vpc });
  expect(vpcOf(factsOf(given)).privateZones).toMatchObject([{ name: expect.stringMatching(/^shop\.internal/) }, { name: 'shop.local' }]);
  expect(verdict(given).outcome).toBe('reachable');
});

test('a zone of another VPC does not count, and a name that is known only to CloudFormation is unknown', () => {
  const given = fargate();
  new route53.CfnHostedZone(given.stack, 'Other', { name: 'postman.com', vpcs: [{ vpcId: 'vpc-1', vpcRegion: 'eu-west-1' }] });
  new route53.CfnHostedZone(given.stack, 'Zone', {
    name: onlyCloudFormationKnows(given.stack), vpcs: [{ vpcId: given.vpc.vpcId, vpcRegion: 'eu-west-1' }],
  });
  expect(vpcOf(factsOf(given)).privateZones).toMatchObject([{ id: 'Stack/Zone', name: { unknown: expect.stringContaining('the name of zone Stack/Zone') } }]);
});

test('a Route 53 Profile makes the verdict unknown, since it brings rules and zones of its own', () => {
  const given = isolated();
  new CfnResource(given.stack, 'Association', {
    type: 'AWS::Route53Profiles::ProfileAssociation',
    properties: { ProfileId: 'rp-1', ResourceId: Fn.ref(given.stack.getLogicalId(given.vpc.node.defaultChild as CfnResource)) },
  });
  const unknown = { unknown: expect.stringContaining('Route 53 Profile rp-1') };
  expect(vpcOf(factsOf(given))).toMatchObject({ dnsFirewallRules: unknown, resolverRules: unknown, privateZones: unknown });
});
