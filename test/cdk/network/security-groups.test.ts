import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { factsOf, inTree, onlyCloudFormationKnows, tasks, verdict } from './given';
import { awaitsLookUp } from '../../../src/cdk/network/egress-facts';
import { pendingLookUps } from '../../../src/cdk/tree/non-public';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { ENV, fargate, onEc2 } from '../../given';

/** The verdict for a service with security groups, in an open network. */
function inGroups(make: (stack: Stack, vpc: ec2.Vpc) => ec2.ISecurityGroup[]) {
  const given = fargate();
  return verdict({ ...given, service: tasks(given, { securityGroups: make(given.stack, given.vpc) }) });
}

const closed = (stack: Stack, vpc: ec2.Vpc) => new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });

/** The verdict for a service in one group that allows TCP 443 to a peer, and nothing else. */
function to(peer: (stack: Stack, vpc: ec2.Vpc) => ec2.IPeer): string {
  return inGroups((stack, vpc) => {
    const group = closed(stack, vpc);
    group.addEgressRule(peer(stack, vpc), ec2.Port.tcp(443));
    return [group];
  }).outcome;
}

/** An L1 of a security group, as the CDK imports it. */
function raw(stack: Stack, vpc: ec2.Vpc): { readonly resource: ec2.CfnSecurityGroup; readonly group: ec2.ISecurityGroup } {
  const resource = new ec2.CfnSecurityGroup(stack, 'Raw', { groupDescription: 'raw', vpcId: vpc.vpcId });
  return { resource, group: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', resource.attrGroupId) };
}

test('a security group that allows no egress is unreachable, and the rule that the CDK writes for it is not shown as the user\'s', () => {
  const { outcome, text } = inGroups((stack, vpc) => [closed(stack, vpc)]);
  expect(outcome).toBe('unreachable');
  expect(text).toContain('security group Stack/Group allows TCP 443 to the internet; there are no egress rules');
  expect(text).not.toContain('255.255.255.255');
});

test('a security group that allows 443 to any address is reachable', () => {
  expect(to(() => ec2.Peer.anyIpv4())).toBe('reachable');
});

test('a security group that allows 443 only to a private range is unreachable', () => {
  expect(to(() => ec2.Peer.ipv4('10.0.0.0/8'))).toBe('unreachable');
});

test('a security group that allows 443 only to another group is unreachable', () => {
  expect(to((stack, vpc) => new ec2.SecurityGroup(stack, 'Balancer', { vpc }))).toBe('unreachable');
});

test('a security group that allows 443 to a prefix list that is not in this app makes the verdict unknown', () => {
  expect(to(() => ec2.Peer.prefixList('pl-12345678'))).toBe('unknown');
});

test('a security group whose rule is known only to CloudFormation makes the verdict unknown', () => {
  expect(to(stack => ec2.Peer.ipv4(onlyCloudFormationKnows(stack)))).toBe('unknown');
});

test('the rules of two security groups are united', () => {
  expect(inGroups((stack, vpc) => [closed(stack, vpc), new ec2.SecurityGroup(stack, 'Open', { vpc })]).outcome).toBe('reachable');
});

test('an imported security group makes the verdict unknown, although the CDK assumes that it allows all egress', () => {
  expect(inGroups(stack => [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-1')])).toMatchObject({
    outcome: 'unknown', text: expect.stringMatching(/egress rules of security group sg-1 are not part of this app/i),
  });
});

test('an imported security group to which this app adds a rule for any address is reachable', () => {
  expect(inGroups(stack => {
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-1', { allowAllOutbound: false });
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    return [group];
  }).outcome).toBe('reachable');
});

test('a rule counts that is added after the sidecar', () => {
  const given = fargate();
  const group = closed(given.stack, given.vpc);
  const service = tasks(given, { securityGroups: [group] });
  expect(verdict({ ...given, service }, {}, () => group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443))).outcome).toBe('reachable');
});

test('an L1 of a security group without rules is reachable, since EC2 adds a rule for all traffic', () => {
  expect(inGroups((stack, vpc) => [raw(stack, vpc).group]).outcome).toBe('reachable');
});

test('the rules that EC2 adds to an L1 of a security group without rules are for IPv4 and for IPv6', () => {
  const given = fargate();
  const { group } = raw(given.stack, given.vpc);
  const { service } = factsOf({ ...given, service: tasks(given, { securityGroups: [group] }) });
  expect(service!.securityGroups).toEqual([{ id: 'Stack/Raw', egress: ['0.0.0.0/0', '::/0'].map(cidr => ({ protocol: '-1', to: { cidr } })) }]);
});

test('an empty list of egress rules of an L1 makes the verdict unknown, since a group whose rules were removed lets nothing out', () => {
  const { outcome, text } = inGroups((stack, vpc) => {
    const { resource, group } = raw(stack, vpc);
    resource.securityGroupEgress = [];
    return [group];
  });
  expect(outcome).toBe('unknown');
  expect(text).toContain('depends on its earlier deployments');
});

test('separate egress rules of an L1 replace the rule that EC2 adds', () => {
  expect(inGroups((stack, vpc) => {
    const { resource: { attrGroupId: groupId }, group } = raw(stack, vpc);
    new ec2.CfnSecurityGroupEgress(stack, 'Egress', { groupId, ipProtocol: 'tcp', fromPort: 80, toPort: 80, cidrIp: '0.0.0.0/0' });
    return [group];
  }).outcome).toBe('unreachable');
});

const FROM_LOOKUP = { account: ENV.account, region: ENV.region };
const groupKey = (filter: string) => `security-group:account=${FROM_LOOKUP.account}:region=${FROM_LOOKUP.region}:${filter}`;

