import { RunOutcome } from '../aws';

const GOOD: readonly RunOutcome[] = ['completed', 'unchanged', 'notFollowed', 'notStarted'];

/** Whether nothing is wrong with the end of a run, if no failure has ended it. */
export function isGoodOutcome(outcome: RunOutcome): boolean {
  return GOOD.includes(outcome);
}
