import type { NetworkAction, NetworkCall } from '../../../src/aws/network';

/** What an account holds, in the SDK's shapes. */
export interface State {
  Subnets: any[];
  SecurityGroups: any[];
  RouteTables: any[];
  NetworkAcls: any[];
  NatGateways: any[];
  VpcEndpoints: any[];
  Vpcs: any[];
  DhcpOptions: any[];
  NetworkInterfaces: any[];
  Instances: any[];
  /** AWS's own lists. */
  PrefixLists: any[];
  VpcBlockPublicAccessExclusions: any[];
  VpcBlockPublicAccessOptions: any;
  /** Ranges by the id of a managed list. */
  managedPrefixLists: { [id: string]: string[] };
  /** By VPC; undefined if EC2 returns nothing. */
  dnsSupport: { [vpc: string]: boolean | undefined };
  dnsHostnames: { [vpc: string]: boolean | undefined };
  /** Associations of DNS Firewall rule groups. */
  ruleGroups: { [vpc: string]: any[] };
  firewallRules: { [group: string]: any[] };
  /** Also those of AWS. */
  FirewallDomainLists: any[];
  domains: { [list: string]: string[] };
  /** Associations of Resolver rules. */
  resolverRules: { [vpc: string]: any[] };
  /** Also those of AWS. */
  ResolverRules: any[];
  /** Private hosted zones. */
  zones: { [vpc: string]: any[] };
  records: { [zone: string]: any[] };
}

const FILTERS: { [name: string]: (item: any) => string } = {
  'subnet-id': item => item.SubnetId,
  'group-id': item => item.GroupId,
  'group-name': item => item.GroupName,
  'vpc-id': item => item.VpcId,
  'instance-id': item => item.InstanceId,
  'network-interface-id': item => item.NetworkInterfaceId,
  'nat-gateway-id': item => item.NatGatewayId,
  'dhcp-options-id': item => item.DhcpOptionsId,
  'prefix-list-id': item => item.PrefixListId,
};

const LISTS: { readonly [action: string]: keyof State } = {
  DescribeSubnets: 'Subnets',
  DescribeSecurityGroups: 'SecurityGroups',
  DescribeRouteTables: 'RouteTables',
  DescribeNetworkAcls: 'NetworkAcls',
  DescribeNatGateways: 'NatGateways',
  DescribeVpcEndpoints: 'VpcEndpoints',
  DescribeVpcs: 'Vpcs',
  DescribeDhcpOptions: 'DhcpOptions',
  DescribeNetworkInterfaces: 'NetworkInterfaces',
  DescribeInstances: 'Instances',
  DescribePrefixLists: 'PrefixLists',
  DescribeVpcBlockPublicAccessExclusions: 'VpcBlockPublicAccessExclusions',
};

export class Denied extends Error {}

/** EC2 and Route 53 in memory. They reject what the real ones reject. */
export class Ec2 {
  public readonly calls: { action: NetworkAction; input: any }[] = [];
  /** How many items a page holds. */
  public pageSize = 1000;
  private readonly denied: Set<string>;

  constructor(private readonly state: State, ...denied: readonly string[]) {
    this.denied = new Set(denied);
  }

  public get actions(): string[] {
    return this.calls.map(({ action }) => action);
  }

  public readonly call: NetworkCall = async (action, input: any) => {
    this.calls.push({ action, input });
    // As over a network, answers come in a later turn.
    await new Promise(resolve => setImmediate(resolve));
    if (this.denied.has(action)) throw new Denied('You are not authorized to perform this operation.');
    const [service, name] = action.split(':');
    return service === 'ec2' ? this.ec2(name, input) : this.route53(name, input);
  };

  private ec2(action: string, input: any): object {
    if (action === 'DescribeVpcAttribute') {
      if (input.Attribute === 'enableDnsHostnames') return { VpcId: input.VpcId, EnableDnsHostnames: { Value: this.state.dnsHostnames[input.VpcId] } };
      if (input.Attribute !== 'enableDnsSupport') throw new Error(`attribute ${input.Attribute}`);
      return { VpcId: input.VpcId, EnableDnsSupport: { Value: this.state.dnsSupport[input.VpcId] } };
    }
    if (action === 'DescribeVpcBlockPublicAccessOptions') return { VpcBlockPublicAccessOptions: this.state.VpcBlockPublicAccessOptions };
    if (action === 'GetManagedPrefixListEntries') {
      const cidrs = this.state.managedPrefixLists[input.PrefixListId];
      if (!cidrs) throw new Error(`The prefix list ${input.PrefixListId} does not exist`);
      return this.page('Entries', cidrs.map(Cidr => ({ Cidr })), input);
    }
    const list = LISTS[action];
    if (!list) throw new Error(`The action ${action} is not valid`);
    const found = this.filtered(this.state[list], action, input);
    if (action !== 'DescribeInstances') return this.page(list, found, input);
    const { Instances, NextToken } = this.page(list, found, input);
    return { Reservations: Instances.map((instance: any) => ({ Instances: [instance] })), NextToken };
  }