/** The verdict for a service in a group that the CDK looks up. */
function inLookedUp(context: { readonly [key: string]: unknown }, make: (stack: Stack, vpc: ec2.IVpc) => ec2.ISecurityGroup, adds = false) {
  const given = fargate({ appProps: { context } });
  const imported = ec2.Vpc.fromVpcAttributes(given.stack, 'Imported', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
  const group = make(given.stack, imported);
  if (adds) group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
  return { ...given, service: tasks(given, { securityGroups: [group] }) };
}

const byId = (stack: Stack) => ec2.SecurityGroup.fromLookupById(stack, 'LookedUp', 'sg-0a1b');
const byName = (stack: Stack, vpc: ec2.IVpc) => ec2.SecurityGroup.fromLookupByName(stack, 'LookedUp', 'web', vpc);
const answer = (allowAllOutbound: boolean) => ({ securityGroupId: 'sg-0a1b', allowAllOutbound });
const BY_ID = groupKey('securityGroupId=sg-0a1b');
const BY_NAME = groupKey('securityGroupName=web:vpcId=vpc-1');

test.each([
  ['by its id', BY_ID, byId], ['by its name', BY_NAME, byName],
])('a security group that is looked up %s and lets all traffic out is reachable', (_, key, make) => {
  expect(verdict(inLookedUp({ [key]: answer(true) }, make)).outcome).toBe('reachable');
});

test('a looked-up group that lets all traffic out does so over IPv4 and IPv6, as the CDK CLI looks at both', () => {
  const { service } = factsOf(inLookedUp({ [BY_ID]: answer(true) }, byId));
  const egress = ['0.0.0.0/0', '::/0'].map(cidr => ({ protocol: '-1', to: { cidr } }));
  expect(service!.securityGroups).toEqual([{ id: 'sg-0a1b', egress }]);
});

test('a looked-up group that does not let all traffic out makes the verdict unknown, unless this app adds a rule', () => {
  expect(verdict(inLookedUp({ [BY_ID]: answer(false) }, byId)).outcome).toBe('unknown');
  expect(verdict(inLookedUp({ [BY_ID]: answer(false) }, byId, true)).outcome).toBe('reachable');
});

test('that an imported group lets all traffic out is only what the app states, which is no evidence', () => {
  expect(inGroups(stack => [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-0a1b', { allowAllOutbound: true })]).outcome).toBe('unknown');
});

test('a service waits for the look-up of its groups, and a service with other groups does not', () => {
  const index = (stack: Stack) => StageIndex.now(stack);
  const waits = (given: ReturnType<typeof fargate>) => awaitsLookUp(index(given.stack), inTree(given.service, index(given.stack)));
  expect(waits(inLookedUp({}, byId))).toBe(true);
  expect(waits(inLookedUp({}, byName))).toBe(true);
  expect(waits(inLookedUp({ [BY_ID]: answer(true) }, byId))).toBe(false);
  const other = fargate();
  ec2.SecurityGroup.fromLookupById(other.stack, 'LookedUp', 'sg-0a1b');
  expect(waits(other)).toBe(false);
  const stated = fargate();
  const group = ec2.SecurityGroup.fromSecurityGroupId(stated.stack, 'Stated', 'sg-12345678');
  expect(waits({ ...stated, service: tasks(stated, { securityGroups: [group] }) })).toBe(false);
});

test('a service waits for a look-up in the stack of the group, and in host mode for any look-up of a group', () => {
  const apart = fargate();
  const group = byId(new Stack(apart.app, 'Groups', { env: ENV }));
  const service = tasks(apart, { securityGroups: [group] });
  expect(awaitsLookUp(StageIndex.now(apart.stack), inTree(service, StageIndex.now(apart.stack)))).toBe(true);
  const host = onEc2({ networkMode: ecs.NetworkMode.HOST });
  const waits = () => awaitsLookUp(StageIndex.now(host.stack), inTree(host.service, StageIndex.now(host.stack)));
  expect(waits()).toBe(false);
  host.group.addSecurityGroup(byId(host.stack));
  expect(waits()).toBe(true);
});

const LIST_NAME = 'com.amazonaws.eu-west-1.s3';
const lookedUpList = (stack: Stack) => ec2.PrefixList.fromLookup(stack, 'List', { prefixListName: LIST_NAME });
const LIST_KEY = (() => {
  const { stack } = fargate();
  lookedUpList(stack);
  return pendingLookUps(stack).find(({ key }) => key.includes(LIST_NAME))!.key;
})();

test('a group that allows only a looked-up prefix list of an AWS service is closed to the internet', () => {
  const given = fargate({ appProps: { context: { [LIST_KEY]: [{ PrefixListId: 'pl-6da54004' }] } } });
  const group = closed(given.stack, given.vpc);
  group.addEgressRule(ec2.Peer.prefixList(lookedUpList(given.stack).prefixListId), ec2.Port.tcp(443));
  const inGroup = { ...given, service: tasks(given, { securityGroups: [group] }) };
  expect(factsOf(inGroup).service!.securityGroups).toMatchObject([{ egress: [{ to: { prefixList: 'pl-6da54004', awsService: LIST_NAME } }] }]);
  expect(verdict(inGroup).outcome).toBe('unreachable');
});

test('a service waits for the look-up of prefix lists', () => {
  const given = fargate();
  lookedUpList(given.stack);
  const index = StageIndex.now(given.stack);
  expect(awaitsLookUp(index, inTree(given.service, index))).toBe(true);
});

test('a service without groups has an empty list of them, which stands for the default group of the VPC', () => {
  const given = fargate();
  (given.service.node.defaultChild as ecs.CfnService).addPropertyDeletionOverride('NetworkConfiguration.AwsvpcConfiguration.SecurityGroups');
  expect(factsOf(given).service!.securityGroups).toEqual([]);
});
