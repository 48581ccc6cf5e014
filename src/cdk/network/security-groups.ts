import type { CfnResource } from 'aws-cdk-lib';
import { prefixList } from './prefix-lists';
import { describeIdentity, describeReference, knownText, onlyCloudFormationKnows } from './references';
import { EgressRule, Fact, isUnknown, RulePeer, SecurityGroupFacts } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** The rule of a new group. */
const ALLOW_ALL: EgressRule = { protocol: '-1', to: { cidr: '0.0.0.0/0' } };

/** The egress rules of groups: all rules of a group of this app, and of an imported group only those that this app adds. */
export function securityGroups(index: StageIndex, identities: Fact<readonly string[]>): Fact<readonly SecurityGroupFacts[]> {
  return isUnknown(identities) ? identities : identities.map(identity => securityGroup(index, identity));
}

function securityGroup(index: StageIndex, identity: string): SecurityGroupFacts {
  return index.once(`security group ${identity}`, () => {
    const id = describeIdentity(identity);
    const added = (index.by('AWS::EC2::SecurityGroupEgress', 'GroupId').get(identity) ?? [])
      .map(rule => readRule(index, index.read(rule), rule));
    const group = index.find(identity);
    const rest = group ? ownRules(index, group, added.length > 0) : [unknownRule(`the egress rules of security group ${id} are not part of this app`)];
    return { id, egress: [...added, ...rest] };
  });
}

function ownRules(index: StageIndex, group: CfnResource, hasAdded: boolean): EgressRule[] {
  const inline = index.read(group).SecurityGroupEgress;
  if (Array.isArray(inline)) return inline.map(rule => readRule(index, rule, group));
  if (inline !== undefined) return [unknownRule(`the egress rules of security group ${group.node.path} are known only to CloudFormation`)];
  // EC2 gives a new group a rule that allows all traffic. CloudFormation removes it also if a separate resource adds a rule.
  // https://github.com/aws/aws-cdk/pull/998
  return hasAdded ? [] : [ALLOW_ALL];
}

function unknownRule(unknown: string): EgressRule {
  return { protocol: { unknown }, to: { unknown } };
}

function readRule(index: StageIndex, rule: Properties, from: CfnResource): EgressRule {
  const where = `an egress rule in ${from.node.path}`;
  const { IpProtocol } = rule;
  const isProtocol = typeof IpProtocol === 'string' || typeof IpProtocol === 'number';
  const port = (value: unknown): Fact<number> | undefined => value === undefined || typeof value === 'number'
    ? value : onlyCloudFormationKnows(`a port of ${where}`);
  return {
    protocol: isProtocol ? String(IpProtocol) : onlyCloudFormationKnows(`the protocol of ${where}`),
    fromPort: port(rule.FromPort),
    toPort: port(rule.ToPort),
    to: peerOf(index, rule, from, where),
  };
}

function peerOf(index: StageIndex, rule: Properties, from: CfnResource, where: string): Fact<RulePeer> {
  if (rule.DestinationSecurityGroupId !== undefined) return { securityGroup: describeReference(index, rule.DestinationSecurityGroupId, from) };
  if (rule.DestinationPrefixListId !== undefined) return prefixList(index, rule.DestinationPrefixListId, from);
  const cidr = knownText(rule.CidrIp ?? rule.CidrIpv6, `the range of ${where}`);
  return typeof cidr === 'string' ? { cidr } : cidr;
}