  private route53(action: string, input: any): object {
    const { ruleGroups, firewallRules, FirewallDomainLists, domains, resolverRules, ResolverRules, zones, records } = this.state;
    switch (action) {
      case 'ListFirewallRuleGroupAssociations': return this.page('FirewallRuleGroupAssociations', ruleGroups[input.VpcId] ?? [], input);
      case 'ListFirewallRules': return this.page('FirewallRules', existing(firewallRules, input.FirewallRuleGroupId), input);
      case 'ListFirewallDomainLists': return this.page('FirewallDomainLists', FirewallDomainLists, input);
      case 'ListFirewallDomains': {
        if (FirewallDomainLists.some(({ Id, ManagedOwnerName }) => Id === input.FirewallDomainListId && ManagedOwnerName)) throw new Denied('managed');
        return this.page('Domains', existing(domains, input.FirewallDomainListId), input);
      }
      case 'ListResolverRuleAssociations': {
        const [{ Name, Values: [vpc] }] = input.Filters;
        if (Name !== 'VPCId') throw new Error(`The filter ${Name} is invalid`);
        return this.page('ResolverRuleAssociations', resolverRules[vpc] ?? [], input);
      }
      case 'ListResolverRules': return this.page('ResolverRules', ResolverRules, input);
      case 'ListHostedZonesByVPC': {
        if (input.VPCRegion !== REGION) throw new Error(`The VPC ${input.VPCId} is not in region ${input.VPCRegion}`);
        return this.page('HostedZoneSummaries', zones[input.VPCId] ?? [], input);
      }
      case 'ListResourceRecordSets': return this.recordsFrom(existing(records, input.HostedZoneId), input);
      default: throw new Error(`The action ${action} is not valid`);
    }
  }

  /** Pages begin at a record. */
  private recordsFrom(all: readonly any[], { StartRecordName, StartRecordType }: any): object {
    const from = Math.max(0, all.findIndex(({ Name, Type }) => Name === StartRecordName && Type === StartRecordType));
    const next = all[from + this.pageSize];
    const more = next ? { NextRecordName: next.Name, NextRecordType: next.Type } : {};
    return { ResourceRecordSets: all.slice(from, from + this.pageSize), IsTruncated: next !== undefined, ...more };
  }

  private filtered(items: readonly any[], action: string, { NextToken, Filters, Filter, ...rest }: any): any[] {
    if (Object.keys(rest).length > 0) throw new Error(`unexpected ${Object.keys(rest).join()}`);
    const filters = action === 'DescribeNatGateways' ? Filter : Filters;
    if (action !== 'DescribeVpcBlockPublicAccessExclusions' && !(filters?.length > 0)) throw new Error(`${action} would read everything`);
    for (const { Name, Values } of filters ?? []) {
      if (!FILTERS[Name]) throw new Error(`The filter '${Name}' is invalid`);
      if (Values.length === 0 || Values.length > 200) throw new Error(`The filter '${Name}' has ${Values.length} values`);
    }
    return items.filter(item => (filters ?? []).every(({ Name, Values }: any) => Values.includes(FILTERS[Name](item))));
  }

  private page(member: string, items: readonly any[], { NextToken = '0' }: any): any {
    const from = Number(NextToken);
    const to = from + this.pageSize;
    return { [member]: items.slice(from, to), ...to < items.length ? { NextToken: String(to) } : {} };
  }
}

function existing<T>(of: { [id: string]: T[] }, id: string): T[] {
  if (!of[id]) throw new Error(`${id} does not exist`);
  return of[id];
}

export const REGION = 'eu-west-1';

export const describeFailure = (error: unknown, action: NetworkAction) => error instanceof Denied
  ? `the permission ${action} is missing`
  : `${action} failed: ${(error as Error).message}`;
