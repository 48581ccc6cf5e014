import type { Ec2Call } from '../../../src/aws/network';

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

const LISTS: { readonly [action: string]: Exclude<keyof State, 'managedPrefixLists' | 'dnsSupport' | 'VpcBlockPublicAccessOptions'> } = {
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

/** EC2 in memory. It rejects what the real one rejects. */
export class Ec2 {
  public readonly calls: { action: string; input: any }[] = [];
  /** How many items a page holds. */
  public pageSize = 1000;
  private readonly denied: Set<string>;

  constructor(private readonly state: State, ...denied: readonly string[]) {
    this.denied = new Set(denied);
  }

  public get actions(): string[] {
    return this.calls.map(({ action }) => action);
  }

  public readonly call: Ec2Call = async (action, input: any) => {
    this.calls.push({ action, input });
    // As over a network, answers come in a later turn.
    await new Promise(resolve => setImmediate(resolve));
    if (this.denied.has(action)) throw new Denied('You are not authorized to perform this operation.');
    if (action === 'DescribeVpcAttribute') {
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
  };

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

export const describeFailure = (error: unknown, action: string) => error instanceof Denied
  ? `the permission ec2:${action} is missing`
  : `${action} failed: ${(error as Error).message}`;
