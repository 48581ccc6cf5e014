import { Account } from '../aws';
import { logWithout } from './log';
import { QueueAnswer, QueueEvent, rotate } from './rotate-tasks/rotate';
import { ROTATION_HINTS } from './rotate-tasks/words';

/** A queue calls it with one message. */
export async function handler(event: QueueEvent): Promise<QueueAnswer> {
  const account = new Account({ region: process.env.AWS_REGION, hints: ROTATION_HINTS, signal: new AbortController().signal });
  return rotate(event, account, logWithout(account.hidden));
}
