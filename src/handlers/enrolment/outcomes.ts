import { Counts, Outcome, PlaceState } from './contract';
import { ReportedService } from '../../report';

type Tone = ReportedService['tone'];

const OUTCOMES: { readonly [outcome in Outcome]: readonly [words: string, tone: Tone] } = {
  enrolled: ['enrolled', 'good'],
  unchanged: ['nothing to do', 'good'],
  removed: ['removed', 'good'],
  planned: ['to be changed', 'doubtful'],
  managed: ['managed by another tool', 'doubtful'],
  superseded: ['superseded', 'doubtful'],
  held: ['not begun', 'doubtful'],
  optedOut: ['opted out', 'neutral'],
  gone: ['gone', 'neutral'],
  refused: ['refused', 'bad'],
  quarantined: ['quarantined', 'bad'],
  leftAlone: ['left alone', 'bad'],
  rolledBack: ['rolled back', 'bad'],
  failed: ['failed', 'bad'],
  degraded: ['degraded', 'bad'],
  timedOut: ['timed out', 'bad'],
};

export const PLACE_TONES: { readonly [state in PlaceState]: Tone } = { done: 'good', busy: 'doubtful', failed: 'bad', stopped: 'bad', unfinished: 'bad' };

export function wordsOf(outcome: Outcome): string {
  return OUTCOMES[outcome][0];
}

export function toneOf(outcome: Outcome): Tone {
  return OUTCOMES[outcome][1];
}

/** `3 enrolled, 1 refused`, the most frequent first; empty if there is none. */
export function countedIn(counts: Counts): string {
  const each = Object.entries(counts) as [Outcome, number][];
  return each.sort(([, one], [, other]) => other - one).map(([outcome, count]) => `${count.toLocaleString('en-US')} ${wordsOf(outcome)}`).join(', ');
}
