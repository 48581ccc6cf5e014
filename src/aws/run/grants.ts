import { grantDocument } from '../../permissions';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { isNamed } from '../calls/errors';
import { Failure } from '../calls/failure';
import { Grant, grantOn } from '../plan/grant';
import { grantName, isIncomplete, readGrantedPolicy } from '../reads/granted-policy';

export { grantName };

/**
 * Writes the policy of a grant, unless it is there. The secret must exist: its ARN names the policy, so a run may set the ARN of a
 * secret that it has created in `grant.secret`.
 *
 * @returns `made` if there was no such policy before. If it cannot be read, it may have been there.
 * @throws Failure if it cannot be written, or has a document of others
 */
export async function grantSecretAccess(account: Account, grant: Grant): Promise<'made' | 'existed'> {
  const policyName = policyNameOf(grant);
  const document = grantDocument(grant.secret);
  const before = await readGrantedPolicy(account, grant.role, policyName);
  if (before.state === 'ours' && grantDocument(before.secret) === document) return 'existed';
  if (before.state === 'other') {
    throw new Failure(`Role ${lastPart(grant.role)} has an inline policy ${policyName} that this program has not written. Rename or remove it.`);
  }
  await put(account, grant.role, policyName, document);
  return before.state === 'absent' ? 'made' : 'existed';
}

/**
 * Removes the policy of a grant, if it is exactly what this program writes for the secret.
 *
 * @returns whether there was such a policy
 * @throws Failure if it cannot be read or removed
 */
export async function revokeGrant(account: Account, grant: Grant): Promise<boolean> {
  const { role, secret } = grant;
  const policyName = policyNameOf(grant);
  const now = await readGrantedPolicy(account, role, policyName);
  if (now.state === 'unseen') throw account.failure(now.error, 'iam:GetRolePolicy', { subject: `role ${lastPart(role)}`, resource: role });
  if (now.state !== 'ours' || grantDocument(now.secret) !== grantDocument(secret)) return false;
  try {
    await account.call('iam', 'DeleteRolePolicy', { RoleName: lastPart(role), PolicyName: policyName });
    return true;
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException', 'NoSuchEntity')) return false;
    throw account.failure(error, 'iam:DeleteRolePolicy', { subject: `role ${lastPart(role)}`, resource: role });
  }
}

async function put(account: Account, role: string, PolicyName: string, PolicyDocument: string): Promise<void> {
  await account.must('iam', 'PutRolePolicy', { RoleName: lastPart(role), PolicyName, PolicyDocument }, { subject: `role ${lastPart(role)}`, resource: role });
}

/** A plan cannot name the policy of a secret that is still to be created. */
function policyNameOf(grant: Grant): string {
  const { secret } = grant;
  if (isIncomplete(secret.arn)) throw new Failure(`The secret ${secret.arn} does not exist yet, so no policy can name it.`);
  return grantOn(grant, secret.arn).policyName;
}
