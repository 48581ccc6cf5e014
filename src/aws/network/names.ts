import { DnsAccount } from './dns-account';
import { dnsFirewallRules } from './dns-firewall';
import { privateZones } from './private-zones';
import { Read } from './reads';
import { resolverRules } from './resolver-rules';
import { unread } from './unread';
import { Fact, list, VpcFacts } from '../../egress';

export type NameFacts = Pick<VpcFacts, 'dnsFirewallRules' | 'resolverRules' | 'privateZones'>;

/** What decides about names in a VPC. @param hosts  the names that are looked up */
export async function nameFacts(account: DnsAccount, vpc: string, hosts: ReadonlySet<string>): Promise<NameFacts> {
  const [groups, rules, zones] = await Promise.all([account.ruleGroupsOfVpc(vpc), account.resolverRulesOfVpc(vpc), account.zonesOfVpc(vpc)]);
  const failures = [groups, rules, zones].flatMap(({ failure }) => failure ?? []);
  // One sentence for all that is missing, which is the same in each of the facts.
  const unseen = unread(`the DNS settings of VPC ${vpc}`, list(failures));
  const seen = async <T, F>({ items, failure }: Read<T>, facts: (items: readonly T[]) => Promise<Fact<F>>): Promise<Fact<F>> =>
    failure === undefined ? facts(items) : unseen;
  const [firewall, resolver, hosted] = await Promise.all([
    seen(groups, items => dnsFirewallRules(account, items)),
    seen(rules, items => resolverRules(account, items, vpc)),
    seen(zones, items => privateZones(account, items, hosts)),
  ]);
  return { dnsFirewallRules: firewall, resolverRules: resolver, privateZones: hosted };
}
