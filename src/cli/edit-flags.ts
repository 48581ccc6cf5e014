import { AgentFlags, agentRequest } from './agent-options';
import { askDestination } from './ask-destination';
import { CommonFlags, Context } from './context';
import { environmentKey } from './environment-key';
import { destinationsIn } from '../agent';
import { EditRequest, KeyRequest, usage } from '../aws';
import { DEFAULT_SECRET_NAME } from '../permissions';
import { checkSecretField, COMMAND_LINE_WORDS, messagesOf, missingDestination } from '../preflight';

export interface EditFlags extends CommonFlags, AgentFlags {
  readonly apiKeySecret?: string;
  readonly apiKeySecretField?: string;
  readonly plaintextApiKey?: boolean;
  readonly grantSecretAccess?: boolean;
  readonly allowUnreachable?: boolean;
  readonly allowManaged?: boolean;
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
}

/** The key's request. Its value comes only from the environment: arguments are visible in process lists. */
function keyRequest(flags: EditFlags): KeyRequest {
  const value = environmentKey();
  const field = secretFieldOf(flags);
  if (flags.plaintextApiKey) {
    if (flags.apiKeySecret !== undefined || flags.apiKeySecretField !== undefined || flags.grantSecretAccess) {
      throw usage('`--plaintext-api-key` uses no secret: leave out `--api-key-secret`, `--api-key-secret-field` and `--grant-secret-access`, '
        + 'or leave out `--plaintext-api-key`.');
    }
    if (value === undefined) throw usage('`--plaintext-api-key` takes the key from POSTMAN_API_KEY in the environment, which is not set.');
    return { kind: 'plaintext', value };
  }
  return { kind: 'secret', secret: secretOf(flags), field, value };
}

/** The JSON field of the secret; undefined for its whole value. */
export function secretFieldOf({ apiKeySecretField: field }: Pick<EditFlags, 'apiKeySecretField'>): string | undefined {
  const [fault] = field === undefined ? [] : messagesOf(checkSecretField(field), COMMAND_LINE_WORDS);
  if (fault) throw usage(fault.message);
  return field;
}

/** The ARN or name of the secret. */
export function secretOf({ apiKeySecret = DEFAULT_SECRET_NAME }: Pick<EditFlags, 'apiKeySecret'>): string {
  if (apiKeySecret === '') throw usage('`--api-key-secret` must be the ARN or the name of a secret, got: (nothing)');
  return apiKeySecret;
}

/** The request of the flags. What is missing is asked for on a terminal. */
export async function editRequest(context: Context, verb: 'add' | 'remove', given: EditFlags): Promise<EditRequest> {
  const allowManaged = given.allowManaged ?? false;
  if (verb === 'remove') return { verb, allowManaged, words: COMMAND_LINE_WORDS };
  // The destination and the other flags are checked before anything else, and before the user is asked.
  const first = agentRequest(given);
  const isDestined = destinationsIn(first.options).length > 0;
  if (!isDestined && !context.isInteractive) throw usage(messagesOf([missingDestination(first.options)], COMMAND_LINE_WORDS)[0].message);
  const key = keyRequest(given);
  const logGroup = logGroupOf(given);
  const { generation, options, named, notes } = isDestined ? first : agentRequest({ ...given, ...await askDestination(first.options) });
  for (const { id, message } of notes) context.output.note(`${message} [${id}]`);
  const namesKey = key.kind === 'plaintext' || given.apiKeySecret !== undefined || given.apiKeySecretField !== undefined;
  return {
    verb,
    allowManaged,
    words: COMMAND_LINE_WORDS,
    agent: { generation, options, logGroup, named: new Set([...named, ...namesKey ? ['apiKey'] : [], ...logGroup === undefined ? [] : ['logGroup']]) },
    key,
    notes,
    grantSecretAccess: given.grantSecretAccess ?? false,
    allowUnreachable: given.allowUnreachable ?? false,
  };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
function logGroupOf({ logGroup }: Pick<EditFlags, 'logGroup'>): string | undefined {
  if (logGroup === undefined || /^[\w./#-]{1,512}$/.test(logGroup)) return logGroup;
  throw usage(`\`--log-group\` must be the name of a log group: letters, digits and any of . _ - / #, got: ${logGroup || '(nothing)'}`);
}
