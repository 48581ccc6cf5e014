import { AccountFailure, ExitCode, Failure, messageOf } from './failure';

/** What is read of an error of the AWS SDK. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number; clockSkewCorrected?: boolean };
}

const seenIn = (error: unknown): SdkError => typeof error === 'object' && error !== null ? error : {};

/** A call that was not answered in time. */
export class Unanswered extends Error {
  constructor(action: string, seconds: number) {
    super(`${action} was not answered within ${seconds} s`);
    this.name = 'Unanswered';
  }
}

export function isDenied(error: unknown): boolean {
  return ['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'NotAuthorizedException', 'AuthorizationError'].includes(seenIn(error).name ?? '');
}

export function isThrottled(error: unknown): boolean {
  const { name = '', $metadata } = seenIn(error);
  return $metadata?.httpStatusCode === 429
    || ['ThrottlingException', 'Throttling', 'ThrottledException', 'RequestLimitExceeded', 'TooManyRequestsException', 'RequestThrottled', 'RequestThrottledException', 'SlowDown'].includes(name);
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return names.includes(seenIn(error).name ?? '');
}

/** Whether nobody knows if AWS did what it was asked for. */
export function isUnsettled(error: unknown): boolean {
  const { $fault, $metadata, code, name } = seenIn(error);
  if (error instanceof Unanswered || name === 'TimeoutError') return true;
  if (code !== undefined) return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
  return ($metadata?.httpStatusCode ?? 0) >= 500 || $fault === 'server';
}

/** Whether the call may be made again: it did not get through, or makes nothing twice. */
export function isPassing(error: unknown): boolean {
  const { code, $metadata } = seenIn(error);
  return isUnsettled(error) || ['ECONNREFUSED', 'EAI_AGAIN'].includes(code ?? '') || $metadata?.clockSkewCorrected === true;
}

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'];
const REJECTED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidAccessKeyId', 'AuthFailure', 'IncompleteSignature', 'MissingAuthenticationToken', 'MissingAuthenticationTokenException'];
const SKEWED = ['RequestTimeTooSkewed', 'InvalidSignatureException', 'SignatureDoesNotMatch', 'RequestInTheFuture', 'AuthFailure'];

/** The call that failed, as its sentence names it. */
export interface FailedCall {
  /** IAM's name of it, `ecs:UpdateService`. */
  readonly action: string;
  /** What it was for: `service orders`. @default - nothing in particular */
  readonly subject?: string;
  /** What a statement that allows it would name. @default '*' */
  readonly resource?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** The SDK's error as a sentence: which call, for what, and what to do. */
export function failureOf(error: unknown, call: FailedCall): Failure {
  if (error instanceof Failure) return error;
  const { name = 'Error', message = messageOf(error), code } = seenIn(error);
  const cause = { cause: error };
  const what = `${call.action}${call.subject === undefined ? '' : ` for ${call.subject}`}`;
  const signIn = `aws sso login${call.profile === undefined ? '' : ` --profile ${call.profile}`}`;
  const fatal = (text: string) => new AccountFailure(text, ExitCode.FAILED, cause);

  if (isDenied(error)) return new Failure(`${what} was denied: ${message}\n${statementFor(call, message)}`, ExitCode.FAILED, cause);
  if (EXPIRED.includes(name) || /token.*(expired|invalid)|session.*expired/i.test(message) && /Provider/.test(name)) {
    return fatal(`The credentials have expired (${what}: ${message}). Sign in again, with \`${signIn}\` where they come from IAM Identity Center, and run the same command: it goes on where it stopped.`);
  }
  if (/CredentialsProviderError|TokenProviderError/.test(name)) {
    return fatal(call.profile === undefined
      ? `There are no AWS credentials: ${message}. Name a profile with \`--profile\`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
      : `The profile ${call.profile} gives no AWS credentials: ${message}. See that it stands in the AWS configuration; with IAM Identity Center, sign in with \`${signIn}\`.`);
  }
  if (SKEWED.includes(name) && /skew|signature expired|not yet current|too far|later than|earlier than/i.test(message)) {
    return fatal(`The clock of this machine is wrong, so that AWS refuses its signatures (${what}: ${message}). Set the clock: it says ${new Date().toISOString()}.`);
  }
  if (REJECTED.includes(name) || SKEWED.includes(name)) return fatal(`AWS does not take the credentials (${what}: ${message}). See that they are those of the account.`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return fatal(`No address was found for AWS (${what}: ${message}). See that region ${call.region ?? ''} exists and that this machine reaches the internet.`);
  }
  if (code === 'ECONNREFUSED') return fatal(`AWS cannot be reached (${what}: ${message}). See AWS_ENDPOINT_URL and the network of this machine.`);
  if (isUnsettled(error)) return new Failure(`AWS did not answer ${what}: ${message}. Run the same command again: it goes on where this one stopped.`, ExitCode.FAILED, cause);
  return new Failure(`${what} failed: ${message}${message.includes(name) ? '' : ` (${name})`}`, ExitCode.FAILED, cause);
}

/** One call may need several permissions, as a registration that passes roles and sets tags: the message says which one is missing. */
function statementFor({ action: called, resource: given = '*' }: FailedCall, message: string): string {
  const [, missing, on] = /not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: (arn:\S+))?/i.exec(message) ?? [];
  const { action, resource } = missing === undefined || missing === called ? { action: called, resource: given } : { action: missing, resource: on ?? '*' };
  return `Add to the policy of whoever runs this: ${JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource })} (\`ecs policy\` prints all that is needed)`;
}

/** The same as a clause, for a fact that could not be seen. */
export function clauseOf(error: unknown, action: string): string {
  return isDenied(error) ? `the permission ${action} is missing` : `${action} failed: ${messageOf(error)}`;
}
