import { AgentFlags, agentRequest } from './agent-options';
import { askDestination } from './ask-destination';
import { CommonFlags, Context } from './context';
import { environmentKey, environmentKeys } from './environment-key';
import { Output } from './output';
import { destinationsIn, KeyStore, looksLikeApiKey, PARAMETER_NAME } from '../agent';
import { AddRequest, EditRequest, KeyRequest, usableKey, usage } from '../aws';
import { DEFAULT_SECRET_NAME } from '../permissions';
import { checkKeySources, checkParameter, checkSecretField, COMMAND_LINE_WORDS, messagesOf, missingDestination } from '../preflight';

export interface EditFlags extends CommonFlags, AgentFlags {
  readonly apiKeySecret?: string;
  readonly apiKeySecretField?: string;
  readonly apiKeyParameter?: string;
  readonly plaintextApiKey?: boolean;
  readonly grantSecretAccess?: boolean;
  /** Of `remove`. */
  readonly revokeSecretAccess?: boolean;
  readonly allowUnreachable?: boolean;
  readonly allowManaged?: boolean;
  readonly allOrNothing?: boolean;
  readonly logGroup?: string;
  readonly remove?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly waitForRollout?: boolean;
  /** False with `--no-follow`. */
  readonly follow?: boolean;
  /** @default 30m */
  readonly timeout?: string;
  /** False with `--no-rollback`. */
  readonly rollback?: boolean;
  readonly batch?: string;
  readonly canary?: string;
  readonly maxFailures?: string;
  readonly onFailure?: string;
  /** The folder of the journal. */
  readonly journal?: string;
}

/** The key's request. Its value comes only from the environment: arguments are visible in process lists. */
function keyRequest(flags: EditFlags): KeyRequest {
  const value = environmentKey();
  const field = secretFieldOf(flags);
  const parameter = parameterOf(flags);
  if (flags.plaintextApiKey) {
    if ([flags.apiKeySecret, field, parameter].some(given => given !== undefined) || flags.grantSecretAccess) {
      throw usage('`--plaintext-api-key` uses no secret and no parameter: leave out `--api-key-secret`, `--api-key-secret-field`, `--api-key-parameter` and `--grant-secret-access`, '
        + 'or leave out `--plaintext-api-key`.');
    }
    if (value === undefined) throw usage('`--plaintext-api-key` takes the key from POSTMAN_API_KEY in the environment, which is not set.');
    return { kind: 'plaintext', value };
  }
  return parameter === undefined ? { kind: 'secret', secret: secretOf(flags), field, value } : { kind: 'parameter', parameter };
}

/** The JSON field of the secret; undefined for its whole value. */
export function secretFieldOf({ apiKeySecretField: field }: Pick<EditFlags, 'apiKeySecretField'>): string | undefined {
  const [fault] = field === undefined ? [] : messagesOf(checkSecretField(field), COMMAND_LINE_WORDS);
  if (field !== undefined) refuseKey('--api-key-secret-field', 'the name of a JSON field', field);
  if (fault) throw usage(fault.message);
  return field;
}

/** The ARN or name of the secret. */
export function secretOf({ apiKeySecret = DEFAULT_SECRET_NAME }: Pick<EditFlags, 'apiKeySecret'>): string {
  if (apiKeySecret === '') throw usage('`--api-key-secret` must be the ARN or the name of a secret, got: (nothing)');
  refuseKey('--api-key-secret', 'the ARN or the name of a secret', apiKeySecret);
  return apiKeySecret;
}

