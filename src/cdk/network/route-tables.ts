import type { CfnResource } from 'aws-cdk-lib';
import { gatewayEndpointRoutes } from './endpoints';
import { prefixList } from './prefix-lists';
import { describeIdentity, knownText } from './references';
import { routeServerRoutes } from './route-servers';
import { HopReader, routeTarget } from './route-targets';
import { propagatedRoutes } from './vpn-gateways';
import { Fact, Route, RouteDestination } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The routes of the table that a subnet uses. The `local` routes are left out: they follow from the ranges of the VPC. */
export function routesOfSubnet(index: StageIndex, subnet: string, hops: HopReader): Fact<readonly Route[]> {
  return index.once(`routes of ${subnet}, ${hops.name}`, () => {
    const [association] = index.by('AWS::EC2::SubnetRouteTableAssociation', 'SubnetId').get(subnet) ?? [];
    if (association) return routesOfAssociation(index, association, hops, `subnet ${describeIdentity(subnet)}`);
    // A subnet without an association uses the VPC's main table, which has only the local routes.
    return index.find(subnet) ? [] : { unknown: `the routes of subnet ${describeIdentity(subnet)} are not part of this app` };
  });
}

/** @param association  of a subnet or a gateway with a route table */
export function routesOfAssociation(index: StageIndex, association: CfnResource, hops: HopReader, of: string): Fact<readonly Route[]> {
  const table = index.identity(index.read(association).RouteTableId, association);
  return table === undefined || !index.find(table)
    ? { unknown: `the route table of ${of} is not part of this app` }
    : index.once(`routes in ${table}, ${hops.name}`, () => routesOfTable(index, table, hops));
}

/** @param table  identity */
export function routesOfTable(index: StageIndex, table: string, hops: HopReader): readonly Route[] {
  const declared = (index.by('AWS::EC2::Route', 'RouteTableId').get(table) ?? [])
    .map(route => ({ destination: routeDestination(index, route), target: routeTarget(index, route, hops) }));
  return [...declared, ...gatewayEndpointRoutes(index, table), ...propagatedRoutes(index, table), ...routeServerRoutes(index, table)];
}

function routeDestination(index: StageIndex, route: CfnResource): RouteDestination {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = index.read(route);
  if (DestinationPrefixListId !== undefined) return prefixList(index, DestinationPrefixListId, route);
  return { cidr: knownText(DestinationCidrBlock ?? DestinationIpv6CidrBlock, `the destination of route ${route.node.path}`) };
}
