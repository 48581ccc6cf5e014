import { colors } from './colors';
import { FailedPlace } from './documents';
import { ExitCode, exitCodeOfResult } from './exit-codes';
import { logText } from './log-text';
import { messageLines } from './plain-text';
import { warningText } from './plan-text';
import { describeStopped, isCreation, parseRevision, RunOutcome, warningsOf } from '../aws';
import { ServiceNames, ServiceResult } from '../fleet';
import { messagesOf, Words } from '../preflight';

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
export function resultText(results: readonly ServiceResult[], wasInterrupted: boolean, names: ServiceNames, words: Words): string[] {
  const lines = [...results.filter(({ isHeld }) => !isHeld).flatMap(result => resultLines(result, names, words)), ...heldText(results, names, words)];
  if (wasInterrupted) {
    lines.push('Interrupted: submitted rollouts continue in ECS. Run `ecs status` to check them, or the same command again to finish the work.');
  }
  return lines;
}

/** Names of services that were not begun. A fleet may have thousands of them. */
const MOST_NAMES = 20;

function heldText(results: readonly ServiceResult[], names: ServiceNames, words: Words): string[] {
  const held = results.filter(({ isHeld }) => isHeld);
  if (held.length === 0) return [];
  const named = held.slice(0, MOST_NAMES).map(({ plan }) => names.of(plan.service)).join(', ');
  const more = held.length > MOST_NAMES ? `, and ${held.length - MOST_NAMES} more` : '';
  const later = messagesOf(held.flatMap(({ run }) => warningsOf(run)), words).flatMap(warningText);
  return [`${colors.yellow('Not begun')}: ${held.length} ${held.length === 1 ? 'service' : 'services'}, since ${held[0].reason}: ${named}${more}.`, ...later];
}

function resultLines(result: ServiceResult, names: ServiceNames, words: Words): string[] {
  const { plan, outcome, reason, run } = result;
  const { log, stoppedContainers = [] } = run.end ?? {};
  const revision = (outcome === 'completed' || outcome === 'degraded') && run.targetRevisionArn ? `, runs ${parseRevision(run.targetRevisionArn).short}`
    : outcome === 'rolledBack' && isCreation(run) ? ', and the service is deleted again'
      : outcome === 'rolledBack' ? ` to ${parseRevision(run.end?.runs ?? run.sourceRevisionArn).short}` : '';
  const why = reason === undefined || exitCodeOfResult(result) === ExitCode.DONE && outcome !== 'notFollowed' ? '' : `: ${reason}`;
  const agent = log === undefined ? [] : [`  agent: ${logText(log)}`];
  const line = `${names.of(plan.service)}: ${OUTCOME_TEXT[outcome]}${revision}${why}`;
  // The reason of a failure is a message of this program. Any other is a line of AWS.
  const lines = result.failure === undefined ? [line] : messageLines(line);
  const later = messagesOf(warningsOf(run), words).flatMap(warningText);
  return [...lines, ...agent, ...stoppedContainers.slice(0, 5).map(container => `  ${describeStopped(container)}`), ...later];
}

/** A place that could not be read, and of which nothing was changed. */
export function failedPlaceText({ name, error }: FailedPlace): string[] {
  return [`error: ${name}: ${error.message}`];
}
