import { Command, CommanderError, Option } from 'commander';
import { addAgentOptions } from './agent-flags';
import { completionScript, SHELLS } from './completion';
import { Context, CommonFlags } from './context';
import { EditFlags } from './edit-flags';
import { environmentKeys } from './environment-key';
import { errorText, PROGRAM, shownMessage, shownText } from './error-text';
import { ExitCode, exitCodeOf } from './exit-codes';
import { correctionOf } from './postman-usage';
import { addSetting, GRANT_FLAG, LOG_GROUP_FLAG, MANAGED_FLAG, PARAMETER_FLAG, SECRET_FLAGS, UNREACHABLE_FLAG } from './setting-flags';
import { OptionRow, OPTIONS } from '../agent';
import { usage } from '../aws/calls/failure';

/** Set when the program is bundled. */
declare const PACKAGE_VERSION: string | undefined;

/** Runs the program also if it is not installed. */
const RUN = `npx ${PROGRAM}`;
/** Before a command that takes the key from the environment. */
const WITH_KEY = 'POSTMAN_API_KEY=<key> ';
const GUIDE = 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/command-line.md';

/** Runs the command line and ends the process with its exit code. A verb's code is loaded when the verb is called. */
export async function run(argv: readonly string[]): Promise<void> {
  const root = program();
  try {
    const correction = correctionOf(argv.slice(2), root.commands.flatMap(({ commands }) => commands.map(command => command.name())));
    if (correction !== undefined) throw usage(correction);
    await root.parseAsync([...argv]);
  } catch (error) {
    // Commander has printed its error, or the help.
    if (!(error instanceof CommanderError)) process.stderr.write(shownMessage(`error: ${errorText(error)}`));
    process.exitCode = error instanceof CommanderError ? error.exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE : exitCodeOf(error);
    if (process.exitCode !== ExitCode.DONE && argv.includes('--json')) await printFailure(verbIn(root, argv.slice(2)), error);
  }
  if (process.exitCode !== undefined) process.exit();
}

/** The verb that the arguments name, such as `key update`. */
function verbIn(root: Command, args: readonly string[]): string | null {
  const words: string[] = [];
  for (let command: Command | undefined = root; command !== undefined;) {
    const word: string | undefined = args[words.length];
    command = command.commands.find(one => one.name() === word);
    if (command) words.push(word);
  }
  return words.length > 1 ? words.slice(1).join(' ') : null;
}

/** The document of a run whose arguments make no sense. */
async function printFailure(verb: string | null, error: unknown): Promise<void> {
  const { emptyDocument, Output } = await import('./output.js');
  const output = new Output('', true, false, environmentKeys());
  output.know(() => emptyDocument(verb));
  output.failed(error instanceof CommanderError ? error.message.replace(/^error: /, '') : errorText(error));
  await output.finish();
}

/** Runs one verb, until the last byte of its output is written. */
async function carryOut(name: string, flags: CommonFlags, verb: (context: Context) => Promise<ExitCode>): Promise<void> {
  const { makeContext } = await import('./context.js');
  const context = makeContext(name, flags);
  const { output } = context;
  let exitCode: ExitCode;
  try {
    exitCode = await verb(context);
  } catch (error) {
    output.note(`error: ${errorText(error)}`);
    output.failed(errorText(error));
    exitCode = exitCodeOf(error);
  }
  if (!writeReport(context) && exitCode === ExitCode.DONE) exitCode = ExitCode.FAILED;
  const fault = await output.finish();
  if (fault) output.note(`error: The output could not be written: ${fault.message}. Changes already made remain; run \`ecs status\`.`);
  process.exitCode = fault && exitCode === ExitCode.DONE ? ExitCode.FAILED : exitCode;
}

/** Writes the page of `--report`. @returns false if it could not be written */
function writeReport({ output, report }: Context): boolean {
  try {
    if (report?.write()) output.note(`Report: ${report.path}`);
    return true;
  } catch (error) {
    output.note(`error: The report could not be written: ${errorText(error)}. Changes already made remain; run \`ecs status\`.`);
    return false;
  }
}

const each = (value: string, before: readonly string[] = []) => [...before, value];

