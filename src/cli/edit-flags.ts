import { AgentFlags, agentRequest } from './agent-options';
import { CommonFlags, Context } from './context';
import { EditRequest, KeyRequest, usage } from '../aws';
import { DEFAULT_SECRET_NAME } from '../permissions';
import { checkSecretField, COMMAND_LINE_WORDS, messagesOf } from '../preflight';

export interface EditFlags extends CommonFlags, AgentFlags {
  readonly apiKeySecret?: string;
  readonly apiKeySecretField?: string;
  readonly plaintextApiKey?: boolean;
  readonly grantSecretAccess?: boolean;
  readonly allowUnreachable?: boolean;
  readonly allowManaged?: boolean;
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
  const value = process.env.POSTMAN_API_KEY || undefined;
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
  if (given.collection === undefined && !context.isInteractive) {
    throw usage('Name the collection with `--collection <owner>-<uuid>`: Postman shows this id in the collection\'s info pane.');
  }
  const key = keyRequest(given);
  // Wrong flags are reported before the user is asked.
  if (given.collection === undefined) agentRequest({ ...given, collection: '1-00000000-0000-0000-0000-000000000000' });
  const { generation, options, named, notes } = agentRequest({ ...given, collection: given.collection ?? await askCollection() });
  for (const { id, message } of notes) context.output.note(`${message} [${id}]`);
  const namesKey = key.kind === 'plaintext' || given.apiKeySecret !== undefined || given.apiKeySecretField !== undefined;
  return {
    verb,
    allowManaged,
    words: COMMAND_LINE_WORDS,
    agent: { generation, options, named: new Set([...named, ...namesKey ? ['apiKey' as const] : []]) },
    key,
    notes,
    grantSecretAccess: given.grantSecretAccess ?? false,
    allowUnreachable: given.allowUnreachable ?? false,
  };
}

async function askCollection(): Promise<string> {
  const { askText } = await import('./prompts.js');
  return askText('Which collection? Postman shows its id in the info pane.', '<owner>-<uuid>', text => {
    try {
      agentRequest({ collection: text });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
}
