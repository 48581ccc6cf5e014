import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { onlyCloudFormationKnows, tasks, verdict } from './given';
import { fargate } from '../../given';

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

test('a security group that allows no egress is unreachable: the CDK writes its dummy rule', () => {
  expect(inGroups((stack, vpc) => [closed(stack, vpc)])).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('255.255.255.255/32'),
  });
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

test('separate egress rules of an L1 replace the rule that EC2 adds', () => {
  expect(inGroups((stack, vpc) => {
    const { resource: { attrGroupId: groupId }, group } = raw(stack, vpc);
    new ec2.CfnSecurityGroupEgress(stack, 'Egress', { groupId, ipProtocol: 'tcp', fromPort: 80, toPort: 80, cidrIp: '0.0.0.0/0' });
    return [group];
  }).outcome).toBe('unreachable');
});
