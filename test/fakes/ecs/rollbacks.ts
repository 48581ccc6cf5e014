import { TaskEnd } from './outcomes';
import { addEvent, newDeployment, restore, settle, tell } from './rollouts';
import { EcsState, ServiceDeployment } from './state';
import { addTask, run, stopTask, tasksOf } from './tasks';
import { objectIn } from '../json';

export type Failure = 'circuitBreaker' | 'alarm';

/** ECS's words for a failure in `deployments`, and in service deployments. */
const WORDS: Record<Failure, { readonly deployment: string; readonly rollback: string; readonly because: string }> = {
  circuitBreaker: {
    deployment: 'ECS deployment circuit breaker: tasks failed to start.',
    rollback: 'ECS deployment circuit breaker: rolling back to deploymentId',
    because: 'because the circuit breaker threshold was exceeded.',
  },
  alarm: {
    deployment: 'ECS deployment failed: alarm detected.',
    rollback: 'ECS deployment alarm: rolling back to deploymentId',
    because: 'because CloudWatch alarms were triggered.',
  },
};

/** The rollout has failed. It is rolled back if the service is configured so. */
export function fail(state: EcsState, rollout: ServiceDeployment, failure: Failure, options: { readonly rollbackFails?: boolean } = {}): void {
  const { service, deployment } = rollout;
  const now = state.home.timeline.now();
  const { deploymentCircuitBreaker, alarms } = objectIn(service.members.deploymentConfiguration);
  const words = WORDS[failure];
  rollout[failure === 'alarm' ? 'alarms' : 'circuitBreaker'] = 'TRIGGERED';
  Object.assign(deployment, { rolloutState: 'FAILED', rolloutStateReason: words.deployment, updatedAt: now });
  addEvent(
    state, service,
    `(service ${service.name}) (deployment ${deployment.id}) deployment failed: ${failure === 'alarm' ? 'alarm detected' : 'tasks failed to start'}.`,
  );
  // AWS sends it only of services with a circuit breaker.
  if (failure === 'circuitBreaker') tell(state, service, deployment, 'SERVICE_DEPLOYMENT_FAILED');
  if (objectIn(failure === 'alarm' ? alarms : deploymentCircuitBreaker).rollback === true) {
    rollBack(state, rollout, { reason: `Service deployment rolled back ${words.because}`, words: words.rollback, ...options });
    return;
  }
  // No more tasks are started. Running tasks stay, and so does the former deployment.
  const end: TaskEnd = { stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Scaling activity initiated by (deployment ${deployment.id})` };
  for (const task of tasksOf(service, deployment)) {
    if (task.lastStatus === 'PENDING') stopTask(state, task, end);
  }
  Object.assign(rollout, { status: 'STOPPED', statusReason: `Service deployment failed ${words.because}`, stoppedAt: now, finishedAt: now, updatedAt: now });
}

export interface RollbackOptions {
  readonly reason: string;
  readonly words: string;
  readonly rollbackFails?: boolean;
  /** How long the rollback is only requested before it begins. */
  readonly requestedMs?: number;
}

/** Rolls the service back to what it ran before the rollout. */
export function rollBack(state: EcsState, rollout: ServiceDeployment, options: RollbackOptions): void {
  const { service, deployment, source } = rollout;
  const { timeline } = state.home;
  rollout.cancel();
  rollout.updatedAt = timeline.now();
  rollout.lifecycleStage = undefined;
  rollout.hook = undefined;
  if (!source) {
    Object.assign(rollout, { status: 'ROLLBACK_FAILED', statusReason: 'No rollback candidate was found to run the rollback.', finishedAt: timeline.now() });
    return;
  }
  rollout.rollback = { reason: options.reason, startedAt: timeline.now(), revisionArn: source.revisionArn };
  rollout.statusReason = options.reason;
  const back = {
    ...newDeployment(state, service, source.taskDefinition),
    settings: source.settings,
    revisionArn: source.revisionArn,
    ...state.rollbackId === 'previous' ? { id: source.id } : {},
    rolloutStateReason: `${options.words} ${source.id}.`,
  };
  addEvent(state, service, `(service ${service.name}) rolling back to deployment ${source.id}.`);
  restore(service, source);
  for (const task of tasksOf(service, source)) task.deployment = back;
  deployment.status = 'ACTIVE';
  service.deployments = [back, ...service.deployments.filter(other => other !== source)];
  tell(state, service, back, 'SERVICE_DEPLOYMENT_IN_PROGRESS');

  const begin = () => { rollout.status = 'ROLLBACK_IN_PROGRESS'; };
  const end = () => {
    rollout.finishedAt = rollout.updatedAt = timeline.now();
    if (options.rollbackFails) {
      Object.assign(back, { rolloutState: 'FAILED', rolloutStateReason: WORDS.circuitBreaker.deployment });
      Object.assign(rollout, {
        status: 'ROLLBACK_FAILED', statusReason: 'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
      });
      return;
    }
    const missing = service.desiredCount - tasksOf(service, back).filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
    for (let count = 0; count < missing; count++) run(state, addTask(state, service, back, 'PENDING'));
    settle(state, service, back);
    rollout.status = 'ROLLBACK_SUCCESSFUL';
  };
  rollout.status = 'ROLLBACK_REQUESTED';
  if (options.requestedMs === undefined) begin();
  const cancels = [options.requestedMs === undefined ? () => undefined : timeline.in(options.requestedMs, begin), timeline.in(state.times.rolloutMs, end)];
  rollout.cancel = () => cancels.forEach(cancel => cancel());
}
