import { ExitCode, Failure, Interrupted, messageOf } from './failure';
import { ServicePlan } from './planning';
import { Revision } from './revisions';
import { Rollout } from './rollout';
import { StoppedContainer } from './stopped-tasks';

export type RunOutcome = 'completed' | 'unchanged' | 'rolledBack' | 'failed' | 'superseded' | 'timedOut' | 'notFollowed' | 'notStarted';

export interface ServiceResult {
  readonly plan: ServicePlan;
  readonly outcome: RunOutcome;
  readonly exitCode: ExitCode;
  /** What there is to say of it, beyond the outcome. */
  readonly reason?: string;
  /** The revision that the service was given. */
  readonly target?: string;
  readonly rollout?: Rollout;
  readonly serviceDeploymentArn?: string;
  /** Of a rollout that failed: the containers that ended, the agent's first. */
  readonly stoppedContainers?: readonly StoppedContainer[];
}

export function failedToStart(plan: ServicePlan, target: Revision | undefined, error: unknown): ServiceResult {
  const known = { plan, exitCode: exitCodeOf(error), target: target?.arn };
  if (error instanceof Interrupted) {
    return target === undefined ? { ...known, outcome: 'notStarted', reason: 'interrupted' }
      : { ...known, outcome: 'notFollowed', reason: `interrupted while the update to ${target.family}:${target.revision} was sent: whether ECS has taken it is not known` };
  }
  const left = target === undefined ? '' : ` ${target.family}:${target.revision} is there; the same command run again uses it.`;
  return { ...known, outcome: 'failed', reason: `${messageOf(error)}${left}` };
}

/** Of a rollout that nobody watches any more, since the run was interrupted or AWS answers no longer. */
export function unfollowed(error: unknown): Pick<ServiceResult, 'outcome' | 'exitCode' | 'reason'> {
  const isInterrupted = error instanceof Interrupted;
  return { outcome: isInterrupted ? 'notFollowed' : 'failed', exitCode: exitCodeOf(error), reason: isInterrupted ? 'interrupted; the rollout goes on' : messageOf(error) };
}

function exitCodeOf(error: unknown): ExitCode {
  return error instanceof Failure ? error.exitCode : ExitCode.FAILED;
}
