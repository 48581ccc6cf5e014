import type { Subnet } from '@aws-sdk/client-ec2';
import { Beyond } from './beyond';
import { exclusionOf, exclusionsIfBlocked } from './block-public-access';
import { Ec2Account } from './ec2-account';
import { networkAclOf } from './network-acls';
import { routesOfSubnet } from './routes';
import { found } from './unread';
import { isAssociated } from './vpcs';
import { HopSubnet, isUnknown, SubnetFacts, Unknown } from '../../egress';

/** @param beyond  of its routes, by the VPC that the subnet is in */
export async function subnetFacts(account: Ec2Account, id: string, beyond: (vpc: string) => Beyond): Promise<SubnetFacts> {
  const subnet = found(await account.subnet.of(id), `subnet ${id}`);
  if (isUnknown(subnet)) return unseenSubnet(id, subnet);
  const { VpcId: vpc, EnableDns64, Ipv6Native, MapPublicIpOnLaunch, AssignIpv6AddressOnCreation } = subnet;
  if (vpc === undefined) return unseenSubnet(id, { unknown: `EC2 did not return the VPC of subnet ${id}` });
  const notReturned = (what: string) => ({ unknown: `EC2 did not return whether subnet ${id} ${what}` });
  return {
    ...await paths(account, id, vpc, beyond(vpc)),
    ...rangesOf(subnet),
    ipv6Native: Ipv6Native ?? notReturned('is IPv6-only'),
    mapPublicIpOnLaunch: MapPublicIpOnLaunch ?? notReturned('gives instances a public IPv4 address'),
    assignIpv6AddressOnCreation: AssignIpv6AddressOnCreation ?? notReturned('gives instances an IPv6 address'),
    dns64: EnableDns64 ?? notReturned('has DNS64'),
  };
}

/** The subnet of a NAT gateway or an instance that forwards. @param vpc  the VPC of the route to it, which is also the subnet's */
export async function hopSubnet(account: Ec2Account, id: string, vpc: string, beyond: Beyond): Promise<HopSubnet> {
  const [known, read] = await Promise.all([paths(account, id, vpc, beyond), account.subnet.of(id)]);
  const subnet = found(read, `subnet ${id}`);
  return { ...known, ...isUnknown(subnet) ? { ipv4Cidr: subnet, ipv6Cidr: subnet } : rangesOf(subnet) };
}

async function paths(account: Ec2Account, id: string, vpc: string, beyond: Beyond): Promise<HopSubnet> {
  const [routes, acls, exclusions] = await Promise.all([
    routesOfSubnet(account, id, vpc, beyond), account.networkAclsOfVpc.of(vpc), exclusionsIfBlocked(account),
  ]);
  return {
    id,
    routes,
    networkAcl: networkAclOf(acls, id),
    ...exclusions ? { blockPublicAccessExclusion: exclusionOf(exclusions, 'subnet', id) } : {},
  };
}

/** An IPv6-only subnet has no IPv4 range. EC2 lists removed IPv6 ranges for a while. */
export function rangesOf({ CidrBlock, Ipv6CidrBlockAssociationSet = [] }: Subnet): Pick<SubnetFacts, 'ipv4Cidr' | 'ipv6Cidr'> {
  const [ipv6] = Ipv6CidrBlockAssociationSet.filter(block => isAssociated(block.Ipv6CidrBlockState)).flatMap(block => block.Ipv6CidrBlock ?? []);
  return { ...CidrBlock ? { ipv4Cidr: CidrBlock } : {}, ...ipv6 === undefined ? {} : { ipv6Cidr: ipv6 } };
}

/** A subnet of which only the id is known. */
export function unseenSubnet(id: string, unknown: Unknown): SubnetFacts {
  return {
    id,
    ipv4Cidr: unknown,
    ipv6Cidr: unknown,
    ipv6Native: unknown,
    mapPublicIpOnLaunch: unknown,
    assignIpv6AddressOnCreation: unknown,
    routes: unknown,
    dns64: unknown,
    networkAcl: unknown,
  };
}
