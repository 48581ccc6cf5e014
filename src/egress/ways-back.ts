import { isUnknown, RouteTarget, SubnetFacts } from './facts';
import { Judgement, Place, unseen } from './outcome';
import { judgeWayBack } from './route-tables';
import { rangeOf, vpcRanges, Way } from './way';

/**
 * Where the internet gateway's own route table leads the replies.
 *
 * @param name  what they go to, e.g. `subnet subnet-1`
 * @param to    its ranges; a regional NAT gateway may have its address in any range of the VPC
 */
export function judgeEdge(
  { id, routes = [] }: Extract<RouteTarget, { kind: 'internet-gateway' }>, { kind, vpc, from }: Way, name: string, to: Pick<SubnetFacts, 'ipv4Cidr' | 'ipv6Cidr'> = {},
): Judgement {
  const place: Place = { kind: 'internet-gateway', id };
  if (isUnknown(routes)) return unseen(place, routes, 'gateway-routes');
  const range = kind === 'ipv6' ? to.ipv6Cidr : to.ipv4Cidr;
  return judgeWayBack(routes, { table: `internet gateway ${id}`, place, to: name, ...family(kind === 'ipv6' ? 6 : 4, range, from.subnet, vpc) });
}

/** Where the table of a NAT gateway's or a NAT instance's subnet leads the replies for the task. */
export function judgeReturn(routes: SubnetFacts['routes'], table: string, place: Place, { kind, vpc, from: { subnet } }: Way): Judgement {
  return judgeWayBack(routes, { table, place, to: `subnet ${subnet.id}`, ...family(kind === 'ipv4' ? 4 : 6, rangeOf(subnet, kind), subnet, vpc) });
}

function family(
  version: 4 | 6, range: SubnetFacts['ipv4Cidr'], subnet: SubnetFacts, vpc: Way['vpc'],
): Pick<Parameters<typeof judgeWayBack>[1], 'family' | 'range' | 'vpcRanges'> {
  const ranges = vpcRanges(vpc, version, subnet);
  const known = ranges.filter(one => !isUnknown(one)) as readonly string[];
  return {
    family: version,
    ...range === undefined || isUnknown(range) ? {} : { range },
    ...known.length < ranges.length ? {} : { vpcRanges: known },
  };
}
