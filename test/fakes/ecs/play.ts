import { makeRoom } from './daemons';
import { runnable } from './find';
import { Outcome } from './outcomes';
import { fail } from './rollbacks';
import { addEvent, complete, isRunning, newDeployment, newServiceDeployment, revision, tell } from './rollouts';
import { playStages } from './stages';
import { Deployment, EcsState, Service, ServiceDeployment, TaskDefinition } from './state';
import { addTask, run, stopTask, tasksOf } from './tasks';
import { JsonObject, numberIn, objectIn, textIn } from '../json';

/** Starts the rollout of the service's current settings. */
export function deploy(state: EcsState, service: Service): Deployment {
  const running = service.serviceDeployments[0];
  if (running && isRunning(running)) supersede(state, running);
  const deployment = newDeployment(state, service, service.taskDefinition);
  const rollout = newServiceDeployment(state, service, deployment);
  for (const other of service.deployments) other.status = 'ACTIVE';
  service.deployments = [deployment, ...service.deployments];
  service.serviceDeployments.unshift(rollout);
  service.revisions.push(revision(service, deployment));
  addEvent(state, service, `(service ${service.name}) has started ${service.desiredCount} tasks.`);
  tell(state, service, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  const outcome = (service.outcomeOf ?? state.outcomeOf)(service.taskDefinition.described) ?? { kind: 'succeeds' };
  playOutcome(state, rollout, outcome);
  return deployment;
}

function supersede(state: EcsState, rollout: ServiceDeployment): void {
  rollout.cancel();
  const now = state.home.timeline.now();
  Object.assign(rollout, {
    status: 'STOPPED', statusReason: 'Service deployment has been stopped because a new service deployment has started.', stoppedAt: now,
    finishedAt: now, updatedAt: now,
  });
}

/** Schedules the events of a rollout's outcome. */
function playOutcome(state: EcsState, rollout: ServiceDeployment, outcome: Outcome): void {
  const { service, deployment } = rollout;
  const { timeline } = state.home;
  const cancels: (() => void)[] = [];
  rollout.cancel = () => cancels.forEach(cancel => cancel());
  const later = (ms: number, happen: () => void) => { cancels.push(timeline.in(ms, happen)); };
  const { rolloutMs, failureMs } = state.times;
  for (let count = 0; count < service.desiredCount; count++) addTask(state, service, deployment, 'PENDING');
  const strategy = textIn(objectIn(service.members.deploymentConfiguration).strategy) ?? 'ROLLING';
  if (strategy !== 'ROLLING') rollout.lifecycleStage = 'SCALE_UP';

  switch (outcome.kind) {
    case 'neverSettles': return;
    case 'succeeds': {
      const afterMs = outcome.afterMs ?? rolloutMs;
      if (strategy !== 'ROLLING') {
        playStages(state, rollout, { afterMs, later, containers: outcome.containers });
        return;
      }
      later(afterMs / 2, () => start(state, rollout, 0.5));
      later(afterMs, () => {
        start(state, rollout, 1);
        for (const task of tasksOf(service, deployment)) run(state, task, outcome.containers);
        complete(state, rollout);
      });
      return;
    }
    case 'alarm':
      later((outcome.afterMs ?? rolloutMs) / 2, () => start(state, rollout, 1));
      later(outcome.afterMs ?? rolloutMs, () => {
        rollout.triggeredAlarms = outcome.alarmNames;
        if (rollout.alarms === 'MONITORING') fail(state, rollout, 'alarm');
        else complete(state, rollout);
      });
      return;
    case 'superseded': {
      const former = (rollout.source ?? deployment).taskDefinition;
      later(outcome.afterMs ?? rolloutMs / 2, () => deployAsAnotherUser(state, rollout, outcome.by === undefined ? former : runnable(state, outcome.by)));
      return;
    }
    case 'tasksFail': {
      const failOne = () => {
        deployment.failedTasks += 1;
        deployment.updatedAt = timeline.now();
        const task = tasksOf(service, deployment).find(({ lastStatus }) => lastStatus !== 'STOPPED');
        if (task) stopTask(state, task, outcome.end);
        addTask(state, service, deployment, 'PENDING');
        if (rollout.circuitBreaker === 'MONITORING' && deployment.failedTasks >= threshold(service.members, service.desiredCount)) {
          fail(state, rollout, 'circuitBreaker', outcome);
        } else if (deployment.failedTasks < MOST_FAILURES) {
          later(outcome.everyMs ?? failureMs, failOne);
        }
      };
      later(outcome.everyMs ?? failureMs, failOne);
    }
  }
}

/** Without a circuit breaker ECS starts tasks again and again. Here it stops after this number, and the rollout stays in progress. */
const MOST_FAILURES = 100;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
export function threshold(members: JsonObject, desiredCount: number): number {
  const { type, value } = objectIn(objectIn(objectIn(members.deploymentConfiguration).deploymentCircuitBreaker).thresholdConfiguration);
  if (type === 'COUNT') return numberIn(value)!;
  const share = (numberIn(value) ?? 50) / 100 * desiredCount;
  return Math.min(200, Math.max(3, Math.ceil(share)));
}

function start(state: EcsState, { service, deployment }: ServiceDeployment, share: number): void {
  const tasks = tasksOf(service, deployment).filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  for (const task of tasks.slice(0, Math.ceil(tasks.length * share))) {
    makeRoom(state, task);
    run(state, task);
  }
}

function deployAsAnotherUser(state: EcsState, { service }: ServiceDeployment, taskDefinition: TaskDefinition): void {
  service.taskDefinition = taskDefinition;
  // That rollout succeeds: otherwise yet another deployment would replace it.
  const { outcomeOf } = service;
  service.outcomeOf = () => ({ kind: 'succeeds' });
  deploy(state, service);
  service.outcomeOf = outcomeOf;
}