/** @param rows the table of the agent's options */
export function program(rows: readonly OptionRow[] = OPTIONS): Command {
  const root = new Command(PROGRAM)
    .description('Runs Postman\'s agent, Insights or Live Collection, in the tasks of Amazon ECS services that no CDK app manages.')
    .version(typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : '0.0.0')
    .exitOverride()
    .configureOutput({ writeErr: text => process.stderr.write(shownText(text)) })
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', `\nGuide, with everything that is refused and why: ${GUIDE}`);
  const ecs = root.command('ecs').description('add the agent to services, check it, and remove it');

  reportOption(unreachableOption(runOptions(keyOptions(agentOptions(fileOption(selectionOptions(ecs.command('plan')
    .description('show what `ecs add` would do, without writing; exit code 3 if there are changes'))), rows))))
    .option('--remove', 'show what `ecs remove` would do'))
    .addHelpText('after', examples(
      ['what adding the agent would change', 'plan --cluster shop --service orders --project <project>'],
      ['for a pipeline: the exact request, and exit code 3 if there are changes', 'plan --cluster shop --all --discovery-mode --json'],
      ['what removing it would change', 'plan --cluster shop --service orders --remove'],
    ))
    .action(async flags => runEdit('plan', flags));

  reportOption(waveOptions(followOptions(unreachableOption(runOptions(keyOptions(agentOptions(fileOption(selectionOptions(ecs.command('add')
    .description('add the agent: show the plan, ask, write, and follow the rollout to its end'))), rows)))))))
    .addHelpText('after', examples(
      [
        'with a key that is not in Secrets Manager yet: the secret is created',
        'add --project <project> --region eu-west-1 --cluster <cluster ARN> --service <service ARN>',
        WITH_KEY,
      ],
      ['with a secret of your own', 'add --cluster shop --service orders --workspace-id <uuid> --system-env <uuid> --api-key-secret team/postman'],
      ['with a SecureString of Parameter Store', 'add --cluster shop --service orders --project <project> --api-key-parameter /team/postman'],
      ['every service with a tag, found in Postman by its name', 'add --cluster shop --service-tag team=web --discovery-mode --yes'],
      ['many accounts and regions, one service first and then ten at a time', 'add --from fleet.yaml --canary 1 --batch 10 --yes'],
      ['the Live Collection agent, for a collection', 'add --cluster shop --service orders --collection <collection>'],
    ))
    .action(async flags => runEdit('add', flags));

  reportOption(revokeOption(waveOptions(followOptions(runOptions(fileOption(selectionOptions(ecs.command('remove')
    .description('remove the agent: back to the previous revision if it still fits, otherwise to a new one without the agent'))))))))
    .addHelpText('after', examples(['one service', 'remove --cluster shop --service orders'], ['what would change', 'remove --cluster shop --all --dry-run']))
    .action(async flags => runEdit('remove', flags));

  reportOption(fileOption(selectionOptions(ecs.command('status').description('show whether the agent runs; exit code 3 if it does not run in all tasks'))))
    .addHelpText('after', examples(
      ['one service', 'status --cluster shop --service orders'],
      ['a whole cluster, for monitoring', 'status --cluster shop --all --json'],
    ))
    .action(async flags => carryOut('status', flags, async context => (await import('./verbs/status.js')).status(context, flags)));

  reportOption(ecs.command('resume')
    .description('list the runs of `add` and `remove` that have not ended, and continue one; exit code 3 if the list has some')
    .argument('[run]', 'the run to continue, as the list names it')
    .option('--journal <folder>', 'where runs are kept (default: the folder for the state of your programs)')
    .option('--yes', 'do not ask'))
    .addHelpText('after', examples(['what is unfinished', 'resume'], ['one of them', 'resume 20260102T030405Z-0a1b2c']))
    .action(async (id, flags) => carryOut('resume', flags, async context => (await import('./verbs/resume.js')).resume(context, id, flags)));

  const daemon = ecs.command('daemon').description('run one agent on each container instance of a cluster, for services in bridge mode');

  outputOptions(followOptions(unreachableOption(managedOption(keyOptions(executionRoleOption(agentOptions(daemonOptions(daemon.command('add')
    .description('run the daemon, or change it: show the plan, ask, write, and follow the rollout until each instance runs the agent')), rows)))))))
    .addHelpText('after', examples(
      ['one agent on each instance; the role and the log group are created', 'daemon add --cluster shop --discovery-mode'],
      ['with a role and a log group of your own', 'daemon add --cluster shop --project <project> --execution-role ecsTaskExecutionRole --log-group /ecs/postman'],
      ['what would be made', 'daemon add --cluster shop --discovery-mode --dry-run'],
    ))
    .action(async flags => carryOut('daemon add', flags, async context => (await import('./verbs/daemon-add.js')).daemonAdd(context, flags)));

  outputOptions(deletionOptions(managedOption(daemonOptions(daemon.command('remove')
    .description('delete the daemon\'s service, and deregister what this program has registered for it; its role and its log stay')))))
    .addHelpText('after', examples(['the daemon of a cluster', 'daemon remove --cluster shop']))
    .action(async flags => carryOut('daemon remove', flags, async context => (await import('./verbs/daemon-remove.js')).daemonRemove(context, flags)));

  outputOptions(daemonOptions(daemon.command('status')
    .description('show on how many instances the agent runs; exit code 3 if it does not run on all of them')))
    .addHelpText('after', examples(['the daemon of a cluster', 'daemon status --cluster shop']))
    .action(async flags => carryOut('daemon status', flags, async context => (await import('./verbs/daemon-status.js')).daemonStatus(context, flags)));

  outputOptions(revokeOption(keyOptions(selectionOptions(ecs.command('policy')
    .description('print the IAM policy that the other verbs need for this selection, ready to attach'))))
    .option('--allow-key-update', 'also allow replacing the value of the secret, for `ecs key update`')
    .optionsGroup('Daemon:')
    .option('--daemon', 'the policy for `ecs daemon add`, `remove` and `status` on the cluster; `--service` is the service of the daemon')
    .option('--execution-role <role>', 'with `--daemon`: your own execution role, by ARN or name, so no role has to be created')
    .option('--log-group <name>', 'with `--daemon`: your own log group, so none has to be created'))
    .addHelpText('after', examples(
      ['for one service', 'policy --cluster shop --service orders > policy.json'],
      ['for the daemon of a cluster', 'policy --daemon --cluster shop > policy.json'],
    ))
    .action(async flags => carryOut('policy', flags, async context => flags.daemon
      ? (await import('./verbs/daemon-policy.js')).daemonPolicyOf(context, flags) : (await import('./verbs/policy.js')).policy(context, flags)));

  outputOptions(secretOptions(selectionOptions(ecs.command('key').description('manage the API key').command('update')
    .description('put POSTMAN_API_KEY into the secret; running tasks keep the old key until they are replaced')))
    .optionsGroup('Run:')
    .addOption(new Option('--api-key-parameter <parameter>').hideHelp())
    .option('--restart', 'start new tasks of the selected services that read the secret')
    .option('--yes', 'do not ask'))
    .addHelpText('after', examples(
      ['a new key for the default secret', 'key update --region eu-west-1', WITH_KEY],
      [
        'one field of a secret that holds JSON: the other fields stay',
        'key update --region eu-west-1 --api-key-secret team/postman --api-key-secret-field key',
        WITH_KEY,
      ],
      ['with new tasks of the services that read it', 'key update --cluster shop --all --restart', WITH_KEY],
    ))
    .action(async flags => carryOut('key update', flags, async context => (await import('./verbs/key-update.js')).keyUpdate(context, flags)));

  renderOptions(agentOptions(ecs.command('render')
    .description('add the agent to a task definition in a file, or print only its container: nothing is read from AWS'), rows))
    .addHelpText('after', examples(
      ['a task definition file with the agent', 'render --task-definition web.json --project <project> --api-key-secret <ARN> > with-agent.json'],
      ['the file without the agent', 'render --task-definition web.json --remove > without-agent.json'],
      ['the container for a Terraform configuration', 'render --format terraform --project <project> --api-key-secret <ARN> > postman.tf'],
      ['the task definition of a daemon', 'render --daemon --project <project> --api-key-secret <ARN> --execution-role <ARN> > daemon.json'],
    ))
    .action(async flags => carryOut('render', flags, async context => flags.daemon
      ? (await import('./verbs/render-daemon.js')).renderDaemon(context, flags) : (await import('./verbs/render.js')).render(context, flags)));

  root.command('completion').description('print a completion script for a shell')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText('after', `\nFor example: source <(${PROGRAM} completion bash)`)
    .action(shell => {
      if (!SHELLS.includes(shell)) throw usage(`The shell must be one of ${SHELLS.join(', ')}, got: ${shell}`);
      process.stdout.write(completionScript(shell, root));
    });
  return root;
}

