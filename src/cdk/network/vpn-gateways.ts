import type { CfnResource } from 'aws-cdk-lib';
import { describeReference, knownText } from './references';
import { Route, RouteDestination } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/**
 * The routes that virtual private gateways propagate into a table: those of their VPN connections with static routes, and what
 * BGP brings, which may be any route.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
 */
export function propagatedRoutes(index: StageIndex, table: string): Route[] {
  return (index.by('AWS::EC2::VPNGatewayRoutePropagation', 'RouteTableIds').get(table) ?? []).flatMap(propagation => {
    const { VpnGatewayId } = index.read(propagation);
    const gateway = index.identity(VpnGatewayId, propagation);
    const id = describeReference(index, VpnGatewayId, propagation);
    const connections = gateway === undefined ? [] : index.by('AWS::EC2::VPNConnection', 'VpnGatewayId').get(gateway) ?? [];
    const isStatic = connections.length > 0 && connections.every(connection => isTrue(index.read(connection).StaticRoutesOnly));
    const isComplete = isStatic && index.find(gateway) !== undefined;
    const destinations: RouteDestination[] = connections.flatMap(connection => declaredRanges(index, connection));
    if (!isComplete) destinations.push({ cidr: { unknown: `the routes that ${id} propagates, which are not part of this app` } });
    return destinations.map((destination): Route => ({ destination, target: { kind: 'virtual-private-gateway', id }, origin: 'propagated' }));
  });
}

function declaredRanges(index: StageIndex, connection: CfnResource): RouteDestination[] {
  return (index.by('AWS::EC2::VPNConnectionRoute', 'VpnConnectionId').get(`${connection.node.path}#Ref`) ?? [])
    .map(route => ({ cidr: knownText(index.read(route).DestinationCidrBlock, `the destination of VPN route ${route.node.path}`) }));
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
