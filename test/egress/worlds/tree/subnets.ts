/** Subnets that no L2 makes. */
import type { Network } from './network';
import { assignsIpv6 } from '../expressible';

export function addSubnets(network: Network): void {
  for (const subnet of network.world.subnets.filter(({ SubnetId }) => !network.refs.has(SubnetId))) {
    const { SubnetId, CidrBlock, Ipv6Native, MapPublicIpOnLaunch, EnableDns64, AvailabilityZone } = subnet;
    const Ipv6CidrBlock = network.ipv6Range(subnet);
    const isApart = Ipv6CidrBlock !== undefined && !Ipv6Native && network.random.chance(0.3);
    const ref = network.add('AWS::EC2::Subnet', {
      VpcId: network.vpcRef,
      AvailabilityZone,
      CidrBlock,
      Ipv6CidrBlock: isApart ? undefined : Ipv6CidrBlock,
      Ipv6Native: Ipv6Native || undefined,
      MapPublicIpOnLaunch: MapPublicIpOnLaunch || undefined,
      AssignIpv6AddressOnCreation: assignsIpv6(network.world, SubnetId) || undefined,
      EnableDns64: Ipv6CidrBlock === undefined ? undefined : network.template.value(EnableDns64, on => on),
    }).ref;
    if (isApart) network.add('AWS::EC2::SubnetCidrBlock', { SubnetId: ref, Ipv6CidrBlock });
    network.refs.set(SubnetId, ref);
  }
}
