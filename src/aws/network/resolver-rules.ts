import { DnsAccount, ResolverRule as ListedRule, ResolverRuleAssociation } from './dns-account';
import { unread } from './unread';
import { Fact, ResolverRule } from '../../egress';

/** States in which an association has no effect. */
const WITHOUT_EFFECT = ['FAILED', 'OVERRIDDEN'];

/** The Resolver rules that are associated with a VPC, with those of AWS, which every VPC has. */
export async function resolverRules(
  account: DnsAccount, associations: readonly ResolverRuleAssociation[], vpc: string,
): Promise<Fact<readonly ResolverRule[]>> {
  const present = associations.filter(({ Status = '' }) => !WITHOUT_EFFECT.includes(Status));
  if (present.length === 0) return [];
  const { items, failure } = await account.resolverRules();
  const rules = new Map(items.map(rule => [rule.Id, rule]));
  return failure !== undefined && present.some(({ ResolverRuleId }) => !rules.has(ResolverRuleId))
    ? unread(`the Resolver rules of VPC ${vpc}`, failure)
    : present.map(association => readRule(rules.get(association.ResolverRuleId), association));
}

function readRule(rule: ListedRule | undefined, { ResolverRuleId: id = '?', Status = 'COMPLETE' }: ResolverRuleAssociation): ResolverRule {
  const notReturned = (what: string) => ({ unknown: `Route 53 did not return the ${what} of Resolver rule ${id}` });
  const { DomainName, RuleType } = rule ?? {};
  return {
    id,
    domain: DomainName === undefined ? notReturned('domain') : DomainName.replace(/(.)\.$/, '$1'),
    type: Status !== 'COMPLETE' ? { unknown: `the association of Resolver rule ${id} with the VPC is in state ${Status}` } : RuleType ?? notReturned('type'),
  };
}
