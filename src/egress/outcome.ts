import { isUnknown, Unknown } from './facts';
import { capital } from './sentences';

export type Outcome = 'reachable' | 'unreachable' | 'unknown';

/** One judged step of a path. */
export interface Step {
  readonly outcome: Outcome;
  /** The subnet, group, ACL or VPC that was judged, as its facts name it. */
  readonly subject: string;
  /** A sentence: what was found, naming the subnet, the route and the rule. */
  readonly finding: string;
  /** A sentence: what to change, or what to check. Absent if the step is fine. */
  readonly remedy?: string;
}

/** An outcome with the steps that it follows from. The outcome is that of the worst step. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
}

/** How bad an outcome is if all of several steps must succeed. */
const BADNESS: { readonly [outcome in Outcome]: number } = { reachable: 0, unknown: 1, unreachable: 2 };

/** A path is as good as its worst step. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => BADNESS[b] > BADNESS[a] ? b : a, 'reachable');
}

/** The outcome if one of several possibilities is the case, and it is not known which. */
export function agreed(outcomes: readonly Outcome[]): Outcome {
  return outcomes.length > 0 && outcomes.every(outcome => outcome === outcomes[0]) ? outcomes[0] : 'unknown';
}

export function step(outcome: Outcome, subject: string, finding: string, remedy?: string): Judgement {
  return { outcome, steps: [{ outcome, subject, finding, ...remedy === undefined ? {} : { remedy } }] };
}

/** The step for a fact that cannot be seen. */
export function unseen(subject: string, { unknown }: Unknown, remedy: string): Judgement {
  return step('unknown', subject, `${capital(unknown)}.`, remedy);
}

/** Passes silently: no step is reported. */
export const FINE: Judgement = { outcome: 'reachable', steps: [] };

/** All of these must be reachable. */
export function allOf(judgements: readonly Judgement[]): Judgement {
  return { outcome: worst(judgements.map(({ outcome }) => outcome)), steps: judgements.flatMap(({ steps }) => steps) };
}

/** One of these is enough. The steps are those of the first that is reachable, or of all if none is. */
export function anyOf(judgements: readonly Judgement[]): Judgement {
  const open = judgements.find(({ outcome }) => outcome === 'reachable');
  if (open) return open;
  const outcome: Outcome = judgements.some(judgement => judgement.outcome === 'unknown') ? 'unknown' : 'unreachable';
  // What closes an unreachable one says enough: the doubts about it change nothing.
  const steps = judgements.flatMap(judgement => judgement.steps.filter(one => judgement.outcome !== 'unreachable' || one.outcome === 'unreachable'));
  return { outcome, steps: outcome === 'unknown' ? noWorseThanUnknown(steps) : steps };
}

/** The same if something else decides: what is unreachable here may not matter for the whole. */
export function doubted(judgement: Judgement): Judgement {
  return judgement.outcome === 'unreachable' ? { outcome: 'unknown', steps: noWorseThanUnknown(judgement.steps) } : judgement;
}

function noWorseThanUnknown(steps: readonly Step[]): Step[] {
  return steps.map(one => one.outcome === 'unreachable' ? { ...one, outcome: 'unknown' } : one);
}

/**
 * Judges a fact if it is known; otherwise the step says what is not known.
 *
 * @param remedy  what to check if it is not known
 */
export function seen<T>(fact: T | Unknown, subject: string, judge: (value: T) => Judgement, remedy: string): Judgement {
  return isUnknown(fact) ? unseen(subject, fact, remedy) : judge(fact as T);
}
