import { isAmong, overlaps, parseRange, Space } from './addresses';
import { Fact, isUnknown, Route } from './facts';
import { besideLocal } from './route-tables';
import { vpcRanges, Way } from './way';

/**
 * The routes of a table with the local routes, which the facts may leave out, unless other routes have replaced them. They matter if the
 * destination may be in the VPC. If a range of the VPC is public, they keep the traffic to hosts of the internet with such addresses.
 */
export function withLocalRoutes(
  routes: Fact<readonly Route[]>, { from: { subnet }, vpc, inVpc, kind, destination }: Pick<Way, 'from' | 'vpc' | 'inVpc' | 'kind' | 'destination'>,
): Fact<readonly Route[]> {
  if (isUnknown(routes)) return routes;
  const isInternet = inVpc === 'no';
  if (isInternet && kind !== 'ipv4') return routes;
  // Only a created route replaces a local one.
  const listed = routes.map(({ destination: to, origin = 'static' }) => 'cidr' in to && origin === 'static' ? to.cidr : undefined);
  const missing = vpcRanges(vpc, kind === 'ipv4' ? 4 : 6, subnet).filter(range => isUnknown(range) ? !isInternet : !listed.includes(range));
  const spans = missing.flatMap(range => isUnknown(range) ? [] : [parseRange(range)!.span]);
  if (isInternet && !overlaps(destination, spans)) return routes;
  const local = missing.map((cidr): Route => ({ destination: { cidr }, target: { kind: 'local' } }));
  return [...routes.flatMap(route => isWithin(route, spans) ? besideLocal(route) : [route]), ...local];
}

function isWithin({ destination }: Route, spans: Space): boolean {
  if (!('cidr' in destination) || isUnknown(destination.cidr)) return false;
  const span = parseRange(destination.cidr)?.span;
  return span !== undefined && isAmong([span], spans);
}
