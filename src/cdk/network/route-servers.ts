import { describeReference, userPath } from './references';
import { Route } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** What VPC Route Servers propagate into a table: routes that they learn by BGP. */
export function routeServerRoutes(index: StageIndex, table: string): Route[] {
  return (index.by('AWS::EC2::RouteServerPropagation', 'RouteTableId').get(table) ?? []).map(propagation => {
    const server = describeReference(index, index.read(propagation).RouteServerId, propagation);
    return {
      destination: { cidr: { unknown: `the routes that route server ${server} propagates, which are not part of this app` } },
      target: { unknown: `the target of the routes that ${userPath(propagation.node.path)} propagates is not part of this app` },
      origin: 'propagated',
    };
  });
}
