import { isUnknown, Unknown } from './facts';
import { capital } from './sentences';

export type Outcome = 'reachable' | 'unreachable' | 'unknown';

/** One judged step of a path. */
interface Step {
  readonly outcome: Outcome;
  /** The subnet, group, ACL or VPC that was judged, as its facts name it. */
  readonly subject: string;
  /** A sentence: what was found, naming the subnet, the route and the rule. */
  readonly finding: string;
  /** A sentence: what to change, or what would settle it. Absent where the step is fine. */
  readonly remedy?: string;
}

/** An outcome with the steps that it follows from. The outcome is that of the worst step. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
}

/** How bad an outcome is for somebody who has to get through all of several steps. */
const BADNESS: { readonly [outcome in Outcome]: number } = { reachable: 0, unknown: 1, unreachable: 2 };

/** A path is as good as its worst step. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => BADNESS[b] > BADNESS[a] ? b : a, 'reachable');
}

/** What holds whichever of several possibilities is the case. */
export function agreed(outcomes: readonly Outcome[]): Outcome {
  return outcomes.length > 0 && outcomes.every(outcome => outcome === outcomes[0]) ? outcomes[0] : 'unknown';
}

export function step(outcome: Outcome, subject: string, finding: string, remedy?: string): Judgement {
  return { outcome, steps: [{ outcome, subject, finding, ...remedy === undefined ? {} : { remedy } }] };
}

export function unseen(subject: string, { unknown }: Unknown, remedy = 'See to it before the deployment.'): Judgement {
  return step('unknown', subject, `${capital(unknown)}.`, remedy);
}

/** What holds without a word. */
export const FINE: Judgement = { outcome: 'reachable', steps: [] };

/** All of these have to hold. */
export function allOf(judgements: readonly Judgement[]): Judgement {
  return { outcome: worst(judgements.map(({ outcome }) => outcome)), steps: judgements.flatMap(({ steps }) => steps) };
}

/** Any of these will do. The steps are those of a way that is open; where none is, of all. */
export function anyOf(judgements: readonly Judgement[]): Judgement {
  const open = judgements.find(({ outcome }) => outcome === 'reachable');
  if (open) return open;
  const outcome: Outcome = judgements.some(judgement => judgement.outcome === 'unknown') ? 'unknown' : 'unreachable';
  // Of a closed way, what closes it says enough: a doubt about it changes nothing.
  const steps = judgements.flatMap(judgement => judgement.steps.filter(one => judgement.outcome !== 'unreachable' || one.outcome === 'unreachable'));
  return { outcome, steps: outcome === 'unknown' ? noWorseThanUnknown(steps) : steps };
}

/** The same where something else decides: what is closed here need not close the whole. */
export function doubted(judgement: Judgement): Judgement {
  return judgement.outcome === 'unreachable' ? { outcome: 'unknown', steps: noWorseThanUnknown(judgement.steps) } : judgement;
}

function noWorseThanUnknown(steps: readonly Step[]): Step[] {
  return steps.map(one => one.outcome === 'unreachable' ? { ...one, outcome: 'unknown' } : one);
}

/** Judges a fact that is seen, and says what is not. */
export function seen<T>(fact: T | Unknown, subject: string, judge: (value: T) => Judgement, remedy?: string): Judgement {
  return isUnknown(fact) ? unseen(subject, fact, remedy) : judge(fact as T);
}
