import { createHash } from 'node:crypto';
import { keyStoreOf } from '../../agent';
import { ApiKeySource, sourceGrantedBy } from '../../permissions';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { isNamed } from '../calls/errors';

const PREFIX = 'postman-live-collection-';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_CHARACTERS = 128;
const HASH_CHARACTERS = 16;

/**
 * The name of the inline policy that grants access to a secret or a parameter: a readable part, and a hash of its ARN, so the policies
 * of two of them never meet. A secret that does not exist yet has no complete ARN: question marks are in place of the hash.
 */
export function grantName(sourceArn: string): string {
  const isParameter = keyStoreOf(sourceArn) === 'ssm';
  const name = isParameter ? sourceArn.split(':parameter/')[1] ?? '' : sourceArn.split(':').slice(6).join(':').replace(/-[^-]{6}$/, '');
  const readable = name.replace(/[^\w+=,.@-]/g, '-').slice(0, MOST_CHARACTERS - PREFIX.length - 1 - HASH_CHARACTERS);
  const hash = isIncomplete(sourceArn) ? '?'.repeat(HASH_CHARACTERS) : createHash('sha256').update(sourceArn).digest('hex').slice(0, HASH_CHARACTERS);
  return `${PREFIX}${readable}-${hash}`;
}

/** Whether the last characters of the ARN are not known yet. */
export function isIncomplete(secretArn: string): boolean {
  return secretArn.endsWith('-??????');
}

/** The name of the policy that earlier versions added, one for each family. */
export function earlierGrantName(family: string): string {
  return `${PREFIX}${family}`.slice(0, MOST_CHARACTERS);
}

/** An inline policy of a role, as far as this program made it. */
export type GrantedPolicy =
  | { readonly state: 'absent' }
  /** Exactly what this program writes for the secret. */
  | { readonly state: 'ours'; readonly secret: ApiKeySource; readonly document: string }
  | { readonly state: 'other'; readonly document: string }
  | { readonly state: 'unseen'; readonly why: string; readonly error: unknown };

export async function readGrantedPolicy(account: Account, role: string, policyName: string): Promise<GrantedPolicy> {
  const answer = await account.look('iam', 'GetRolePolicy', { RoleName: lastPart(role), PolicyName: policyName });
  if ('unseen' in answer) {
    return isNamed(answer.error, 'NoSuchEntityException', 'NoSuchEntity') ? { state: 'absent' } : { state: 'unseen', why: answer.unseen, error: answer.error };
  }
  const document = decodeURIComponent(answer.seen.PolicyDocument);
  const secret = sourceGrantedBy(document);
  return secret === undefined ? { state: 'other', document } : { state: 'ours', secret, document };
}
