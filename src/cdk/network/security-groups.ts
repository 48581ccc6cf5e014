import type { CfnResource } from 'aws-cdk-lib';
import { lookedUp } from './look-ups';
import { prefixList } from './prefix-lists';
import { describeIdentity, describeReference, knownNumber, knownText, onlyCloudFormationKnows } from './references';
import { EgressRule, Fact, IngressRule, isUnknown, RulePeer, RuleTraffic, SecurityGroupFacts } from '../../egress';
import { constructPath } from '../tree/paths';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** All traffic, over IPv4 and IPv6. */
const ALLOW_ALL: readonly EgressRule[] = [{ protocol: '-1', to: { cidr: '0.0.0.0/0' } }, { protocol: '-1', to: { cidr: '::/0' } }];

/**
 * The egress rules of groups: all rules of a group of this app, and of an imported group only those that this app adds.
 *
 * @param from  names the groups
 */
export function securityGroups(index: StageIndex, identities: Fact<readonly string[]>, from: CfnResource): Fact<readonly SecurityGroupFacts[]> {
  return isUnknown(identities) ? identities : identities.map(identity => securityGroup(index, identity, from));
}

/** The same with the ingress rules. */
export function securityGroupsBothWays(
  index: StageIndex, identities: Fact<readonly string[]>, from: CfnResource,
): Fact<readonly SecurityGroupFacts[]> {
  return isUnknown(identities) ? identities : identities.map(identity => index.once(`security group ${identity}, both ways`, () => ({
    ...securityGroup(index, identity, from),
    ingress: ingressRules(index, identity),
  })));
}

function securityGroup(index: StageIndex, identity: string, from: CfnResource): SecurityGroupFacts {
  return index.once(`security group ${identity}`, () => {
    const id = describeIdentity(identity);
    const added = (index.by('AWS::EC2::SecurityGroupEgress', 'GroupId').get(identity) ?? [])
      .map(rule => egressRule(index, index.read(rule), rule));
    const group = index.find(identity);
    if (group) return { id, egress: [...added, ...ownRules(index, group, added.length > 0)] };
    // The look-up says whether the group lets all traffic out, over IPv4 and over IPv6.
    const rest: readonly EgressRule[] = lookedUp(index, from).openGroups.has(identity)
      ? ALLOW_ALL
      : [unknownRule(`the egress rules of security group ${id} are not part of this app`)];
    return { id, egress: [...added, ...rest] };
  });
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html */
function ownRules(index: StageIndex, group: CfnResource, hasAdded: boolean): readonly EgressRule[] {
  const inline = index.read(group).SecurityGroupEgress;
  if (Array.isArray(inline) && (inline.length > 0 || hasAdded)) return inline.map(rule => egressRule(index, rule, group));
  if (Array.isArray(inline)) return [unknownRule(`whether an empty list of egress rules closes security group ${group.node.path} depends on its earlier deployments`)];
  if (inline !== undefined) return [unknownRule(`the egress rules of security group ${group.node.path} are known only to CloudFormation`)];
  // EC2 gives a new group rules that allow all traffic. CloudFormation removes them also if a separate resource adds a rule.
  // https://github.com/aws/aws-cdk/pull/998
  return hasAdded ? [] : ALLOW_ALL;
}

function unknownRule(unknown: string): EgressRule {
  return { protocol: { unknown }, to: { unknown } };
}

function egressRule(index: StageIndex, rule: Properties, from: CfnResource): EgressRule {
  const where = `an egress rule in ${constructPath(from)}`;
  return {
    ...trafficOf(rule, where),
    to: peerOf(index, rule, { group: rule.DestinationSecurityGroupId, list: rule.DestinationPrefixListId }, from, where),
  };
}

/** A new group has no ingress rules. */
function ingressRules(index: StageIndex, identity: string): Fact<readonly IngressRule[]> {
  const added = (index.by('AWS::EC2::SecurityGroupIngress', 'GroupId').get(identity) ?? []).map(rule => ingressRule(index, index.read(rule), rule));
  const group = index.find(identity);
  if (!group) {
    const unknown = `the ingress rules of security group ${describeIdentity(identity)} are not part of this app`;
    return [...added, { protocol: { unknown }, from: { unknown } }];
  }
  const { SecurityGroupIngress = [] } = index.read(group);
  if (Array.isArray(SecurityGroupIngress)) return [...added, ...SecurityGroupIngress.map(rule => ingressRule(index, rule, group))];
  const unknown = `the ingress rules of security group ${group.node.path} are known only to CloudFormation`;
  return [...added, { protocol: { unknown }, from: { unknown } }];
}

function ingressRule(index: StageIndex, rule: Properties, from: CfnResource): IngressRule {
  const where = `an ingress rule in ${from.node.path}`;
  return { ...trafficOf(rule, where), from: peerOf(index, rule, { group: rule.SourceSecurityGroupId, list: rule.SourcePrefixListId }, from, where) };
}

function trafficOf(rule: Properties, where: string): RuleTraffic {
  const { IpProtocol } = rule;
  const isProtocol = typeof IpProtocol === 'string' || typeof IpProtocol === 'number';
  return {
    protocol: isProtocol ? String(IpProtocol) : onlyCloudFormationKnows(`the protocol of ${where}`),
    fromPort: portOf(rule.FromPort, where),
    toPort: portOf(rule.ToPort, where),
  };
}

/** A rule for all traffic may have -1 as its ports. */
function portOf(value: unknown, where: string): Fact<number> | undefined {
  return value === undefined || typeof value === 'number' ? value : knownNumber(value, `a port of ${where}`);
}

function peerOf(
  index: StageIndex, rule: Properties, { group, list }: { readonly group: unknown; readonly list: unknown }, from: CfnResource, where: string,
): Fact<RulePeer> {
  if (group !== undefined) return { securityGroup: describeReference(index, group, from) };
  if (list !== undefined) return prefixList(index, list, from);
  const cidr = knownText(rule.CidrIp ?? rule.CidrIpv6, `the range of ${where}`);
  return typeof cidr === 'string' ? { cidr } : cidr;
}
