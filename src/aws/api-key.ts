import { Account } from './account';
import { isNamed } from './errors';
import { AccountFailure, Failure, Interrupted, usage } from './failure';
import { finding, Finding } from '../preflight';

/** How the agent is to get the API key. */
export type KeyRequest =
  | { readonly kind: 'plaintext'; readonly value: string }
  | {
    readonly kind: 'secret';
    /** ARN or name. */
    readonly secret: string;
    readonly field?: string;
    /** POSTMAN_API_KEY, which makes the secret where there is none. */
    readonly value?: string;
    /** Whether the value replaces that of a secret that is there. */
    readonly update: boolean;
  };

/** The secret as it is, or as it is going to be. */
export interface KeySecret {
  readonly name: string;
  /** Where the secret is still to be made, its ARN without the six characters that Secrets Manager is going to add: they are question marks. */
  readonly arn: string;
  readonly exists: boolean;
  /** The `valueFrom` of the container's secret. */
  readonly valueFrom: string;
  /** The customer managed key that encrypts it. */
  readonly kmsKeyId?: string;
  readonly findings: readonly Finding[];
}

/** What stands in place of the six characters that nobody knows yet. */
const UNKNOWN_SUFFIX = '??????';

/**
 * Reads what is known of the secret, never its value.
 *
 * @param place a place in whose account a secret is made: any ARN of the account
 * @throws Failure exit code 2 where there is no secret and no value to make it from
 */
export async function readSecret(account: Account, request: Extract<KeyRequest, { kind: 'secret' }>, place: () => Promise<{ partition: string; account: string }>): Promise<KeySecret> {
  const { secret, field } = request;
  const valueFrom = (arn: string) => field === undefined ? arn : `${arn}:${field}::`;
  try {
    const { ARN: arn, Name: name, KmsKeyId: kmsKeyId, DeletedDate: deleted } = await account.call('secretsmanager', 'DescribeSecret', { SecretId: secret });
    if (deleted !== undefined) throw new Failure(`The secret ${name} is scheduled for deletion. Restore it (\`aws secretsmanager restore-secret\`), or name another with \`--api-key-secret\`.`);
    // The account's own key needs no permission.
    const isCustomerKey = kmsKeyId !== undefined && !/alias\/aws\/secretsmanager$/.test(kmsKeyId);
    return { name, arn, exists: true, valueFrom: valueFrom(arn), findings: [], ...isCustomerKey ? { kmsKeyId } : {} };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return missingSecret(account, request, place, valueFrom);
    const failure = account.failure(error, 'secretsmanager:DescribeSecret', { subject: `secret ${secret}`, resource: secret.startsWith('arn:') ? secret : undefined });
    // With its complete ARN nothing more needs to be known of a secret.
    if (!secret.startsWith('arn:') || failure instanceof AccountFailure || failure instanceof Interrupted || !isNamed(error, 'AccessDeniedException')) throw failure;
    return {
      name: secret,
      arn: secret,
      exists: true,
      valueFrom: valueFrom(secret),
      findings: [finding('secretUnknown', { secret, permission: 'secretsmanager:DescribeSecret' })],
    };
  }
}

async function missingSecret(
  account: Account, { secret, value }: Extract<KeyRequest, { kind: 'secret' }>, place: () => Promise<{ partition: string; account: string }>, valueFrom: (arn: string) => string,
): Promise<KeySecret> {
  if (secret.startsWith('arn:')) throw new Failure(`There is no secret ${secret}. See its ARN, or name a secret of this account and region with \`--api-key-secret\`.`);
  if (value === undefined) {
    throw usage(`There is no secret ${secret} in ${await account.region()}, from which the agent would get its API key. Set POSTMAN_API_KEY in the environment, from which this command creates the secret, `
      + 'or name one that exists with `--api-key-secret <ARN or name>`.');
  }
  const { partition, account: id } = await place();
  const arn = `arn:${partition}:secretsmanager:${await account.region()}:${id}:secret:${secret}-${UNKNOWN_SUFFIX}`;
  return {
    name: secret,
    arn,
    exists: false,
    valueFrom: valueFrom(arn),
    findings: [finding('secretToBeCreated', { secret })],
  };
}

/** Makes the secret, or gives it another value, where that was asked for. Answers its ARN. */
export async function writeSecret(account: Account, secret: KeySecret, { value, update, field }: Extract<KeyRequest, { kind: 'secret' }>): Promise<string> {
  const { name } = secret;
  if (value === undefined || (secret.exists && !update)) return secret.arn;
  const SecretString = field === undefined ? value : JSON.stringify({ [field]: value });
  const subject = { subject: `secret ${name}` };
  if (secret.exists) {
    const { ARN } = await account.must('secretsmanager', 'PutSecretValue', { SecretId: secret.arn, SecretString }, { ...subject, resource: secret.arn });
    return ARN ?? secret.arn;
  }
  try {
    const { ARN } = await account.call('secretsmanager', 'CreateSecret', { Name: name, SecretString, Description: 'API key of the Postman Live Collection agent' }, { ...subject, resource: secret.arn });
    return ARN;
  } catch (error) {
    // An earlier try that was not answered has made it, or somebody else has in between.
    if (isNamed(error, 'ResourceExistsException')) return (await account.must('secretsmanager', 'DescribeSecret', { SecretId: name }, subject)).ARN;
    throw account.failure(error, 'secretsmanager:CreateSecret', { ...subject, resource: secret.arn });
  }
}
