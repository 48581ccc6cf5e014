import { colors } from './colors';
import { logText } from './log-text';
import { describeStopped, ExitCode, RunOutcome, parseRevision, ServiceResult } from '../aws';

const OUTCOME_TEXT: { readonly [outcome in RunOutcome]: string } = {
  completed: colors.green('done'),
  degraded: colors.red('degraded'),
  unchanged: 'nothing to do',
  rolledBack: colors.red('rolled back'),
  failed: colors.red('failed'),
  superseded: colors.red('superseded'),
  timedOut: colors.red('timed out'),
  notFollowed: 'submitted, not followed',
  notStarted: colors.yellow('not started'),
};

/** The results for people: each service, and the containers that ended in a failed rollout. */
export function resultText(results: readonly ServiceResult[], wasInterrupted: boolean): string[] {
  const lines = results.flatMap(resultLines);
  if (wasInterrupted) {
    lines.push('Interrupted: submitted rollouts continue in ECS. Run `ecs status` to check them, or the same command again to finish the work.');
  }
  return lines;
}

function resultLines({ plan, outcome, exitCode, reason, target, rollout, log, stoppedContainers = [] }: ServiceResult): string[] {
  const { serviceName } = plan.service;
  const revision = (outcome === 'completed' || outcome === 'degraded') && target ? `, runs ${parseRevision(target).short}`
    : outcome === 'rolledBack' && rollout ? ` to ${parseRevision(rollout.previous).short}` : '';
  const why = reason === undefined || exitCode === ExitCode.DONE ? '' : `: ${reason}`;
  const agent = log === undefined ? [] : [`  agent: ${logText(log)}`];
  return [`${serviceName}: ${OUTCOME_TEXT[outcome]}${revision}${why}`, ...agent, ...stoppedContainers.slice(0, 5).map(container => `  ${describeStopped(container)}`)];
}
