import { AgentLog } from './agent-log';
import { ExitCode, Failure, Interrupted, messageOf } from './failure';
import { ServicePlan } from './planning';
import { Revision } from './revisions';
import { Rollout } from './rollout';
import { StoppedContainer } from './stopped-tasks';

/** `degraded`: the service runs the new revision, but the agent in it does not capture. */
export type RunOutcome = 'completed' | 'degraded' | 'unchanged' | 'rolledBack' | 'failed' | 'superseded' | 'timedOut' | 'notFollowed' | 'notStarted';

export interface ServiceResult {
  readonly plan: ServicePlan;
  readonly outcome: RunOutcome;
  readonly exitCode: ExitCode;
  /** Why, if the outcome does not say it. */
  readonly reason?: string;
  /** ARN of the revision that the service was set to run. */
  readonly target?: string;
  readonly rollout?: Rollout;
  readonly serviceDeploymentArn?: string;
  /** What the agent's own log says after the rollout. Undefined if it was not read. */
  readonly log?: AgentLog;
  /** If the rollout failed, or the agent did: the containers that ended, the agent's first. */
  readonly stoppedContainers?: readonly StoppedContainer[];
}

export function failedToStart(plan: ServicePlan, target: Revision | undefined, error: unknown): ServiceResult {
  const known = { plan, exitCode: exitCodeOf(error), target: target?.arn };
  if (error instanceof Interrupted) {
    if (target === undefined) return { ...known, outcome: 'notStarted', reason: 'interrupted' };
    const reason = `interrupted while the update to ${target.family}:${target.revision} was sent; it is unknown whether ECS accepted it`;
    return { ...known, outcome: 'notFollowed', reason };
  }
  const left = target === undefined ? '' : ` ${target.family}:${target.revision} is registered. Run the same command again to use it.`;
  return { ...known, outcome: 'failed', reason: `${messageOf(error)}${left}` };
}

/** Result of a rollout that is no longer followed: the run was interrupted, or AWS stopped answering. */
export function unfollowed(error: unknown): Pick<ServiceResult, 'outcome' | 'exitCode' | 'reason'> {
  const exitCode = exitCodeOf(error);
  return error instanceof Interrupted ? { outcome: 'notFollowed', exitCode, reason: 'interrupted; the rollout continues in ECS' }
    : { outcome: 'failed', exitCode, reason: messageOf(error) };
}

function exitCodeOf(error: unknown): ExitCode {
  return error instanceof Failure ? error.exitCode : ExitCode.FAILED;
}
