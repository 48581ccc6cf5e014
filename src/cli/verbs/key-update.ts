import {
  Account, Failure, findSecret, FoundSecret, Interrupted, lastPart, missingArn, placeOf, Restart, RestartResult, restartServices, restartsOf,
  SecretChange, SecretUpdate, shownName, usableKey, usage,
} from '../../aws';
import { COMMAND_LINE_WORDS, messagesOf } from '../../preflight';
import { CommonFlags, Context, isConfirmed, refuseUnasked } from '../context';
import { keyUpdateDocument } from '../documents';
import { parameterOf, secretFieldOf, secretOf } from '../edit-flags';
import { environmentKey } from '../environment-key';
import { ExitCode, exitCodeOfKind } from '../exit-codes';
import { messageLines } from '../plain-text';
import { regionOf, select } from '../selection';

export interface KeyUpdateFlags extends CommonFlags {
  readonly apiKeySecret?: string;
  readonly apiKeySecretField?: string;
  readonly apiKeyParameter?: string;
  readonly restart?: boolean;
  readonly yes?: boolean;
}

const NOT_PARAMETERS = '`ecs key update` writes only to secrets of Secrets Manager. Put the key into the parameter with '
  + '`aws ssm put-parameter --overwrite --type SecureString --name <name> --value file://<file>`, '
  + 'then start new tasks with `aws ecs update-service --force-new-deployment`.';

/** `ecs key update`: puts POSTMAN_API_KEY into the secret, and with `--restart` starts new tasks that read it. */
export async function keyUpdate(context: Context, flags: KeyUpdateFlags): Promise<ExitCode> {
  const { output } = context;
  if (parameterOf(flags) !== undefined) throw usage(NOT_PARAMETERS);
  const value = environmentKey();
  const field = secretFieldOf(flags);
  const given = secretOf(flags);
  if (value === undefined) throw usage('`ecs key update` takes the new key from POSTMAN_API_KEY in the environment, which is not set.');
  refuseUnasked(context, flags);
  const warnings = messagesOf(usableKey(value, COMMAND_LINE_WORDS), COMMAND_LINE_WORDS);
  const { account, services } = await selected(context, flags, given);
  const secret = await findSecret(account, given);
  if (!secret) throw await missingSecret(account, given);
  const written = { value, field };
  const update = new SecretUpdate(account, secret, written, line => output.note(line));
  const change = await update.plan();
  const planned = { arn: secret.arn, name: secret.name, change, outcome: null };
  output.know(() => keyUpdateDocument(planned, warnings, undefined));
  const restarts = await restartsOf(account, services, secret, written);
  const unfit = restarts.filter(({ isUnfit }) => isUnfit);
  if (unfit.length > 0) throw new Failure(unfit.map(({ service, reason }) => `Service ${service.serviceName}: ${reason}. The field is that of \`--api-key-secret-field\`.`).join('\n'), 'refused');
  const { region } = placeOf(secret.arn);

  for (const { id, message } of warnings) output.note(`${message} [${id}]`);
  for (const line of [changeText(secret, region, change), ...placeText(restarts), ...restarts.map(restartText)]) output.say(line);
  const writes = change.kind === 'value' || !change.isSame;
  const asks = context.isInteractive && !flags.yes && (writes || restarts.some(({ action }) => action === 'restart'));
  if (asks && !await isConfirmed(context, questionFor(secret, region, change, restarts))) return ExitCode.DONE;
  const updated = await update.write().catch(error => {
    throw error instanceof Interrupted ? interruptedAt(secret) : error;
  });
  output.know(() => keyUpdateDocument(updated, warnings, undefined));
  const results = await restartServices(account, restarts, secret, written);
  if (output.isJson) output.document(keyUpdateDocument(updated, warnings, flags.restart ? results : undefined));
  output.say(`${updated.name}: ${updated.outcome === 'updated' ? 'updated' : 'has this key already'}. ${afterwards(results)}`);
  for (const line of results.flatMap(result => messageLines(resultText(result)))) output.say(line);
  const problems = results.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped');
  if (problems.length > 0) output.note(`error: ${problemText(updated, problems)}`);
  return Math.max(ExitCode.DONE, ...problems.map(({ failure = 'failed' }) => exitCodeOfKind(failure))) as ExitCode;
}

