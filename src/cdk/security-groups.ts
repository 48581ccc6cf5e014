import { CfnResource } from 'aws-cdk-lib';
import type { NetworkResolver } from './network';
import { EgressRule, Fact, RulePeer, SecurityGroupFacts } from '../egress';

/** What a new group allows until a rule is given. */
const ALLOW_ALL: EgressRule = { protocol: '-1', to: { cidr: '0.0.0.0/0' } };

/** The egress rules of a group by its identity: of this app in full, of an imported one only what this app adds. */
export function securityGroup(network: NetworkResolver, identity: string): SecurityGroupFacts {
  return network.index.once(`group ${identity}`, () => {
    const id = network.nameOfIdentity(identity)!;
    const added = (network.index.by('AWS::EC2::SecurityGroupEgress', 'GroupId').get(identity) ?? [])
      .map(rule => readRule(network, network.index.read(rule), rule));
    const group = network.index.find(identity);
    const rest: EgressRule[] = group ? ownRules(network, group, added.length > 0) : [unseen(`the egress rules of security group ${id} are not part of this app`)];
    return { id, egress: [...added, ...rest] };
  });
}

function ownRules(network: NetworkResolver, group: CfnResource, hasAdded: boolean): EgressRule[] {
  const inline = network.index.read(group).SecurityGroupEgress;
  if (Array.isArray(inline)) return inline.map(rule => readRule(network, rule, group));
  if (inline !== undefined) return [unseen(`the egress rules of security group ${group.node.path} are known only to CloudFormation`)];
  // EC2 gives a new group a rule that allows all; CloudFormation takes it away when a rule is added beside the group, too.
  // https://github.com/aws/aws-cdk/pull/998
  return hasAdded ? [] : [ALLOW_ALL];
}

function unseen(unknown: string): EgressRule {
  return { protocol: { unknown }, to: { unknown } };
}

function readRule(network: NetworkResolver, rule: any, from: CfnResource): EgressRule {
  const where = `an egress rule in ${from.node.path}`;
  const protocol = typeof rule.IpProtocol === 'string' || typeof rule.IpProtocol === 'number'
    ? String(rule.IpProtocol) : { unknown: `the protocol of ${where} is known only to CloudFormation` };
  const port = (value: unknown): Fact<number> | undefined => value === undefined || typeof value === 'number'
    ? value : { unknown: `a port of ${where} is known only to CloudFormation` };
  return { protocol, fromPort: port(rule.FromPort), toPort: port(rule.ToPort), to: readPeer(network, rule, from, where) };
}

function readPeer(network: NetworkResolver, rule: any, from: CfnResource, where: string): Fact<RulePeer> {
  if (rule.DestinationSecurityGroupId !== undefined) return { securityGroup: network.nameOf(rule.DestinationSecurityGroupId, from) };
  if (rule.DestinationPrefixListId !== undefined) return network.prefixList(rule.DestinationPrefixListId, from);
  const cidr = network.text(rule.CidrIp ?? rule.CidrIpv6, `the range of ${where}`);
  return typeof cidr === 'string' ? { cidr } : cidr;
}
