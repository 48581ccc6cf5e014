import type { CfnResource } from 'aws-cdk-lib';
import { networkAclOfSubnet } from './network-acls';
import { describeReference, onlyCloudFormationKnows } from './references';
import { routesOfSubnet } from './route-tables';
import { NatReader } from './route-targets';
import { Fact, NatGatewayFacts } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** A NAT gateway behind another one gives no internet access, whatever its settings, and two of them could form a loop. */
const NOT_READ: NatReader = {
  name: 'NAT gateways not read',
  read: () => ({ unknown: 'a NAT gateway behind a NAT gateway' }),
};

/** Reads NAT gateways with the subnet that each is in. NAT gateways behind them are not read. */
export const NAT_GATEWAYS: NatReader = { name: 'NAT gateways read', read: natGateway };

function natGateway(index: StageIndex, value: unknown, route: CfnResource): Fact<NatGatewayFacts> {
  const gateway = index.find(index.identity(value, route));
  return gateway
    ? index.once(`NAT gateway ${gateway.node.path}`, () => natGatewayFacts(index, gateway))
    : { unknown: `NAT gateway ${describeReference(index, value, route)} is not part of this app; check that it is available and public` };
}

function natGatewayFacts(index: StageIndex, gateway: CfnResource): NatGatewayFacts {
  const { ConnectivityType = 'public' } = index.read(gateway);
  return {
    // If the gateway does not become available, CloudFormation fails the deployment.
    state: 'available',
    connectivity: ConnectivityType === 'public' || ConnectivityType === 'private'
      ? ConnectivityType
      : onlyCloudFormationKnows(`the connectivity type of NAT gateway ${gateway.node.path}`),
    subnet: subnetOf(index, gateway),
  };
}

function subnetOf(index: StageIndex, gateway: CfnResource): NatGatewayFacts['subnet'] {
  const { SubnetId, AvailabilityMode } = index.read(gateway);
  const subnet = index.identity(SubnetId, gateway);
  if (subnet !== undefined) {
    return {
      id: describeReference(index, SubnetId, gateway),
      routes: routesOfSubnet(index, subnet, NOT_READ),
      networkAcl: networkAclOfSubnet(index, subnet),
    };
  }
  return AvailabilityMode === 'regional'
    ? { unknown: `NAT gateway ${gateway.node.path} is regional, and its own route table cannot be seen from this app` }
    : onlyCloudFormationKnows(`the subnet of NAT gateway ${gateway.node.path}`);
}
