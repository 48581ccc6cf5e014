import { AccountFailure, ExitCode, Failure, messageOf } from './failure';

/** The members of an AWS SDK error that are read. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number; clockSkewCorrected?: boolean };
}

const seenIn = (error: unknown): SdkError => typeof error === 'object' && error !== null ? error : {};

/** AWS did not answer a call in time. */
export class Unanswered extends Error {
  constructor(action: string, seconds: number) {
    super(`${action} was not answered within ${seconds} s`);
    this.name = 'Unanswered';
  }
}

export function isDenied(error: unknown): boolean {
  return ['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'NotAuthorizedException', 'AuthorizationError'].includes(seenIn(error).name ?? '');
}

const THROTTLED = [
  'ThrottlingException', 'Throttling', 'ThrottledException', 'RequestLimitExceeded', 'TooManyRequestsException', 'RequestThrottled',
  'RequestThrottledException', 'SlowDown',
];

export function isThrottled(error: unknown): boolean {
  const { name = '', $metadata } = seenIn(error);
  return $metadata?.httpStatusCode === 429
    || THROTTLED.includes(name);
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return names.includes(seenIn(error).name ?? '');
}

/** Whether it is unknown if AWS carried the call out. */
export function isUnsettled(error: unknown): boolean {
  const { $fault, $metadata, code, name } = seenIn(error);
  if (error instanceof Unanswered || name === 'TimeoutError') return true;
  if (code !== undefined) return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
  return ($metadata?.httpStatusCode ?? 0) >= 500 || $fault === 'server';
}

/** Whether the call may be repeated: it did not get through, or it is unknown if it did. */
export function isPassing(error: unknown): boolean {
  const { code, $metadata } = seenIn(error);
  return isUnsettled(error) || ['ECONNREFUSED', 'EAI_AGAIN'].includes(code ?? '') || $metadata?.clockSkewCorrected === true;
}

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'];
const REJECTED = [
  'UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidAccessKeyId', 'AuthFailure', 'IncompleteSignature', 'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
];
const SKEWED = ['RequestTimeTooSkewed', 'InvalidSignatureException', 'SignatureDoesNotMatch', 'RequestInTheFuture', 'AuthFailure'];

/** The call that failed, as the message names it. */
export interface FailedCall {
  /** IAM's name of it, `ecs:UpdateService`. */
  readonly action: string;
  /** What it was about: `service orders`. @default - not named */
  readonly subject?: string;
  /** The resource of a statement that would allow it. @default '*' */
  readonly resource?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** The SDK's error as a sentence: which call, about what, and what to do. */
export function failureOf(error: unknown, call: FailedCall): Failure {
  if (error instanceof Failure) return error;
  const { name = 'Error', message = messageOf(error), code } = seenIn(error);
  const cause = { cause: error };
  const what = `${call.action}${call.subject === undefined ? '' : ` for ${call.subject}`}`;
  const signIn = `aws sso login${call.profile === undefined ? '' : ` --profile ${call.profile}`}`;
  const fatal = (text: string) => new AccountFailure(text, ExitCode.FAILED, cause);

  if (isDenied(error)) return new Failure(`${what} was denied: ${message}\n${statementFor(call, message)}`, ExitCode.FAILED, cause);
  if (EXPIRED.includes(name) || /token.*(expired|invalid)|session.*expired/i.test(message) && /Provider/.test(name)) {
    return fatal(`The AWS credentials have expired (${what}: ${message}). Sign in again (IAM Identity Center: \`${signIn}\`), `
      + 'and run the same command: it continues where it stopped.');
  }
  if (/CredentialsProviderError|TokenProviderError/.test(name)) {
    return fatal(call.profile === undefined
      ? `There are no AWS credentials: ${message}. Use \`--profile\`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
      : `The profile ${call.profile} has no AWS credentials: ${message}. `
        + `Check that it is in the AWS configuration; with IAM Identity Center, sign in with \`${signIn}\`.`);
  }
  if (SKEWED.includes(name) && /skew|signature expired|not yet current|too far|later than|earlier than/i.test(message)) {
    return fatal(`The clock of this machine is wrong, so AWS rejects its signatures (${what}: ${message}). `
      + `Set the clock: it shows ${new Date().toISOString()}.`);
  }
  if (REJECTED.includes(name) || SKEWED.includes(name)) {
    return fatal(`AWS rejected the credentials (${what}: ${message}). Check that they belong to this account.`);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return fatal(`The address of AWS was not found (${what}: ${message}). `
      + `Check that region ${call.region ?? ''} exists and that this machine reaches the internet.`);
  }
  if (code === 'ECONNREFUSED') return fatal(`AWS cannot be reached (${what}: ${message}). Check AWS_ENDPOINT_URL and the network of this machine.`);
  if (isUnsettled(error)) {
    const text = `AWS did not answer ${what}: ${message}. Run the same command again: it continues where this one stopped.`;
    return new Failure(text, ExitCode.FAILED, cause);
  }
  return new Failure(`${what} failed: ${message}${message.includes(name) ? '' : ` (${name})`}`, ExitCode.FAILED, cause);
}

/** One call may need several permissions: a registration also passes roles and sets tags. AWS's message says which one is missing. */
function statementFor({ action: called, resource: given = '*' }: FailedCall, message: string): string {
  const [, missing, on] = /not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: (arn:\S+))?/i.exec(message) ?? [];
  const { action, resource } = missing === undefined || missing === called ? { action: called, resource: given } : { action: missing, resource: on ?? '*' };
  const statement = JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource });
  return `Add this statement to your IAM policy: ${statement} (\`ecs policy\` prints all permissions that are needed)`;
}

/** The same as a clause, for a fact that could not be read. */
export function clauseOf(error: unknown, action: string): string {
  return isDenied(error) ? `the permission ${action} is missing` : `${action} failed: ${messageOf(error)}`;
}
