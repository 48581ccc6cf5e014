import { Command, CommanderError } from 'commander';
import { addAgentOptions } from './agent-flags';
import { completionScript, SHELLS } from './completion';
import { Context, CommonFlags } from './context';
import { EditFlags } from './edit-flags';
import { environmentKeys, withoutKeys } from './environment-key';
import { correctionOf } from './postman-usage';
import { OptionRow, OPTIONS } from '../agent';
import { ExitCode, Failure } from '../aws/failure';

/** Set when the program is bundled. */
declare const PACKAGE_VERSION: string | undefined;

const PROGRAM = 'postman-live-collection';
/** Before a command that takes the key from the environment. */
const WITH_KEY = 'POSTMAN_API_KEY=<key> ';
const GUIDE = 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/command-line.md';

/** Runs the command line and ends the process with its exit code. A verb's code is loaded when the verb is called. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    const root = program();
    const correction = correctionOf(argv.slice(2), root.commands.flatMap(({ commands }) => commands.map(command => command.name())));
    if (correction !== undefined) throw new Failure(correction, ExitCode.USAGE);
    await root.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? error.exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE
      : reportError(error, text => withoutKeys(text, environmentKeys()));
  }
  if (process.exitCode !== undefined) process.exit();
}

/** An unexpected error is a defect: its stack is printed. */
function reportError(error: unknown, clean: (text: string) => string): ExitCode {
  const text = error instanceof Failure ? error.message : `${error instanceof Error ? error.stack : error}\nThis is a defect of ${PROGRAM}. Please report it.`;
  process.stderr.write(`error: ${clean(text)}\n`);
  return error instanceof Failure ? error.exitCode : ExitCode.FAILED;
}

/** Runs one verb, until the last byte of its output is written. */
async function carryOut(flags: CommonFlags, verb: (context: Context) => Promise<ExitCode>): Promise<void> {
  const { makeContext } = await import('./context.js');
  const context = makeContext(flags);
  let exitCode: ExitCode;
  try {
    exitCode = await verb(context);
  } catch (error) {
    exitCode = reportError(error, text => context.output.clean(text));
  }
  const fault = await context.output.finish();
  if (fault) context.output.note(`error: The output could not be written: ${fault.message}. Changes already made remain; run \`ecs status\`.`);
  process.exitCode = fault && exitCode === ExitCode.DONE ? ExitCode.FAILED : exitCode;
}

const each = (value: string, before: readonly string[] = []) => [...before, value];

/** @param rows the table of the agent's options */
export function program(rows: readonly OptionRow[] = OPTIONS): Command {
  const root = new Command(PROGRAM)
    .description('Runs Postman\'s agent, Insights or Live Collection, in the tasks of Amazon ECS services that no CDK app manages.')
    .version(typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : '0.0.0')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', `\nGuide, with everything that is refused and why: ${GUIDE}`);
  const ecs = root.command('ecs').description('add the agent to services, check it, and remove it');

  outputOptions(unreachableOption(runOptions(keyOptions(agentOptions(selectionOptions(ecs.command('plan')
    .description('show what `ecs add` would do, without writing; exit code 3 if there are changes')), rows))))
    .option('--remove', 'show what `ecs remove` would do'))
    .addHelpText('after', examples(
      ['what adding the agent would change', 'plan --cluster shop --service orders --project <project>'],
      ['for a pipeline: the exact request, and exit code 3 if there are changes', 'plan --cluster shop --all --discovery-mode --json'],
      ['what removing it would change', 'plan --cluster shop --service orders --remove'],
    ))
    .action(async flags => runEdit('plan', flags));

  outputOptions(followOptions(unreachableOption(runOptions(keyOptions(agentOptions(selectionOptions(ecs.command('add')
    .description('add the agent: show the plan, ask, write, and follow the rollout to its end')), rows))))))
    .addHelpText('after', examples(
      [
        'with a key that is not in Secrets Manager yet: the secret is created',
        'add --project <project> --region eu-west-1 --cluster <cluster ARN> --service <service ARN>',
        WITH_KEY,
      ],
      ['with a secret of your own', 'add --cluster shop --service orders --workspace-id <uuid> --system-env <uuid> --api-key-secret team/postman'],
      ['every service with a tag, found in Postman by its name', 'add --cluster shop --service-tag team=web --discovery-mode --yes'],
      ['the Live Collection agent, for a collection', 'add --cluster shop --service orders --collection <collection>'],
    ))
    .action(async flags => runEdit('add', flags));

  outputOptions(followOptions(runOptions(selectionOptions(ecs.command('remove')
    .description('remove the agent: back to the previous revision if it still fits, otherwise to a new one without the agent')))))
    .addHelpText('after', examples(['one service', 'remove --cluster shop --service orders'], ['what would change', 'remove --cluster shop --all --dry-run']))
    .action(async flags => runEdit('remove', flags));

  outputOptions(selectionOptions(ecs.command('status').description('show whether the agent runs; exit code 3 if it does not run in all tasks')))
    .addHelpText('after', examples(
      ['one service', 'status --cluster shop --service orders'],
      ['a whole cluster, for monitoring', 'status --cluster shop --all --json'],
    ))
    .action(async flags => carryOut(flags, async context => (await import('./verbs/status.js')).status(context, flags)));

  outputOptions(keyOptions(selectionOptions(ecs.command('policy')
    .description('print the IAM policy that the other verbs need for this selection, ready to attach')))
    .option('--allow-key-update', 'also allow replacing the value of the secret, for `ecs key update`'))
    .addHelpText('after', examples(['for one service', 'policy --cluster shop --service orders > policy.json']))
    .action(async flags => carryOut(flags, async context => (await import('./verbs/policy.js')).policy(context, flags)));

  outputOptions(secretOptions(accountOptions(ecs.command('key').description('manage the API key').command('update')
    .description('put POSTMAN_API_KEY into the secret, as its whole value; running tasks keep the old key until they are replaced')
    .optionsGroup('Account:')))
    .optionsGroup('Run:')
    .option('--yes', 'do not ask'))
    .addHelpText('after', examples(
      ['a new key for the default secret', 'key update --region eu-west-1', WITH_KEY],
      [
        'a secret that holds JSON: its new value has only this field',
        'key update --region eu-west-1 --api-key-secret team/postman --api-key-secret-field key',
        WITH_KEY,
      ],
    ))
    .action(async flags => carryOut(flags, async context => (await import('./verbs/key-update.js')).keyUpdate(context, flags)));

  root.command('completion').description('print a completion script for a shell')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText('after', `\nFor example: source <(${PROGRAM} completion bash)`)
    .action(shell => {
      if (!SHELLS.includes(shell)) throw new Failure(`The shell must be one of ${SHELLS.join(', ')}, got: ${shell}`, ExitCode.USAGE);
      process.stdout.write(completionScript(shell, root));
    });
  return root;
}

