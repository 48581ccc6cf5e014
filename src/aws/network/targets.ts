import type { Route as Ec2Route } from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2-account';
import { endpointTarget } from './endpoints';
import { instanceSeen, interfaceSeen } from './hops';
import { Fact, NatGatewayFacts, OpaqueHop, RouteTarget, Unknown } from '../../egress';

/** Reads a NAT gateway that a route leads to. */
export type NatReader = (id: string) => Promise<Fact<NatGatewayFacts>>;

/** Members of a route that lead to a hop whose far side is out of view, and of which nothing is read. */
const OPAQUE_HOPS = {
  TransitGatewayId: 'transit-gateway',
  LocalGatewayId: 'local-gateway',
  CarrierGatewayId: 'carrier-gateway',
  CoreNetworkArn: 'core-network',
} as const satisfies { readonly [member in keyof Ec2Route]: OpaqueHop };

/** Where a route leads, with what is known there. */
export async function targetOf(account: Ec2Account, route: Ec2Route, vpc: string, natGateway: NatReader): Promise<Fact<RouteTarget>> {
  const { GatewayId, NatGatewayId, InstanceId, NetworkInterfaceId, EgressOnlyInternetGatewayId, VpcPeeringConnectionId, State } = route;
  const name = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
  // A blackhole swallows what it names, whatever its target was like.
  const isGone = State === 'blackhole';
  if (!isGone && State !== undefined && State !== 'active') return { unknown: `the route for ${name} is in the state ${State}, which is not judged` };
  if (GatewayId !== undefined) return gatewayTarget(account, GatewayId, vpc);
  if (NatGatewayId !== undefined) return { kind: 'nat-gateway', id: NatGatewayId, nat: isGone ? GONE : await natGateway(NatGatewayId) };
  if (EgressOnlyInternetGatewayId !== undefined) return { kind: 'egress-only-internet-gateway', id: EgressOnlyInternetGatewayId };
  if (VpcPeeringConnectionId !== undefined) return { kind: 'vpc-peering-connection', id: VpcPeeringConnectionId };
  // EC2 names the interface of a route to an instance, too.
  if (InstanceId !== undefined) return { kind: 'instance', id: InstanceId, ...isGone ? {} : { seen: await instanceSeen(account, InstanceId, NetworkInterfaceId) } };
  if (NetworkInterfaceId !== undefined) return { kind: 'network-interface', id: NetworkInterfaceId, ...isGone ? {} : { seen: await interfaceSeen(account, NetworkInterfaceId) } };
  for (const [member, kind] of Object.entries(OPAQUE_HOPS)) {
    const id = route[member as keyof typeof OPAQUE_HOPS];
    if (id !== undefined) return { kind, id };
  }
  return { unknown: `the route for ${name} leads to ${route.OdbNetworkArn ?? 'something that EC2 does not name'}, a target that is not judged; see where it leads` };
}

const GONE: Unknown = { unknown: 'a NAT gateway that is gone' };

/** `GatewayId` holds gateways of every kind, and `local`. */
async function gatewayTarget(account: Ec2Account, id: string, vpc: string): Promise<Fact<RouteTarget>> {
  if (id === 'local') return { kind: 'local' };
  if (id.startsWith('igw-')) return { kind: 'internet-gateway', id };
  if (id.startsWith('vgw-')) return { kind: 'virtual-private-gateway', id };
  if (id.startsWith('vpce-')) return endpointTarget(await account.endpointsOfVpc.of(vpc), id);
  return { unknown: `a route leads to gateway ${id}, whose kind is not known; see where it leads` };
}