/** The account, and with `--restart` the selected services. */
async function selected(context: Context, flags: KeyUpdateFlags, secret: string): Promise<Pick<Awaited<ReturnType<typeof select>>, 'account' | 'services'>> {
  const places = secret.startsWith('arn:') ? [placeOf(secret)] : [];
  if (flags.restart) {
    // Tasks may read a secret of another region and account.
    const isPlaced = flags.region !== undefined || [flags.cluster ?? '', ...flags.service ?? []].some(given => given.startsWith('arn:'));
    // The region of the secret is a guess, for a user who has named none.
    const isNamed = isPlaced || await context.account(undefined).region().then(() => true, () => false);
    return select(context, isNamed ? flags : { ...flags, region: places[0]?.region });
  }
  const { cluster, service, all, serviceTag } = flags;
  const [unused] = Object.entries({ '--cluster': cluster, '--service': service, '--all': all, '--service-tag': serviceTag }).filter(([, one]) => one !== undefined);
  if (unused) throw usage(`\`${unused[0]}\` selects the services whose tasks are replaced. Add \`--restart\`, or leave it out.`);
  const account: Account = context.account(regionOf(flags, places));
  await account.region();
  return { account, services: [] };
}

function changeText({ name }: FoundSecret, region: string, change: SecretChange): string {
  const where = `${name} in ${region}`;
  if (change.kind === 'value') return `${where}: replace the whole value`;
  const { field, isNew, isSame, keptFields } = change;
  const what = isSame ? `the field ${shownName(field)} has this key already` : `${isNew ? 'add' : 'replace'} the field ${shownName(field)}`;
  return `${where}: ${what}, ${keptFields.length === 0 ? 'there are no other fields' : `keep ${keptFields.map(shownName).join(', ')}`}`;
}

/** Where the services are: the secret may be elsewhere. */
function placeText(restarts: readonly Restart[]): string[] {
  const clusters = [...new Set(restarts.map(({ service }) => service.clusterArn))];
  return clusters.length === 0 ? [] : [`In ${clusters.map(arn => `cluster ${lastPart(arn)} of ${placeOf(arn).region}`).join(' and ')}:`];
}

function restartText({ service: { serviceName }, action, reason }: Restart): string {
  switch (action) {
    case 'restart': return `${serviceName}: start new tasks`;
    case 'notReading': return `${serviceName}: ${reason ?? 'does not read the secret'}`;
    case 'skip': return `${serviceName}: skipped: ${reason}`;
  }
}

function questionFor({ name }: FoundSecret, region: string, change: SecretChange, restarts: readonly Restart[]): string {
  const where = `secret ${name} in ${region}`;
  const count = restarts.filter(({ action }) => action === 'restart').length;
  const start = `start new tasks of ${count === 1 ? 'one service' : `${count} services`}`;
  const tasks = count === 0 ? '' : `, and ${start}`;
  if (change.kind === 'value') return `Replace the whole value of ${where}${tasks}?`;
  if (change.isSame) return `S${start.slice(1)}?`;
  return `${change.isNew ? 'Add' : 'Replace'} the field ${shownName(change.field)} of ${where}, and keep all other fields${tasks}?`;
}

/** What the user has to know about tasks. */
function afterwards(results: readonly RestartResult[]): string {
  return results.some(({ outcome }) => outcome === 'restarted') ? 'The rollouts are not followed: run `ecs status` to check them.'
    : 'Running tasks keep the old key until they are replaced.';
}

function resultText({ service: { serviceName }, outcome, reason, deploymentId }: RestartResult): string {
  switch (outcome) {
    case 'restarted': return `${serviceName}: new tasks are starting${deploymentId === undefined ? '' : ` (deployment ${deploymentId})`}`;
    case 'notReading': return `${serviceName}: ${reason ?? 'does not read the secret'}`;
    case 'skipped': return `${serviceName}: skipped: ${reason}`;
    case 'failed': return `${serviceName}: new tasks were not started: ${reason}`;
  }
}

function problemText({ name, outcome }: { readonly name: string; readonly outcome: string }, problems: readonly RestartResult[]): string {
  const services = problems.map(({ service: { serviceName }, reason }) => `${serviceName} (${(reason ?? '').split('\n')[0]})`).join(', ');
  return `Secret ${name} ${outcome === 'updated' ? 'was updated' : 'has the key'}, but no new tasks were started of: ${services}. `
    + 'Their running tasks keep the old key. Run the same command again for these services.';
}

async function missingSecret(account: Account, secret: string): Promise<Failure> {
  return secret.startsWith('arn:') ? missingArn(account, secret) : new Failure(`There is no secret ${secret} in ${await account.region()}. `
    + 'Run `ecs add`, which creates it from POSTMAN_API_KEY; or create it with `aws secretsmanager create-secret`; or name another with `--api-key-secret`.');
}

function interruptedAt({ name }: FoundSecret): Interrupted {
  return new Interrupted(`Interrupted while the new value of secret ${name} was sent. It is unknown whether Secrets Manager stored it: `
    + 'run the same command again.');
}
