import { describe, Kind, page, refuseDryRun } from './describe';
import {
  BLOCK_PUBLIC_ACCESS_EXCLUSIONS, DHCP_OPTIONS, INSTANCES, MANAGED_PREFIX_LISTS, NAT_GATEWAYS, NETWORK_ACLS, NETWORK_INTERFACES, PREFIX_LISTS,
  ROUTE_TABLES, SECURITY_GROUP_RULES, SECURITY_GROUPS, SUBNETS, VPC_ENDPOINTS, VPCS,
} from './kinds';
import { Ec2State, VpcAttributes } from './state';
import { Home } from '../home';
import { JsonObject, textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

export function ec2Actions(state: Ec2State, home: Home): Actions {
  const describing = <T extends object>(kind: Kind<T>) => (input: JsonObject) => describe(state, kind, input);
  return {
    DescribeSubnets: describing(SUBNETS),
    DescribeRouteTables: describing(ROUTE_TABLES),
    DescribeNatGateways: describing(NAT_GATEWAYS),
    DescribeSecurityGroups: describing(SECURITY_GROUPS),
    DescribeSecurityGroupRules: describing(SECURITY_GROUP_RULES),
    DescribeNetworkAcls: describing(NETWORK_ACLS),
    DescribeVpcs: describing(VPCS),
    DescribeDhcpOptions: describing(DHCP_OPTIONS),
    DescribeVpcEndpoints: describing(VPC_ENDPOINTS),
    DescribeManagedPrefixLists: describing(MANAGED_PREFIX_LISTS),
    DescribePrefixLists: describing(PREFIX_LISTS),
    DescribeNetworkInterfaces: describing(NETWORK_INTERFACES),
    DescribeInstances: describing(INSTANCES),
    DescribeVpcBlockPublicAccessExclusions: describing(BLOCK_PUBLIC_ACCESS_EXCLUSIONS),
    DescribeVpcBlockPublicAccessOptions: input => {
      refuseDryRun(input);
      return { VpcBlockPublicAccessOptions: { AwsAccountId: home.account, AwsRegion: home.region, ...state.blockPublicAccess } };
    },
    DescribeVpcAttribute: input => {
      refuseDryRun(input);
      const vpc = textIn(input.VpcId)!;
      if (!state.vpcs.some(({ VpcId }) => VpcId === vpc)) throw VPCS.notFound(vpc);
      const attribute = textIn(input.Attribute) as keyof VpcAttributes;
      const value = state.vpcAttributes[vpc]?.[attribute];
      if (value === undefined) throw new AwsError('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid. Unknown attribute.`);
      return { VpcId: vpc, [attribute[0].toUpperCase() + attribute.slice(1)]: { Value: value } };
    },
    GetManagedPrefixListEntries: input => {
      refuseDryRun(input);
      const id = textIn(input.PrefixListId)!;
      if (!state.managedPrefixLists.some(({ PrefixListId }) => PrefixListId === id)) throw MANAGED_PREFIX_LISTS.notFound(id);
      return page(state, 'Entries', state.prefixListEntries[id] ?? [], input);
    },
  };
}
