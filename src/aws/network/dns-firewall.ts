import { DnsAccount, FirewallRule, RuleGroupAssociation } from './dns-account';
import { unread } from './unread';
import { DnsFirewallRule, Fact } from '../../egress';

const ACTIONS = ['ALLOW', 'BLOCK', 'ALERT'] as const;

/** The rules of the DNS Firewall rule groups that are associated with a VPC. */
export async function dnsFirewallRules(account: DnsAccount, associations: readonly RuleGroupAssociation[]): Promise<readonly DnsFirewallRule[]> {
  return (await Promise.all(associations.map(association => rulesOf(account, association)))).flat();
}

async function rulesOf(account: DnsAccount, association: RuleGroupAssociation): Promise<readonly DnsFirewallRule[]> {
  const { FirewallRuleGroupId: id = '?' } = association;
  const { items, failure } = await account.firewallRules(id);
  const rules = await Promise.all(items.map(rule => readRule(account, rule, association)));
  if (failure === undefined) return rules;
  // A group that another account shares can be associated without a permission to list its rules.
  const unknown = unread(`the rules of DNS Firewall rule group ${id}`, failure);
  return [...rules, { group: id, priority: [priorityOf(association), unknown], action: unknown, domains: unknown }];
}

async function readRule(account: DnsAccount, rule: FirewallRule, association: RuleGroupAssociation): Promise<DnsFirewallRule> {
  const { FirewallRuleGroupId: group = '?' } = association;
  const { Priority, Action, Qtype, FirewallDomainRedirectionAction } = rule;
  return {
    group,
    priority: [priorityOf(association), Priority ?? { unknown: `Route 53 did not return the priority of rule ${nameOf(rule, group)}` }],
    action: association.Status === 'DELETING'
      ? { unknown: `the association of DNS Firewall rule group ${group} with the VPC is being deleted` }
      : ACTIONS.find(action => action === Action) ?? { unknown: `Route 53 did not return the action of rule ${nameOf(rule, group)}` },
    domains: await domainsOf(account, rule, group),
    ...Qtype === undefined ? {} : { queryType: Qtype },
    ...FirewallDomainRedirectionAction === 'TRUST_REDIRECTION_DOMAIN' ? { trustsRedirection: true } : {},
  };
}

function priorityOf({ FirewallRuleGroupId, Priority }: RuleGroupAssociation): Fact<number> {
  return Priority ?? { unknown: `Route 53 did not return the priority of DNS Firewall rule group ${FirewallRuleGroupId} in the VPC` };
}

function nameOf({ Name, Priority }: FirewallRule, group: string): string {
  return `${Name ?? Priority ?? '?'} of DNS Firewall rule group ${group}`;
}

async function domainsOf(account: DnsAccount, rule: FirewallRule, group: string): Promise<Fact<readonly string[]>> {
  const { FirewallDomainListId: id, FirewallThreatProtectionId } = rule;
  if (FirewallThreatProtectionId !== undefined) return { unknown: `rule ${nameOf(rule, group)} is for queries that DNS Firewall Advanced finds to be a threat` };
  if (id === undefined) return { unknown: `Route 53 did not return the domain list of rule ${nameOf(rule, group)}` };
  const lists = await account.domainLists();
  const list = lists.items.find(({ Id }) => Id === id);
  if (list?.ManagedOwnerName !== undefined) return { unknown: `the domains of AWS's list ${list.Name ?? id} cannot be listed` };
  if (!list && lists.failure !== undefined) return unread(`the domains of DNS Firewall domain list ${id}`, lists.failure);
  const { items, failure } = await account.domains(id);
  return failure === undefined ? items.map(withoutDot) : unread(`the domains of DNS Firewall domain list ${list?.Name ?? id}`, failure);
}

/** Route 53 returns names with a dot at the end: `*.example.com.`, and `*.` for every name. */
function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
