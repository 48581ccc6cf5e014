import { revokeGrant } from './grants';
import { finding, Finding, messagesOf, Words } from '../../preflight';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { Interrupted, messageOf } from '../calls/failure';
import { Grant, keyOfGrant } from '../plan/grant';
import { ServicePlan } from '../plan/plan';
import { SecretUsers, whyUsed } from '../reads/secret-users';

export interface Revoked<R> {
  /** With what was done in the warnings. */
  readonly results: readonly R[];
  /** What was done, a line each. */
  readonly lines: readonly string[];
  /** Whether IAM or the account did not let a policy be removed. One that is kept because it may be used is no failure. */
  readonly isFailed: boolean;
}

/**
 * Removes the policies of earlier grants that the plans name. A policy that a service of the account and region uses is kept, and
 * so is every policy if a cluster or a service cannot be read.
 */
export async function revokeGrants<R extends { readonly plan: ServicePlan }>(
  account: Account, results: readonly R[], words: Words,
): Promise<Revoked<R>> {
  const users = new SecretUsers(account);
  const grants = new Map(results.flatMap(({ plan }) => plan.revocations ?? []).map(grant => [keyOfGrant(grant), grant]));
  const done = new Map<string, Done>();
  for (const [key, grant] of grants) done.set(key, await revoke(account, users, grant));
  const withFindings = results.map(result => {
    const own = (result.plan.revocations ?? []).map(grant => done.get(keyOfGrant(grant))!.finding);
    if (own.length === 0) return result;
    const others = result.plan.warnings.filter(({ id }) => id !== 'secretAccessToBeRevoked');
    return { ...result, plan: { ...result.plan, warnings: [...others, ...messagesOf(own, words)] } };
  });
  const each = [...done.values()];
  return {
    results: withFindings,
    lines: messagesOf(each.map(({ finding: one }) => one), words).map(({ text, id }) => `${text} [${id}]`),
    isFailed: each.some(({ isFailed }) => isFailed),
  };
}

interface Done {
  readonly finding: Finding;
  readonly isFailed: boolean;
}

async function revoke(account: Account, users: SecretUsers, grant: Grant): Promise<Done> {
  const named = { policy: grant.policyName, role: lastPart(grant.role) };
  const kept = (why: string, isFailed = false): Done => ({ finding: finding('secretAccessNotRevoked', { ...named, why }), isFailed });
  try {
    const why = whyUsed(await users.of(grant.role, grant.secret));
    if (why !== undefined) return kept(why);
    if (!await revokeGrant(account, grant)) return kept('it was changed or removed in the meantime');
    return { finding: finding('secretAccessRevoked', { ...named, secret: grant.secret.arn }), isFailed: false };
  } catch (error) {
    if (error instanceof Interrupted) return kept('interrupted');
    return kept(messageOf(error).replace(/\.$/, ''), true);
  }
}
