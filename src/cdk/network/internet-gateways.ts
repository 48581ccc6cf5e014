import { describeIdentity } from './references';
import { routesOfAssociation } from './route-tables';
import { HopReader } from './route-targets';
import { Fact, Route } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** In the table of a gateway, only what a route leads to is of interest. */
const NOT_READ: HopReader = {
  name: 'behind an internet gateway',
  natGateway: () => ({ unknown: 'a NAT gateway behind an internet gateway' }),
  forwarder: () => undefined,
  gatewayRoutes: () => undefined,
};

/**
 * The routes of the table that is associated with an internet gateway. They lead what comes in from the internet.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
export function gatewayRoutes(index: StageIndex, gateway: string | undefined): Fact<readonly Route[]> | undefined {
  const [association] = index.by('AWS::EC2::GatewayRouteTableAssociation', 'GatewayId').get(gateway ?? '') ?? [];
  return association && routesOfAssociation(index, association, NOT_READ, `internet gateway ${describeIdentity(gateway ?? '')}`);
}
