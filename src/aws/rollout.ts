import { parseRevision } from './arns';
import { Deployment, EcsService, primaryOf } from './services';

/** What is read of a service deployment, the record that ECS keeps of a rollout. */
export interface ServiceDeployment {
  readonly serviceDeploymentArn: string;
  readonly status?: string;
  readonly statusReason?: string;
  readonly lifecycleStage?: string;
  readonly lifecycleHookDetails?: readonly { readonly targetType?: string; readonly status?: string; readonly hookId?: string }[];
  readonly rollback?: { readonly reason?: string };
  readonly deploymentCircuitBreaker?: { readonly status?: string; readonly failureCount?: number; readonly threshold?: number };
  readonly alarms?: { readonly triggeredAlarmNames?: readonly string[] };
}

/** The rollout that one UpdateService has started. */
export interface Rollout {
  /** `ecs-svc/…` */
  readonly deploymentId: string;
  /** The revision that is rolled out. */
  readonly target: string;
  /** The revision that ran before. */
  readonly previous: string;
}

export type RolloutState =
  | { readonly state: 'inProgress'; readonly detail: string }
  | { readonly state: 'rollingBack'; readonly detail: string }
  | { readonly state: 'completed' }
  /** Over, and nothing has been taken back. */
  | { readonly state: 'failed'; readonly reason: string }
  /** ECS has taken it back. */
  | { readonly state: 'rolledBack'; readonly reason: string }
  | { readonly state: 'superseded'; readonly reason: string };

/**
 * How a rollout stands, by the id that UpdateService answered. The service alone does not tell: after the circuit breaker has
 * rolled back it looks as stable as after a success.
 *
 * @param record the service deployment, where the account answers one
 * @param before how it stood at the last look: a deployment that was taken back is soon told no more, nor why
 */
export function stateOfRollout(rollout: Rollout, service: EcsService, record?: ServiceDeployment, before?: RolloutState): RolloutState {
  const primary = primaryOf(service);
  const mine = service.deployments?.find(({ id }) => id === rollout.deploymentId);
  const byRecord = record && stateByRecord(record, rollout, { mine, primary, before });
  return byRecord ?? stateByDeployments(rollout, mine, primary, before);
}

interface RolloutView {
  readonly mine?: Deployment;
  readonly primary?: Deployment;
  readonly before?: RolloutState;
}

const STOPPING = 'is being stopped';

function stateByRecord(record: ServiceDeployment, rollout: Rollout, { mine, primary, before }: RolloutView): RolloutState | undefined {
  const reason = reasonOf(record) ?? mine?.rolloutStateReason;
  switch (record.status) {
    case 'SUCCESSFUL':
      // A success that somebody has replaced since is none.
      if (primary === undefined) return undefined;
      return primary.taskDefinition === rollout.target ? { state: 'completed' } : supersededBy(primary);
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { state: 'rollingBack', detail: reason ?? 'ECS is rolling back' };
    case 'ROLLBACK_SUCCESSFUL':
      return { state: 'rolledBack', reason: reason ?? 'ECS has rolled it back' };
    case 'ROLLBACK_FAILED':
      return { state: 'failed', reason: `${reason ?? 'The rollout failed'}, and ECS could not roll it back` };
    case 'STOPPED':
      if (primary && ![rollout.target, rollout.previous].includes(primary.taskDefinition)) return supersededBy(primary);
      // The record is read after the service: a deployment of somebody else's that has stopped it shows at the next look.
      if (mine?.status === 'PRIMARY' && mine.rolloutState === 'IN_PROGRESS' && !(before?.state === 'inProgress' && before.detail === STOPPING)) {
        return { state: 'inProgress', detail: STOPPING };
      }
      return primary?.taskDefinition === rollout.previous ? undefined : { state: 'failed', reason: reason ?? 'The rollout was stopped' };
    case 'STOP_REQUESTED':
      return { state: 'inProgress', detail: STOPPING };
    case 'PENDING':
    case 'IN_PROGRESS': {
      const byDeployments = stateByDeployments(rollout, mine, primary);
      return byDeployments.state === 'inProgress' || byDeployments.state === 'completed' ? { state: 'inProgress', detail: stageOf(record) ?? countOf(mine) } : byDeployments;
    }
    default:
      return undefined;
  }
}

