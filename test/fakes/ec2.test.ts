import {
  DescribeDhcpOptionsCommand, DescribeInstancesCommand, DescribeManagedPrefixListsCommand, DescribeNatGatewaysCommand, DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand, DescribePrefixListsCommand, DescribeRouteTablesCommand, DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeVpcAttributeCommand, DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand, DescribeVpcEndpointsCommand, DescribeVpcsCommand, EC2Client, GetManagedPrefixListEntriesCommand,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import { clientOptions, withFakeAws } from './clients';
import { FakeAws } from './index';

const client = (aws: FakeAws) => new EC2Client(clientOptions(aws));

test('every resource that a test adds is described with exactly its members', withFakeAws(async aws => {
  const { ec2 } = aws;
  ec2.addPrivateSubnet('subnet-a');
  ec2.addVpcEndpoint('secretsmanager');
  ec2.addInstance('i-1', 'subnet-a', { publicIp: '203.0.113.20' });
  ec2.managedPrefixLists.push({
    PrefixListId: 'pl-1', PrefixListName: 'offices', AddressFamily: 'IPv4', State: 'create-complete', MaxEntries: 5, Version: 1, OwnerId: aws.account, Tags: [],
  });
  ec2.prefixListEntries['pl-1'] = [{ Cidr: '203.0.113.0/24', Description: 'a <b> & "c"' }];
  ec2.prefixLists.push({ PrefixListId: 'pl-s3', PrefixListName: 'com.amazonaws.eu-west-1.s3', Cidrs: ['198.51.100.0/24'] });
  ec2.blockPublicAccess = { State: 'update-complete', InternetGatewayBlockMode: 'block-ingress', LastUpdateTimestamp: new Date('2026-01-02T03:04:05Z') };
  ec2.blockPublicAccessExclusions.push({
    ExclusionId: 'vpcbpa-exclude-1', InternetGatewayExclusionMode: 'allow-egress', ResourceArn: 'arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1',
    State: 'create-complete', Tags: [],
  });

  const sdk = client(aws);
  expect((await sdk.send(new DescribeVpcsCommand({}))).Vpcs).toEqual(ec2.vpcs);
  expect((await sdk.send(new DescribeSubnetsCommand({}))).Subnets).toEqual(ec2.subnets);
  expect((await sdk.send(new DescribeRouteTablesCommand({}))).RouteTables).toEqual(ec2.routeTables);
  expect((await sdk.send(new DescribeNatGatewaysCommand({}))).NatGateways).toEqual(ec2.natGateways);
  expect((await sdk.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups).toEqual(ec2.securityGroups);
  expect((await sdk.send(new DescribeNetworkAclsCommand({}))).NetworkAcls).toEqual(ec2.networkAcls);
  expect((await sdk.send(new DescribeDhcpOptionsCommand({}))).DhcpOptions).toEqual(ec2.dhcpOptions);
  expect((await sdk.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints).toEqual(ec2.vpcEndpoints);
  expect((await sdk.send(new DescribeManagedPrefixListsCommand({}))).PrefixLists).toEqual(ec2.managedPrefixLists);
  expect((await sdk.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: 'pl-1' }))).Entries).toEqual(ec2.prefixListEntries['pl-1']);
  expect((await sdk.send(new DescribePrefixListsCommand({}))).PrefixLists).toEqual(ec2.prefixLists);
  expect((await sdk.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toEqual(ec2.networkInterfaces);
  expect((await sdk.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] }))).Reservations!.flatMap(({ Instances }) => Instances)).toEqual(ec2.instances);
  expect((await sdk.send(new DescribeVpcBlockPublicAccessOptionsCommand({}))).VpcBlockPublicAccessOptions).toEqual({
    ...ec2.blockPublicAccess, AwsAccountId: aws.account, AwsRegion: 'eu-west-1',
  });
  expect((await sdk.send(new DescribeVpcBlockPublicAccessExclusionsCommand({}))).VpcBlockPublicAccessExclusions).toEqual(ec2.blockPublicAccessExclusions);
  expect((await sdk.send(new DescribeVpcAttributeCommand({ VpcId: 'vpc-1', Attribute: 'enableDnsSupport' }))).EnableDnsSupport).toEqual({ Value: true });
}));

