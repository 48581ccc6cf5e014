import { ECSClientConfig } from '@aws-sdk/client-ecs';
import { DOCUMENT, jsonClient, jsonCommand, jsonOperation, NUMBER, TEXT } from './json';

/* Route 53 Resolver's own client on the registry is years behind AWS's other clients. */

const SERVICE = { id: 'Route53Resolver', target: 'Route53Resolver', endpoint: 'route53resolver', version: '2018-04-01' };

export const client = (configuration: ECSClientConfig) => jsonClient(SERVICE, configuration);

const PAGING = { MaxResults: NUMBER, NextToken: TEXT };

/** @param input  the required member first, if there is one */
const operation = (name: string, input: { readonly [name: string]: number }, required: number, items: string) =>
  jsonOperation(SERVICE, name, { ...input, ...PAGING }, required, { [items]: DOCUMENT, NextToken: TEXT });

/** By name, as in the SDK's clients. */
export const ListFirewallDomainLists$ = operation('ListFirewallDomainLists', {}, 0, 'FirewallDomainLists');
export const ListFirewallDomains$ = operation('ListFirewallDomains', { FirewallDomainListId: TEXT }, 1, 'Domains');
export const ListFirewallRuleGroupAssociations$ = operation('ListFirewallRuleGroupAssociations', { VpcId: TEXT }, 0, 'FirewallRuleGroupAssociations');
export const ListFirewallRules$ = operation('ListFirewallRules', { FirewallRuleGroupId: TEXT }, 1, 'FirewallRules');
export const ListResolverRuleAssociations$ = operation('ListResolverRuleAssociations', { Filters: DOCUMENT }, 0, 'ResolverRuleAssociations');
export const ListResolverRules$ = operation('ListResolverRules', { Filters: DOCUMENT }, 0, 'ResolverRules');

const command = jsonCommand(SERVICE);

export const commands = {
  ListFirewallDomainListsCommand: command(ListFirewallDomainLists$),
  ListFirewallDomainsCommand: command(ListFirewallDomains$),
  ListFirewallRuleGroupAssociationsCommand: command(ListFirewallRuleGroupAssociations$),
  ListFirewallRulesCommand: command(ListFirewallRules$),
  ListResolverRuleAssociationsCommand: command(ListResolverRuleAssociations$),
  ListResolverRulesCommand: command(ListResolverRules$),
};
