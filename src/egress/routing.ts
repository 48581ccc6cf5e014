import { Fact, isUnknown, OpaqueHop, Route, RouteTarget } from './facts';
import { agreed, Judgement, list, seen, step } from './judgement';
import { intersect, parseRange, Space, subtract } from './ranges';

/** Judges a hop that carries some of the destination. `of` is how a sentence calls the route, e.g. `0.0.0.0/0 -> NAT gateway Nat`. */
export type JudgeHop = (target: RouteTarget, of: string) => Judgement;

/** What is behind a hop whose far side is out of view, and what to look at there. */
const BEHIND: { readonly [hop in OpaqueHop]: readonly [name: string, check: string] } = {
  'transit-gateway': ['transit gateway', 'See that its route table leads to a VPC or a site with a way out to the internet, and back.'],
  'virtual-private-gateway': ['virtual private gateway', 'See that the site behind it lets the traffic out to the internet.'],
  'network-interface': ['network interface', 'See that what it belongs to (a NAT instance, a firewall) forwards to the internet, and that its source/destination check is off.'],
  'instance': ['instance', 'See that it forwards to the internet: a NAT instance needs its source/destination check off, a public address and IP forwarding.'],
  'gateway-load-balancer-endpoint': ['Gateway Load Balancer endpoint', 'See that its appliances let the traffic pass, and that the route table of its subnet leads to the internet.'],
  'firewall-endpoint': ['firewall endpoint', 'See that the firewall\'s rules let the traffic pass, and that the route table of its subnet leads to the internet.'],
  'local-gateway': ['local gateway', 'See that the on-premises network of the Outpost lets the traffic out to the internet.'],
  'carrier-gateway': ['carrier gateway', 'See that the interface has a carrier address and that the carrier\'s network leads to the internet.'],
  'core-network': ['core network', 'See that its segment leads to a VPC or a site with a way out to the internet, and back.'],
};

const NAMES: { readonly [kind in Exclude<RouteTarget['kind'], OpaqueHop>]: string } = {
  'local': 'local',
  'internet-gateway': 'internet gateway',
  'egress-only-internet-gateway': 'egress-only internet gateway',
  'nat-gateway': 'NAT gateway',
  'vpc-peering-connection': 'VPC peering connection',
  'gateway-endpoint': 'gateway endpoint',
};

export function isOpaque(target: RouteTarget): target is Extract<RouteTarget, { kind: OpaqueHop }> {
  return target.kind in BEHIND;
}

export function nameOf(target: RouteTarget): string {
  const name = isOpaque(target) ? BEHIND[target.kind][0] : NAMES[target.kind];
  return 'id' in target ? `${name} ${target.id}` : name;
}

export function behind(target: Extract<RouteTarget, { kind: OpaqueHop }>, subject: string, of: string): Judgement {
  return step('unknown', subject, `${of}, whose far side is not in view.`, BEHIND[target.kind][1]);
}

/** A route with the part of the line of addresses that it names; `range` undefined where that is not known. */
interface Piece {
  readonly route: Route;
  readonly name: string;
  readonly prefixLength: number;
  readonly span?: readonly [bigint, bigint];
}

