import { instanceFor, instanceOf, instancesFor, isDaemon } from './container-instances';
import { addEvent } from './rollouts';
import { Cluster, EcsState, Service, Task } from './state';
import { addTask, run, stopTask, tasksOf } from './tasks';
import { JsonObject, numberIn, objectIn, objectsIn, textIn } from '../json';
import { invalidParameter } from '../wire/aws-error';

/** Services with the strategy `DAEMON`: one task on each container instance that fits, also on those that come later. */

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
export function checkDaemon({ desiredCount, launchType, placementStrategy, deploymentConfiguration, capacityProviderStrategy }: JsonObject): void {
  if (desiredCount !== undefined) throw noDesiredCount();
  if (launchType === 'FARGATE' || objectsIn(capacityProviderStrategy).some(({ capacityProvider }) => textIn(capacityProvider)?.startsWith('FARGATE'))) {
    throw invalidParameter('The daemon scheduling strategy is not supported for tasks on AWS Fargate.');
  }
  if (objectsIn(placementStrategy).length > 0) throw invalidParameter('The daemon scheduling strategy does not support a placement strategy.');
  if ((numberIn(objectIn(deploymentConfiguration).maximumPercent) ?? 100) > 100) {
    throw invalidParameter('The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. '
      + 'Change the maximumPercent value to 100, and try again');
  }
}

export const noDesiredCount = () =>
  invalidParameter('The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again');

/** Counts the instances of a daemon that is about to be deployed. */
export function countInstances(service: Service): void {
  if (isDaemon(service)) service.desiredCount = instancesFor(service).length;
}

/** Instances of the cluster have come, gone or changed. */
export function placeDaemons(state: EcsState, cluster: Cluster): void {
  for (const service of cluster.services.values()) {
    if (isDaemon(service) && service.status === 'ACTIVE') place(state, service);
  }
}

function place(state: EcsState, service: Service): void {
  countInstances(service);
  const fitting = new Set(instancesFor(service).map(({ containerInstanceArn }) => containerInstanceArn));
  for (const task of tasksOf(service)) {
    if (!fitting.has(instanceOf(task)!)) stopTask(state, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Host EC2 (instance) terminated.' });
  }
  const [primary] = service.deployments;
  if (primary === undefined) return;
  while (instanceFor(service, primary) !== undefined) {
    const task = addTask(state, service, primary, 'PENDING');
    if (primary.rolloutState === 'COMPLETED') run(state, task);
    addEvent(state, service, `(service ${service.name}) has started 1 tasks.`);
  }
}

/** A daemon has at most 100 %: the former task on an instance ends before the new one starts. */
export function makeRoom(state: EcsState, task: Task): void {
  const { service } = task;
  if (service === undefined || !isDaemon(service)) return;
  for (const other of tasksOf(service)) {
    if (other.deployment === task.deployment || instanceOf(other) !== instanceOf(task)) continue;
    stopTask(state, other, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Scaling activity initiated by (deployment ${other.deployment.id})` });
  }
}
