import type { CfnResource } from 'aws-cdk-lib';
import { describeReference, userPath } from './references';
import { Fact, ForwarderFacts, NatGatewayFacts, OpaqueHop, Route, RouteTarget } from '../../egress';
import { mentionsIn } from '../tree/identities';
import { StageIndex } from '../tree/stage-index';

/** Reads what routes lead to. Routes are remembered by the reader's name, too. */
export interface HopReader {
  readonly name: string;
  natGateway(index: StageIndex, value: unknown, route: CfnResource): Fact<NatGatewayFacts>;
  /** An instance, or a network interface, by its identity. Undefined if nothing is known of it. */
  forwarder(index: StageIndex, identity: string | undefined): Fact<ForwarderFacts> | undefined;
  /** The routes of the table of an internet gateway, by the gateway's identity. Undefined if it has no table. */
  gatewayRoutes(index: StageIndex, gateway: string | undefined): Fact<readonly Route[]> | undefined;
}

/** Route properties that name a hop behind which nothing is visible. */
const OPAQUE_HOPS: { readonly [property: string]: OpaqueHop } = {
  TransitGatewayId: 'transit-gateway',
  LocalGatewayId: 'local-gateway',
  CarrierGatewayId: 'carrier-gateway',
  CoreNetworkArn: 'core-network',
};

/** Where a route leads. */
export function routeTarget(index: StageIndex, route: CfnResource, hops: HopReader): Fact<RouteTarget> {
  const properties = index.read(route);
  const { GatewayId, NatGatewayId, EgressOnlyInternetGatewayId, VpcPeeringConnectionId, VpcEndpointId, InstanceId, NetworkInterfaceId } = properties;
  const name = (value: unknown) => describeReference(index, value, route);
  if (GatewayId !== undefined) return gatewayTarget(index, GatewayId, route, hops);
  if (NatGatewayId !== undefined) return { kind: 'nat-gateway', id: name(NatGatewayId), nat: hops.natGateway(index, NatGatewayId, route) };
  if (EgressOnlyInternetGatewayId !== undefined) return { kind: 'egress-only-internet-gateway', id: name(EgressOnlyInternetGatewayId) };
  if (VpcPeeringConnectionId !== undefined) return { kind: 'vpc-peering-connection', id: name(VpcPeeringConnectionId) };
  if (VpcEndpointId !== undefined) return endpointTarget(index, VpcEndpointId, route);
  if (InstanceId !== undefined) return { kind: 'instance', id: name(InstanceId), ...forwarder(index, InstanceId, route, hops) };
  if (NetworkInterfaceId !== undefined) {
    return { kind: 'network-interface', id: name(NetworkInterfaceId), ...forwarder(index, NetworkInterfaceId, route, hops) };
  }
  for (const [property, kind] of Object.entries(OPAQUE_HOPS)) {
    if (properties[property] !== undefined) return { kind, id: name(properties[property]) };
  }
  return { unknown: `route ${route.node.path} has no target of a known kind` };
}

function forwarder(index: StageIndex, value: unknown, route: CfnResource, hops: HopReader): { readonly forwarder?: Fact<ForwarderFacts> } {
  const facts = hops.forwarder(index, index.identity(value, route));
  return facts === undefined ? {} : { forwarder: facts };
}

/** `GatewayId` names an internet gateway or a virtual private gateway. In the table of a gateway, it may be `local`. */
function gatewayTarget(index: StageIndex, value: unknown, route: CfnResource, hops: HopReader): Fact<RouteTarget> {
  if (value === 'local') return { kind: 'local' };
  const identity = index.identity(value, route);
  const id = describeReference(index, value, route);
  const type = index.find(identity)?.cfnResourceType;
  if (type === 'AWS::EC2::InternetGateway' || identity?.startsWith('igw-')) {
    const routes = hops.gatewayRoutes(index, identity);
    return { kind: 'internet-gateway', id, ...routes === undefined ? {} : { routes } };
  }
  if (type !== undefined || identity?.startsWith('vgw-')) return { kind: 'virtual-private-gateway', id };
  return { unknown: `the gateway of route ${route.node.path} is not part of this app; if it is an internet gateway, name it by its literal id igw-…` };
}

/** The resources whose attributes are ids of the endpoints of an AWS Network Firewall. */
const FIREWALLS: readonly string[] = ['AWS::NetworkFirewall::Firewall', 'AWS::NetworkFirewall::VpcEndpointAssociation'];

/** A firewall has its endpoints in one attribute, from which functions of CloudFormation select one. */
function endpointTarget(index: StageIndex, value: unknown, route: CfnResource): RouteTarget {
  const endpoint = index.find(index.identity(value, route));
  if (endpoint) {
    const isLoadBalancer = index.read(endpoint).VpcEndpointType === 'GatewayLoadBalancer';
    return { kind: isLoadBalancer ? 'gateway-load-balancer-endpoint' : 'vpc-endpoint', id: userPath(endpoint.node.path) };
  }
  const firewall = mentionsIn(value)
    .map(reference => index.find(index.identity(reference, route)?.replace(/#\w+$/, '#Ref')))
    .find(resource => resource !== undefined && FIREWALLS.includes(resource.cfnResourceType));
  return firewall
    ? { kind: 'firewall-endpoint', id: userPath(firewall.node.path) }
    : { kind: 'vpc-endpoint', id: describeReference(index, value, route) };
}
