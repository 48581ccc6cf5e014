import { DaemonRemoval, DaemonRemovalOutcome, lastPart, parseRevision, planDaemonRemoval, removeDaemon } from '../../aws';
import { COMMAND_LINE_WORDS } from '../../preflight';
import { pollMs } from '../carry-out';
import { colors } from '../colors';
import { Context, isConfirmed, refuseUnasked } from '../context';
import { DaemonFlags, selectDaemon } from '../daemon-flags';
import { daemonRemovalDocument } from '../documents';
import { parseDuration } from '../duration';
import { ExitCode } from '../exit-codes';
import { warningText } from '../plan-text';

/** `ecs daemon remove`: deletes the service of a daemon, and what this program has registered for it. */
export async function daemonRemove(context: Context, flags: DaemonFlags): Promise<ExitCode> {
  const { output } = context;
  const timeoutMs = parseDuration(flags.timeout ?? '30m', '--timeout');
  const isPlanOnly = flags.dryRun === true;
  if (!isPlanOnly) refuseUnasked(context, flags);
  const { account, cluster, service } = await selectDaemon(context, flags);
  const plan = await planDaemonRemoval(account, { cluster, service, allowManaged: flags.allowManaged ?? false, words: COMMAND_LINE_WORDS });
  output.know(() => daemonRemovalDocument(plan));
  const asks = plan.action === 'remove' && !isPlanOnly && context.isInteractive && !flags.yes;
  for (const line of removalText(plan)) if (asks) output.show(line); else output.say(line);

  const conclude = (exitCode: ExitCode, outcome?: DaemonRemovalOutcome) => {
    if (output.isJson) output.document(daemonRemovalDocument(plan, outcome));
    return exitCode;
  };
  if (plan.action === 'refuse') {
    if (!isPlanOnly) output.say('Nothing was written.');
    return conclude(ExitCode.REFUSED);
  }
  if (isPlanOnly) return conclude(plan.action === 'none' ? ExitCode.DONE : ExitCode.CHANGES);
  if (asks && !await isConfirmed(context, 'Remove the daemon as shown?')) return ExitCode.DONE;
  const outcome = await removeDaemon(account, plan, {
    timeoutMs, follow: flags.follow !== false, pollMs: pollMs(), told: line => output.note(line),
  });
  if (plan.action === 'remove') output.say(`${nameOf(plan)}: ${OUTCOME_TEXT[outcome]}`);
  return conclude(outcome === 'timedOut' ? ExitCode.ROLLOUT_FAILED : ExitCode.DONE, outcome);
}

const OUTCOME_TEXT: { readonly [outcome in DaemonRemovalOutcome]: string } = {
  completed: colors.green('removed'),
  unchanged: 'nothing to do',
  notFollowed: 'submitted, not followed: its tasks may still run',
  timedOut: colors.red('timed out: its tasks still run. ECS continues to stop them. Run the same command again to wait for them.'),
};

function nameOf({ daemon, cluster }: DaemonRemoval): string {
  return daemon?.service.serviceName ?? `cluster ${cluster.name}`;
}

function removalText({ cluster, daemon, action, revisions, refusals, warnings }: DaemonRemoval): string[] {
  if (action === 'none') return [`Cluster ${cluster.name} has no daemon of the agent: nothing to do.`];
  const what = action === 'refuse' ? colors.red('refused') : daemon === undefined ? 'deregister the revisions of a daemon that is deleted' : colors.bold('remove the daemon');
  const { service } = daemon ?? {};
  return [
    service ? `${colors.bold(service.serviceName)} in cluster ${cluster.name}: ${what}` : `Cluster ${cluster.name}: ${what}`,
    ...refusals.flatMap(warningText),
    ...service === undefined || action === 'refuse' ? [] : [`  service          ${service.status === 'ACTIVE' ? `is deleted, with its ${service.runningCount} running tasks` : 'is being deleted'}`],
    ...revisions.length === 0 ? [] : [`  task definition  deregistered: ${revisions.map(arn => parseRevision(lastPart(arn)).short).join(', ')}`],
    ...warnings.flatMap(warningText),
  ];
}