async function runEdit(verb: 'plan' | 'add' | 'remove', flags: EditFlags): Promise<void> {
  await carryOut(flags, async context => (await import('./verbs/edit.js')).edit(context, verb, flags));
}

function accountOptions(command: Command): Command {
  return command
    .option('--region <region>', 'AWS region (default: that of an ARN, otherwise as the AWS SDK finds it)')
    .option('--profile <profile>', 'profile of the AWS configuration');
}

function selectionOptions(command: Command): Command {
  return accountOptions(command.optionsGroup('Selection:'))
    .option('--cluster <cluster>', 'ECS cluster, by ARN or name')
    .option('--service <service>', 'ECS service, by ARN or name (repeatable)', each)
    .option('--all', 'every service of the cluster')
    .option('--service-tag <key[=value]>', 'services with this tag (repeatable: services with all of them)', each);
}

function outputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--json', 'print one JSON document on stdout, everything else on stderr')
    .option('--verbose', 'print each AWS call on stderr');
}

function secretOptions(command: Command): Command {
  return command
    .optionsGroup('API key (its value comes from POSTMAN_API_KEY in the environment, never from an argument):')
    .option('--api-key-secret <secret>', 'secret in Secrets Manager, by ARN or name (default: postman/api-key)')
    .option('--api-key-secret-field <field>', 'JSON field of the secret (default: its whole value)');
}

function keyOptions(command: Command): Command {
  return secretOptions(command)
    .option('--plaintext-api-key', 'put the key into the task definition in plain text, for accounts limited to the six ECS actions')
    .option('--grant-secret-access', 'add the missing inline statement to the execution role');
}

function agentOptions(command: Command, rows: readonly OptionRow[]): Command {
  return addAgentOptions(command.optionsGroup('Agent:'), rows)
    .option('--log-group <name>', 'log group for the agent if no container of the task logs to CloudWatch; it must exist');
}

function runOptions(command: Command): Command {
  return command
    .optionsGroup('Run:')
    .option('--allow-managed', 'continue if CloudFormation manages the service');
}

function unreachableOption(command: Command): Command {
  return command.option('--allow-unreachable', 'add the agent even if the tasks have no route to the internet');
}

function followOptions(command: Command): Command {
  return command
    .option('--dry-run', 'only show the plan, like `ecs plan`')
    .option('--yes', 'do not ask')
    .option('--timeout <duration>', 'how long a rollout may take: 90s, 5m, 2h', '30m')
    .option('--wait-for-rollout', 'wait until a rollout in progress has ended')
    .option('--no-follow', 'end when the rollout has started, without following it')
    .option('--no-rollback', 'do not roll back a failed rollout');
}

function examples(...all: readonly (readonly [what: string, command: string, environment?: string])[]): string {
  return `\nExamples:\n${all.map(([what, command, environment = '']) => `  # ${what}\n  ${environment}${PROGRAM} ecs ${command}`).join('\n')}`;
}
