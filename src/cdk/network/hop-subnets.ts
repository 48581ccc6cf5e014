import { exclusionOf } from './block-public-access';
import { gatewayRoutes } from './internet-gateways';
import { networkAclOfSubnet } from './network-acls';
import { describeIdentity } from './references';
import { routesOfSubnet } from './route-tables';
import { HopReader } from './route-targets';
import { ipv4RangeOf, ipv6RangeOf } from './subnet-ranges';
import { HopSubnet } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** Hops behind a hop are not read: two of them could form a loop. */
const BEHIND_HOPS: HopReader = {
  name: 'behind hops',
  natGateway: () => ({ unknown: 'a NAT gateway behind another hop' }),
  forwarder: () => undefined,
  gatewayRoutes,
};

/** What counts of the subnet of a NAT gateway or of an instance that forwards. */
export function hopSubnet(index: StageIndex, identity: string): HopSubnet {
  return index.once(`hop in ${identity}`, () => ({
    id: describeIdentity(identity),
    ...ipv4RangeOf(index, identity),
    ...ipv6RangeOf(index, identity),
    routes: routesOfSubnet(index, identity, BEHIND_HOPS),
    networkAcl: networkAclOfSubnet(index, identity),
    ...exclusionOf(index, 'SubnetId', identity),
  }));
}
