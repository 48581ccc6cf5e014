import { ECSClient, ECSClientConfig } from '@aws-sdk/client-ecs';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';

/*
 * A client of Route 53 Resolver from the parts that AWS's clients share, because its own client on the registry is years behind
 * them. The protocol and the names of endpoints are those of ECS. Schemas are tuples as in the SDK's clients.
 */

const NAMESPACE = 'com.amazonaws.route53resolver';
const SERVICE = 'Route53Resolver';

export const client = (configuration: ECSClientConfig) => {
  const { endpointProvider } = new ECSClient(configuration).config;
  const overrides = {
    serviceId: SERVICE,
    signingName: 'route53resolver',
    protocolSettings: { defaultNamespace: NAMESPACE, serviceTarget: SERVICE, version: '2018-04-01' },
    endpointProvider: (parameters: Parameters<typeof endpointProvider>[0], context: object) => {
      const endpoint = endpointProvider(parameters, context);
      return parameters.Endpoint === undefined ? { ...endpoint, url: new URL(endpoint.url.href.replace('//ecs', '//route53resolver')) } : endpoint;
    },
  };
  return new ECSClient({ ...configuration, ...overrides } as unknown as ECSClientConfig);
};

const TEXT = 0;
const NUMBER = 1;
const DOCUMENT = 15;
const PAGING = { MaxResults: NUMBER, NextToken: TEXT };

const structure = (name: string, members: { readonly [name: string]: number }, required: number) => [
  3, NAMESPACE, name, 0, Object.keys(members), Object.values(members), required,
];

/** @param input  the required member first, if there is one */
const operation = (name: string, input: { readonly [name: string]: number }, required: number, items: string) => [
  9, NAMESPACE, name, 0, structure(`${name}Request`, { ...input, ...PAGING }, required), structure(`${name}Response`, { [items]: DOCUMENT, NextToken: TEXT }, 0),
];

/** By name, as in the SDK's clients. */
export const ListFirewallDomainLists$ = operation('ListFirewallDomainLists', {}, 0, 'FirewallDomainLists');
export const ListFirewallDomains$ = operation('ListFirewallDomains', { FirewallDomainListId: TEXT }, 1, 'Domains');
export const ListFirewallRuleGroupAssociations$ = operation('ListFirewallRuleGroupAssociations', { VpcId: TEXT }, 0, 'FirewallRuleGroupAssociations');
export const ListFirewallRules$ = operation('ListFirewallRules', { FirewallRuleGroupId: TEXT }, 1, 'FirewallRules');
export const ListResolverRuleAssociations$ = operation('ListResolverRuleAssociations', { Filters: DOCUMENT }, 0, 'ResolverRuleAssociations');
export const ListResolverRules$ = operation('ListResolverRules', { Filters: DOCUMENT }, 0, 'ResolverRules');

const PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
} as const;

const builder = makeBuilder(PARAMETERS, SERVICE, `${SERVICE}Client`, getEndpointPlugin);
const command = (schema: unknown[]) => builder({}, () => [], schema[2] as string, schema as never);

export const commands = {
  ListFirewallDomainListsCommand: command(ListFirewallDomainLists$),
  ListFirewallDomainsCommand: command(ListFirewallDomains$),
  ListFirewallRuleGroupAssociationsCommand: command(ListFirewallRuleGroupAssociations$),
  ListFirewallRulesCommand: command(ListFirewallRules$),
  ListResolverRuleAssociationsCommand: command(ListResolverRuleAssociations$),
  ListResolverRulesCommand: command(ListResolverRules$),
};
