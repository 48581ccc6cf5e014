import type { Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { ApiKey } from './api-key';
import { policyOf, waitForGrant } from './dependencies';
import { ContainerImage, Duration, isResolvable, isUnresolved, Lazy, LogDrivers, LogGroup, RetentionDays, stackOf } from './tree/loaded';
import { orderedContainers, environmentOf, nameOfImage, renderContainers } from './tree/non-public';
import { finalValue } from './tree/properties';
import { inUsersLanguage } from './users-language';
import { agentContainer, AgentContainer, AgentOptions, Generation, Surroundings } from '../agent';

/** The agent's container in a task definition, which any number of services may run. */
export interface Attachment {
  readonly container: ecs.ContainerDefinition;
  readonly apiKey: ApiKey;
  readonly executionRole: iam.IRole;
  /** The log group of the default log driver. */
  readonly logGroup?: logs.ILogGroup;
  /** What the container was created from. */
  readonly options: AttachOptions;
  /** The constructs that attached it, the first one first. */
  readonly owners: IConstruct[];
  /** The services that run the container and have a sidecar, each with the construct that attached it. */
  readonly services: Map<ecs.BaseService, IConstruct>;
}

export interface AttachOptions {
  readonly generation: Generation;
  readonly agent: Omit<AgentOptions, 'image'>;
  readonly place: Surroundings['place'];
  readonly apiKey: ApiKey;
  /** @default - the agent's own image */
  readonly image?: ecs.ContainerImage;
  /** @default - awslogs, to a group that is created with the container */
  readonly logging?: ecs.LogDriver;
  /** Whether the task definition is a daemon's, which runs only the agent. @default false */
  readonly isAlone?: boolean;
}

/** An id of our own, so an application's container of any name can be added, too. */
const CONTAINER_ID = 'PostmanAgent';

/**
 * In the scope of the task definition, which refers to the log group: in that of a sidecar of another stack, that stack could not have
 * a rule or an alarm of the service.
 */
const LOG_GROUP_ID = 'PostmanAgentLogGroup';

const attachments = new WeakMap<ecs.TaskDefinition, Attachment>();
const attachedServices = new WeakMap<ecs.BaseService, IConstruct>();

/**
 * Adds the agent's container to the service's task definition, or uses the one that another service's sidecar has added: a task
 * definition runs one agent.
 *
 * @throws if the service has a sidecar already, or if the sidecars of one task definition have different options
 */
export function attach(sidecar: IConstruct, service: ecs.BaseService, options: AttachOptions): Attachment {
  const other = attachedServices.get(service);
  if (other) {
    throw new Error(`Service ${service.node.path} already has the sidecar ${other.node.path}: a service takes one. `
      + 'Remove one of the two, or give each its own service.');
  }
  const attachment = attachTo(sidecar, service.taskDefinition, options);
  attachedServices.set(service, sidecar);
  attachment.services.set(service, sidecar);
  waitForGrant(service, attachment);
  return attachment;
}

/**
 * The same for a task definition, whatever runs it.
 *
 * @throws if it has an agent with other options
 */
export function attachTo(sidecar: IConstruct, taskDefinition: ecs.TaskDefinition, options: AttachOptions): Attachment {
  const known = attachments.get(taskDefinition);
  if (known) join(known, sidecar, taskDefinition, options);
  const attachment: Attachment = known ?? { ...makeContainer(taskDefinition, options), options, owners: [], services: new Map() };
  attachments.set(taskDefinition, attachment);
  attachment.owners.push(sidecar);
  return attachment;
}

/** The agent in the tasks of a service, whatever has added it. */
export function attachmentOf({ taskDefinition }: ecs.BaseService): Attachment | undefined {
  return attachments.get(taskDefinition);
}

/** Whether a service is a daemon's, which runs only the agent. */
export function isDaemon(service: ecs.BaseService): boolean {
  return attachmentOf(service)?.options.isAlone === true;
}

/** The sidecar of a service, whatever made it. Of a daemon's service, the daemon. */
export function sidecarOf(service: ecs.BaseService): IConstruct | undefined {
  return attachedServices.get(service);
}

function makeContainer(taskDefinition: ecs.TaskDefinition, options: AttachOptions) {
  const { apiKey } = options;
  const description = describe(options);
  const logGroup = options.logging ? undefined : new LogGroup(taskDefinition, LOG_GROUP_ID, { retention: RetentionDays.ONE_MONTH });
  const container = taskDefinition.addContainer(CONTAINER_ID, {
    containerName: description.name,
    image: options.image ?? ContainerImage.fromRegistry(description.image),
    essential: description.essential,
    entryPoint: [...description.entryPoint],
    environment: Object.fromEntries(description.environment.map(({ name, value }) => [name, value])),
    readonlyRootFilesystem: description.readonlyRootFilesystem,
    cpu: description.cpu,
    memoryLimitMiB: description.memory,
    memoryReservationMiB: description.memoryReservation
      ?? (description.memory === undefined ? reservationOfMemorylessTask(taskDefinition, options) : undefined),
    enableRestartPolicy: description.restartPolicy?.enabled,
    restartAttemptPeriod: description.restartPolicy && Duration.seconds(description.restartPolicy.restartAttemptPeriod),
    logging: options.logging ?? LogDrivers.awsLogs({ logGroup, streamPrefix: description.name }),
  });
  for (const { name } of description.secrets ?? []) container.addSecret(name, apiKey);
  keepLast(container);
  if (logGroup) refuseRoleOfOtherStack(taskDefinition);
  return { container, apiKey, logGroup, executionRole: taskDefinition.obtainExecutionRole() };
}

/**
 * A role of another stack gets its policy there, and the policy names the log group: each of the two stacks would need the other.
 *
 * @throws if it is so; the error names both stacks
 */
function refuseRoleOfOtherStack(taskDefinition: ecs.TaskDefinition): void {
  const role = taskDefinition.obtainExecutionRole();
  const policy = policyOf(role);
  const [here, there] = [stackOf(taskDefinition), policy && stackOf(policy)];
  if (there === undefined || here === there) return;
  throw new Error(inUsersLanguage(`The execution role ${role.node.path} of task definition ${taskDefinition.node.path} is in stack ${there.node.path}, and the log group of the agent would be in ${here.node.path}: `
    + `each of the two stacks would need the other. Set \`logging\` to LogDrivers.awsLogs with a log group of stack ${there.node.path}, or create the role in ${here.node.path}.`));
}

/**
 * Renders the agent's container after those that are added later, so the application's containers keep their places: property
 * overrides refer to containers by position. The CDK renders a list once, maybe before the agent is in it.
 */
function keepLast(container: ecs.ContainerDefinition): void {
  const { taskDefinition } = container;
  const resource = taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
  // A list in the L1 resource has replaced that of the CDK.
  if (!isResolvable(resource.containerDefinitions)) return;
  const containers = orderedContainers(taskDefinition);
  let known: readonly ecs.ContainerDefinition[] = [];
  let rendered: unknown;
  const render = () => {
    rendered = renderContainers(taskDefinition);
    known = [...containers];
  };
  resource.containerDefinitions = Lazy.uncachedAny({
    produce: () => {
      const isKnown = known.length === containers.length && known.every((one, index) => one === containers[index]);
      if (isKnown && containers[containers.length - 1] === container) return rendered;
      // FireLens adds its router while the list is rendered.
      if (containers.some(({ logDriverConfig }) => logDriverConfig?.logDriver === 'awsfirelens')) render();
      containers.push(...containers.splice(containers.indexOf(container), 1));
      render();
      return rendered;
    },
  });
}

function describe({ generation, agent, apiKey, place, isAlone }: AttachOptions, isMemorySet = true): AgentContainer {
  return agentContainer(generation, agent, { apiKey: apiKey.arn, taskSetsMemory: isMemorySet, place, isAlone });
}

/** Decided at synthesis, when an override of the task's memory has been seen. On Fargate, a task has memory. */
function reservationOfMemorylessTask(taskDefinition: ecs.TaskDefinition, options: AttachOptions): number | undefined {
  const { isFargateCompatible, isEc2Compatible } = taskDefinition;
  if (isFargateCompatible && !isEc2Compatible) return undefined;
  return Lazy.number({
    produce: () => taskSetsMemory(taskDefinition) ? undefined : describe(options, false).memoryReservation,
  });
}

function taskSetsMemory(taskDefinition: ecs.TaskDefinition): boolean {
  const resource = taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
  return finalValue(resource, 'Memory', resource.memory) !== undefined;
}

function join(known: Attachment, sidecar: IConstruct, taskDefinition: ecs.TaskDefinition, options: AttachOptions): void {
  const [first] = known.owners;
  if (known.options.generation !== options.generation) {
    throw new Error(`${sidecar.node.path} and ${first.node.path} share the task definition ${taskDefinition.node.path}, which runs one agent, `
      + `but one runs the ${options.generation.title}, the other the ${known.options.generation.title}. Use the same agent for both, or give each a task definition of its own.`);
  }
  const differences = differing(stackOf(taskDefinition), known.options, options);
  if (differences.length > 0) {
    throw new Error(inUsersLanguage(`${sidecar.node.path} and ${first.node.path} share the task definition ${taskDefinition.node.path}, which runs one agent, `
      + `but differ in ${differences.join(', ')}. Make them equal, or give each a task definition of its own.`));
  }
  forgetServiceName(known, options);
}

/** The options in which two sidecars differ. */
function differing(stack: Stack, a: AttachOptions, b: AttachOptions): string[] {
  const text = (value: unknown) => JSON.stringify(stack.resolve(value)) ?? 'undefined';
  const names = [...new Set([...Object.keys(a.agent), ...Object.keys(b.agent)])] as (keyof typeof a.agent)[];
  const differences = names.filter(name => text(a.agent[name]) !== text(b.agent[name])).map(name => `\`${name}\``);
  if (text(a.apiKey.arn) !== text(b.apiKey.arn)) differences.push(...new Set([a, b].map(({ apiKey }) => `\`${apiKey.property}\``)));
  if (imageName(a.image) !== imageName(b.image)) differences.push('`image`');
  if (a.logging !== b.logging) differences.push('`logging`');
  // Both would be discovered under the name of one of the clusters.
  if (a.agent.discovery === true && text(a.place.cluster) !== text(b.place.cluster)) differences.push('the cluster');
  return differences;
}

/** Two images of one name are the same. Others, such as assets, are compared by object. */
function imageName(image: ecs.ContainerImage | undefined): unknown {
  return image && (nameOfImage(image) ?? image);
}

/** An agent that runs in two services does not report the name of either. */
function forgetServiceName(known: Attachment, options: AttachOptions): void {
  const ours = describe(options).environment;
  const environment = environmentOf(known.container);
  const service = known.options.place.service;
  for (const [name, value] of Object.entries(environment)) {
    const same = ours.find(variable => variable.name === name)?.value;
    if (value === service && same !== value && !isUnresolved(value)) delete environment[name];
  }
}
