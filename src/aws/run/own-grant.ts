import { revokeGrant } from './grants';
import { Place } from './place';
import { ServiceRun } from './service-run';

/**
 * For a run that is left before its registration: revokes what it granted itself, or what was granted for it, unless another run needs it. If it is
 * continued later, it begins with the plan, and grants again.
 */
export async function takeGrantBack(run: ServiceRun, place: Place, account = place.account): Promise<ServiceRun> {
  if (run.targetRevisionArn !== undefined) return run;
  // If the run ends while the policy is being written, IAM may have it.
  const own = run.grantedPolicy ?? (run.phase === 'granting' && run.wasPolicyAbsent ? run.grant : undefined);
  if (own) place.needs(run, own, true);
  let left = run;
  for (const grant of place.leave(run)) {
    if (await place.isUsed(account, grant)) continue;
    await revokeGrant(account, grant);
    const { grantedPolicy: _, ...others } = left;
    left = { ...others, phase: 'planned' };
  }
  return left;
}
