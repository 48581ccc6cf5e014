import { KeySource } from './secret';
import { Account } from '../calls/account';
import { placeOf, regionIn } from '../calls/arns';

/** The key of a secret or a parameter; without a member if it is the account's default key, which needs no permission. */
export interface SecretKey {
  readonly arn?: string;
  /** If only an alias of the key is known, and the key was not found. */
  readonly unknown?: { readonly alias: string; readonly why: string };
}

/**
 * The ARN of the key that encrypts a secret or a parameter. A policy must name a key: an alias, or the ARN of an alias, in it grants nothing.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export async function readSecretKey(account: Account, { arn, kmsKeyId }: Pick<KeySource, 'arn' | 'kmsKeyId'>): Promise<SecretKey> {
  if (kmsKeyId === undefined) return {};
  const alias = aliasIn(kmsKeyId);
  if (alias === undefined) return { arn: kmsArn(arn, kmsKeyId, `key/${kmsKeyId}`) };
  const answer = await account.look('kms', 'DescribeKey', { KeyId: kmsArn(arn, kmsKeyId, alias) }, { region: regionIn(arn) });
  if ('unseen' in answer) return { unknown: { alias, why: answer.unseen } };
  const found = answer.seen.KeyMetadata?.Arn;
  return typeof found === 'string' ? { arn: found } : { unknown: { alias, why: 'kms:DescribeKey answered without a key' } };
}

/** `alias/<name>` of an alias or of its ARN. */
export function aliasIn(keyId: string): string | undefined {
  return /(?:^|:)(alias\/.+)$/.exec(keyId)?.[1];
}

/**
 * A key or an alias without an ARN is of the account and region of what it encrypts. The caller may be of another account, with an alias of the same name.
 *
 * @param given the ARN, if it is one
 */
function kmsArn(sourceArn: string, given: string, resource: string): string {
  if (given.startsWith('arn:')) return given;
  const { partition, region, account } = placeOf(sourceArn);
  return `arn:${partition}:kms:${region}:${account}:${resource}`;
}
