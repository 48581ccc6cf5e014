import { answerFor } from './clusters';
import { instanceFor } from './container-instances';
import { logStart } from './container-logs';
import { clusterOf, findTask } from './find';
import { ContainerEnd, TaskEnd } from './outcomes';
import { Cluster, Deployment, EcsState, Service, Task } from './state';
import { arnOf, hexId, Home } from '../home';
import { JsonObject, numberIn, objectIn, objectsIn, textIn, textsIn } from '../json';
import { ecsPage } from '../paging';
import { seconds } from '../timeline';
import { Actions } from '../wire/actions';
import { invalidParameter } from '../wire/aws-error';

export function taskActions(state: EcsState): Actions {
  return {
    ListTasks: input => {
      const cluster = clusterOf(state, textIn(input.cluster));
      const desired = textIn(input.desiredStatus) ?? 'RUNNING';
      const arns = cluster.tasks.filter(task => desiredStatus(task) === desired && isAskedFor(task, input)).map(({ arn }) => arn);
      return ecsPage('taskArns', arns, input, { default: 100, most: 100 });
    },
    DescribeTasks: ({ cluster, tasks }) => {
      const of = clusterOf(state, textIn(cluster));
      const named = textsIn(tasks);
      if (named.length === 0) throw invalidParameter('Tasks cannot be empty.');
      if (named.length > 100) throw invalidParameter('Tasks cannot be more than 100.');
      return answerFor(named, name => findTask(of, name), { member: 'tasks', describe: task => describedTask(of, task), arn: name => name });
    },
  };
}

function desiredStatus({ lastStatus }: Task): string {
  return lastStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING';
}

function isAskedFor(task: Task, { serviceName, family, startedBy, launchType, containerInstance }: JsonObject): boolean {
  const named = textIn(serviceName)?.split('/').pop();
  return (named === undefined || task.service?.name === named)
    && (family === undefined || task.deployment.taskDefinition.family === family)
    && (startedBy === undefined || task.deployment.id === startedBy)
    && (launchType === undefined || task.deployment.settings.launchType === launchType)
    && (containerInstance === undefined || task.members.containerInstanceArn === containerInstance);
}

export function addTask(state: EcsState, service: Service, deployment: Deployment, lastStatus: Task['lastStatus']): Task {
  const { cluster } = service;
  const { timeline } = state.home;
  const arn = arnOf(state.home, 'ecs', `task/${cluster.name}/${hexId(32)}`);
  const instance = instanceFor(service, deployment);
  const task: Task = {
    arn,
    service,
    deployment,
    lastStatus,
    createdAt: timeline.now(),
    members: {
      attachments: attachments(deployment),
      availabilityZone: `${state.home.region}a`,
      ...instance === undefined ? {} : { containerInstanceArn: instance.containerInstanceArn },
    },
    containers: objectsIn(deployment.taskDefinition.described.containerDefinitions).map(container => newContainer(container, state.home, arn, lastStatus)),
  };
  const stopped = cluster.tasks.filter(other => other.lastStatus === 'STOPPED');
  const forgotten = new Set(stopped.slice(0, Math.max(0, stopped.length - MOST_STOPPED)));
  cluster.tasks = [...cluster.tasks.filter(other => !forgotten.has(other)), task];
  if (lastStatus === 'RUNNING') begin(state, task);
  return task;
}

/** ECS forgets stopped tasks after an hour; here the oldest are removed first. */
const MOST_STOPPED = 500;

function newContainer(container: JsonObject, home: Home, taskArn: string, lastStatus: string): JsonObject {
  return {
    containerArn: arnOf(home, 'ecs', `container/${taskArn.split('/').slice(1).join('/')}/${hexId(8)}`),
    taskArn,
    name: container.name,
    image: container.image,
    runtimeId: hexId(32),
    lastStatus,
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN',
    cpu: String(numberIn(container.cpu) ?? 0),
    ...container.memory === undefined ? {} : { memory: String(numberIn(container.memory)) },
    ...container.memoryReservation === undefined ? {} : { memoryReservation: String(numberIn(container.memoryReservation)) },
  };
}

