import { isDefaultKey, KeyStore } from '../../agent';
import { checkApiKey, finding, Finding, messagesOf, Words } from '../../preflight';
import { Account } from '../calls/account';
import { regionIn } from '../calls/arns';
import { isNamed } from '../calls/errors';
import { Failure, isForAll, usage } from '../calls/failure';

/** How the agent gets the API key. */
export type KeyRequest =
  | { readonly kind: 'plaintext'; readonly value: string }
  | {
    readonly kind: 'secret';
    /** ARN or name. */
    readonly secret: string;
    readonly field?: string;
    /** The key, from which a missing secret is created. */
    readonly value?: string;
  }
  /** `parameter`: ARN or name. */
  | { readonly kind: 'parameter'; readonly parameter: string };

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

/** The secret or the parameter as it is, or the secret as this run will create it. */
export interface KeySource extends Pick<FoundSecret, 'name' | 'arn' | 'kmsKeyId'> {
  readonly store: KeyStore;
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
        + `Restore it with \`aws secretsmanager restore-secret\`, or ${account.hints.nameSecret('another secret')}.`);
    }
    return { name, arn, isDescribed: true, ...kmsKeyId === undefined || isDefaultKey(kmsKeyId) ? {} : { kmsKeyId } };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    const isArn = secret.startsWith('arn:');
    const failure = account.failure(error, 'secretsmanager:DescribeSecret', { subject: `secret ${secret}`, resource: isArn ? secret : undefined });
    const isFatal = isForAll(failure) || !isNamed(error, 'AccessDeniedException');
    if (!isArn || isFatal) throw failure;
    return { name: secret, arn: secret, isDescribed: false };
  }
}

/**
 * The secret of a request, for a plan.
 *
 * @param place     of any ARN of the account, for the ARN of a secret that does not exist yet
 * @param agentsKey the key that an agent has in clear text, which moves to the secret
 * @throws Failure a usage error if there is neither a secret nor a value to create it from
 */
export async function readSecret(
  account: Account, request: SecretRequest, words: Words, place: () => Promise<{ partition: string; account: string }>, agentsKey?: string,
): Promise<KeySource> {
  const { secret, field, value = agentsKey } = request;
  const valueFrom = (arn: string) => valueFromOf(arn, field);
  const found = await findSecret(account, secret);
  if (found) return { ...found, store: 'secretsmanager', exists: true, valueFrom: valueFrom(found.arn), findings: found.isDescribed ? [] : [notDescribed(secret)] };
  if (secret.startsWith('arn:')) throw missingArn(account, secret);
  const region = await account.region();
  if (value === undefined) {
    throw usage(`There is no secret ${secret} in ${region}, and the agent gets its API key from there. ${account.hints.newSecret}`);
  }
  const ofKey = request.value === undefined ? [] : usableKey(request.value, words);
  const { partition, account: id } = await place();
  const arn = `arn:${partition}:secretsmanager:${region}:${id}:secret:${secret}-${UNKNOWN_SUFFIX}`;
  const findings = [notCreated(secret, request.value === undefined ? 'container' : 'environment'), ...ofKey];
  return { name: secret, store: 'secretsmanager', arn, exists: false, valueFrom: valueFrom(arn), value, findings };
}

/**
 * The warnings about a key of the environment that is to be written.
 *
 * @throws Failure a usage error if it cannot be a key
 */
export function usableKey(value: string, words: Words): Finding[] {
  const findings = checkApiKey(value);
  const [error] = messagesOf(findings, words).filter(({ severity }) => severity === 'error');
  if (error) throw usage(error.message);
  return findings;
}

/** The `valueFrom` of a container's secret. */
export function valueFromOf(arn: string, field: string | undefined): string {
  return field === undefined ? arn : `${arn}:${field}::`;
}

function notDescribed(secret: string): Finding {
  return finding('secretUnknown', { secret, permission: 'secretsmanager:DescribeSecret' });
}

function notCreated(secret: string, from: 'environment' | 'container'): Finding {
  return finding('secretToBeCreated', { secret, from });
}

export function missingArn({ hints }: Account, arn: string): Failure {
  return new Failure(`There is no secret ${arn}. Check its ARN, or ${hints.nameSecret('a secret of this account and region')}.`);
}

/** Creates the secret. Answers its ARN. */
export async function createSecret(account: Account, { name, arn, value = '' }: KeySource, { field }: SecretRequest): Promise<string> {
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

/** The value of a secret that has only the key, as its whole value or in one field. */
export function secretString(value: string, field: string | undefined): string {
  return field === undefined ? value : JSON.stringify({ [field]: value });
}
