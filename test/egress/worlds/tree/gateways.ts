/** Gateways of the VPC, and what is beyond it. */
import type { Network } from './network';

export function addGateways(network: Network): void {
  const { internetGateway, egressOnlyInternetGateway, transitGateway, virtualPrivateGateway, vpcPeeringConnection, carrierGateway } = network.world;
  const VpcId = network.vpcRef;
  const one = (id: string | undefined, make: () => string) => {
    if (id !== undefined && !network.refs.has(id)) network.refs.set(id, make());
  };
  one(internetGateway?.InternetGatewayId, () => {
    const gateway = network.add('AWS::EC2::InternetGateway', {}).ref;
    if (internetGateway!.Attached) network.add('AWS::EC2::VPCGatewayAttachment', { VpcId, InternetGatewayId: gateway });
    return gateway;
  });
  one(egressOnlyInternetGateway?.EgressOnlyInternetGatewayId, () => network.add('AWS::EC2::EgressOnlyInternetGateway', { VpcId }).ref);
  one(transitGateway?.TransitGatewayId, () => network.random.chance(0.5) ? network.add('AWS::EC2::TransitGateway', {}).ref : 'tgw-1');
  one(virtualPrivateGateway?.VpnGatewayId, () => {
    const gateway = network.add('AWS::EC2::VPNGateway', { Type: 'ipsec.1' }).ref;
    network.add('AWS::EC2::VPCGatewayAttachment', { VpcId, VpnGatewayId: gateway });
    return gateway;
  });
  one(vpcPeeringConnection?.VpcPeeringConnectionId, () => network.random.chance(0.5)
    ? network.add('AWS::EC2::VPCPeeringConnection', { VpcId, PeerVpcId: 'vpc-peer' }).ref : 'pcx-1');
  one(carrierGateway?.CarrierGatewayId, () => network.add('AWS::EC2::CarrierGateway', { VpcId }).ref);
}
