import type { CfnResource } from 'aws-cdk-lib';
import { describeReference } from './references';
import { Fact, NatGatewayFacts, OpaqueHop, RouteTarget } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** Reads the NAT gateway that a route names. Routes are remembered by the reader's name, too. */
export interface NatReader {
  readonly name: string;
  read(index: StageIndex, value: unknown, route: CfnResource): Fact<NatGatewayFacts>;
}

/** Route properties that name a hop behind which nothing is visible. */
const OPAQUE_HOPS: { readonly [property: string]: OpaqueHop } = {
  TransitGatewayId: 'transit-gateway',
  NetworkInterfaceId: 'network-interface',
  InstanceId: 'instance',
  VpcEndpointId: 'gateway-load-balancer-endpoint',
  LocalGatewayId: 'local-gateway',
  CarrierGatewayId: 'carrier-gateway',
  CoreNetworkArn: 'core-network',
};

/** Where a route leads. */
export function routeTarget(index: StageIndex, route: CfnResource, natGateway: NatReader): Fact<RouteTarget> {
  const properties = index.read(route);
  const { GatewayId, NatGatewayId, EgressOnlyInternetGatewayId, VpcPeeringConnectionId } = properties;
  const name = (value: unknown) => describeReference(index, value, route);
  if (GatewayId !== undefined) return gatewayTarget(index, GatewayId, route);
  if (NatGatewayId !== undefined) return { kind: 'nat-gateway', id: name(NatGatewayId), nat: natGateway.read(index, NatGatewayId, route) };
  if (EgressOnlyInternetGatewayId !== undefined) return { kind: 'egress-only-internet-gateway', id: name(EgressOnlyInternetGatewayId) };
  if (VpcPeeringConnectionId !== undefined) return { kind: 'vpc-peering-connection', id: name(VpcPeeringConnectionId) };
  for (const [property, kind] of Object.entries(OPAQUE_HOPS)) {
    if (properties[property] !== undefined) return { kind, id: name(properties[property]) };
  }
  return { unknown: `route ${route.node.path} has no target of a known kind` };
}

/** `GatewayId` names an internet gateway or a virtual private gateway. */
function gatewayTarget(index: StageIndex, value: unknown, route: CfnResource): Fact<RouteTarget> {
  const identity = index.identity(value, route);
  const id = describeReference(index, value, route);
  const type = index.find(identity)?.cfnResourceType;
  if (type === 'AWS::EC2::InternetGateway' || identity?.startsWith('igw-')) return { kind: 'internet-gateway', id };
  if (type !== undefined || identity?.startsWith('vgw-')) return { kind: 'virtual-private-gateway', id };
  return { unknown: `the gateway of route ${route.node.path} is not part of this app; if it is an internet gateway, name it by its literal id igw-…` };
}
