import { describeSpan, intersect, parseRange, Space, Span, subtract } from './addresses';
import { Fact, isUnknown, Route, RouteTarget } from './facts';
import { agreed, allOf, doubted, Judgement, seen, step } from './outcome';
import { capital, list } from './sentences';
import { describeTarget } from './targets';

/** A hop that may carry what is judged here. A gateway endpoint carries S3 or DynamoDB alone. */
type Hop = Exclude<RouteTarget, { readonly kind: 'gateway-endpoint' }>;

/** Judges a hop that carries some of the destination. `of` is how a sentence calls the route, e.g. `0.0.0.0/0 -> NAT gateway Nat`. */
export type HopJudge = (target: Hop, of: string) => Judgement;

/** A route with the part of the line of addresses that it names; `span` is undefined where that is not known. */
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
  /** How a reader finds the table's subnet. */
  readonly subnet: string;
  readonly destination: Space;
  /** How sentences call the destination. */
  readonly where: string;
  /** Whether `local` routes may lead to it. They never lead to the hosts of the internet, whatever they cover. */
  readonly mayBeLocal: boolean;
  /** What to do where no route leads there. */
  readonly remedy: string;
}

/**
 * Follows the routes of a table for every address of a destination: the longest prefix wins, so that two `/1` routes are a
 * default route, and a more specific blackhole swallows what it names.
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
    // An unseen range leaves a doubt only where its route leads elsewhere than the others.
    return whole.outcome === 'unknown' ? allOf([whole, ...unseenRanges.map(piece => unseenRange(piece, subject, where))]) : whole;
  }, `See that ${subject} has a route to ${where}.`);
}

/**
 * Of several routes of one prefix, those that may be in force: a blackhole gives way to one whose target is there. What the
 * rest agree on holds, since the facts do not tell which of them AWS prefers.
 */
function inForce(same: readonly Piece[]): readonly Piece[] {
  const active = same.filter(({ route }) => route.state !== 'blackhole');
  return active.length > 0 ? active : same;
}

/** @param missing  what no route leads to, where others lead to a part */
function noRoute(routes: readonly Route[], subject: string, where: string, missing: Space): string {
  const name = capital(subject);
  if (missing.length > 0) return `${name} has a route to only a part of ${where}, and none to ${describeSpan(missing[0])}, for example; ${routesOf(routes)}.`;
  return `${name} has no route to ${where}; ${routesOf(routes)}.`;
}

function routesOf(routes: readonly Route[]): string {
  const texts = routes.filter(({ target }) => isUnknown(target) || target.kind !== 'local').map(({ destination, target }) => `${destinationName(destination)} -> ${isUnknown(target) ? '?' : describeTarget(target)}`);
  return texts.length === 0 ? 'it has none but the local one of its VPC' : `its routes, beside the local one, are ${list(texts)}`;
}

/** What every part says holds; where they differ, nobody knows which part the agent's destination is in. */
function mixed(parts: readonly Judgement[]): Judgement {
  const outcome = agreed(parts.map(part => part.outcome));
  const steps = parts.flatMap(part => part.steps);
  return outcome === 'unknown' ? doubted({ outcome: 'unreachable', steps }) : { outcome, steps };
}

function judgePiece({ route, target, name }: Piece, subject: string, judgeHop: HopJudge): Judgement {
  const sentence = capital(subject);
  // A blackhole whose target nobody knows may be that of a gateway endpoint, which is no matter here.
  if (route.state === 'blackhole' && !isUnknown(target)) {
    return step('unreachable', subject, `${sentence}: the route for ${name} is a blackhole, since its target is gone.`, 'Point the route at a NAT gateway or an internet gateway that exists.');
  }
  return seen(target, subject, hop => judgeHop(hop, `${sentence}: ${name} -> ${describeTarget(hop)}`), `See where the route for ${name} leads.`);
}

function unseenRange({ target, doubt }: Piece, subject: string, where: string): Judgement {
  const hop = isUnknown(target) ? '' : ` to ${describeTarget(target)}`;
  return step('unknown', subject, `${capital(subject)}: what its route${hop} covers is not in view: ${doubt}.`, `See whether it covers ${where}.`);
}

function destinationName(destination: Route['destination']): string {
  if ('prefixList' in destination) return `prefix list ${destination.prefixList}`;
  return isUnknown(destination.cidr) ? '?' : destination.cidr;
}

function piecesOf(route: Route): Piece[] {
  const { target } = route;
  if (!isUnknown(target) && target.kind === 'gateway-endpoint') return [];
  const name = destinationName(route.destination);
  const cidrs = cidrsOf(route.destination);
  if (isUnknown(cidrs)) return [{ route, target, name: name === '?' ? cidrs.unknown : name, prefixLength: -1, doubt: cidrs.unknown }];
  return cidrs.map(cidr => {
    const range = parseRange(cidr);
    return range
      ? { route, target, name, prefixLength: range.prefixLength, span: range.span }
      : { route, target, name: `${name === cidr ? name : `${name}, ${cidr}`} (no range)`, prefixLength: -1, doubt: `${cidr} is no range` };
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
