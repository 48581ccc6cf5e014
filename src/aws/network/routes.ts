import type { Route as Ec2Route, RouteTable } from '@aws-sdk/client-ec2';
import { Beyond } from './beyond';
import { Ec2Account } from './ec2-account';
import { Read } from './reads';
import { targetOf } from './targets';
import { found, unread } from './unread';
import { Fact, isUnknown, Route, RouteDestination, Unknown } from '../../egress';

/** The routes of the table that a subnet uses. */
export async function routesOfSubnet(account: Ec2Account, subnet: string, vpc: string, beyond: Beyond): Promise<Fact<readonly Route[]>> {
  const table = tableOf(await account.routeTablesOfVpc.of(vpc), subnet);
  return isUnknown(table) ? table : routesOfTable(account, table, vpc, beyond);
}

/**
 * The route table that is associated with an internet gateway. Nothing of its targets is read.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
export async function routesOfGateway(account: Ec2Account, gateway: string, vpc: string): Promise<Fact<readonly Route[]> | undefined> {
  const { items, failure } = await account.routeTablesOfVpc.of(vpc);
  const [table] = associated(items, ({ GatewayId }) => GatewayId === gateway);
  if (table) return routesOfTable(account, table, vpc, undefined);
  return failure === undefined ? undefined : unread(`the route table of internet gateway ${gateway}`, failure);
}

/** @param beyond  undefined if only the table itself is read */
export async function routesOfTable(
  account: Ec2Account, { RouteTableId, Routes }: RouteTable, vpc: string, beyond: Beyond | undefined,
): Promise<Fact<readonly Route[]>> {
  return Routes === undefined
    ? { unknown: `EC2 did not return the routes of route table ${RouteTableId}` }
    : Promise.all(Routes.map(route => readRoute(account, route, vpc, beyond)));
}

/** The table that is associated with a subnet, else the VPC's main one. */
function tableOf({ items, failure }: Read<RouteTable>, subnet: string): RouteTable | Unknown {
  const own = associated(items, ({ SubnetId }) => SubnetId === subnet);
  // A table that was not read may name the subnet.
  const main = failure === undefined ? associated(items, ({ Main }) => Main === true) : [];
  return found({ items: [...own, ...main], failure }, `the route table of subnet ${subnet}`);
}

type Association = NonNullable<RouteTable['Associations']>[number];

function associated(tables: readonly RouteTable[], is: (association: Association) => boolean): readonly RouteTable[] {
  return tables.filter(({ Associations = [] }) => Associations
    .some(association => is(association) && ['associated', 'associating', undefined].includes(association.AssociationState?.State)));
}

async function readRoute(account: Ec2Account, route: Ec2Route, vpc: string, beyond: Beyond | undefined): Promise<Route> {
  const target = targetOf(account, route, vpc, beyond);
  // A gateway endpoint carries no traffic that is judged, so its prefix list does not matter.
  const isNeeded = route.GatewayId?.startsWith('vpce-') ? target.then(known => isUnknown(known) || known.kind !== 'gateway-endpoint') : true;
  const destination = readDestination(account, route, beyond !== undefined && isNeeded);
  return { destination: await destination, target: await target, origin: originOf(route), ...route.State === 'blackhole' ? { state: 'blackhole' } : {} };
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html */
function originOf({ Origin }: Ec2Route): Route['origin'] {
  switch (Origin) {
    case 'CreateRoute': case 'CreateRouteTable': return 'static';
    // Routes of a virtual private gateway, and of a route server.
    case 'EnableVgwRoutePropagation': case 'Advertisement': return 'propagated';
    default: return { unknown: `EC2 returned ${Origin === undefined ? 'no' : `the unknown value ${String(Origin)} as the`} origin of a route` };
  }
}

async function readDestination(account: Ec2Account, route: Ec2Route, isNeeded: boolean | Promise<boolean>): Promise<RouteDestination> {
  const { DestinationPrefixListId: prefixList, DestinationCidrBlock, DestinationIpv6CidrBlock } = route;
  if (prefixList === undefined) {
    return { cidr: DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? { unknown: 'EC2 did not return the destination of a route' } };
  }
  return await isNeeded ? account.prefixList(prefixList) : { prefixList, cidrs: { unknown: `the ranges of prefix list ${prefixList} were not read` } };
}
