import type { NatGateway } from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2-account';
import { networkAclOf } from './network-acls';
import { routesOfSubnet, routesOfTable } from './routes';
import { found } from './unread';
import { DEFAULT_NETWORK_ACL, Fact, isUnknown, NatGatewayFacts, NatSubnetFacts, Unknown } from '../../egress';

/** A NAT gateway behind another is no way out, whatever it is like; and two of them could lead in a circle. */
const BEHIND_ANOTHER: Unknown = { unknown: 'a NAT gateway behind a NAT gateway' };
const notRead = async () => BEHIND_ANOTHER;

const STATES = ['pending', 'available', 'failed', 'deleting', 'deleted'] as const;

/** @param vpc  that of the route, in which the gateway stands too */
export async function natGateway(account: Ec2Account, id: string, vpc: string): Promise<Fact<NatGatewayFacts>> {
  const gateway = found(await account.natGateway.of(id), `NAT gateway ${id}`, 'its state and its subnet would tell');
  if (isUnknown(gateway)) return gateway;
  const { State, SubnetId } = gateway;
  return {
    state: STATES.find(state => state === State) ?? { unknown: `the state of NAT gateway ${id} is not told by EC2` },
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
    : { unknown: `the connectivity type of NAT gateway ${id} is not told by EC2` };
}

/**
 * A regional gateway stands in no subnet, so that no network ACL filters it, and has a route table of its own.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
async function regional(account: Ec2Account, { AvailabilityMode, RouteTableId }: NatGateway, id: string, vpc: string): Promise<Fact<NatSubnetFacts>> {
  if (AvailabilityMode !== 'regional') return { unknown: `the subnet of NAT gateway ${id} is not told by EC2` };
  const { items } = await account.routeTablesOfVpc.of(vpc);
  const table = items.find(({ RouteTableId: other, Associations = [] }) => other === RouteTableId
    || Associations.some(({ GatewayId }) => GatewayId === id));
  if (!table) return { unknown: `NAT gateway ${id} is a regional one, whose own route table is not in view` };
  return {
    id: `of regional NAT gateway ${id}`,
    routes: await routesOfTable(account, table, vpc, notRead),
    networkAcl: { ...DEFAULT_NETWORK_ACL, id: 'which has none' },
  };
}
