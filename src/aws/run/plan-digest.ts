import { createHash } from 'node:crypto';
import { printJson } from '../../edit';
import { Account } from '../calls/account';
import { EditRequest, ServicePlan } from '../plan/plan';
import { digestedBody } from '../plan/planner';

/** SHA-256 of what a plan makes of a task definition. The API key, and the ARN of a secret that does not exist yet, do not count. */
export async function digestOf(plan: ServicePlan, account: Account, request: EditRequest, sharesRevision: boolean): Promise<string> {
  const body = await digestedBody(plan, account, request, sharesRevision);
  return createHash('sha256').update(printJson(body)).digest('hex');
}