/** The secret or the parameter that a policy is about. Neither if the key is in the task definition in clear text. @throws Failure a usage error */
export function keySourceOf(flags: EditFlags): { readonly secret?: string; readonly store?: KeyStore } {
  const parameter = parameterOf(flags);
  if (flags.plaintextApiKey) return {};
  return parameter === undefined ? { secret: secretOf(flags) } : { secret: parameter, store: 'ssm' };
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
const PARAMETER_ARN = /^arn:aws(?:-[a-z]+)*:ssm:[a-z]{2}(?:-[a-z]+)+-\d+:\d{12}:parameter(\/[\w.-]+)+$/;

/**
 * The ARN or name of the parameter; undefined if none is given.
 *
 * @param isArn whether it must be an ARN. @default false
 * @throws Failure a usage error, also if a secret is given, too
 */
export function parameterOf(flags: Pick<EditFlags, 'apiKeyParameter' | 'apiKeySecret' | 'apiKeySecretField'>, isArn = false): string | undefined {
  const { apiKeyParameter: given } = flags;
  if (given === undefined) return undefined;
  const flag = '--api-key-parameter';
  const wanted = `the ARN${isArn ? '' : ' or the name'} of a SecureString in Parameter Store`;
  refuseKey(flag, wanted, given);
  if (!PARAMETER_ARN.test(given) && (isArn || !PARAMETER_NAME.test(given))) {
    throw usage(`\`${flag}\` must be ${wanted}, arn:aws:ssm:<region>:<account>:parameter/<name>${isArn ? ', since nothing is read from AWS' : ', <name> or /<path>/<name>'}, `
      + `without a version or a label, which ECS does not accept; got: ${given || '(nothing)'}`);
  }
  const name = given.replace(/^arn:.*:parameter/, '');
  const unknown = { unknown: 'it is not read here' };
  const findings = [
    ...checkKeySources({ ...flags }),
    ...checkParameter({ parameter: given, name, type: unknown, hasCustomerKey: unknown }),
  ];
  if (findings.length > 0) throw usage(messagesOf(findings, COMMAND_LINE_WORDS)[0].message);
  return given;
}

/** An argument must not be an API key. It is not repeated. */
function refuseKey(flag: string, wanted: string, given: string): void {
  if (!looksLikeApiKey(given) && !environmentKeys().includes(given)) return;
  throw usage(`\`${flag}\` must be ${wanted}, got: an API key. Set POSTMAN_API_KEY to the key instead. `
    + 'Arguments are visible in lists of processes, so delete this key in Postman and create a new one.');
}

/** The request of the flags. What is missing is asked for on a terminal. */
export async function editRequest(context: Context, verb: 'add' | 'remove', given: EditFlags): Promise<EditRequest> {
  if (verb === 'add') return addRequest(context, given);
  return { verb, allowManaged: given.allowManaged ?? false, words: COMMAND_LINE_WORDS, revokeSecretAccess: given.revokeSecretAccess ?? false };
}

/**
 * The flags with a destination. On a terminal, a missing one is asked for, after the other flags were checked.
 *
 * @throws Failure a usage error
 */
export async function withDestination<T extends EditFlags>(context: Context, given: T): Promise<T> {
  const { options } = agentRequest(given);
  if (destinationsIn(options).length > 0) return given;
  if (!context.isInteractive) throw usage(messagesOf([missingDestination(options)], COMMAND_LINE_WORDS)[0].message);
  keyRequest(given);
  logGroupOf(given);
  return { ...given, ...await askDestination(options) };
}

export async function addRequest(context: Context, flags: EditFlags): Promise<AddRequest> {
  const given = await withDestination(context, flags);
  const { generation, options, named, notes: notesOfAgent } = agentRequest(given);
  const key = keyRequest(given);
  const logGroup = logGroupOf(given);
  // The key in the environment is used only if the secret has to be created; then the plan checks it.
  const notes = [...notesOfAgent, ...key.kind === 'plaintext' ? messagesOf(usableKey(key.value, COMMAND_LINE_WORDS), COMMAND_LINE_WORDS) : []];
  const namesKey = key.kind !== 'secret' || given.apiKeySecret !== undefined || given.apiKeySecretField !== undefined;
  return {
    verb: 'add',
    allowManaged: given.allowManaged ?? false,
    words: COMMAND_LINE_WORDS,
    agent: { generation, options, logGroup, named: new Set([...named, ...namesKey ? ['apiKey'] : [], ...logGroup === undefined ? [] : ['logGroup']]) },
    key,
    notes,
    grantSecretAccess: given.grantSecretAccess ?? false,
    allowUnreachable: given.allowUnreachable ?? false,
  };
}

/** Prints what there is to say of the options. What is the same for several requests is said once. */
export function tellNotes(output: Output, requests: readonly EditRequest[]): void {
  const notes = requests.flatMap(request => request.verb === 'add' ? request.notes : []).map(({ id, message }) => `${message} [${id}]`);
  for (const note of new Set(notes)) output.note(note);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export function logGroupOf({ logGroup }: Pick<EditFlags, 'logGroup'>): string | undefined {
  if (logGroup === undefined || /^[\w./#-]{1,512}$/.test(logGroup)) return logGroup;
  throw usage(`\`--log-group\` must be the name of a log group: letters, digits and any of . _ - / #, got: ${logGroup || '(nothing)'}`);
}
