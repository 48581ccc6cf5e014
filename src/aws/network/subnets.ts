import type { Subnet } from '@aws-sdk/client-ec2';
import { exclusionOf } from './block-public-access';
import { Ec2Account } from './ec2-account';
import { natGateway } from './nat-gateways';
import { networkAclOf } from './network-acls';
import { routesOfSubnet } from './routes';
import { found } from './unread';
import { isAssociated } from './vpcs';
import { Fact, isUnknown, SubnetFacts, Unknown } from '../../egress';

/** What is known of a subnet for all interfaces in it. `ipv6`: whether a task's interface gets an IPv6 address. */
export type SubnetNetwork = Omit<SubnetFacts, 'publicIpv4'>;

export async function subnetNetwork(account: Ec2Account, id: string): Promise<SubnetNetwork> {
  const subnet = found(await account.subnet.of(id), `subnet ${id}`);
  if (isUnknown(subnet)) return unseenSubnet(id, subnet);
  const { VpcId: vpc, EnableDns64 } = subnet;
  if (vpc === undefined) return unseenSubnet(id, { unknown: `EC2 did not return the VPC of subnet ${id}` });
  const [routes, acls, exclusions] = await Promise.all([
    routesOfSubnet(account, id, vpc, nat => natGateway(account, nat, vpc)), account.networkAclsOfVpc.of(vpc), exclusionsIfBlocked(account),
  ]);
  return {
    id,
    routes,
    networkAcl: networkAclOf(acls, id),
    ipv6: taskIpv6(subnet, id),
    dns64: EnableDns64 ?? { unknown: `EC2 did not return whether subnet ${id} has DNS64` },
    ...exclusions ? { blockPublicAccessExclusion: exclusionOf(exclusions, id, vpc, routes) } : {},
  };
}

/** Exclusions are read only if blocking is on. */
async function exclusionsIfBlocked(account: Ec2Account): Promise<Awaited<ReturnType<Ec2Account['exclusions']>> | undefined> {
  const { items } = await account.blockPublicAccess();
  return items.some(({ InternetGatewayBlockMode }) => InternetGatewayBlockMode !== 'off') ? account.exclusions() : undefined;
}

/** A subnet of which only the id is known. */
export function unseenSubnet(id: string, unknown: Unknown): SubnetNetwork {
  return { id, routes: unknown, networkAcl: unknown, ipv6: unknown, dns64: unknown };
}

/** In an IPv6-only subnet, every interface has an IPv6 address. In others, an account setting decides. */
function taskIpv6({ Ipv6Native, Ipv6CidrBlockAssociationSet = [] }: Subnet, id: string): Fact<boolean> {
  if (Ipv6Native === true) return true;
  return Ipv6CidrBlockAssociationSet.some(({ Ipv6CidrBlockState }) => isAssociated(Ipv6CidrBlockState))
    ? { unknown: `whether tasks get an IPv6 address in subnet ${id} depends on the account setting dualStackIPv6` }
    : false;
}
