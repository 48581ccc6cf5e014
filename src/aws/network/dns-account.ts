import type { HostedZoneSummary, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { Read, Reads } from './reads';
import { remember } from '../calls/batch';

/*
 * What Route 53 Resolver returns, as far as it is read.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_Types_Amazon_Route_53_Resolver.html
 */

export interface RuleGroupAssociation {
  readonly FirewallRuleGroupId?: string;
  readonly Priority?: number;
  /** `COMPLETE`, `UPDATING` or `DELETING` */
  readonly Status?: string;
}

export interface FirewallRule {
  readonly Name?: string;
  readonly Priority?: number;
  readonly Action?: string;
  readonly FirewallDomainListId?: string;
  /** Of a rule of DNS Firewall Advanced, which has no domain list. */
  readonly FirewallThreatProtectionId?: string;
  /** `INSPECT_REDIRECTION_DOMAIN` or `TRUST_REDIRECTION_DOMAIN` */
  readonly FirewallDomainRedirectionAction?: string;
  readonly Qtype?: string;
}

export interface DomainList {
  readonly Id?: string;
  readonly Name?: string;
  /** Of a list of AWS. */
  readonly ManagedOwnerName?: string;
}

export interface ResolverRuleAssociation {
  readonly ResolverRuleId?: string;
  /** `CREATING`, `COMPLETE`, `DELETING`, `FAILED` or `OVERRIDDEN` */
  readonly Status?: string;
}

export interface ResolverRule {
  readonly Id?: string;
  readonly DomainName?: string;
  readonly RuleType?: string;
}

/** The largest page of ListFirewallDomains. The other lists have pages of 100 unless they are asked for less. */
const MOST_DOMAINS = 5000;

/** What decides about names in VPCs, as Route 53 describes it, for one run. Everything is read when it is first needed, and only once. */
export class DnsAccount {
  private readonly known = new Map<string, Promise<Read<unknown>>>();

  constructor(private readonly reads: Reads, private readonly region: () => Promise<string>) {}

  public ruleGroupsOfVpc(vpc: string): Promise<Read<RuleGroupAssociation>> {
    return this.once(`groups ${vpc}`, () => this.reads
      .all('route53resolver:ListFirewallRuleGroupAssociations', { VpcId: vpc }, page => page.FirewallRuleGroupAssociations));
  }

  public firewallRules(group: string): Promise<Read<FirewallRule>> {
    return this.once(`group ${group}`, () => this.reads.all('route53resolver:ListFirewallRules', { FirewallRuleGroupId: group }, page => page.FirewallRules));
  }

  /** The lists of the account, those that others share with it, and those of AWS. */
  public domainLists(): Promise<Read<DomainList>> {
    return this.once('lists', () => this.reads.all('route53resolver:ListFirewallDomainLists', {}, page => page.FirewallDomainLists));
  }

  public domains(list: string): Promise<Read<string>> {
    return this.once(`list ${list}`, () => this.reads
      .all('route53resolver:ListFirewallDomains', { FirewallDomainListId: list, MaxResults: MOST_DOMAINS }, page => page.Domains));
  }

  public resolverRulesOfVpc(vpc: string): Promise<Read<ResolverRuleAssociation>> {
    return this.once(`rules ${vpc}`, () => this.reads
      .all('route53resolver:ListResolverRuleAssociations', { Filters: [{ Name: 'VPCId', Values: [vpc] }] }, page => page.ResolverRuleAssociations));
  }

  /** The rules of the account, those that others share with it, and those of AWS. */
  public resolverRules(): Promise<Read<ResolverRule>> {
    return this.once('rules', () => this.reads.all('route53resolver:ListResolverRules', {}, page => page.ResolverRules));
  }

  public zonesOfVpc(vpc: string): Promise<Read<HostedZoneSummary>> {
    return this.once(`zones ${vpc}`, async () => this.reads
      .all('route53:ListHostedZonesByVPC', { VPCId: vpc, VPCRegion: await this.region() }, page => page.HostedZoneSummaries));
  }

  public records(zone: string): Promise<Read<ResourceRecordSet>> {
    return this.once(`zone ${zone}`, () => this.reads.all('route53:ListResourceRecordSets', { HostedZoneId: zone }, page => page.ResourceRecordSets,
      page => page?.IsTruncated === true
        ? { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType, StartRecordIdentifier: page.NextRecordIdentifier }
        : undefined));
  }

  private once<T>(key: string, read: () => Promise<Read<T>>): Promise<Read<T>> {
    return remember(this.known, key, read) as Promise<Read<T>>;
  }
}
