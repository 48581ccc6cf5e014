import type { CfnResource } from 'aws-cdk-lib';
import { gatewayEndpointRoutes } from './endpoints';
import { prefixList } from './prefix-lists';
import { describeIdentity, knownText } from './references';
import { NatReader, routeTarget } from './route-targets';
import { propagatedRoutes } from './vpn-gateways';
import { Fact, Route, RouteDestination } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The routes of the table that a subnet uses. The `local` routes are left out: they follow from the ranges of the VPC. */
export function routesOfSubnet(index: StageIndex, subnet: string, natGateway: NatReader): Fact<readonly Route[]> {
  return index.once(`routes of ${subnet}, ${natGateway.name}`, () => {
    if (!index.find(subnet)) return { unknown: `the routes of subnet ${describeIdentity(subnet)} are not part of this app` };
    const [association] = index.by('AWS::EC2::SubnetRouteTableAssociation', 'SubnetId').get(subnet) ?? [];
    // A subnet without an association uses the VPC's main table, which has only the local routes.
    if (!association) return [];
    const table = index.identity(index.read(association).RouteTableId, association);
    return table === undefined || !index.find(table)
      ? { unknown: `the route table of subnet ${describeIdentity(subnet)} is not part of this app` }
      : index.once(`routes in ${table}, ${natGateway.name}`, () => routesOfTable(index, table, natGateway));
  });
}

function routesOfTable(index: StageIndex, table: string, natGateway: NatReader): readonly Route[] {
  const declared = (index.by('AWS::EC2::Route', 'RouteTableId').get(table) ?? [])
    .map(route => ({ destination: routeDestination(index, route), target: routeTarget(index, route, natGateway) }));
  // A static route has priority over a propagated one, so a static default route hides all that gateways propagate.
  const propagated = declared.some(isDefault) ? [] : propagatedRoutes(index, table);
  return [...declared, ...gatewayEndpointRoutes(index, table), ...propagated];
}

function isDefault({ destination }: Route): boolean {
  return 'cidr' in destination && destination.cidr === '0.0.0.0/0';
}

function routeDestination(index: StageIndex, route: CfnResource): RouteDestination {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = index.read(route);
  if (DestinationPrefixListId !== undefined) return prefixList(index, DestinationPrefixListId, route);
  return { cidr: knownText(DestinationCidrBlock ?? DestinationIpv6CidrBlock, `the destination of route ${route.node.path}`) };
}
