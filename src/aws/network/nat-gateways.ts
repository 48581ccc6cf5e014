import type { NatGateway } from '@aws-sdk/client-ec2';
import { Beyond } from './beyond';
import { Ec2Account } from './ec2-account';
import { routesOfTable } from './routes';
import { found } from './unread';
import { Fact, isUnknown, NatGatewayFacts, NatPlace } from '../../egress';

const STATES = ['pending', 'available', 'failed', 'deleting', 'deleted'] as const;

/**
 * @param vpc  the VPC of the route, which is also the gateway's
 * @param beyond  of the routes of its own subnet or table
 */
export async function natGateway(
  account: Ec2Account, id: string, vpc: string, beyond: Beyond, subnet: Beyond['subnet'],
): Promise<Fact<NatGatewayFacts>> {
  const gateway = found(await account.natGateway.of(id), `NAT gateway ${id}`);
  if (isUnknown(gateway)) return gateway;
  return {
    state: STATES.find(state => state === gateway.State) ?? { unknown: `EC2 did not return the state of NAT gateway ${id}` },
    connectivity: connectivityOf(gateway, id),
    place: gateway.SubnetId === undefined ? await regional(account, gateway, id, vpc, beyond) : await zonal(gateway.SubnetId, subnet),
  };
}

async function zonal(id: string, read: Beyond['subnet']): Promise<Fact<NatPlace>> {
  const subnet = await read(id);
  return isUnknown(subnet) ? subnet : { kind: 'subnet', subnet };
}

function connectivityOf({ ConnectivityType }: NatGateway, id: string): NatGatewayFacts['connectivity'] {
  return ConnectivityType === 'public' || ConnectivityType === 'private'
    ? ConnectivityType
    : { unknown: `EC2 did not return the connectivity type of NAT gateway ${id}` };
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html */
async function regional(
  account: Ec2Account, { AvailabilityMode, RouteTableId }: NatGateway, id: string, vpc: string, beyond: Beyond,
): Promise<Fact<NatPlace>> {
  if (AvailabilityMode !== 'regional') return { unknown: `EC2 did not return the subnet of NAT gateway ${id}` };
  const { items } = await account.routeTablesOfVpc.of(vpc);
  const table = items.find(({ RouteTableId: other, Associations = [] }) => RouteTableId !== undefined && other === RouteTableId
    || Associations.some(({ GatewayId }) => GatewayId === id));
  if (!table) return { unknown: `NAT gateway ${id} is regional, and its own route table cannot be seen` };
  return { kind: 'regional', routes: await routesOfTable(account, table, vpc, beyond) };
}
