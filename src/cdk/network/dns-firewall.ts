import type { CfnResource } from 'aws-cdk-lib';
import { describeReference, isLiteral, knownNumber, knownText, onlyCloudFormationKnows, userPath } from './references';
import { DnsFirewallRule, Fact } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** The rules of the DNS Firewall rule groups that this app associates with a VPC. */
export function dnsFirewallRules(index: StageIndex, vpc: string): readonly DnsFirewallRule[] {
  return (index.by('AWS::Route53Resolver::FirewallRuleGroupAssociation', 'VpcId').get(vpc) ?? []).flatMap(association => {
    const { FirewallRuleGroupId, Priority } = index.read(association);
    const priority = knownNumber(Priority, `the priority of ${userPath(association.node.path)}`);
    const group = index.find(index.identity(FirewallRuleGroupId, association));
    if (!group) return [unseenRules(describeReference(index, FirewallRuleGroupId, association), priority, 'are not part of this app')];
    const id = userPath(group.node.path);
    const { FirewallRules = [] } = index.read(group);
    return Array.isArray(FirewallRules)
      ? FirewallRules.map(rule => firewallRule(index, rule, group, id, priority))
      : [unseenRules(id, priority, 'are known only to CloudFormation')];
  });
}

/** One rule for all of a group that cannot be seen. */
function unseenRules(group: string, association: Fact<number>, why: string): DnsFirewallRule {
  const unknown = { unknown: `the rules of DNS Firewall rule group ${group} ${why}` };
  return { group, priority: [association, unknown], action: unknown, domains: unknown };
}

function firewallRule(index: StageIndex, rule: Properties, from: CfnResource, group: string, association: Fact<number>): DnsFirewallRule {
  const { Action, Priority, Qtype, FirewallDomainRedirectionAction: redirection } = rule;
  const where = `a rule of DNS Firewall rule group ${group}`;
  return {
    group,
    priority: [association, knownNumber(Priority, `the priority of ${where}`)],
    action: Action === 'ALLOW' || Action === 'BLOCK' || Action === 'ALERT' ? Action : onlyCloudFormationKnows(`the action of ${where}`),
    domains: domainsOf(index, rule, from, where),
    ...Qtype === undefined ? {} : { queryType: knownText(Qtype, `the query type of ${where}`) },
    ...redirection === undefined ? {} : {
      trustsRedirection: isLiteral(redirection)
        ? redirection === 'TRUST_REDIRECTION_DOMAIN'
        : onlyCloudFormationKnows(`the redirection action of ${where}`),
    },
  };
}

function domainsOf(index: StageIndex, { FirewallDomainListId }: Properties, from: CfnResource, where: string): DnsFirewallRule['domains'] {
  if (FirewallDomainListId === undefined) return { unknown: `${where} is for threats that AWS recognizes, not for a list of domains` };
  const list = index.find(index.identity(FirewallDomainListId, from));
  const { Domains } = list ? index.read(list) : {} as Properties;
  return Array.isArray(Domains) && Domains.every(isLiteral)
    ? Domains
    : { unknown: `the domains of list ${describeReference(index, FirewallDomainListId, from)} are not part of this app` };
}
