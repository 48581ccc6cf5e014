import { Account } from './account';
import { regionIn } from './arns';
import { isNamed } from './errors';
import { AccountFailure, Failure, Interrupted, usage } from './failure';
import { finding, Finding } from '../preflight';

/** How the agent gets the API key. */
export type KeyRequest =
  | { readonly kind: 'plaintext'; readonly value: string }
  | {
    readonly kind: 'secret';
    /** ARN or name. */
    readonly secret: string;
    readonly field?: string;
    /** POSTMAN_API_KEY, from which a missing secret is created. */
    readonly value?: string;
  };

type SecretRequest = Extract<KeyRequest, { kind: 'secret' }>;

/** A secret that exists. */
export interface FoundSecret {
  readonly name: string;
  readonly arn: string;
  /** The customer managed key that encrypts it. */
  readonly kmsKeyId?: string;
  /** False if only its ARN is known, since DescribeSecret is denied. */
  readonly isDescribed: boolean;
}

/** The secret as it is, or as this run will create it. */
export interface KeySecret extends Pick<FoundSecret, 'name' | 'arn' | 'kmsKeyId'> {
  /** If false, `arn` ends in question marks: Secrets Manager chooses the last six characters. */
  readonly exists: boolean;
  /** The `valueFrom` of the container's secret. */
  readonly valueFrom: string;
  readonly findings: readonly Finding[];
  /** What the secret will be created with. It is never shown. */
  readonly value?: string;
}

const UNKNOWN_SUFFIX = '??????';

/**
 * Reads what is known of a secret, never its value.
 *
 * @returns undefined if there is no such secret
 * @throws Failure if it cannot be used, or is known only by name and must not be described
 */
export async function findSecret(account: Account, secret: string): Promise<FoundSecret | undefined> {
  try {
    const described = await account.call('secretsmanager', 'DescribeSecret', { SecretId: secret }, { region: regionIn(secret) });
    const { ARN: arn, Name: name, KmsKeyId: kmsKeyId, DeletedDate: deleted } = described;
    if (deleted !== undefined) {
      throw new Failure(`Secret ${name} is scheduled for deletion. `
        + 'Restore it with `aws secretsmanager restore-secret`, or name another secret with `--api-key-secret`.');
    }
    // The account's default key needs no permission.
    const isCustomerKey = kmsKeyId !== undefined && !/alias\/aws\/secretsmanager$/.test(kmsKeyId);
    return { name, arn, isDescribed: true, ...isCustomerKey ? { kmsKeyId } : {} };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    const isArn = secret.startsWith('arn:');
    const failure = account.failure(error, 'secretsmanager:DescribeSecret', { subject: `secret ${secret}`, resource: isArn ? secret : undefined });
    const isFatal = failure instanceof AccountFailure || failure instanceof Interrupted || !isNamed(error, 'AccessDeniedException');
    if (!isArn || isFatal) throw failure;
    return { name: secret, arn: secret, isDescribed: false };
  }
}

/**
 * The secret of a request, for a plan.
 *
 * @param place     of any ARN of the account, for the ARN of a secret that does not exist yet
 * @param agentsKey the key that an agent has in clear text, which moves to the secret
 * @throws Failure exit code 2 if there is neither a secret nor a value to create it from
 */
export async function readSecret(
  account: Account, request: SecretRequest, place: () => Promise<{ partition: string; account: string }>, agentsKey?: string,
): Promise<KeySecret> {
  const { secret, field, value = agentsKey } = request;
  const valueFrom = (arn: string) => field === undefined ? arn : `${arn}:${field}::`;
  const found = await findSecret(account, secret);
  if (found) return { ...found, exists: true, valueFrom: valueFrom(found.arn), findings: found.isDescribed ? [] : [notDescribed(secret)] };
  if (secret.startsWith('arn:')) throw missingArn(secret);
  const region = await account.region();
  if (value === undefined) {
    throw usage(`There is no secret ${secret} in ${region}, and the agent gets its API key from there. `
      + 'Set POSTMAN_API_KEY in the environment, and this command creates the secret; or name an existing secret with `--api-key-secret <ARN or name>`.');
  }
  const { partition, account: id } = await place();
  const arn = `arn:${partition}:secretsmanager:${region}:${id}:secret:${secret}-${UNKNOWN_SUFFIX}`;
  return { name: secret, arn, exists: false, valueFrom: valueFrom(arn), value, findings: [notCreated(secret, request.value === undefined ? 'container' : 'environment')] };
}

function notDescribed(secret: string): Finding {
  return finding('secretUnknown', { secret, permission: 'secretsmanager:DescribeSecret' });
}

function notCreated(secret: string, from: 'environment' | 'container'): Finding {
  return finding('secretToBeCreated', { secret, from });
}

export function missingArn(arn: string): Failure {
  return new Failure(`There is no secret ${arn}. Check its ARN, or name a secret of this account and region with \`--api-key-secret\`.`);
}

/** Creates the secret. Answers its ARN. */
export async function createSecret(account: Account, { name, arn, value = '' }: KeySecret, { field }: SecretRequest): Promise<string> {
  const subject = { subject: `secret ${name}` };
  const input = { Name: name, SecretString: secretString(value, field), Description: 'API key of the Postman agent' };
  try {
    return (await account.call('secretsmanager', 'CreateSecret', input, { ...subject, resource: arn })).ARN;
  } catch (error) {
    // An earlier try that was not answered has created it, or another run has.
    if (isNamed(error, 'ResourceExistsException')) return (await account.must('secretsmanager', 'DescribeSecret', { SecretId: name }, subject)).ARN;
    throw account.failure(error, 'secretsmanager:CreateSecret', { ...subject, resource: arn });
  }
}

/** Replaces the whole value of a secret by the key, or with `field` by JSON that has only this field. */
export async function updateSecret(
  account: Account, { name, arn }: FoundSecret, { value, field }: { readonly value: string; readonly field?: string },
): Promise<Pick<FoundSecret, 'name' | 'arn'>> {
  const input = { SecretId: arn, SecretString: secretString(value, field) };
  const answer = await account.must('secretsmanager', 'PutSecretValue', input, { subject: `secret ${name}`, resource: arn, region: regionIn(arn) });
  return { name: answer.Name ?? name, arn: answer.ARN ?? arn };
}

function secretString(value: string, field: string | undefined): string {
  return field === undefined ? value : JSON.stringify({ [field]: value });
}