function stateByDeployments(
  rollout: Rollout, mine: Deployment | undefined, primary: Deployment | undefined, before?: RolloutState,
): RolloutState {
  const reason = mine?.rolloutStateReason ?? 'the deployment failed';
  if (mine?.status === 'PRIMARY') {
    if (mine.rolloutState === 'COMPLETED') return { state: 'completed' };
    return mine.rolloutState === 'FAILED' ? { state: 'failed', reason } : { state: 'inProgress', detail: countOf(mine) };
  }
  if (!primary) return { state: 'inProgress', detail: 'ECS names no primary deployment' };
  const isBack = primary.taskDefinition === rollout.previous;
  if (!isBack) return supersededBy(primary);
  // The reason of what has completed says no more than that.
  const told = primary.rolloutState === 'COMPLETED' ? undefined : primary.rolloutStateReason;
  if (mine && mine.rolloutState !== 'FAILED' && primary.rolloutState !== 'COMPLETED') {
    return { state: 'rollingBack', detail: told ?? `back to ${parseRevision(rollout.previous).short}` };
  }
  const seen = before?.state === 'rollingBack' ? before.detail : undefined;
  const why = mine?.rolloutStateReason ?? seen ?? told ?? 'ECS has gone back to the revision from before';
  return primary.rolloutState === 'IN_PROGRESS' ? { state: 'rollingBack', detail: why } : { state: 'rolledBack', reason: why };
}

function supersededBy(primary: Deployment): RolloutState {
  return { state: 'superseded', reason: `another deployment has taken its place: ${primary.id} with ${parseRevision(primary.taskDefinition).short}` };
}

function reasonOf({ statusReason, rollback, deploymentCircuitBreaker: breaker, alarms }: ServiceDeployment): string | undefined {
  const triggered = alarms?.triggeredAlarmNames ?? [];
  if (triggered.length > 0) return `alarm ${triggered.join(', ')} has gone off`;
  const said = rollback?.reason ?? statusReason;
  if (breaker?.status === 'TRIGGERED') return `${said ?? 'the deployment circuit breaker has tripped'} (${breaker.failureCount ?? '?'} failed tasks)`;
  return said;
}

const STAGES: { readonly [stage: string]: string } = {
  RECONCILE_SERVICE: 'reconciling the service',
  PRE_SCALE_UP: 'before starting tasks',
  SCALE_UP: 'starting tasks',
  POST_SCALE_UP: 'tasks started',
  TEST_TRAFFIC_SHIFT: 'shifting test traffic',
  POST_TEST_TRAFFIC_SHIFT: 'test traffic shifted',
  PRODUCTION_TRAFFIC_SHIFT: 'shifting traffic',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'traffic shifted',
  BAKE_TIME: 'baking: the old tasks stand by',
  CLEAN_UP: 'stopping the old tasks',
};

/** The stages of blue/green, linear and canary deployments. Undefined where there are none. */
function stageOf({ lifecycleStage, lifecycleHookDetails = [] }: ServiceDeployment): string | undefined {
  const waiting = lifecycleHookDetails.find(({ targetType, status }) => targetType === 'PAUSE' && status !== undefined && !/SUCCE|FAIL|TIMED/.test(status));
  if (waiting) return `paused by a hook${lifecycleStage === undefined ? '' : ` at ${lifecycleStage}`}: it goes on when somebody calls ContinueServiceDeployment`;
  return lifecycleStage === undefined ? undefined : STAGES[lifecycleStage] ?? lifecycleStage;
}

function countOf(deployment: Deployment | undefined): string {
  if (!deployment) return 'is being started';
  const { runningCount = 0, desiredCount = 0, failedTasks = 0 } = deployment;
  return `${runningCount} of ${desiredCount} tasks run${failedTasks > 0 ? `, ${failedTasks} failed` : ''}`;
}

/** How a service stands that is taken back by an update to the revision it ran before. */
export function stateOfWayBack(previous: string, service: EcsService): 'inProgress' | 'done' | 'superseded' {
  const primary = primaryOf(service);
  if (!primary) return 'inProgress';
  if (primary.taskDefinition !== previous) return 'superseded';
  return primary.rolloutState === 'IN_PROGRESS' ? 'inProgress' : 'done';
}
