import { isGoodOutcome } from './outcomes';
import { FailureKind, Hints, Interrupted, kindOf, messageOf, parseRevision, RunOutcome, ServicePlan, ServiceRun, whatIsLeft } from '../aws';

/** How the run of a service ended, or where it was left. */
export interface ServiceResult {
  readonly plan: ServicePlan;
  readonly run: ServiceRun;
  readonly outcome: RunOutcome;
  /** If the run could not be started or followed: what stopped it. A rollout that failed is no such failure. */
  readonly failure?: FailureKind;
  /** Why, if the outcome does not say it. */
  readonly reason?: string;
  /** Whether it was not begun, since too many others had failed. */
  readonly isHeld?: true;
}

/** @param error what the run's next step has thrown, if it has not ended */
export function resultOf(plan: ServicePlan, given: ServiceRun, hints: Hints, error?: unknown): ServiceResult {
  const run = error instanceof Interrupted ? withoutLog(given) : given;
  if (run.end) return { plan, run, ...run.end };
  return { plan, run, failure: kindOf(error), ...error instanceof Interrupted ? interrupted(run) : left(run, error, hints) };
}

/** A rollout that has completed before the user interrupted the look at the agent. */
function withoutLog(run: ServiceRun): ServiceRun {
  if (run.phase !== 'following' || run.followed?.completedAt === undefined) return run;
  const log = { state: 'unknown', unknown: { why: 'unreadable', detail: 'interrupted' } } as const;
  return { ...run, phase: 'ended', end: { outcome: run.followed.isEarlier ? 'unchanged' : 'completed', log } };
}

function interrupted({ phase, targetRevisionArn: target, back, interventions }: ServiceRun): Pick<ServiceResult, 'outcome' | 'reason'> {
  const last = interventions.at(-1);
  if (last?.wasReplaced && target === undefined) {
    const { short } = parseRevision(last.revision);
    return { outcome: 'failed', reason: `interrupted after the update had replaced ${short}, which another deployment had set. Deploy ${short} again.` };
  }
  if (phase === 'goingBack' && back?.by === undefined) {
    return { outcome: 'failed', reason: `${back?.reason}; interrupted before the service could go back` };
  }
  if (phase === 'following' || phase === 'goingBack') return { outcome: 'notFollowed', reason: 'interrupted; the rollout continues in ECS' };
  if (phase !== 'updating' || target === undefined) return { outcome: 'notStarted', reason: 'interrupted' };
  return { outcome: 'notFollowed', reason: `interrupted while the update to ${parseRevision(target).short} was sent; it is unknown whether ECS accepted it` };
}

function left(run: ServiceRun, error: unknown, hints: Hints): Pick<ServiceResult, 'outcome' | 'reason'> {
  if (run.phase === 'goingBack' && run.back?.by === undefined) {
    return { outcome: 'failed', reason: `${run.back?.reason}; the service has not gone back: ${messageOf(error)}` };
  }
  if (run.phase === 'following' || run.phase === 'goingBack') {
    return { outcome: 'failed', reason: `Lost track of the rollout; it continues in ECS. ${hints.status} ${messageOf(error)}` };
  }
  return { outcome: 'failed', reason: `${messageOf(error)}${whatIsLeft(run, hints)}` };
}

/** Whether the service does not have what was asked for. */
export function isBad({ outcome, failure }: Pick<ServiceResult, 'outcome' | 'failure'>): boolean {
  return failure !== undefined || !isGoodOutcome(outcome);
}

/** @param why as a clause */
export function notStarted(plan: ServicePlan, run: ServiceRun, hints: Hints, why = 'an earlier failure stopped the run'): ServiceResult {
  const registered = whatIsLeft(run, hints);
  return { plan, run, outcome: 'notStarted', failure: 'failed', reason: registered === '' ? why : `${why}.${registered}` };
}
