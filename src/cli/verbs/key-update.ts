import { ExitCode, Failure, findSecret, FoundSecret, Interrupted, missingArn, placeOf, updateSecret, usage } from '../../aws';
import { CommonFlags, Context } from '../context';
import { keyUpdateDocument } from '../documents';
import { secretFieldOf, secretOf } from '../edit-flags';
import { environmentKey } from '../environment-key';
import { regionOf } from '../selection';

export interface KeyUpdateFlags extends CommonFlags {
  readonly apiKeySecret?: string;
  readonly apiKeySecretField?: string;
  readonly yes?: boolean;
}

/** `ecs key update`: puts POSTMAN_API_KEY into the secret. Its whole value is replaced; running tasks keep the old one. */
export async function keyUpdate(context: Context, flags: KeyUpdateFlags): Promise<ExitCode> {
  const { output } = context;
  const value = environmentKey();
  const field = secretFieldOf(flags);
  const given = secretOf(flags);
  if (value === undefined) throw usage('`ecs key update` takes the new key from POSTMAN_API_KEY in the environment, which is not set.');
  const account = context.account(regionOf(flags, given.startsWith('arn:') ? [placeOf(given)] : []));
  const region = await account.region();
  const secret = await findSecret(account, given);
  if (!secret) throw missingSecret(given, region);

  if (context.isInteractive && !flags.yes) {
    const { confirm } = await import('../prompts.js');
    if (!await confirm(questionFor(secret, region, field))) {
      output.say('Nothing was written.');
      return ExitCode.DONE;
    }
  }
  const updated = await updateSecret(account, secret, { value, field }).catch(error => {
    throw error instanceof Interrupted ? interruptedAt(secret) : error;
  });
  if (output.isJson) output.document(keyUpdateDocument(updated));
  output.say(`${updated.name}: updated. Running tasks keep the old key until they are replaced.`);
  return ExitCode.DONE;
}

function questionFor({ name }: FoundSecret, region: string, field: string | undefined): string {
  return `Replace the whole value of secret ${name} in ${region}${field === undefined ? '' : ` with JSON that has only the field ${field}`}?`;
}

function missingSecret(secret: string, region: string): Failure {
  return secret.startsWith('arn:') ? missingArn(secret) : new Failure(`There is no secret ${secret} in ${region}. `
    + 'Run `ecs add`, which creates it from POSTMAN_API_KEY; or create it with `aws secretsmanager create-secret`; or name another with `--api-key-secret`.');
}

function interruptedAt({ name }: FoundSecret): Interrupted {
  return new Interrupted(`Interrupted while the new value of secret ${name} was sent. It is unknown whether Secrets Manager stored it: `
    + 'run the same command again.');
}
