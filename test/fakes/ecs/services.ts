import { answerFor } from './clusters';
import { isDaemon } from './container-instances';
import { countInstances, noDesiredCount } from './daemons';
import { clusterOf, findService, longServiceArn, runnable, serviceOf } from './find';
import { TaskEnd } from './outcomes';
import { deploy } from './play';
import { addEvent, HIDDEN, isRunning } from './rollouts';
import { Deployment, EcsState, Service } from './state';
import { tagsOut } from './tags';
import { addTask, run, stopTask, tasksOf } from './tasks';
import { JsonObject, numberIn, objectIn, textIn, textsIn } from '../json';
import { ecsPage } from '../paging';
import { seconds } from '../timeline';
import { Actions } from '../wire/actions';
import { AwsError, invalidParameter } from '../wire/aws-error';

export function serviceActions(state: EcsState): Actions {
  return {
    ListServices: input => {
      const services = [...clusterOf(state, textIn(input.cluster)).services.values()].filter(({ status, members }) => status !== 'INACTIVE'
        && (input.launchType === undefined || members.launchType === input.launchType)
        && (input.schedulingStrategy === undefined || (members.schedulingStrategy ?? 'REPLICA') === input.schedulingStrategy));
      return ecsPage('serviceArns', services.map(({ arn }) => arn), input, { default: 10, most: 100 });
    },
    DescribeServices: ({ cluster, services, include }) => {
      const named = textsIn(services);
      if (named.length === 0) throw invalidParameter('Services cannot be empty.');
      if (named.length > 10) throw invalidParameter('Services cannot be more than 10.');
      const of = clusterOf(state, textIn(cluster));
      return answerFor(named, name => findService(state, of, name), {
        member: 'services',
        describe: service => ({ ...describedService(state, service), tags: textsIn(include).includes('TAGS') ? tagsOut(service.tags) : undefined }),
        arn: name => name.startsWith('arn:') ? name : longServiceArn(state, of.name, name),
      });
    },
    UpdateService: input => {
      const service = serviceOf(state, clusterOf(state, textIn(input.cluster)), textIn(input.service)!);
      update(state, service, input);
      return { service: describedService(state, service) };
    },
  };
}

/** Members whose change rolls out new tasks. */
const ROLLING = [
  'capacityProviderStrategy', 'networkConfiguration', 'platformVersion', 'loadBalancers', 'serviceRegistries', 'propagateTags', 'enableECSManagedTags',
  ...HIDDEN,
];
/** Members that UpdateService accepts and that change no task. */
const STILL = [
  'deploymentConfiguration', 'availabilityZoneRebalancing', 'placementConstraints', 'placementStrategy', 'healthCheckGracePeriodSeconds',
  'deploymentController', 'enableExecuteCommand',
];
const OTHERS = ['cluster', 'service', 'desiredCount', 'taskDefinition', 'forceNewDeployment'];

/** Changes exactly the given members. */
export function update(state: EcsState, service: Service, input: JsonObject): void {
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const unknown = Object.keys(input).find(name => ![...ROLLING, ...STILL, ...OTHERS].includes(name));
  if (unknown !== undefined) throw invalidParameter(`Unknown parameter in input: "${unknown}".`);
  if (isDaemon(service) && input.desiredCount !== undefined) throw noDesiredCount();
  const named = textIn(input.taskDefinition);
  const controller = controllerOf(service);
  if (controller !== 'ECS' && (named !== undefined || input.forceNewDeployment === true)) throw foreignController(controller);
  const taskDefinition = named === undefined ? service.taskDefinition : runnable(state, named);
  const isNew = taskDefinition !== service.taskDefinition || input.forceNewDeployment === true || ROLLING.some(name => input[name] !== undefined);

  service.taskDefinition = taskDefinition;
  service.members = { ...service.members, ...given(input, [...ROLLING, ...STILL].filter(name => !HIDDEN.includes(name))) };
  service.hidden = { ...service.hidden, ...given(input, HIDDEN) };
  const desired = numberIn(input.desiredCount);
  if (desired !== undefined) scale(state, service, desired, isNew);
  countInstances(service);
  if (isNew) deploy(state, service);
}