async function runEdit(verb: 'plan' | 'add' | 'remove', flags: EditFlags): Promise<void> {
  await carryOut(verb, flags, async context => (await import('./verbs/edit.js')).edit(context, verb, flags));
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

function fileOption(command: Command): Command {
  return command.option('--from <file>', 'YAML, JSON or CSV file that names the services of one or more accounts and regions, each with its options');
}

function daemonOptions(command: Command): Command {
  return accountOptions(command.optionsGroup('Selection:'))
    .option('--cluster <cluster>', 'ECS cluster, by ARN or name')
    .option('--service <service>', 'service of the daemon, by ARN or name (default: the daemon that is there, otherwise postman-insights-daemon or postman-lc-daemon)', each);
}

function executionRoleOption(command: Command): Command {
  return command.option('--execution-role <role>', 'execution role of the tasks, by ARN or name (default: one that is created for the secret and the log)');
}

function reportOption(command: Command): Command {
  return outputOptions(command).option('--report <file>', 'write an HTML page: a table of the services, the changes of each, and a drawing of each network');
}

function outputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--json', 'print one JSON document on stdout, everything else on stderr')
    .option('--verbose', 'print each AWS call on stderr');
}

function renderOptions(command: Command): Command {
  return command
    .optionsGroup('API key:')
    .option('--api-key-secret <ARN>', 'secret in Secrets Manager, by its ARN')
    .option('--api-key-secret-field <field>', 'JSON field of the secret (default: its whole value)')
    .option('--api-key-parameter <ARN>', 'SecureString in Parameter Store in place of the secret, by its ARN')
    .optionsGroup('Place, as the agent reports it:')
    .option('--region <region>', 'AWS region (default: that of an ARN)')
    .option('--cluster <cluster>', 'ECS cluster, by ARN or name; needed for `--discovery-mode`')
    .option('--service <service>', 'ECS service, by ARN or name')
    .optionsGroup('File:')
    .option('--task-definition <file>', 'task definition in JSON, or - for the standard input; it is printed with the agent, and everything else in it is kept')
    .option('--remove', 'print it without the agent')
    .option('--daemon', 'print the task definition of a daemon; `--service` is the name of its family')
    .option('--execution-role <ARN>', 'with `--daemon`: execution role of the tasks, by its ARN')
    .option('--format <format>', 'without a file: how the container, or the daemon, is printed: json, yaml, cloudformation, terraform or cdk (default: json)');
}

