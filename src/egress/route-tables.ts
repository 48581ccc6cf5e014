import { describeSpan, intersect, overlaps, parseRange, Space, Span, subtract } from './addresses';
import { Fact, isUnknown, Route, RouteTarget } from './facts';
import { allOf, FINE, Judgement, mixed, Place, point, seen, unseen } from './outcome';
import { RouteGoal, RouteTaken } from './reasons';
import { describeTarget } from './targets';

/** A hop that may carry the traffic judged here. A gateway endpoint carries only S3 or DynamoDB. */
export type Hop = Exclude<RouteTarget, { readonly kind: 'gateway-endpoint' }>;

/** Judges a hop that carries part of the traffic, which takes `via` to get there. */
export type HopJudge = (target: Hop, via: RouteTaken, carried: Space) => Judgement;

/** What the priority of a route among those of one prefix follows from. The lowest rank wins. */
const RANK = { 'static': 0, 'prefix-list': 1, 'propagated': 2 } as const;

/** A route with the span of addresses that it covers; `span` is undefined if that is not known. */
interface Piece {
  readonly route: Route;
  readonly target: Fact<Hop>;
  readonly name: string;
  readonly prefixLength: number;
  /** Several if the origin of the route is not known. */
  readonly ranks: readonly number[];
  readonly span?: Span;
  /** Why the span is not known. */
  readonly doubt?: string;
}

/** What is looked for in a route table. */
interface Search {
  /** Whose table it is, with its kind: `subnet subnet-1`. */
  readonly table: string;
  readonly place: Place;
  readonly destination: Space;
  /** Name of the destination in messages. */
  readonly where: string;
  /** Whether `local` routes may lead to it. They never lead to hosts of the internet, also if a range of the VPC is public. */
  readonly mayBeLocal: boolean;
  /** What kind of route is missing if none leads there. */
  readonly goal: RouteGoal;
}

/**
 * Follows the routes of a table for every address of a destination. The longest prefix wins, so two `/1` routes are a default
 * route, and a more specific blackhole drops what it covers.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function judgeRoutes(routes: Fact<readonly Route[]>, search: Search, judgeHop: HopJudge): Judgement {
  const { table, place, destination, where, mayBeLocal, goal } = search;
  return seen(routes, place, 'routes', known => {
    const pieces = known.flatMap(piecesOf);
    const judge = (piece: Piece, carried: Space) => judgePiece(piece, search, judgeHop, carried);
    // A local route of unknown range is taken to be for private addresses, as nearly all VPCs have.
    const unseenRanges = pieces.filter(({ span, target }) => span === undefined && (mayBeLocal || isUnknown(target) || target.kind !== 'local'));
    const anywhere = (carried: Space) => unseenRanges.map(piece => judge(piece, carried));
    const { parts, left } = follow(pieces, destination);
    const judged = parts.map(({ carried, used }) => mixed([...used.map(piece => judge(piece, carried)), ...anywhere(carried)]));
    if (left.length > 0 || judged.length === 0) {
      const missing = judged.length > 0 ? describeSpan(left[0]) : undefined;
      const none = point('unreachable', place, {
        kind: 'no-route', table, where, goal, ...missing === undefined ? {} : { missing }, routes: known.filter(isVisible).map(route => taken(route, table)),
      });
      const others = anywhere(left.length > 0 ? left : destination);
      // A route of unknown range may be the one that is missing: then it is the finding.
      judged.push(mixed([...others.length > 0 && judged.length === 0 ? [{ ...none, points: [] }] : [none], ...others]));
    }
    const whole = mixed(judged);
    // An unknown range leaves a doubt only if its route leads elsewhere than the others.
    return whole.outcome === 'unknown' ? allOf([whole, ...unseenRanges.map(piece => unseenRange(piece, search))]) : whole;
  }, { where });
}

/** The addresses that the same routes carry. */
interface Part {
  readonly carried: Space;
  readonly used: readonly Piece[];
}

/** Distributes the addresses of a destination over the routes: the longest prefix first. `left` is what no route covers. */
function follow(pieces: readonly Piece[], destination: Space): { readonly parts: readonly Part[]; readonly left: Space } {
  const parts: Part[] = [];
  let left = destination;
  const known = pieces.filter(({ span }) => span !== undefined);
  const lengths = [...new Set(known.map(({ prefixLength }) => prefixLength))].sort((a, b) => b - a);
  for (const length of lengths) {
    for (const same of bySpan(known.filter(({ prefixLength }) => prefixLength === length))) {
      const carried = intersect(left, same[0].span!);
      if (carried.length === 0) continue;
      left = subtract(left, same[0].span!);
      parts.push({ carried, used: inForce(same) });
    }
  }
  return { parts, left };
}

