import type { Route as Ec2Route, RouteTable } from '@aws-sdk/client-ec2';
import { Ec2Account } from './ec2-account';
import { Read } from './reads';
import { NatReader, targetOf } from './targets';
import { found } from './unread';
import { Fact, isUnknown, Route, RouteDestination, Unknown } from '../../egress';

/** The routes of the table that a subnet uses. */
export async function routesOfSubnet(account: Ec2Account, subnet: string, vpc: string, natGateway: NatReader): Promise<Fact<readonly Route[]>> {
  const table = tableOf(await account.routeTablesOfVpc.of(vpc), subnet);
  return isUnknown(table) ? table : routesOfTable(account, table, vpc, natGateway);
}

export async function routesOfTable(
  account: Ec2Account, { RouteTableId, Routes }: RouteTable, vpc: string, natGateway: NatReader,
): Promise<Fact<readonly Route[]>> {
  return Routes === undefined
    ? { unknown: `EC2 did not return the routes of route table ${RouteTableId}` }
    : Promise.all(preferred(Routes).map(route => readRoute(account, route, vpc, natGateway)));
}

/** The table that is associated with a subnet, else the VPC's main one. */
function tableOf({ items, failure }: Read<RouteTable>, subnet: string): RouteTable | Unknown {
  const associated = (is: (association: NonNullable<RouteTable['Associations']>[number]) => boolean) => items.filter(({ Associations = [] }) => Associations
    .some(association => is(association) && ['associated', 'associating', undefined].includes(association.AssociationState?.State)));
  const own = associated(({ SubnetId }) => SubnetId === subnet);
  // A table that was not read may name the subnet.
  const main = failure === undefined ? associated(({ Main }) => Main === true) : [];
  return found({ items: [...own, ...main], failure }, `the route table of subnet ${subnet}`);
}

/**
 * Leaves out propagated routes that AWS does not use because a static route has the same destination.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
function preferred(routes: readonly Ec2Route[]): readonly Ec2Route[] {
  const isPropagated = ({ Origin }: Ec2Route) => Origin === 'EnableVgwRoutePropagation' || Origin === 'Advertisement';
  const statics = new Set(routes.filter(route => !isPropagated(route) && route.State !== 'blackhole').map(destinationKey));
  return routes.filter(route => !isPropagated(route) || !statics.has(destinationKey(route)));
}

function destinationKey({ DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }: Ec2Route): string {
  return DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId ?? '?';
}

async function readRoute(account: Ec2Account, route: Ec2Route, vpc: string, natGateway: NatReader): Promise<Route> {
  const target = targetOf(account, route, vpc, natGateway);
  // A gateway endpoint carries no traffic that is judged, so its prefix list does not matter.
  const isNeeded = route.GatewayId?.startsWith('vpce-') ? target.then(known => isUnknown(known) || known.kind !== 'gateway-endpoint') : true;
  const destination = readDestination(account, route, isNeeded);
  return { destination: await destination, target: await target, ...route.State === 'blackhole' ? { state: 'blackhole' } : {} };
}

async function readDestination(account: Ec2Account, route: Ec2Route, isNeeded: boolean | Promise<boolean>): Promise<RouteDestination> {
  const { DestinationPrefixListId: prefixList, DestinationCidrBlock, DestinationIpv6CidrBlock } = route;
  if (prefixList === undefined) {
    return { cidr: DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? { unknown: 'EC2 did not return the destination of a route' } };
  }
  return { prefixList, cidrs: await isNeeded ? await account.prefixList(prefixList) : { unknown: `the ranges of prefix list ${prefixList} were not read` } };
}