/**
 * Follows the routes of a table for every address of a destination: the longest prefix wins, so that two `/1` routes are a
 * default route, and a more specific blackhole swallows what it names.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function judgeRoutes(routes: Fact<readonly Route[]>, destination: Space, subnet: string, where: string, judgeHop: JudgeHop): Judgement {
  const subject = `subnet ${subnet}`;
  return seen(routes, subject, known => {
    // A gateway endpoint carries S3 or DynamoDB alone, and nothing of what is judged here.
    const pieces = known.filter(({ target }) => isUnknown(target) || target.kind !== 'gateway-endpoint').flatMap(piecesOf);
    const judge = ({ route, name }: Piece) => judgeRoute(route, name, subject, judgeHop);
    const anywhere = pieces.filter(({ span }) => span === undefined).map(judge);
    const parts: Judgement[] = [];
    let left = destination;
    const lengths = [...new Set(pieces.filter(({ span }) => span !== undefined).map(({ prefixLength }) => prefixLength))].sort((a, b) => b - a);
    for (const length of lengths) {
      // Two routes of one prefix cannot both be in force: what they agree on holds.
      for (const same of bySpan(pieces.filter(({ prefixLength, span }) => span !== undefined && prefixLength === length))) {
        if (intersect(left, same[0].span!).length === 0) continue;
        left = subtract(left, same[0].span!);
        parts.push(mixed([...same.map(judge), ...anywhere]));
      }
    }
    if (left.length > 0) parts.push(mixed([step('unreachable', subject, noRoute(known, subject, where, parts.length > 0), REMEDY_NO_ROUTE), ...anywhere]));
    return mixed(parts);
  }, `See that ${subject} has a route to ${where}.`);
}

const REMEDY_NO_ROUTE = 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets that have one.';

function noRoute(routes: readonly Route[], subject: string, where: string, someParts: boolean): string {
  const name = subject.charAt(0).toUpperCase() + subject.slice(1);
  if (someParts) return `${name} has a route to only a part of ${where}; ${routesOf(routes)}.`;
  return `${name} has no route to ${where}; ${routesOf(routes)}.`;
}

function routesOf(routes: readonly Route[]): string {
  const texts = routes.map(({ destination, target }) => `${destinationName(destination)} -> ${isUnknown(target) ? '?' : nameOf(target)}`);
  return texts.length === 0 ? 'it has none but the local one of its VPC' : `its routes, beside the local one, are ${list(texts)}`;
}

/** What every part says holds; where they differ, nobody knows which part the agent's destination is in. */
function mixed(parts: readonly Judgement[]): Judgement {
  const outcome = agreed(parts.map(part => part.outcome));
  const steps = parts.flatMap(part => part.steps);
  return { outcome, steps: outcome === 'unknown' ? steps.map(one => one.outcome === 'unreachable' ? { ...one, outcome } : one) : steps };
}

function judgeRoute(route: Route, name: string, subject: string, judgeHop: JudgeHop): Judgement {
  const sentence = subject.charAt(0).toUpperCase() + subject.slice(1);
  // A blackhole whose target nobody knows may be that of a gateway endpoint, which is no matter here.
  if (route.state === 'blackhole' && !isUnknown(route.target)) {
    return step('unreachable', subject, `${sentence}: the route for ${name} is a blackhole, since its target is gone.`, 'Point the route at a NAT gateway or an internet gateway that exists.');
  }
  return seen(route.target, subject, target => judgeHop(target, `${sentence}: ${name} -> ${nameOf(target)}`), `See where the route for ${name} leads.`);
}

function destinationName(destination: Route['destination']): string {
  if ('prefixList' in destination) return `prefix list ${destination.prefixList}`;
  return isUnknown(destination.cidr) ? '?' : destination.cidr;
}

function piecesOf(route: Route): Piece[] {
  const name = destinationName(route.destination);
  const cidrs = 'prefixList' in route.destination ? route.destination.cidrs : isUnknown(route.destination.cidr) ? route.destination.cidr : [route.destination.cidr];
  if (isUnknown(cidrs)) return [{ route, name: name === '?' ? cidrs.unknown : name, prefixLength: -1 }];
  return cidrs.map(cidr => {
    const range = parseRange(cidr);
    return range ? { route, name, prefixLength: range.prefixLength, span: range.span } : { route, name: `${name} (no range)`, prefixLength: -1 };
  });
}

function bySpan(pieces: readonly Piece[]): Piece[][] {
  const groups = new Map<bigint, Piece[]>();
  for (const piece of pieces) groups.set(piece.span![0], [...groups.get(piece.span![0]) ?? [], piece]);
  return [...groups.values()];
}