function attachments({ settings }: Deployment): readonly JsonObject[] {
  const subnet = textsIn(objectIn(objectIn(settings.networkConfiguration).awsvpcConfiguration).subnets)[0];
  if (subnet === undefined) return [];
  const details = [
    { name: 'subnetId', value: subnet }, { name: 'networkInterfaceId', value: `eni-${hexId(17)}` }, { name: 'privateIPv4Address', value: '10.0.0.10' },
  ];
  return [{ id: hexId(32), type: 'ElasticNetworkInterface', status: 'ATTACHED', details }];
}

export function run(state: EcsState, task: Task, ended: readonly ContainerEnd[] = []): void {
  begin(state, task);
  task.lastStatus = 'RUNNING';
  task.containers = task.containers.map(container => ({ ...container, lastStatus: 'RUNNING' }));
  for (const end of ended) stopContainerIn(task, end);
}

/** The containers start, which happens once to a task. */
function begin(state: EcsState, task: Task): void {
  if (task.startedAt !== undefined) return;
  task.startedAt = state.home.timeline.now();
  logStart(state, task);
}

/** The container stops, and the task keeps running. */
export function stopContainerIn(task: Task, { name, exitCode, reason }: ContainerEnd): void {
  task.containers = task.containers.map(container => container.name === name ? { ...container, lastStatus: 'STOPPED', exitCode, reason } : container);
}

export function stopTask(state: EcsState, task: Task, end: TaskEnd): void {
  if (task.lastStatus === 'STOPPED') return;
  // A container can exit only after it has started.
  if (end.stopCode === 'EssentialContainerExited') begin(state, task);
  task.lastStatus = 'STOPPED';
  task.stoppedAt = state.home.timeline.now();
  task.members = { ...task.members, stopCode: end.stopCode, stoppedReason: end.stoppedReason };
  // A container that never started has no exit code.
  const exit = end.stopCode === 'TaskFailedToStart' ? {} : { exitCode: 143 };
  task.containers = task.containers.map(container => container.lastStatus === 'STOPPED' ? container : { ...container, lastStatus: 'STOPPED', ...exit });
  for (const container of end.containers ?? []) stopContainerIn(task, container);
}

export function tasksOf(service: Service, deployment?: Deployment): readonly Task[] {
  return service.cluster.tasks.filter(task => task.service === service && (deployment === undefined || task.deployment === deployment));
}

function describedTask(cluster: Cluster, task: Task): JsonObject {
  const { deployment: { taskDefinition, settings, id } } = task;
  return {
    attributes: [],
    clusterArn: cluster.arn,
    connectivity: task.lastStatus === 'STOPPED' ? undefined : 'CONNECTED',
    containers: task.containers,
    cpu: taskDefinition.described.cpu,
    memory: taskDefinition.described.memory,
    createdAt: seconds(task.createdAt),
    startedAt: task.startedAt === undefined ? undefined : seconds(task.startedAt),
    stoppedAt: task.stoppedAt === undefined ? undefined : seconds(task.stoppedAt),
    desiredStatus: desiredStatus(task),
    lastStatus: task.lastStatus,
    enableExecuteCommand: false,
    group: task.service === undefined ? undefined : `service:${task.service.name}`,
    healthStatus: 'UNKNOWN',
    launchType: settings.launchType,
    platformVersion: settings.launchType === 'FARGATE' ? '1.4.0' : undefined,
    platformFamily: settings.launchType === 'FARGATE' ? 'Linux' : undefined,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    startedBy: id,
    tags: [],
    taskArn: task.arn,
    taskDefinitionArn: taskDefinition.arn,
    version: 1,
    ...task.members,
  };
}
