import { CfnResource } from 'aws-cdk-lib';
import type { NetworkResolver } from './network';
import { Properties } from './stage-index';
import { Fact, NatGatewayFacts, OpaqueHop, Route, RouteDestination, RouteTarget, Unknown } from '../egress';

/** Route properties that lead to a hop whose far side is out of view. */
const OPAQUE_HOPS: { readonly [property: string]: OpaqueHop } = {
  TransitGatewayId: 'transit-gateway',
  NetworkInterfaceId: 'network-interface',
  InstanceId: 'instance',
  VpcEndpointId: 'gateway-load-balancer-endpoint',
  LocalGatewayId: 'local-gateway',
  CarrierGatewayId: 'carrier-gateway',
  CoreNetworkArn: 'core-network',
};

/**
 * The routes of a table that this app makes. Its `local` routes are implied by the VPC.
 *
 * @param throughNat  whether what is behind NAT gateways is read
 */
export function routesOfTable(network: NetworkResolver, table: string, throughNat: boolean): readonly Route[] {
  const { index } = network;
  const declared = (index.by('AWS::EC2::Route', 'RouteTableId').get(table) ?? []).map(route => readRoute(network, route, throughNat));
  // A static route is preferred to a propagated one, so that a default route leaves nothing to a gateway that propagates.
  const propagated = declared.some(isDefault) ? [] : propagatedRoutes(network, table);
  return [...declared, ...gatewayEndpointRoutes(network, table), ...propagated];
}

function isDefault({ destination }: Route): boolean {
  return 'cidr' in destination && destination.cidr === '0.0.0.0/0';
}

function readRoute(network: NetworkResolver, route: CfnResource, throughNat: boolean): Route {
  const properties = network.index.read(route);
  return { destination: readDestination(network, route), target: readTarget(network, route, properties, throughNat) };
}

function readDestination(network: NetworkResolver, route: CfnResource): RouteDestination {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = network.index.read(route);
  if (DestinationPrefixListId !== undefined) {
    return network.prefixList(DestinationPrefixListId, route);
  }
  return { cidr: network.text(DestinationCidrBlock ?? DestinationIpv6CidrBlock, `the destination of route ${route.node.path}`) };
}

function readTarget(network: NetworkResolver, route: CfnResource, properties: Properties, throughNat: boolean): Fact<RouteTarget> {
  const name = (value: unknown) => network.nameOf(value, route);
  if (properties.GatewayId !== undefined) return readGateway(network, properties.GatewayId, route);
  if (properties.NatGatewayId !== undefined) {
    return { kind: 'nat-gateway', id: name(properties.NatGatewayId), nat: throughNat ? natGateway(network, properties.NatGatewayId, route) : BEHIND_ANOTHER };
  }
  if (properties.EgressOnlyInternetGatewayId !== undefined) {
    return { kind: 'egress-only-internet-gateway', id: name(properties.EgressOnlyInternetGatewayId) };
  }
  if (properties.VpcPeeringConnectionId !== undefined) {
    return { kind: 'vpc-peering-connection', id: name(properties.VpcPeeringConnectionId) };
  }
  for (const [property, kind] of Object.entries(OPAQUE_HOPS)) {
    if (properties[property] !== undefined) return { kind, id: name(properties[property]) };
  }
  return { unknown: `route ${route.node.path} names no target that is known here` };
}

/** `GatewayId` takes internet gateways and virtual private gateways alike. */
function readGateway(network: NetworkResolver, value: unknown, route: CfnResource): Fact<RouteTarget> {
  const identity = network.index.identity(value, route);
  const id = network.nameOf(value, route);
  const type = network.index.find(identity)?.cfnResourceType;
  if (type === 'AWS::EC2::InternetGateway' || identity?.startsWith('igw-')) return { kind: 'internet-gateway', id };
  if (type !== undefined || identity?.startsWith('vgw-')) return { kind: 'virtual-private-gateway', id };
  return { unknown: `the gateway of route ${route.node.path} is not part of this app; a literal igw-… id would settle it` };
}

/** A NAT gateway behind another is no way out, whatever it is like; and two of them could lead in a circle. */
const BEHIND_ANOTHER: Unknown = { unknown: 'a NAT gateway behind a NAT gateway' };

function natGateway(network: NetworkResolver, value: unknown, route: CfnResource): Fact<NatGatewayFacts> {
  const identity = network.index.identity(value, route);
  const gateway = network.index.find(identity);
  if (!gateway) {
    return { unknown: `NAT gateway ${network.nameOf(value, route)} is not part of this app: see that it is available and public` };
  }
  return network.index.once(`nat ${gateway.node.path}`, () => {
    const { ConnectivityType = 'public', SubnetId, AvailabilityMode } = network.index.read(gateway);
    const subnet = network.index.identity(SubnetId, gateway);
    return {
      // What this app creates is taken to come up; CloudFormation fails the deployment where it does not.
      state: 'available' as const,
      connectivity: ConnectivityType === 'public' || ConnectivityType === 'private'
        ? ConnectivityType
        : { unknown: `the connectivity type of NAT gateway ${gateway.node.path} is known only to CloudFormation` },
      subnet: subnet === undefined
        ? {
          unknown: AvailabilityMode === 'regional'
            ? `NAT gateway ${gateway.node.path} is a regional one, whose own route table is not in view`
            : `the subnet of NAT gateway ${gateway.node.path} is known only to CloudFormation`,
        }
        : { id: network.nameOf(SubnetId, gateway), routes: network.routesOf(subnet, false), networkAcl: network.networkAclOf(subnet) },
    };
  });
}

/** An S3 or DynamoDB gateway endpoint puts a route for the service's prefix list into its tables. */
function gatewayEndpointRoutes(network: NetworkResolver, table: string): Route[] {
  return network.gatewayEndpoints().filter(endpoint => endpoint.tables.includes(table)).map(endpoint => ({
    destination: { prefixList: `of ${endpoint.service}`, cidrs: { unknown: `the ranges of ${endpoint.service}` } },
    target: { kind: 'gateway-endpoint', id: endpoint.id },
  }));
}

/** A virtual private gateway may propagate any route, a default route too. */
function propagatedRoutes(network: NetworkResolver, table: string): Route[] {
  return network.propagations().filter(propagation => propagation.tables.includes(table)).map(propagation => ({
    destination: { cidr: { unknown: `which routes ${propagation.gateway} propagates` } },
    target: { kind: 'virtual-private-gateway', id: propagation.gateway },
  }));
}
