import type { NatGateway } from '@aws-sdk/client-ec2';
import { Ec2Account } from './ec2-account';
import { networkAclOf } from './network-acls';
import { routesOfSubnet, routesOfTable } from './routes';
import { found } from './unread';
import { DEFAULT_NETWORK_ACL, Fact, isUnknown, NatGatewayFacts, NatSubnetFacts, Unknown } from '../../egress';

/** A NAT gateway behind another one never leads to the internet. And two of them could lead to each other in a loop. */
const BEHIND_ANOTHER: Unknown = { unknown: 'a NAT gateway behind another NAT gateway is not read' };
const notRead = async () => BEHIND_ANOTHER;

const STATES = ['pending', 'available', 'failed', 'deleting', 'deleted'] as const;

/** @param vpc  the VPC of the route, which is also the gateway's */
export async function natGateway(account: Ec2Account, id: string, vpc: string): Promise<Fact<NatGatewayFacts>> {
  const gateway = found(await account.natGateway.of(id), `NAT gateway ${id}`);
  if (isUnknown(gateway)) return gateway;
  const { State, SubnetId } = gateway;
  return {
    state: STATES.find(state => state === State) ?? { unknown: `EC2 did not return the state of NAT gateway ${id}` },
    connectivity: connectivityOf(gateway, id),
    subnet: SubnetId === undefined ? await regional(account, gateway, id, vpc) : await zonal(account, SubnetId, vpc),
  };
}

async function zonal(account: Ec2Account, id: string, vpc: string): Promise<NatSubnetFacts> {
  const [routes, acls] = await Promise.all([routesOfSubnet(account, id, vpc, notRead), account.networkAclsOfVpc.of(vpc)]);
  return { id, routes, networkAcl: networkAclOf(acls, id) };
}

function connectivityOf({ ConnectivityType }: NatGateway, id: string): NatGatewayFacts['connectivity'] {
  return ConnectivityType === 'public' || ConnectivityType === 'private'
    ? ConnectivityType
    : { unknown: `EC2 did not return the connectivity type of NAT gateway ${id}` };
}

/**
 * A regional gateway is in no subnet, so no network ACL filters its traffic. It has its own route table.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
async function regional(account: Ec2Account, { AvailabilityMode, RouteTableId }: NatGateway, id: string, vpc: string): Promise<Fact<NatSubnetFacts>> {
  if (AvailabilityMode !== 'regional') return { unknown: `EC2 did not return the subnet of NAT gateway ${id}` };
  const { items } = await account.routeTablesOfVpc.of(vpc);
  const table = items.find(({ RouteTableId: other, Associations = [] }) => other === RouteTableId
    || Associations.some(({ GatewayId }) => GatewayId === id));
  if (!table) return { unknown: `NAT gateway ${id} is regional, and its own route table cannot be seen` };
  return {
    id: `of regional NAT gateway ${id}`,
    routes: await routesOfTable(account, table, vpc, notRead),
    networkAcl: { ...DEFAULT_NETWORK_ACL, id: 'none: a regional NAT gateway has no network ACL' },
  };
}
