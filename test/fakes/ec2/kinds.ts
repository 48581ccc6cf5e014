import type { Instance, NetworkInterface, RouteTable, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { Kind } from './describe';
import { rulesOf } from './security-group-rules';
import { AwsError } from '../wire/aws-error';

const notFound = (code: string, what: string) => (id: string) => new AwsError(code, `The ${what} '${id}' does not exist`);

function kind<T>(described: Kind<T>): Kind<T> {
  return described;
}

/** By the action that describes them. */
export const SUBNETS = kind({
  set: 'Subnets',
  all: ({ subnets }) => subnets,
  id: ({ SubnetId }) => SubnetId,
  ids: 'SubnetIds',
  notFound: notFound('InvalidSubnetID.NotFound', 'subnet ID'),
  filters: {
    'subnet-id': ({ SubnetId }) => SubnetId, 'vpc-id': ({ VpcId }) => VpcId, 'availability-zone': ({ AvailabilityZone }) => AvailabilityZone,
    'cidr-block': ({ CidrBlock }) => CidrBlock, 'state': ({ State }) => State, 'map-public-ip-on-launch': ({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch,
  },
});

type Association = NonNullable<RouteTable['Associations']>[number];
const associations = (read: (association: Association) => unknown) => ({ Associations = [] }: RouteTable) => Associations.map(read);
const routes = (read: (route: NonNullable<RouteTable['Routes']>[number]) => unknown) => ({ Routes = [] }: RouteTable) => Routes.map(read);

export const ROUTE_TABLES = kind({
  set: 'RouteTables',
  all: ({ routeTables }) => routeTables,
  id: ({ RouteTableId }) => RouteTableId,
  ids: 'RouteTableIds',
  notFound: notFound('InvalidRouteTableID.NotFound', 'routeTable ID'),
  filters: {
    'route-table-id': ({ RouteTableId }) => RouteTableId,
    'vpc-id': ({ VpcId }) => VpcId,
    'association.subnet-id': associations(({ SubnetId }) => SubnetId),
    'association.gateway-id': associations(({ GatewayId }) => GatewayId),
    'association.route-table-id': associations(({ RouteTableId }) => RouteTableId),
    // `Main` is true only in the main table's own association; in others it is false or absent.
    'association.main': associations(({ Main }) => Main ?? false),
    'route.gateway-id': routes(({ GatewayId }) => GatewayId),
    'route.nat-gateway-id': routes(({ NatGatewayId }) => NatGatewayId),
    'route.destination-cidr-block': routes(({ DestinationCidrBlock }) => DestinationCidrBlock),
  },
});

export const NAT_GATEWAYS = kind({
  set: 'NatGateways',
  all: ({ natGateways }) => natGateways,
  id: ({ NatGatewayId }) => NatGatewayId,
  ids: 'NatGatewayIds',
  notFound: id => new AwsError('NatGatewayNotFound', `NatGateway ${id} was not found`),
  filters: {
    'nat-gateway-id': ({ NatGatewayId }) => NatGatewayId, 'vpc-id': ({ VpcId }) => VpcId, 'subnet-id': ({ SubnetId }) => SubnetId,
    'state': ({ State }) => State,
  },
});

export const SECURITY_GROUPS = kind({
  set: 'SecurityGroups',
  all: ({ securityGroups }) => securityGroups,
  id: ({ GroupId }) => GroupId,
  ids: 'GroupIds',
  notFound: notFound('InvalidGroup.NotFound', 'security group'),
  filters: { 'group-id': ({ GroupId }) => GroupId, 'group-name': ({ GroupName }) => GroupName, 'vpc-id': ({ VpcId }) => VpcId },
});

export const SECURITY_GROUP_RULES = kind<SecurityGroupRule>({
  set: 'SecurityGroupRules',
  all: ({ securityGroups }) => securityGroups.flatMap(rulesOf),
  id: ({ SecurityGroupRuleId }) => SecurityGroupRuleId,
  ids: 'SecurityGroupRuleIds',
  notFound: notFound('InvalidSecurityGroupRuleId.NotFound', 'security group rule ID'),
  filters: { 'group-id': ({ GroupId }) => GroupId, 'security-group-rule-id': ({ SecurityGroupRuleId }) => SecurityGroupRuleId },
});

export const NETWORK_ACLS = kind({
  set: 'NetworkAcls',
  all: ({ networkAcls }) => networkAcls,
  id: ({ NetworkAclId }) => NetworkAclId,
  ids: 'NetworkAclIds',
  notFound: notFound('InvalidNetworkAclID.NotFound', 'networkAcl ID'),
  filters: {
    'network-acl-id': ({ NetworkAclId }) => NetworkAclId, 'vpc-id': ({ VpcId }) => VpcId, 'default': ({ IsDefault }) => IsDefault,
    'association.subnet-id': ({ Associations = [] }) => Associations.map(({ SubnetId }) => SubnetId),
  },
});

export const VPCS = kind({
  set: 'Vpcs',
  all: ({ vpcs }) => vpcs,
  id: ({ VpcId }) => VpcId,
  ids: 'VpcIds',
  notFound: notFound('InvalidVpcID.NotFound', 'vpc ID'),
  filters: {
    'vpc-id': ({ VpcId }) => VpcId, 'is-default': ({ IsDefault }) => IsDefault, 'state': ({ State }) => State,
    'dhcp-options-id': ({ DhcpOptionsId }) => DhcpOptionsId,
  },
});

export const DHCP_OPTIONS = kind({
  set: 'DhcpOptions',
  all: ({ dhcpOptions }) => dhcpOptions,
  id: ({ DhcpOptionsId }) => DhcpOptionsId,
  ids: 'DhcpOptionsIds',
  notFound: notFound('InvalidDhcpOptionID.NotFound', 'dhcpOption ID'),
  filters: { 'dhcp-options-id': ({ DhcpOptionsId }) => DhcpOptionsId },
});

export const BLOCK_PUBLIC_ACCESS_EXCLUSIONS = kind({
  set: 'VpcBlockPublicAccessExclusions',
  all: ({ blockPublicAccessExclusions }) => blockPublicAccessExclusions,
  id: ({ ExclusionId }) => ExclusionId,
  ids: 'ExclusionIds',
  notFound: notFound('InvalidVpcBlockPublicAccessExclusionId.NotFound', 'exclusion ID'),
  filters: {
    'resource-arn': ({ ResourceArn }) => ResourceArn,
    'internet-gateway-exclusion-mode': ({ InternetGatewayExclusionMode }) => InternetGatewayExclusionMode, 'state': ({ State }) => State,
  },
});

export const VPC_ENDPOINTS = kind({
  set: 'VpcEndpoints',
  all: ({ vpcEndpoints }) => vpcEndpoints,
  id: ({ VpcEndpointId }) => VpcEndpointId,
  ids: 'VpcEndpointIds',
  notFound: notFound('InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id'),
  filters: {
    'vpc-endpoint-id': ({ VpcEndpointId }) => VpcEndpointId, 'vpc-id': ({ VpcId }) => VpcId, 'service-name': ({ ServiceName }) => ServiceName,
    'vpc-endpoint-type': ({ VpcEndpointType }) => VpcEndpointType, 'vpc-endpoint-state': ({ State }) => State,
  },
});

export const MANAGED_PREFIX_LISTS = kind({
  set: 'PrefixLists',
  all: ({ managedPrefixLists }) => managedPrefixLists,
  id: ({ PrefixListId }) => PrefixListId,
  ids: 'PrefixListIds',
  notFound: notFound('InvalidPrefixListID.NotFound', 'prefix list ID'),
  filters: {
    'prefix-list-id': ({ PrefixListId }) => PrefixListId, 'prefix-list-name': ({ PrefixListName }) => PrefixListName, 'owner-id': ({ OwnerId }) => OwnerId,
  },
});

export const PREFIX_LISTS = kind({
  set: 'PrefixLists',
  all: ({ prefixLists }) => prefixLists,
  id: ({ PrefixListId }) => PrefixListId,
  ids: 'PrefixListIds',
  notFound: notFound('InvalidPrefixListId.NotFound', 'prefix list ID'),
  filters: { 'prefix-list-id': ({ PrefixListId }) => PrefixListId, 'prefix-list-name': ({ PrefixListName }) => PrefixListName },
});

const groupIds = ({ Groups = [] }: NetworkInterface) => Groups.map(({ GroupId }) => GroupId);

export const NETWORK_INTERFACES = kind({
  set: 'NetworkInterfaces',
  all: ({ networkInterfaces }) => networkInterfaces,
  id: ({ NetworkInterfaceId }) => NetworkInterfaceId,
  ids: 'NetworkInterfaceIds',
  notFound: notFound('InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'),
  filters: {
    'network-interface-id': ({ NetworkInterfaceId }) => NetworkInterfaceId, 'vpc-id': ({ VpcId }) => VpcId, 'subnet-id': ({ SubnetId }) => SubnetId,
    'group-id': groupIds,
    'attachment.instance-id': ({ Attachment }) => Attachment?.InstanceId, 'status': ({ Status }) => Status, 'description': ({ Description }) => Description,
    'private-ip-address': ({ PrivateIpAddress }) => PrivateIpAddress,
  },
});

export const INSTANCES = kind<Instance>({
  set: 'Reservations',
  all: ({ instances }) => instances,
  id: ({ InstanceId }) => InstanceId,
  ids: 'InstanceIds',
  notFound: notFound('InvalidInstanceID.NotFound', 'instance ID'),
  filters: {
    'instance-id': ({ InstanceId }) => InstanceId, 'vpc-id': ({ VpcId }) => VpcId, 'subnet-id': ({ SubnetId }) => SubnetId,
    'instance-state-name': ({ State }) => State?.Name,
    'instance.group-id': ({ SecurityGroups = [] }) => SecurityGroups.map(({ GroupId }) => GroupId),
  },
  render: found => found.map(instance => ({ ReservationId: `r-${instance.InstanceId}`, Instances: [instance] })),
});
