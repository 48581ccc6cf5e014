import { placeOf } from './arns';
import { AccountFailure, Failure, isForAll, messageOf } from './failure';
import { capital, Hints, SignIn } from './hints';
import { inOneLine } from '../../agent';
import { replaceUnderKey } from '../../permissions';

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
  const { name = '', message = '', $metadata } = seenIn(error);
  // ECS registers one revision of a family at a time. It has no code of its own for that.
  const isFamilyBusy = name === 'ClientException' && /concurrent attempts to create a new revision/i.test(message);
  return $metadata?.httpStatusCode === 429 || THROTTLED.includes(name) || isFamilyBusy;
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return names.includes(seenIn(error).name ?? '');
}

/** Whether it is unknown if AWS carried the call out. */
export function isUnsettled(error: unknown): boolean {
  const { $fault, $metadata, code, name } = seenIn(error);
  // A syntax error: the answer was cut off on its way.
  if (error instanceof Unanswered || name === 'TimeoutError' || name === 'SyntaxError') return true;
  if (code !== undefined) return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
  return ($metadata?.httpStatusCode ?? 0) >= 500 || $fault === 'server';
}

/** Whether it is unknown what a step with such a failure has done, or the same step would succeed later. */
export function mustRepeat(error: unknown): boolean {
  return isForAll(error) || error instanceof Failure && (isUnsettled(error.cause) || isThrottled(error.cause));
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
export function failureOf(error: unknown, call: FailedCall, hints: Hints): Failure {
  if (error instanceof Failure) return error;
  const { name = 'Error', message: told = messageOf(error), code } = seenIn(error);
  const message = inOneLine(told.trim());
  const cause = { cause: error };
  const what = `${call.action}${call.subject === undefined ? '' : ` for ${call.subject}`}`;
  const fatal = (text: string) => new AccountFailure(text, 'failed', cause);

  if (isDenied(error)) {
    // One call may need several permissions: a registration also passes roles and sets tags.
    const missing = missingIn(message);
    const { action, resource = '*' } = missing === undefined || missing.action === call.action ? call : missing;
    const permission = keyPermission(message, call) ?? { action, resource };
    return new Failure(`${what} was denied: ${message}\n${wayOut(message, permission, ` (${hints.permissions})`)}`, 'failed', cause);
  }
  const isFromProvider = /CredentialsProviderError|TokenProviderError/.test(name);
  const signIn = isFromProvider ? signInOf(message) : undefined;
  if (EXPIRED.includes(name) || isFromProvider && /token.*(expired|invalid)|session.*expired/i.test(message)) {
    return fatal(`The AWS credentials have expired (${what}: ${message}). ${hints.expired(call.profile, signIn)}`);
  }
  if (signIn !== undefined) return fatal(`There is no session of AWS (${what}: ${message}). ${hints.expired(call.profile, signIn)}`);
  if (isFromProvider) {
    const which = call.profile === undefined ? 'There are no AWS credentials' : `The profile ${call.profile} has no AWS credentials`;
    return fatal(`${which}: ${message}. ${hints.credentials(call.profile)}`);
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
  if (code === 'ECONNREFUSED') return fatal(`AWS cannot be reached (${what}: ${message}). ${hints.endpoint}`);
  const passing = isUnsettled(error) ? `did not answer ${what}` : isThrottled(error) ? `throttled ${what} for too long` : undefined;
  if (passing !== undefined) {
    return new Failure(`AWS ${passing}: ${message}. ${capital(hints.again)}: it continues where this one stopped.`, 'failed', cause);
  }
  return new Failure(`${what} failed: ${message}${message.includes(name) ? '' : ` (${name})`}`, 'failed', cause);
}

/** How the SDK says that the user has to sign in. */
function signInOf(message: string): SignIn | undefined {
  if (/aws login|re-?authenticate|CreateOAuth2Token|[/\\]login[/\\]cache/i.test(message)) return 'login';
  return /\bsso\b|Session token not found or invalid/i.test(message) ? 'sso' : undefined;
}

/** The sentence for credentials that were denied, such as a role that the user may not assume. Undefined for other errors. */
export function deniedCredentials(error: unknown, { profile }: Pick<FailedCall, 'profile'>): Failure | undefined {
  if (!isDenied(error)) return undefined;
  const message = inOneLine(messageOf(error).trim());
  const missing = missingIn(message);
  const whose = profile === undefined ? '' : ` of profile ${profile}`;
  return new AccountFailure(`The credentials${whose} were denied: ${message}${missing ? `\n${wayOut(message, missing)}` : ''}`, 'failed', { cause: error });
}

interface Permission {
  readonly action: string | readonly string[];
  readonly resource: string;
  readonly condition?: object;
}

/** How AWS says which permission is missing, and on what. */
function missingIn(message: string): Permission & { readonly action: string } | undefined {
  const [, action, resource = '*'] = /not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: (arn:\S+))?/i.exec(message) ?? [];
  return action === undefined ? undefined : { action, resource };
}

/** Secrets Manager uses the key of a secret for its caller. If that use is denied, the permission of the call is not what is missing. */
function keyPermission(message: string, { action, resource: secret = '' }: FailedCall): Permission | undefined {
  const missing = missingIn(message);
  const isOfKey = missing === undefined ? /access to kms is not allowed/i.test(message) : missing.action.startsWith('kms:');
  if (!isOfKey || !/^arn:[^:]+:secretsmanager:/.test(secret) || !action.startsWith('secretsmanager:')) return undefined;
  const { partition, region, account } = placeOf(secret);
  const key = missing?.resource.startsWith('arn:') ? missing.resource : `arn:${partition}:kms:${region}:${account}:key/*`;
  const { actions, conditions } = replaceUnderKey(key, region);
  return { action: actions, resource: key, condition: conditions };
}

/** What gives a permission. @param where what has it already */
function wayOut(message: string, { action, resource, condition }: Permission, where = ''): string {
  return /with an explicit deny\b/i.test(message)
    ? 'A policy denies this explicitly, so no further statement can allow it: change that policy, or use another identity.'
    : `Add this statement to your IAM policy: ${JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource, Condition: condition })}${where}`;
}

/** The same as a clause, for a fact that could not be read. */
export function clauseOf(error: unknown, action: string): string {
  return isDenied(error) ? `the permission ${action} is missing` : `${action} failed: ${inOneLine(messageOf(error).trim())}`;
}
