import type { Route as Ec2Route } from '@aws-sdk/client-ec2';
import { Beyond } from './beyond';
import { Ec2Account } from './ec2-account';
import { endpointTarget } from './endpoints';
import { instanceHop, interfaceHop } from './hops';
import { Fact, OpaqueHop, RouteTarget, Unknown } from '../../egress';

/** Members of a route that lead to a hop beyond which nothing can be seen, and of which nothing is read. */
const OPAQUE_HOPS = {
  TransitGatewayId: 'transit-gateway',
  LocalGatewayId: 'local-gateway',
  CarrierGatewayId: 'carrier-gateway',
  CoreNetworkArn: 'core-network',
} as const satisfies { readonly [member in keyof Ec2Route]: OpaqueHop };

/**
 * Where a route leads, with what is known of the target.
 *
 * @param beyond  undefined if nothing of the target is read
 */
export async function targetOf(account: Ec2Account, route: Ec2Route, vpc: string, beyond: Beyond | undefined): Promise<Fact<RouteTarget>> {
  const { GatewayId, NatGatewayId, InstanceId, NetworkInterfaceId, EgressOnlyInternetGatewayId, VpcPeeringConnectionId, State } = route;
  const name = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
  // The target of a blackhole no longer exists.
  const isGone = State === 'blackhole';
  if (State === undefined) return { unknown: `EC2 did not return the state of the route for ${name}` };
  if (!isGone && State !== 'active') return { unknown: `the route for ${name} is in state ${State}, which this program does not know` };
  const further = isGone ? undefined : beyond;
  if (GatewayId !== undefined) return gatewayTarget(account, GatewayId, vpc, further);
  if (NatGatewayId !== undefined) {
    return { kind: 'nat-gateway', id: NatGatewayId, nat: isGone ? GONE : await further?.natGateway(NatGatewayId) ?? NOT_READ };
  }
  if (EgressOnlyInternetGatewayId !== undefined) return { kind: 'egress-only-internet-gateway', id: EgressOnlyInternetGatewayId };
  if (VpcPeeringConnectionId !== undefined) return { kind: 'vpc-peering-connection', id: VpcPeeringConnectionId };
  // EC2 also names the interface of a route to an instance.
  if (InstanceId !== undefined) {
    return further ? instanceHop(account, InstanceId, NetworkInterfaceId, further) : { kind: 'instance', id: InstanceId };
  }
  if (NetworkInterfaceId !== undefined) {
    return further ? interfaceHop(account, NetworkInterfaceId, further) : { kind: 'network-interface', id: NetworkInterfaceId };
  }
  for (const [member, kind] of Object.entries(OPAQUE_HOPS)) {
    const id = route[member as keyof typeof OPAQUE_HOPS];
    if (id !== undefined) return { kind, id };
  }
  const target = route.OdbNetworkArn ?? 'a target that EC2 does not name';
  return { unknown: `the route for ${name} leads to ${target}, a kind of target that this program does not know` };
}

const GONE: Unknown = { unknown: 'the NAT gateway no longer exists' };
const NOT_READ: Unknown = { unknown: 'the NAT gateway was not read' };

/** `GatewayId` can be a gateway of any kind, or `local`. */
async function gatewayTarget(account: Ec2Account, id: string, vpc: string, beyond: Beyond | undefined): Promise<Fact<RouteTarget>> {
  if (id === 'local') return { kind: 'local' };
  if (id.startsWith('igw-')) {
    const routes = await beyond?.gatewayRoutes(id);
    return { kind: 'internet-gateway', id, ...routes ? { routes } : {} };
  }
  if (id.startsWith('vgw-')) return { kind: 'virtual-private-gateway', id };
  if (id.startsWith('vpce-')) return beyond ? endpointTarget(await account.endpointsOfVpc.of(vpc), id) : { kind: 'vpc-endpoint', id };
  return { unknown: `a route leads to gateway ${id}, whose kind this program does not know` };
}
