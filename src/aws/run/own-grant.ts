import { revokeGrant } from './grants';
import { Place } from './place';
import { MadeGrant } from './run-grants';
import { ServiceRun } from './service-run';
import { Finding, finding } from '../../preflight';
import { lastPart } from '../calls/arns';

/** Nothing in place of an empty list. */
export function some({ warnings }: Pick<TakenBack, 'warnings'>): Partial<Pick<TakenBack, 'warnings'>> {
  return warnings.length === 0 ? {} : { warnings };
}

/** A run after what was granted for it was removed, or kept. */
export interface TakenBack {
  readonly left: ServiceRun;
  /** Why policies were kept. */
  readonly warnings: readonly Finding[];
}

/**
 * For a run that is left before its registration: revokes what it granted itself, or what was granted for it, unless another run or a service needs it.
 * If the run is continued later, it begins with the plan, and grants again.
 */
export async function takeGrantBack(run: ServiceRun, place: Place, account = place.account): Promise<TakenBack> {
  if (run.targetRevisionArn !== undefined) return { left: run, warnings: [] };
  const own = grantOf(run);
  if (own) place.grants.add(run, own);
  const warnings: Finding[] = [];
  let left = run;
  for (const made of place.grants.leave(run)) {
    const { grant } = made;
    const use = await place.grants.usersOf(account, made);
    if ('unread' in use || use.users.length > 0) {
      const why = 'unread' in use ? `it is unknown whether a service uses it: ${use.unread}` : `${use.users.join(', ')} ${use.users.length === 1 ? 'uses' : 'use'} it`;
      warnings.push(finding('secretAccessNotRevoked', { policy: grant.policyName, role: lastPart(grant.role), why }));
      continue;
    }
    await revokeGrant(account, grant);
    const { grantedPolicy: _, grantedSince: __, ...others } = left;
    left = { ...others, phase: 'planned' };
  }
  return { left, warnings };
}

/** If the run ends while the policy is being written, IAM may have it. */
function grantOf({ grantedPolicy, grantedSince, phase, wasPolicyAbsent, grant, since }: ServiceRun): MadeGrant | undefined {
  if (grantedPolicy) return { grant: grantedPolicy, since: grantedSince };
  return phase === 'granting' && wasPolicyAbsent && grant ? { grant, since } : undefined;
}