function secretOptions(command: Command): Command {
  return addSetting(command.optionsGroup('API key (its value comes from POSTMAN_API_KEY in the environment, never from an argument):'), ...SECRET_FLAGS);
}

function keyOptions(command: Command): Command {
  return addSetting(addSetting(secretOptions(command), PARAMETER_FLAG)
    .option('--plaintext-api-key', 'put the key into the task definition in plain text, for accounts limited to the six ECS actions'), GRANT_FLAG);
}

function revokeOption(command: Command): Command {
  return command.option('--revoke-secret-access', 'remove the inline statement of an earlier --grant-secret-access if no service of the account uses it');
}

function agentOptions(command: Command, rows: readonly OptionRow[]): Command {
  return addSetting(addAgentOptions(command.optionsGroup('Agent:'), rows), LOG_GROUP_FLAG);
}

function managedOption(command: Command): Command {
  return addSetting(command.optionsGroup('Run:'), MANAGED_FLAG);
}

function runOptions(command: Command): Command {
  return managedOption(command)
    .option('--all-or-nothing', 'with `--all` or `--service-tag`: write nothing if one of the services is refused');
}

function unreachableOption(command: Command): Command {
  return addSetting(command, UNREACHABLE_FLAG);
}

function deletionOptions(command: Command): Command {
  return command
    .option('--dry-run', 'only show what would be removed')
    .option('--yes', 'do not ask')
    .option('--timeout <duration>', 'how long the end of its tasks may take: 90s, 5m, 2h', '30m')
    .option('--no-follow', 'end when the service is deleted, without waiting for the end of its tasks');
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

function waveOptions(command: Command): Command {
  return command
    .optionsGroup('Many services:')
    .option('--batch <number>', 'services at a time: the next ones begin after the rollouts of these have ended (default: all)')
    .option('--canary <number>', 'services that come first; any failure of them stops the run (default: none)')
    .option('--max-failures <number>', 'services that may fail before nothing further begins (default: any number, or 0 with one of these options)')
    .option('--on-failure <what>', 'then: keep what is done, or roll-back-wave: the services of the last wave go back (default: keep)')
    .option('--journal <folder>', 'where the run is kept until its end, so it can be continued (default: the folder for the state of your programs)');
}

function examples(...all: readonly (readonly [what: string, command: string, environment?: string])[]): string {
  return `\nExamples:\n${all.map(([what, command, environment = '']) => `  # ${what}\n  ${environment}${RUN} ecs ${command}`).join('\n')}`;
}
