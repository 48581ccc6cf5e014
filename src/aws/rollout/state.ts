import { parseRevision } from '../calls/arns';
import { Deployment, EcsService, primaryOf } from '../reads/services';

/** What is read of a service deployment, which is ECS's record of a rollout. */
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

/** The rollout that one UpdateService started. */
export interface Rollout {
  /** `ecs-svc/…` */
  readonly deploymentId: string;
  /** The revision that is rolled out. */
  readonly target: string;
  /** The revision that ran before. Empty for the first rollout of a service. */
  readonly previous: string;
}

export type RolloutState =
  /** `isPaused`: a hook waits for a person. */
  | { readonly state: 'inProgress'; readonly detail: string; readonly isPaused?: true }
  | { readonly state: 'rollingBack'; readonly detail: string }
  | { readonly state: 'completed' }
  /** Ended, and not rolled back. */
  | { readonly state: 'failed'; readonly reason: string }
  /** ECS rolled it back. */
  | { readonly state: 'rolledBack'; readonly reason: string }
  | { readonly state: 'superseded'; readonly reason: string };

/**
 * The state of a rollout, by the id that UpdateService returned. The service by itself is not enough: after the circuit breaker
 * rolled back, it looks as stable as after a success.
 *
 * @param record the service deployment, if the account may read it
 * @param before the state at the last look: ECS soon stops listing a deployment that was rolled back, and its reason
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

const STOPPING = 'being stopped';

function stateByRecord(record: ServiceDeployment, rollout: Rollout, { mine, primary, before }: RolloutView): RolloutState | undefined {
  const reason = reasonOf(record) ?? mine?.rolloutStateReason;
  switch (record.status) {
    case 'SUCCESSFUL':
      // A success does not count if another deployment has replaced it.
      if (primary === undefined) return undefined;
      return primary.id === rollout.deploymentId ? { state: 'completed' } : supersededBy(primary);
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { state: 'rollingBack', detail: reason ?? 'ECS is rolling back' };
    case 'ROLLBACK_SUCCESSFUL':
      return { state: 'rolledBack', reason: reason ?? 'ECS rolled it back' };
    case 'ROLLBACK_FAILED':
      // Of the first rollout of a service, ECS says only that there is nothing to roll back to.
      if (rollout.previous === '') return { state: 'failed', reason: brokenCircuit(record) ?? mine?.rolloutStateReason ?? 'The rollout failed' };
      return { state: 'failed', reason: `${reason ?? 'The rollout failed'}, and ECS could not roll it back` };
    case 'STOPPED':
      if (primary && ![rollout.target, rollout.previous].includes(primary.taskDefinition)) return supersededBy(primary);
      // The record is read after the service. If another deployment has stopped this one, the next look shows it.
      if (mine?.status === 'PRIMARY' && mine.rolloutState === 'IN_PROGRESS' && !(before?.state === 'inProgress' && before.detail === STOPPING)) {
        return { state: 'inProgress', detail: STOPPING };
      }
      return primary?.taskDefinition === rollout.previous ? undefined : { state: 'failed', reason: reason ?? 'The rollout was stopped' };
    case 'STOP_REQUESTED':
      return { state: 'inProgress', detail: STOPPING };
    case 'PENDING':
    case 'IN_PROGRESS': {
      const byDeployments = stateByDeployments(rollout, mine, primary);
      const isGoingWell = byDeployments.state === 'inProgress' || byDeployments.state === 'completed';
      if (!isGoingWell) return byDeployments;
      return { state: 'inProgress', detail: stageOf(record) ?? countOf(mine), ...pauseOf(record) ? { isPaused: true } : {} };
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
  if (!primary) return { state: 'inProgress', detail: 'ECS lists no primary deployment' };
  const isBack = primary.taskDefinition === rollout.previous;
  if (!isBack) return supersededBy(primary);
  // The reason of a completed deployment only says that it completed.
  const told = primary.rolloutState === 'COMPLETED' ? undefined : primary.rolloutStateReason;
  if (mine && mine.rolloutState !== 'FAILED' && primary.rolloutState !== 'COMPLETED') {
    return { state: 'rollingBack', detail: told ?? `returning to ${parseRevision(rollout.previous).short}` };
  }
  const seen = before?.state === 'rollingBack' ? before.detail : undefined;
  const why = mine?.rolloutStateReason ?? seen ?? told ?? 'ECS went back to the previous revision';
  if (primary.rolloutState === 'FAILED') return { state: 'failed', reason: `${why}, and the way back failed, too` };
  return primary.rolloutState === 'IN_PROGRESS' ? { state: 'rollingBack', detail: why } : { state: 'rolledBack', reason: why };
}

function supersededBy(primary: Deployment): RolloutState {
  return { state: 'superseded', reason: `another deployment replaced it: ${primary.id} with ${parseRevision(primary.taskDefinition).short}` };
}

function reasonOf({ statusReason, rollback, deploymentCircuitBreaker: breaker, alarms }: ServiceDeployment): string | undefined {
  const triggered = alarms?.triggeredAlarmNames ?? [];
  if (triggered.length > 0) return `${triggered.length === 1 ? 'alarm' : 'alarms'} ${triggered.join(', ')} ${triggered.length === 1 ? 'is' : 'are'} in ALARM`;
  const said = rollback?.reason ?? statusReason;
  if (breaker?.status === 'TRIGGERED') return `${said ?? 'the deployment circuit breaker was triggered'} (${breaker.failureCount ?? '?'} failed tasks)`;
  return said;
}

function brokenCircuit({ deploymentCircuitBreaker: breaker }: ServiceDeployment): string | undefined {
  return breaker?.status === 'TRIGGERED' ? `the deployment circuit breaker stopped it after ${breaker.failureCount ?? 'some'} failed tasks` : undefined;
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
  BAKE_TIME: 'bake time: the old tasks are kept',
  CLEAN_UP: 'stopping the old tasks',
};

/** The stage of a blue/green, linear or canary deployment. Undefined for other deployments. */
function stageOf(record: ServiceDeployment): string | undefined {
  const { lifecycleStage } = record;
  if (pauseOf(record)) return `paused by a hook${lifecycleStage === undefined ? '' : ` at ${lifecycleStage}`}: call ContinueServiceDeployment to continue`;
  return lifecycleStage === undefined ? undefined : STAGES[lifecycleStage] ?? lifecycleStage;
}

/** The hook that waits for a person. */
function pauseOf({ lifecycleHookDetails = [] }: ServiceDeployment) {
  return lifecycleHookDetails.find(({ targetType, status }) => targetType === 'PAUSE' && status !== undefined && !/SUCCE|FAIL|TIMED/.test(status));
}

function countOf(deployment: Deployment | undefined): string {
  if (!deployment) return 'starting';
  const { runningCount = 0, desiredCount = 0, failedTasks = 0 } = deployment;
  return `${runningCount} of ${desiredCount} tasks running${failedTasks > 0 ? `, ${failedTasks} failed` : ''}`;
}

/** The state of a service that an update returns to its previous revision. */
export function stateOfWayBack(previous: string, service: EcsService): 'inProgress' | 'done' | 'failed' | 'superseded' {
  const primary = primaryOf(service);
  if (!primary) return 'inProgress';
  if (primary.taskDefinition !== previous) return 'superseded';
  return primary.rolloutState === 'IN_PROGRESS' ? 'inProgress' : primary.rolloutState === 'FAILED' ? 'failed' : 'done';
}
