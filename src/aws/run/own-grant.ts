import { revokeGrant } from './grants';
import { Place } from './place';
import { MadeGrant } from './run-grants';
import { ServiceRun, withWarnings } from './service-run';
import { Finding, finding } from '../../preflight';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { clauseOfMessage, Interrupted } from '../calls/failure';
import { Grant, keyOfGrant } from '../plan/grant';
import { whyUsed } from '../reads/secret-users';

/**
 * For a run that is left before its registration: revokes what it granted itself, or what was granted for it, unless another run or a service needs it:
 * then a warning of the run says so. If the run is continued later, it begins with the plan, and grants again.
 *
 * @throws Failure if a policy cannot be removed. The next run that is left tries it again
 */
export async function takeGrantBack(run: ServiceRun, place: Place, account = place.account): Promise<ServiceRun> {
  if (run.targetRevisionArn !== undefined) return run;
  const { grants } = place;
  const own = grantOf(run, place.account);
  if (own) grants.add(run, own);
  let left = run;
  for (const made of grants.leave(run, own)) {
    const { grant } = made;
    const by = made.account === place.account ? account : made.account;
    const why = whyUsed(await grants.usersOf(by, made));
    if (why !== undefined) {
      grants.keep(made);
      left = withWarnings(left, [notRevoked(grant, why)]);
      continue;
    }
    await grants.remove(made, async () => revokeGrant(by, grant));
    if (keyOfGrant(grant) !== (own ? keyOfGrant(own.grant) : run.reads)) continue;
    const { grantedPolicy: _, grantedSince: __, ...others } = left;
    left = { ...others, phase: 'planned' };
  }
  return left;
}

/** The run, if what it granted could not be removed. */
export function withGrantKept(run: ServiceRun, error: unknown): ServiceRun {
  const { grantedPolicy: policy } = run;
  if (policy === undefined) return run;
  const why = error instanceof Interrupted ? 'there was no time to see what uses it' : clauseOfMessage(error);
  return withWarnings(run, [notRevoked(policy, why)]);
}

function notRevoked({ policyName: policy, role }: Grant, why: string): Finding {
  return finding('secretAccessNotRevoked', { policy, role: lastPart(role), why });
}

/** If the run ends while the policy is being written, IAM may have it. */
function grantOf({ grantedPolicy, grantedSince, phase, wasPolicyAbsent, grant, since }: ServiceRun, account: Account): MadeGrant | undefined {
  if (grantedPolicy) return { grant: grantedPolicy, since: grantedSince, account };
  return phase === 'granting' && wasPolicyAbsent && grant ? { grant, since, account } : undefined;
}
