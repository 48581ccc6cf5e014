import { Account } from '../aws';
import { IsCompleteAnswer, OnEventAnswer, ResourceEvent } from './existing-service/event';
import { isComplete, onEvent } from './existing-service/lifecycle';
import { RunsTable } from './existing-service/runs';
import { logWithout } from './log';
import { STACK_HINTS } from './stack-hints';

/** The members of a Lambda function's context that are read. */
interface Context {
  getRemainingTimeInMillis(): number;
}

/**
 * The provider framework of the CDK calls it for both of its handlers. The second one gets the first one's answer, and with it the physical id
 * under `Run`.
 */
export async function handler(event: ResourceEvent & { readonly Run?: string }, context: Context): Promise<OnEventAnswer | IsCompleteAnswer> {
  const account = new Account({ region: process.env.AWS_REGION, hints: STACK_HINTS, signal: new AbortController().signal });
  const here = {
    account,
    runs: new RunsTable(account, process.env.RUNS_TABLE!),
    remainingMs: () => context.getRemainingTimeInMillis(),
    log: logWithout(account.hidden),
  };
  if (event.Run !== undefined) return isComplete(event, here);
  const answer = await onEvent(event, here);
  return { ...answer, Run: answer.PhysicalResourceId } as OnEventAnswer;
}

// They need the same of this library, so they are in the same bundle.
export { arrival, enrolment } from './enrolment/handler';
