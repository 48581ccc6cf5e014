import type { CfnResource, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { ApiKey } from './api-key';
import { ContainerImage, Duration, isCfnResource, isUnresolved, Lazy, LogDrivers, stackOf } from './tree/loaded';
import { containersOf, dependOn, environmentOf, nameOfImage, overridesOf } from './tree/non-public';
import { inUsersLanguage } from './users-language';
import { AgentOptions, ContainerDescription, describeAgent } from '../agent';

/** The agent's container in a task definition, however many services run it. */
export interface Attachment {
  readonly container: ecs.ContainerDefinition;
  readonly apiKey: ApiKey;
  readonly executionRole: iam.IRole;
  /** The log group of the default log driver. */
  readonly logGroup?: logs.ILogGroup;
  /** What the container was made from. */
  readonly options: AttachOptions;
  /** The services that run the container, each with the construct that attached it. */
  readonly services: Map<ecs.BaseService, IConstruct>;
}

export interface AttachOptions {
  readonly agent: Omit<AgentOptions, 'taskSetsMemory' | 'apiKey' | 'image'>;
  readonly apiKey: ApiKey;
  /** @default - the agent's own image */
  readonly image?: ecs.ContainerImage;
  /** @default - awslogs, to a group that is made with the container */
  readonly logging?: ecs.LogDriver;
  readonly defaultLogGroup: () => logs.ILogGroup;
}

/** The id of the container's construct is our own, so that an application's container of any name can be added too. */
const CONTAINER_ID = 'PostmanLiveCollectionAgent';

const attachments = new WeakMap<ecs.TaskDefinition, Attachment>();
const attachedServices = new WeakMap<ecs.BaseService, IConstruct>();

/**
 * Puts the agent's container into the service's task definition, or joins the one that another service's sidecar has put
 * there: a task definition runs one agent.
 *
 * @throws where the service has a sidecar already, or where the task definition's agent was described differently
 */
export function attach(sidecar: IConstruct, service: ecs.BaseService, options: AttachOptions): Attachment {
  const other = attachedServices.get(service);
  if (other) {
    throw new Error(`Service ${service.node.path} already has the sidecar ${other.node.path}: a service takes one. `
      + 'Remove one of the two, or give each its own service.');
  }
  const { taskDefinition } = service;
  const known = attachments.get(taskDefinition);
  if (known) join(known, sidecar, service, options);
  const attachment = known ?? { ...makeContainer(taskDefinition, options), options, services: new Map() };
  attachments.set(taskDefinition, attachment);
  attachedServices.set(service, sidecar);
  attachment.services.set(service, sidecar);
  waitForGrant(service, attachment);
  return attachment;
}

function makeContainer(taskDefinition: ecs.TaskDefinition, options: AttachOptions) {
  const { apiKey } = options;
  const description = describe(options);
  const logGroup = options.logging ? undefined : options.defaultLogGroup();
  const container = taskDefinition.addContainer(CONTAINER_ID, {
    containerName: description.name,
    image: options.image ?? ContainerImage.fromRegistry(description.image),
    essential: description.essential,
    entryPoint: [...description.entryPoint],
    environment: Object.fromEntries(description.environment.map(({ name, value }) => [name, value])),
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
  return { container, apiKey, logGroup, executionRole: taskDefinition.obtainExecutionRole() };
}

/**
 * Renders the agent's container behind those that are added later, so that the application's keep their places: templates
 * refer to containers by position, in property overrides for one.
 */
function keepLast(container: ecs.ContainerDefinition): void {
  const { taskDefinition } = container;
  const resource = taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
  const containers = containersOf(taskDefinition);
  const rendered = resource.containerDefinitions;
  resource.containerDefinitions = Lazy.uncachedAny({
    // What is rendered is kept from the first time on, so the order is made before.
    produce: () => {
      containers.push(...containers.splice(containers.indexOf(container), 1));
      return rendered;
    },
  });
}

function describe(options: AttachOptions, memorySet = true): ContainerDescription {
  return describeAgent({ ...options.agent, apiKey: options.apiKey.arn, taskSetsMemory: memorySet });
}

/** Decided at synthesis, when an override of the task's memory has been seen. */
function reservationOfMemorylessTask(taskDefinition: ecs.TaskDefinition, options: AttachOptions): number {
  return Lazy.number({
    produce: () => taskSetsMemory(taskDefinition) ? undefined : describe(options, false).memoryReservation,
  });
}

function taskSetsMemory(taskDefinition: ecs.TaskDefinition): boolean {
  const resource = taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
  const overrides = overridesOf(resource).Properties;
  return overrides && 'Memory' in overrides ? overrides.Memory !== undefined : resource.memory !== undefined;
}

/** The service waits for the policy of the execution role: its first tasks could not read the secret otherwise. */
function waitForGrant(service: ecs.BaseService, { executionRole, apiKey }: Attachment): void {
  // On the resource alone: a dependency of the service construct spreads to its security groups, alarms and scaling targets.
  const resource = service.node.defaultChild as CfnResource;
  const policy = executionRole.node.tryFindChild('DefaultPolicy')?.node.defaultChild;
  // From resource to resource where there is one: the CDK looks for those of any other dependency at each synthesis.
  if (isCfnResource(policy)) dependOn(resource, policy);
  else apiKey.grant.applyBefore(resource);
}

function join(known: Attachment, sidecar: IConstruct, service: ecs.BaseService, options: AttachOptions): void {
  const [first] = known.services.values();
  const differences = differing(stackOf(service), known.options, options);
  if (differences.length > 0) {
    throw new Error(inUsersLanguage(`${sidecar.node.path} and ${first.node.path} share the task definition ${service.taskDefinition.node.path}, which runs one agent, `
      + `but differ in ${differences.join(', ')}. Make them equal, or give service ${service.node.path} a task definition of its own.`));
  }
  forgetServiceName(known, options);
}

/** What the two sidecars were asked for and does not agree. */
function differing(stack: Stack, a: AttachOptions, b: AttachOptions): string[] {
  const { place: _a, ...agentA } = a.agent;
  const { place: _b, ...agentB } = b.agent;
  const text = (value: unknown) => JSON.stringify(stack.resolve(value)) ?? 'undefined';
  const names = [...new Set([...Object.keys(agentA), ...Object.keys(agentB)])] as (keyof typeof agentA)[];
  const differences = names.filter(name => text(agentA[name]) !== text(agentB[name])).map(name => `\`${name}\``);
  if (text(a.apiKey.arn) !== text(b.apiKey.arn)) differences.push('`apiKeySecret`');
  if (imageName(a.image) !== imageName(b.image)) differences.push('`image`');
  if (a.logging !== b.logging) differences.push('`logging`');
  return differences;
}

/** Two images of one name are one image; others, such as assets, are told apart by the object. */
function imageName(image: ecs.ContainerImage | undefined): unknown {
  return image && (nameOfImage(image) ?? image);
}

/** An agent that runs in two services tells neither's name. */
function forgetServiceName(known: Attachment, options: AttachOptions): void {
  const ours = describe(options).environment;
  const environment = environmentOf(known.container);
  const service = known.options.agent.place.service;
  for (const [name, value] of Object.entries(environment)) {
    const same = ours.find(variable => variable.name === name)?.value;
    if (value === service && same !== value && !isUnresolved(value)) delete environment[name];
  }
}