/**
 * Of several routes of one prefix, those that AWS may use: a static route before one to a prefix list, and that before a propagated
 * one. AWS does not say whether a blackhole keeps its priority, so the next route counts, too. Of routes with one priority, an active
 * one wins over a blackhole.
 */
function inForce(same: readonly Piece[]): readonly Piece[] {
  const used: Piece[] = [];
  for (const rank of Object.values(RANK)) {
    const here = same.filter(({ ranks }) => ranks.includes(rank));
    const active = here.filter(({ route }) => route.state !== 'blackhole');
    // Of a route of unknown origin, it is not known whether it hides a blackhole of this rank, and the next routes.
    const hides = active.some(({ ranks: all }) => all.length === 1);
    used.push(...hides ? active : here);
    if (hides) break;
  }
  return [...new Set(used)];
}

function isVisible({ target }: Route): boolean {
  return isUnknown(target) || target.kind !== 'local';
}

function judgePiece({ route, target, name }: Piece, { table, place, where, mayBeLocal }: Search, judgeHop: HopJudge, carried: Space): Judgement {
  // A blackhole of unknown target may be the route of a gateway endpoint, which does not matter here.
  if (route.state === 'blackhole' && !isUnknown(target)) return point('unreachable', place, { kind: 'blackhole', table, destination: name });
  if (!isUnknown(target) && target.kind === 'local' && !mayBeLocal) {
    return point('unreachable', place, { kind: 'local-public-range', via: [{ table, destination: name, target: describeTarget(target) }] });
  }
  return seen(target, place, 'route-target', hop => judgeHop(hop, { table, destination: name, target: describeTarget(hop) }, carried),
    { where: isUnknown(target) ? name : where });
}

function unseenRange({ target, doubt }: Piece, { table, place, where }: Search): Judgement {
  return point('unknown', place, {
    kind: 'unseen-range', table, ...isUnknown(target) ? {} : { target: describeTarget(target) }, doubt: doubt!, where,
  });
}

function taken({ destination, target }: Route, table: string): RouteTaken {
  return { table, destination: destinationName(destination), target: isUnknown(target) ? 'a target that is not known' : describeTarget(target) };
}

function destinationName(destination: Route['destination']): string {
  if ('prefixList' in destination) return `prefix list ${destination.prefixList}`;
  return isUnknown(destination.cidr) ? 'a range that is not known' : destination.cidr;
}

function piecesOf(route: Route): Piece[] {
  const { target } = route;
  if (!isUnknown(target) && target.kind === 'gateway-endpoint') return [];
  const name = destinationName(route.destination);
  const cidrs = cidrsOf(route.destination);
  const ranks = ranksOf(route);
  if (isUnknown(cidrs)) return [{ route, target, name, ranks, prefixLength: -1, doubt: cidrs.unknown }];
  return cidrs.map(cidr => {
    const range = parseRange(cidr);
    return range
      ? { route, target, name, ranks, prefixLength: range.prefixLength, span: range.span }
      : { route, target, name: `${name === cidr ? name : `${name}, ${cidr}`} (not a CIDR range)`, ranks, prefixLength: -1, doubt: `"${cidr}" is not a CIDR range` };
  });
}

function ranksOf({ destination, origin = 'static' }: Route): readonly number[] {
  const created = 'prefixList' in destination ? RANK['prefix-list'] : RANK.static;
  if (isUnknown(origin)) return [created, RANK.propagated];
  return [origin === 'propagated' ? RANK.propagated : created];
}

function cidrsOf(destination: Route['destination']): Fact<readonly string[]> {
  if ('prefixList' in destination) return destination.cidrs;
  return isUnknown(destination.cidr) ? destination.cidr : [destination.cidr];
}

function bySpan(pieces: readonly Piece[]): Piece[][] {
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = piece.span!.join();
    groups.set(key, [...groups.get(key) ?? [], piece]);
  }
  return [...groups.values()];
}

/**
 * A route in a range of the VPC, beside the local one. A propagated route never comes before that, so a route of unknown origin may
 * not count.
 */
export function besideLocal(route: Route): readonly Route[] {
  const { origin = 'static' } = route;
  if (isUnknown(origin)) return [{ ...route, target: origin, state: 'active' }];
  return origin === 'propagated' ? [] : [route];
}

