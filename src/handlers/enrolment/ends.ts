import { Outcome, Settings } from './contract';
import { Memory } from './memory';
import { Item, ServiceEnd } from './shard';
import { ENROLMENT_WORDS } from './words';
import { describeStopped, ServiceRun } from '../../aws';
import { Finding, messagesOf } from '../../preflight';

/** The end of a service whose run has ended. */
export function endOf({ end, targetRevisionArn: target, sourceRevisionArn: source, verb }: ServiceRun): ServiceEnd {
  const { outcome, reason, runs, stoppedContainers = [], warnings = [] } = end!;
  const told = textsOf(warnings);
  const why = [...reason === undefined ? [] : [reason], ...stoppedContainers.slice(0, 3).map(describeStopped), ...told].join('; ');
  const revision = runs ?? (isUndone(outcome) ? source : target ?? source);
  return { outcome: named(outcome, verb), revision, ...why === '' ? {} : { reason: why } };
}

/** What else there is to say of a run, as sentences. */
export function textsOf(warnings: readonly Finding[]): string[] {
  return messagesOf(warnings, ENROLMENT_WORDS).map(({ text }) => text);
}

/** Whether a service with such an end does not run what was rolled out. */
function isUndone(outcome: string): boolean {
  return outcome === 'rolledBack' || outcome === 'failed' || outcome === 'timedOut';
}

function named(outcome: NonNullable<ServiceRun['end']>['outcome'], verb: ServiceRun['verb']): Outcome {
  if (outcome === 'completed') return verb === 'add' ? 'enrolled' : 'removed';
  if (outcome === 'notFollowed') return 'failed';
  return outcome === 'notStarted' ? 'held' : outcome;
}

/** Notes what later executions must know of an end. */
export function rememberEnd(
  memory: Memory, { service, run }: Item, { outcome, reason = outcome, revision }: ServiceEnd, { mode }: Settings, now: number,
): void {
  if (mode === 'PLAN' || run === undefined) return;
  if (mode === 'REMOVE') {
    if (outcome === 'removed' || outcome === 'unchanged') memory.forget(service);
    return;
  }
  if (outcome === 'enrolled' || outcome === 'degraded' || outcome === 'unchanged') memory.enrol(service, revision, run.deploymentId);
  const wasUndone = run.deploymentId !== undefined && isUndone(outcome);
  if (wasUndone && run.planDigest !== undefined) memory.quarantine(service, { digest: run.planDigest, reason, at: now });
}