/** What is left of a service that is being deleted, or was. A rollout in progress ends with it. */
export function remove(state: EcsState, service: Service, as: 'DRAINING' | 'INACTIVE' | 'MISSING'): void {
  service.serviceDeployments[0]?.cancel();
  service.desiredCount = 0;
  service.status = as === 'DRAINING' ? 'DRAINING' : 'INACTIVE';
  if (as === 'DRAINING') return;
  const end: TaskEnd = { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity initiated by the deletion of the service' };
  for (const task of tasksOf(service)) stopTask(state, task, end);
  service.deployments = [];
  if (as === 'MISSING') service.cluster.services.delete(service.name);
}

function foreignController(controller: string): AwsError {
  return invalidParameter(controller === 'CODE_DEPLOY'
    ? 'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.'
    : 'Unable to update task definition on services with an EXTERNAL deployment controller. Use a task set to trigger a new deployment.');
}

function given(input: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter(name => input[name] !== undefined).map(name => [name, input[name]]));
}

function scale(state: EcsState, service: Service, desired: number, isNew: boolean): void {
  service.desiredCount = desired;
  if (isNew || service.deployments.length === 0) return;
  const [primary] = service.deployments;
  const alive = tasksOf(service, primary).filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  const end: TaskEnd = { stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Scaling activity initiated by (deployment ${primary.id})` };
  for (const task of alive.slice(desired)) stopTask(state, task, end);
  for (let count = alive.length; count < desired; count++) {
    const task = addTask(state, service, primary, 'PENDING');
    if (primary.rolloutState === 'COMPLETED') run(state, task);
  }
  addEvent(state, service, `(service ${service.name}) has been scaled to ${desired} tasks.`);
}

export function describedService(state: EcsState, service: Service): JsonObject {
  const alive = tasksOf(service);
  const [rollout] = service.serviceDeployments;
  const telling = state.serviceDeployments === 'on' && rollout !== undefined ? {
    ...isRunning(rollout) ? { currentServiceDeployment: rollout.arn } : {},
    currentServiceRevisions: service.deployments.map(deployment => ({ arn: deployment.revisionArn, ...taskCounts(service, deployment) })),
  } : {};
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: [],
    serviceRegistries: [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: alive.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: alive.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
    ...controllerOf(service) === 'EXTERNAL' ? { taskSets: [taskSet(service)] } : { taskDefinition: service.taskDefinition.arn },
    deployments: service.deployments.map(deployment => describedDeployment(service, deployment)),
    events: service.events,
    createdAt: seconds(service.createdAt),
    createdBy: state.home.caller,
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'DISABLED',
    ...telling,
    ...controllerOf(service) === 'EXTERNAL' ? membersOfExternal(service) : service.members,
  };
}

function controllerOf({ members }: Service): string {
  return textIn(objectIn(members.deploymentController).type) ?? 'ECS';
}

/** With an external controller, only the task sets say what runs and where. */
const OF_TASK_SETS = ['launchType', 'platformVersion', 'platformFamily', 'networkConfiguration', 'loadBalancers', 'capacityProviderStrategy'];

function membersOfExternal({ members }: Service): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !OF_TASK_SETS.includes(name)));
}

/** The one task set that an external controller has made. A test that needs others gives `taskSets` as a member. */
function taskSet(service: Service): JsonObject {
  const tasks = tasksOf(service);
  const id = `ecs-svc/${service.createdAt}`;
  return {
    id,
    taskSetArn: service.arn.replace(':service/', ':task-set/').concat(`/${id}`),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    status: 'PRIMARY',
    taskDefinition: service.taskDefinition.arn,
    computedDesiredCount: service.desiredCount,
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: 'STEADY_STATE',
    createdAt: seconds(service.createdAt),
    ...Object.fromEntries(OF_TASK_SETS.flatMap(name => service.members[name] === undefined ? [] : [[name, service.members[name]]])),
  };
}

function describedDeployment(service: Service, deployment: Deployment): JsonObject {
  const { loadBalancers, serviceRegistries, ...settings } = deployment.settings;
  const tasks = tasksOf(service, deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: deployment.status === 'PRIMARY' ? service.desiredCount : 0,
    pendingCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    failedTasks: deployment.failedTasks,
    createdAt: seconds(deployment.createdAt),
    updatedAt: seconds(deployment.updatedAt),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    ...settings,
  };
}

export function taskCounts(service: Service, deployment: Deployment): JsonObject {
  const tasks = tasksOf(service, deployment);
  const isWanted = deployment.status === 'PRIMARY';
  return {
    requestedTaskCount: isWanted ? service.desiredCount : 0,
    runningTaskCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTaskCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
  };
}