test('the rules of a security group are described one by one', withFakeAws(async aws => {
  aws.ec2.addVpc();
  const egress = [{
    IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '10.0.0.0/8' }], PrefixListIds: [{ PrefixListId: 'pl-1' }],
  }];
  aws.ec2.addSecurityGroup('sg-2', { egress });
  const { SecurityGroupRules } = await client(aws).send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: ['sg-1', 'sg-2'] }] }));
  expect(SecurityGroupRules!.map(({ GroupId, IsEgress, IpProtocol, FromPort, CidrIpv4, PrefixListId }) => [
    GroupId, IsEgress, IpProtocol, FromPort, CidrIpv4 ?? PrefixListId,
  ])).toEqual([
    ['sg-1', true, '-1', -1, '0.0.0.0/0'], ['sg-2', true, 'tcp', 443, '0.0.0.0/0'], ['sg-2', true, 'tcp', 443, '10.0.0.0/8'],
    ['sg-2', true, 'tcp', 443, 'pl-1'],
  ]);
}));

describe('the usual networks', () => {
  const defaultRoute = async (aws: FakeAws, subnet: string) => {
    const { RouteTables } = await client(aws).send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnet] }] }));
    return RouteTables!.flatMap(({ Routes }) => Routes!).find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  };

  test('the default route of a public subnet goes to an internet gateway', withFakeAws(async aws => {
    aws.ec2.addPublicSubnet('subnet-1');
    expect(await defaultRoute(aws, 'subnet-1')).toMatchObject({ GatewayId: 'igw-1', State: 'active' });
  }));

  test('the default route of a private subnet goes to a NAT gateway in a public subnet', withFakeAws(async aws => {
    aws.ec2.addPrivateSubnet('subnet-1');
    const { NatGatewayId } = (await defaultRoute(aws, 'subnet-1'))!;
    const { NatGateways } = await client(aws).send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId!] }));
    expect(await defaultRoute(aws, NatGateways![0].SubnetId!)).toMatchObject({ GatewayId: 'igw-1' });
  }));

  test('an isolated subnet has no default route, and a subnet without its own route table uses the main one', withFakeAws(async aws => {
    aws.ec2.addIsolatedSubnet('subnet-1');
    aws.ec2.addSubnet('subnet-2');
    expect(await defaultRoute(aws, 'subnet-1')).toBeUndefined();
    const Filters = [{ Name: 'vpc-id', Values: ['vpc-1'] }, { Name: 'association.main', Values: ['true'] }];
    const { RouteTables } = await client(aws).send(new DescribeRouteTablesCommand({ Filters }));
    expect(RouteTables!.map(({ RouteTableId }) => RouteTableId)).toEqual(['rtb-1']);
  }));
});

test('lists come in pages, also if the caller does not ask for pages', withFakeAws(async aws => {
  for (let index = 1; index <= 12; index++) aws.ec2.addSubnet(`subnet-${index}`);
  const pages: number[] = [];
  for await (const { Subnets } of paginateDescribeSubnets({ client: client(aws), pageSize: 5 }, {})) pages.push(Subnets!.length);
  expect(pages).toEqual([5, 5, 2]);
  aws.ec2.pageSize = 10;
  expect((await client(aws).send(new DescribeSubnetsCommand({}))).NextToken).toBeDefined();
}));

test('an unknown ID and an unknown filter are errors', withFakeAws(async aws => {
  aws.ec2.addVpc();
  await expect(client(aws).send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-9'] }))).rejects.toMatchObject({ name: 'InvalidSubnetID.NotFound' });
  const unknownFilter = new DescribeSubnetsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] });
  await expect(client(aws).send(unknownFilter)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const unknownVpc = new DescribeVpcAttributeCommand({ VpcId: 'vpc-9', Attribute: 'enableDnsSupport' });
  await expect(client(aws).send(unknownVpc)).rejects.toMatchObject({ name: 'InvalidVpcID.NotFound' });
}));
