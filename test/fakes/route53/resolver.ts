import { Ec2 } from '../ec2/ec2';
import { arnOf, Home } from '../home';
import { Json, JsonObject, numberIn, objectsIn, textIn, textsIn } from '../json';
import { pageOf, placeOf } from '../paging';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

type Member = string | number | undefined;

interface FirewallRule {
  readonly action: 'ALLOW' | 'BLOCK' | 'ALERT';
  readonly domains: readonly string[];
  /** Other members of the rule. */
  readonly members?: Readonly<Record<string, Member>>;
}

/** AWS's own rule, with which each VPC's resolver asks public DNS. */
const INTERNET_RESOLVER = 'rslvr-autodefined-rr-internet-resolver';

/** Route 53 Resolver of one region. */
export class Resolver {
  readonly actions: Actions = {
    ListFirewallRuleGroupAssociations: input => listed('FirewallRuleGroupAssociations', this.groupAssociations.filter(ofVpc(textIn(input.VpcId))), input),
    ListFirewallRules: input => listed('FirewallRules', existing(this.firewallRules, textIn(input.FirewallRuleGroupId)!), input),
    ListFirewallDomainLists: input => listed('FirewallDomainLists', this.domainLists, input),
    ListFirewallDomains: input => {
      const id = textIn(input.FirewallDomainListId)!;
      if (this.domainLists.some(list => list.Id === id && list.ManagedOwnerName !== undefined)) {
        throw new AwsError('AccessDeniedException', `The domains of the managed list ${id} cannot be listed.`);
      }
      return listed('Domains', existing(this.domains, id), input, 5000);
    },
    ListResolverRuleAssociations: input => {
      const filters = objectsIn(input.Filters);
      const unknown = filters.find(({ Name }) => Name !== 'VPCId');
      if (unknown) throw new AwsError('InvalidParameterException', `The filter ${textIn(unknown.Name)} is not known.`);
      const found = this.allAssociations().filter(one => filters.every(({ Values }) => textsIn(Values).includes(textIn(one.VPCId)!)));
      return listed('ResolverRuleAssociations', found, input);
    },
    ListResolverRules: input => listed('ResolverRules', [
      { Id: INTERNET_RESOLVER, Name: 'Internet Resolver', DomainName: '.', RuleType: 'RECURSIVE', OwnerId: 'Route 53 Resolver', Status: 'COMPLETE' },
      ...this.resolverRules,
    ], input),
  };

  /** As Resolver returns them. A test may change them. */
  readonly groupAssociations: JsonObject[] = [];
  readonly domainLists: JsonObject[] = [];
  readonly resolverRules: JsonObject[] = [];
  readonly resolverAssociations: JsonObject[] = [];
  private readonly firewallRules = new Map<string, JsonObject[]>();
  private readonly domains = new Map<string, readonly string[]>();

  constructor(private readonly home: Home, private readonly ec2: Ec2) {}

  /** A DNS Firewall rule group that is associated with a VPC. The first of the rules has the lowest priority number. */
  addFirewallRuleGroup(id: string, vpc: string, rules: readonly FirewallRule[]): void {
    this.groupAssociations.push({
      Id: `rslvr-frgassoc-${id}`, Arn: arnOf(this.home, 'route53resolver', `firewall-rule-group-association/rslvr-frgassoc-${id}`),
      FirewallRuleGroupId: id, VpcId: vpc, Name: id, Priority: 101 + this.groupAssociations.length, Status: 'COMPLETE',
    });
    this.firewallRules.set(id, rules.map(({ action, domains, members }, index) => {
      const list = `rslvr-fdl-${id}-${index}`;
      this.domainLists.push({ Id: list, Arn: arnOf(this.home, 'route53resolver', `firewall-domain-list/${list}`), Name: list });
      this.domains.set(list, domains);
      return {
        FirewallRuleGroupId: id, FirewallDomainListId: list, Name: `${action.toLowerCase()}-${index}`, Priority: 10 * (index + 1), Action: action,
        FirewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN', ...members,
      };
    }));
  }

  addResolverRule(id: string, vpc: string, domain: string, type: 'FORWARD' | 'SYSTEM' = 'FORWARD'): void {
    this.resolverRules.push({ Id: id, DomainName: `${domain}.`, RuleType: type, OwnerId: this.home.account, Status: 'COMPLETE' });
    this.resolverAssociations.push({ Id: `rslvr-rrassoc-${id}`, ResolverRuleId: id, VPCId: vpc, Status: 'COMPLETE' });
  }

  /** Every VPC has AWS's own rule. */
  private allAssociations(): readonly JsonObject[] {
    const own = this.ec2.vpcs.map(({ VpcId }) => ({
      Id: `rslvr-autodefined-assoc-${VpcId}-internet-resolver`, ResolverRuleId: INTERNET_RESOLVER, Name: 'System Rule Association', VPCId: VpcId,
      Status: 'COMPLETE',
    }));
    return [...own, ...this.resolverAssociations];
  }
}

function ofVpc(vpc: string | undefined) {
  return ({ VpcId }: JsonObject) => vpc === undefined || VpcId === vpc;
}

function existing<T>(of: ReadonlyMap<string, T>, id: string): T {
  const found = of.get(id);
  if (found === undefined) throw new AwsError('ResourceNotFoundException', `Resource with ID '${id}' does not exist.`);
  return found;
}

function listed(name: string, all: readonly Json[], { MaxResults, NextToken }: JsonObject, most = 100): object {
  const size = numberIn(MaxResults) ?? 100;
  if (size < 1 || size > most) throw new AwsError('InvalidParameterException', `MaxResults must be between 1 and ${most}.`);
  const { items, nextToken } = pageOf(all, placeOf(textIn(NextToken), invalidToken), size);
  return { [name]: items, NextToken: nextToken };
}

const invalidToken = () => new AwsError('InvalidNextTokenException', 'The NextToken is invalid.');
