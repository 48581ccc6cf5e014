import { Deployment, DeploymentEvent, EcsState, Service, ServiceDeployment, TaskDefinition } from './state';
import { stopTask, tasksOf } from './tasks';
import { arnOf, digits, hexId } from '../home';
import { JsonObject, objectIn } from '../json';
import { seconds } from '../timeline';

/** Members of a service that a deployment rolls out and a rollback restores. */
const ROLLED_OUT = [
  'launchType', 'capacityProviderStrategy', 'platformVersion', 'platformFamily', 'networkConfiguration', 'loadBalancers', 'serviceRegistries',
];

/** Members that DescribeServices returns only in the deployments. */
export const HIDDEN = ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations', 'gatewayConnectors', 'monitoring'];

/** Restores the settings that a deployment rolled out, without later ones. */
export function restore(service: Service, { settings, taskDefinition }: Deployment): void {
  service.taskDefinition = taskDefinition;
  const others = Object.entries(service.members).filter(([name]) => !ROLLED_OUT.includes(name));
  service.members = Object.fromEntries([...others, ...Object.entries(settings).filter(([name]) => !HIDDEN.includes(name))]);
  service.hidden = Object.fromEntries(Object.entries(settings).filter(([name]) => HIDDEN.includes(name)));
}

export function settingsOf({ members, hidden }: Service): JsonObject {
  return { ...Object.fromEntries(ROLLED_OUT.filter(name => members[name] !== undefined).map(name => [name, members[name]])), ...hidden };
}

export function newDeployment(state: EcsState, service: Service, taskDefinition: TaskDefinition): Deployment {
  const now = state.home.timeline.now();
  const id = digits();
  return {
    // The id has the digits of the service revision's, by which callers find the service deployment of a deployment.
    id: `ecs-svc/${id}`,
    revisionArn: arnOf(state.home, 'ecs', `service-revision/${service.cluster.name}/${service.name}/${id}`),
    status: 'PRIMARY',
    taskDefinition,
    settings: settingsOf(service),
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ecs-svc/${id} in progress.`,
    failedTasks: 0,
  };
}

export function newServiceDeployment(state: EcsState, service: Service, deployment: Deployment): ServiceDeployment {
  const { deploymentCircuitBreaker, alarms } = objectIn(service.members.deploymentConfiguration);
  const now = state.home.timeline.now();
  return {
    arn: arnOf(state.home, 'ecs', `service-deployment/${service.cluster.name}/${service.name}/${hexId(21)}`),
    service,
    status: 'IN_PROGRESS',
    deployment,
    source: service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED'),
    createdAt: now,
    updatedAt: now,
    circuitBreaker: objectIn(deploymentCircuitBreaker).enable === true ? 'MONITORING' : 'DISABLED',
    alarms: objectIn(alarms).enable === true ? 'MONITORING' : 'DISABLED',
    triggeredAlarms: [],
    cancel: () => undefined,
  };
}

export function isRunning({ status }: ServiceDeployment): boolean {
  return ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'].includes(status);
}

/** The rollout has succeeded: only its own deployment is left. */
export function complete(state: EcsState, rollout: ServiceDeployment): void {
  const { service, deployment } = rollout;
  const now = state.home.timeline.now();
  settle(state, service, deployment);
  Object.assign(rollout, { status: 'SUCCESSFUL', finishedAt: now, updatedAt: now, lifecycleStage: undefined });
  if (rollout.circuitBreaker === 'MONITORING') rollout.circuitBreaker = 'MONITORING_COMPLETE';
  if (rollout.alarms === 'MONITORING') rollout.alarms = 'MONITORING_COMPLETE';
}

/** Only one deployment is left. */
export function settle(state: EcsState, service: Service, deployment: Deployment): void {
  for (const task of tasksOf(service)) {
    if (task.deployment !== deployment) {
      stopTask(state, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Scaling activity initiated by (deployment ${task.deployment.id})` });
    }
  }
  deployment.rolloutState = 'COMPLETED';
  deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = state.home.timeline.now();
  tell(state, service, deployment, 'SERVICE_DEPLOYMENT_COMPLETED');
  service.deployments = [deployment];
  addEvent(state, service, `(service ${service.name}) (deployment ${deployment.id}) deployment completed.`);
  addEvent(state, service, `(service ${service.name}) has reached a steady state.`);
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
export function tell(state: EcsState, service: Service, deployment: Deployment, eventName: DeploymentEvent['eventName']): void {
  const { id, updatedAt, rolloutStateReason } = deployment;
  state.onDeployment({ eventName, region: state.home.region, serviceArn: service.arn, deploymentId: id, updatedAt, reason: rolloutStateReason });
}

/** ECS keeps the newest 100 events, newest first. */
export function addEvent(state: EcsState, service: Service, message: string): void {
  const event = { id: hexId(32), createdAt: seconds(state.home.timeline.now()), message };
  service.events = [event, ...service.events].slice(0, 100);
}

export function revision(service: Service, deployment: Deployment): JsonObject {
  return {
    serviceRevisionArn: deployment.revisionArn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: deployment.taskDefinition.arn,
    ...deployment.settings,
    containerImages: (deployment.taskDefinition.described.containerDefinitions as readonly JsonObject[])
      .map(({ name, image }) => ({ containerName: name, image })),
    guardDutyEnabled: false,
    createdAt: seconds(deployment.createdAt),
  };
}
