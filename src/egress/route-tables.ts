import { describeSpan, intersect, parseRange, Space, Span, subtract } from './addresses';
import { Fact, isUnknown, Route, RouteTarget } from './facts';
import { agreed, allOf, doubted, Judgement, seen, step } from './outcome';
import { capital, list } from './sentences';
import { describeTarget } from './targets';

/** A hop that may carry the traffic judged here. A gateway endpoint carries only S3 or DynamoDB. */
type Hop = Exclude<RouteTarget, { readonly kind: 'gateway-endpoint' }>;

/** Judges a hop that carries part of the traffic. `of` names the route in messages, e.g. `Subnet a: 0.0.0.0/0 -> NAT gateway Nat`. */
export type HopJudge = (target: Hop, of: string) => Judgement;

/** A route with the span of addresses that it covers; `span` is undefined if that is not known. */
interface Piece {
  readonly route: Route;
  readonly target: Fact<Hop>;
  readonly name: string;
  readonly prefixLength: number;
  readonly span?: Span;
  /** Why the span is not known. */
  readonly doubt?: string;
}

/** What is looked for in a route table. */
interface Search {
  /** The table's subnet: construct path or id. */
  readonly subnet: string;
  readonly destination: Space;
  /** Name of the destination in messages. */
  readonly where: string;
  /** Whether `local` routes may lead to it. They never lead to hosts of the internet, whatever ranges they cover. */
  readonly mayBeLocal: boolean;
  /** What to do if no route leads there. */
  readonly remedy: string;
}

/**
 * Follows the routes of a table for every address of a destination. The longest prefix wins, so two `/1` routes are a default
 * route, and a more specific blackhole drops what it covers.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function judgeRoutes(routes: Fact<readonly Route[]>, search: Search, judgeHop: HopJudge): Judgement {
  const { subnet, destination, where, mayBeLocal, remedy } = search;
  const subject = `subnet ${subnet}`;
  return seen(routes, subject, known => {
    const isLocal = ({ target }: Piece) => !isUnknown(target) && target.kind === 'local' && !mayBeLocal;
    const pieces = known.flatMap(piecesOf);
    const judge = (piece: Piece) => judgePiece(piece, subject, judgeHop);
    const unseenRanges = pieces.filter(piece => piece.span === undefined && !isLocal(piece));
    const anywhere = unseenRanges.map(judge);
    const parts: Judgement[] = [];
    let left = destination;
    const lengths = [...new Set(pieces.filter(({ span }) => span !== undefined).map(({ prefixLength }) => prefixLength))].sort((a, b) => b - a);
    for (const length of lengths) {
      for (const same of bySpan(pieces.filter(({ prefixLength, span }) => span !== undefined && prefixLength === length))) {
        if (intersect(left, same[0].span!).length === 0) continue;
        left = subtract(left, same[0].span!);
        const beyond = inForce(same).filter(piece => !isLocal(piece));
        if (beyond.length > 0) parts.push(mixed([...beyond.map(judge), ...anywhere]));
      }
    }
    if (left.length > 0 || parts.length === 0) {
      parts.push(mixed([step('unreachable', subject, noRoute(known, subject, where, parts.length > 0 ? left : []), remedy), ...anywhere]));
    }
    const whole = mixed(parts);
    // An unknown range leaves a doubt only if its route leads elsewhere than the others.
    return whole.outcome === 'unknown' ? allOf([whole, ...unseenRanges.map(piece => unseenRange(piece, subject, where))]) : whole;
  }, `Check that the subnet's route table leads to ${where}.`);
}

/**
 * Of several routes of one prefix, those that AWS may use: an active route wins over a blackhole. The facts do not tell which of
 * the others AWS prefers, so the result is what they agree on.
 */
function inForce(same: readonly Piece[]): readonly Piece[] {
  const active = same.filter(({ route }) => route.state !== 'blackhole');
  return active.length > 0 ? active : same;
}

/** @param missing  what no route leads to, if routes lead to the rest */
function noRoute(routes: readonly Route[], subject: string, where: string, missing: Space): string {
  const name = capital(subject);
  if (missing.length > 0) return `${name} has routes to only part of ${where} (none to ${describeSpan(missing[0])}, for example); ${routesOf(routes)}.`;
  return `${name} has no route to ${where}; ${routesOf(routes)}.`;
}

function routesOf(routes: readonly Route[]): string {
  const texts = routes.filter(({ target }) => isUnknown(target) || target.kind !== 'local')
    .map(({ destination, target }) => `${destinationName(destination)} -> ${isUnknown(target) ? 'a target that is not known' : describeTarget(target)}`);
  return texts.length === 0 ? 'its only route is the VPC\'s local route' : `besides the VPC's local route, it has ${list(texts)}`;
}

/** If all parts agree, that is the result; otherwise unknown, since it is not known which range Postman's address is in. */
function mixed(parts: readonly Judgement[]): Judgement {
  const outcome = agreed(parts.map(part => part.outcome));
  const steps = parts.flatMap(part => part.steps);
  return outcome === 'unknown' ? doubted({ outcome: 'unreachable', steps }) : { outcome, steps };
}

function judgePiece({ route, target, name }: Piece, subject: string, judgeHop: HopJudge): Judgement {
  const sentence = capital(subject);
  // A blackhole of unknown target may be the route of a gateway endpoint, which does not matter here.
  if (route.state === 'blackhole' && !isUnknown(target)) {
    return step('unreachable', subject, `${sentence}: the route for ${name} is a blackhole, because its target no longer exists.`,
      'Point the route at a NAT gateway or an internet gateway that exists.');
  }
  return seen(target, subject, hop => judgeHop(hop, `${sentence}: ${name} -> ${describeTarget(hop)}`), `Check where the route for ${name} leads.`);
}

function unseenRange({ target, doubt }: Piece, subject: string, where: string): Judgement {
  const route = isUnknown(target) ? 'one of its routes' : target.kind === 'local' ? 'its local route' : `its route to ${describeTarget(target)}`;
  return step('unknown', subject, `${capital(subject)}: it is unknown which addresses ${route} covers: ${doubt}.`, `Check whether it covers ${where}.`);
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
  if (isUnknown(cidrs)) return [{ route, target, name, prefixLength: -1, doubt: cidrs.unknown }];
  return cidrs.map(cidr => {
    const range = parseRange(cidr);
    return range
      ? { route, target, name, prefixLength: range.prefixLength, span: range.span }
      : { route, target, name: `${name === cidr ? name : `${name}, ${cidr}`} (not a CIDR range)`, prefixLength: -1, doubt: `"${cidr}" is not a CIDR range` };
  });
}

function cidrsOf(destination: Route['destination']): Fact<readonly string[]> {
  if ('prefixList' in destination) return destination.cidrs;
  return isUnknown(destination.cidr) ? destination.cidr : [destination.cidr];
}

function bySpan(pieces: readonly Piece[]): Piece[][] {
  const groups = new Map<bigint, Piece[]>();
  for (const piece of pieces) groups.set(piece.span![0], [...groups.get(piece.span![0]) ?? [], piece]);
  return [...groups.values()];
}
