import {
  DescribeDhcpOptionsCommand, DescribeInstancesCommand, DescribeNatGatewaysCommand, DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand, DescribePrefixListsCommand, DescribeRouteTablesCommand, DescribeSecurityGroupsCommand, DescribeSubnetsCommand,
  DescribeVpcAttributeCommand, DescribeVpcBlockPublicAccessExclusionsCommand, DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointsCommand, DescribeVpcsCommand, EC2Client, EC2ClientConfig, GetManagedPrefixListEntriesCommand,
} from '@aws-sdk/client-ec2';

export const client = (configuration: EC2ClientConfig) => new EC2Client(configuration);

export const commands = {
  DescribeDhcpOptionsCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  GetManagedPrefixListEntriesCommand,
};