/** The shortest prefix, so the widest range, that a VPC can have. @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const SHORTEST_LOCAL = { 4: 16, 6: 44 } as const;

/** What a created route within a range of the VPC can lead to, other than `local`. */
const BESIDE_LOCAL: readonly Hop['kind'][] = ['nat-gateway', 'network-interface', 'instance', 'gateway-load-balancer-endpoint', 'firewall-endpoint', 'vpc-endpoint'];

/** Replies on their way from a gateway, or from a NAT gateway's subnet, to a subnet of the VPC. */
interface Return {
  /** Whose table they meet, with its kind: `subnet subnet-1`. */
  readonly table: string;
  readonly place: Place;
  /** What they go to, with its kind: `subnet subnet-1`. */
  readonly to: string;
  /** Its range; undefined if it is not known. */
  readonly range?: string;
  readonly family: 4 | 6;
  /** The VPC's ranges of that family; undefined if they are not known. */
  readonly vpcRanges?: readonly string[];
}

/**
 * Whether a route table leads replies directly to a subnet of the VPC, by the `local` route. A more specific route, or another target
 * of the local route, leads them elsewhere, and through an appliance both directions must pass. A propagated route never comes before
 * the local one.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
export function judgeWayBack(routes: Fact<readonly Route[]>, way: Return): Judgement {
  const { table, place, to } = way;
  // That the table cannot be seen is a point of the way out.
  if (isUnknown(routes)) return FINE;
  const pieces = routes.flatMap(besideLocal).flatMap(piecesOf);
  const destination = spaceOf(way);
  const { parts } = follow([...pieces, ...localPieces(way, pieces)], destination);
  const judged = parts.map(({ used }) => mixed(used.map(piece => judgeReply(piece, way))));
  const doubts = pieces.filter(({ span, target }) => span === undefined && (isUnknown(target) || BESIDE_LOCAL.includes(target.kind)))
    .map(({ target, doubt }) => point('unknown', place, {
      kind: 'back-unseen-range', to, doubt: doubt!, via: [{ table, destination: 'a range that is not known', target: nameOf(target) }],
    }, 'back'));
  return allOf([...judged.length > 0 ? [mixed(judged)] : [], ...doubts]);
}

function nameOf(target: Fact<Hop>): string {
  return isUnknown(target) ? 'a target that is not known' : describeTarget(target);
}

function judgeReply({ target, name, route }: Piece, { table, place, to }: Return): Judgement {
  const via = [{ table, destination: name, target: nameOf(target) }];
  if (route.state !== 'blackhole' && !isUnknown(target) && target.kind === 'local') return FINE;
  if (route.state === 'blackhole') return point('unreachable', place, { kind: 'back-blackhole', to, via }, 'back');
  if (isUnknown(target)) return unseen(place, target, 'route-target', { where: name });
  return point('unknown', place, { kind: 'back-elsewhere', to, via }, 'back');
}

/** Where the replies may go: the subnet's range, else any range of the VPC, else any address of the family. */
function spaceOf({ range, vpcRanges: ranges = [], family }: Return): Space {
  const spans: Span[] = (range === undefined ? ranges : [range]).flatMap(cidr => spanOf(cidr));
  return spans.length > 0 ? spans : [parseRange(family === 4 ? '0.0.0.0/0' : '::/0')!.span];
}

function spanOf(cidr: string): Span[] {
  const range = parseRange(cidr);
  return range ? [range.span] : [];
}

/** The local routes, which may be left out of the facts, unless they have been replaced by routes of the same range. */
function localPieces({ vpcRanges: ranges, range, family }: Return, pieces: readonly Piece[]): Piece[] {
  const target: Hop = { kind: 'local' };
  const local = (cidr: string, span: Span, prefixLength: number): Piece => ({
    route: { destination: { cidr }, target }, target, name: cidr, ranks: [RANK.static], span, prefixLength,
  });
  if (ranges === undefined || ranges.length === 0) {
    const everything = family === 4 ? '0.0.0.0/0' : '::/0';
    return [local(everything, parseRange(everything)!.span, SHORTEST_LOCAL[family])];
  }
  const missing = ranges.filter(cidr => !pieces.some(({ span }) => span !== undefined && String(span) === String(parseRange(cidr)?.span)));
  const known = missing.flatMap(cidr => {
    const parsed = parseRange(cidr);
    return parsed ? [local(cidr, parsed.span, parsed.prefixLength)] : [];
  });
  // A subnet outside the known ranges is in a range that is not known.
  const subnet = range === undefined ? undefined : parseRange(range);
  const isCovered = subnet === undefined || ranges.some(cidr => overlaps([subnet.span], [parseRange(cidr)?.span ?? subnet.span]));
  return isCovered ? known : [...known, local(range!, subnet.span, SHORTEST_LOCAL[family])];
}

