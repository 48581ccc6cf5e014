import { isUnknown, Unknown } from './facts';
import { Reason, RouteTaken, UnseenReason } from './reasons';

export type Outcome = 'reachable' | 'unreachable' | 'unknown';

/** What a point of a path is. `id` is a construct path or an AWS id; of a kind of which a service has one, it is the kind's name. */
export interface Place {
  readonly kind: 'service' | 'startup' | 'vpc' | 'subnet' | 'security-groups' | 'network-acl' | 'internet-gateway' | 'nat-gateway' | 'instance' | 'proxy'
  | 'condition';
  readonly id: string;
}

/** A point of the way that is not at the interface: at a hop that the routes lead to, or at the destination, such as a proxy. */
export type PointAt = { readonly hop: readonly RouteTaken[] } | 'destination';

/** One judged point of a path. */
export interface Point {
  readonly place: Place;
  /** @default - at the interface and its subnet */
  readonly at?: PointAt;
  /** Whether the traffic is on its way to the destination, or back to the task. */
  readonly direction: 'out' | 'back';
  readonly outcome: Outcome;
  readonly reason: Reason;
}

/** An outcome with the points that it follows from, in the order of the path. The outcome is that of the worst point. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly points: readonly Point[];
}

/** How bad an outcome is if all of several points must be passed. */
const BADNESS: { readonly [outcome in Outcome]: number } = { reachable: 0, unknown: 1, unreachable: 2 };

/** A path is as good as its worst point. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => BADNESS[b] > BADNESS[a] ? b : a, 'reachable');
}

/** The outcome if one of several possibilities is the case, and it is not known which. */
export function agreed(outcomes: readonly Outcome[]): Outcome {
  return outcomes.length > 0 && outcomes.every(outcome => outcome === outcomes[0]) ? outcomes[0] : 'unknown';
}

export function point(outcome: Outcome, place: Place, reason: Reason, direction: Point['direction'] = 'out'): Judgement {
  return { outcome, points: [{ place, direction, outcome, reason }] };
}

/** The point for a fact that cannot be seen. */
export function unseen(place: Place, { unknown }: Unknown, of: UnseenReason['of'], more: Pick<UnseenReason, 'where'> = {}): Judgement {
  return point('unknown', place, { kind: 'unseen', of, unknown, ...more });
}

/** The same points, farther along the way. A point that is at a place already stays there. */
export function at(where: PointAt, { outcome, points }: Judgement): Judgement {
  return { outcome, points: points.map(one => one.at === undefined ? { ...one, at: where } : one) };
}

/** Passes silently: no point is reported. */
export const FINE: Judgement = { outcome: 'reachable', points: [] };

/** All of these must be reachable. */
export function allOf(judgements: readonly Judgement[]): Judgement {
  return { outcome: worst(judgements.map(({ outcome }) => outcome)), points: judgements.flatMap(({ points }) => points) };
}

/** One of these is enough. The points are those of the first that is reachable, or of all if none is. */
export function anyOf(judgements: readonly Judgement[]): Judgement {
  const open = judgements.find(({ outcome }) => outcome === 'reachable');
  if (open) return open;
  const outcome: Outcome = judgements.some(judgement => judgement.outcome === 'unknown') ? 'unknown' : 'unreachable';
  // What closes an unreachable one says enough: the doubts about it change nothing.
  const points = judgements.flatMap(judgement => judgement.points.filter(one => judgement.outcome !== 'unreachable' || one.outcome === 'unreachable'));
  return { outcome, points: outcome === 'unknown' ? noWorseThanUnknown(points) : points };
}

/** If all agree, that is the result; otherwise unknown, since it is not known which of them is the case. */
export function mixed(parts: readonly Judgement[]): Judgement {
  const outcome = agreed(parts.map(part => part.outcome));
  const points = parts.flatMap(part => part.points);
  return outcome === 'unknown' ? { outcome, points: noWorseThanUnknown(points) } : { outcome, points };
}

/** The same if something else decides: what is unreachable here may not matter for the whole. */
export function doubted(judgement: Judgement): Judgement {
  return judgement.outcome === 'unreachable' ? { outcome: 'unknown', points: noWorseThanUnknown(judgement.points) } : judgement;
}

/** {@link doubted} on a condition. */
export function doubtedIf(isDoubtful: boolean, judgement: Judgement): Judgement {
  return isDoubtful ? doubted(judgement) : judgement;
}

function noWorseThanUnknown(points: readonly Point[]): Point[] {
  return points.map(one => one.outcome === 'unreachable' ? { ...one, outcome: 'unknown' } : one);
}

/**
 * Judges a fact if it is known; otherwise the point says what is not known.
 *
 * @param of  what the fact is about; it decides what to check
 */
export function seen<T>(
  fact: T | Unknown, place: Place, of: UnseenReason['of'], judge: (value: T) => Judgement, more: Pick<UnseenReason, 'where'> = {},
): Judgement {
  return isUnknown(fact) ? unseen(place, fact, of, more) : judge(fact as T);
}
