import { describeReference, identitiesAmong } from './references';
import { Route } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The routes that virtual private gateways propagate into a table. A gateway may propagate any route, also a default route. */
export function propagatedRoutes(index: StageIndex, table: string): Route[] {
  return propagations(index).filter(({ tables }) => tables.includes(table)).map(({ gateway }) => ({
    destination: { cidr: { unknown: `the routes that ${gateway} propagates, which are not part of this app` } },
    target: { kind: 'virtual-private-gateway', id: gateway },
  }));
}

interface Propagation {
  readonly gateway: string;
  readonly tables: readonly string[];
}

function propagations(index: StageIndex): readonly Propagation[] {
  return index.once('propagations', () => index.ofType('AWS::EC2::VPNGatewayRoutePropagation').map(propagation => {
    const { VpnGatewayId, RouteTableIds } = index.read(propagation);
    return { gateway: describeReference(index, VpnGatewayId, propagation), tables: identitiesAmong(index, RouteTableIds, propagation) };
  }));
}
