import {
  agentsIn, containersOf, generationIn, hasPlaintextKey, isAgent, isList, isObject, isShellChanged, JsonObject, nameOf, numberIn, objectsIn,
  httpsCaptureFlagOf, Json, printJson, textIn, usesSecretKey,
} from '../../edit';
import { Fact, HostKind } from '../../egress';
import { ContainerFacts, ServiceFacts, TaskFacts } from '../../preflight';
import { EcsService, primaryOf } from '../reads/services';

/** What is known of a change of a task definition besides the two definitions. */
export interface TaskChange {
  /** The task definition as it is. */
  readonly before: JsonObject;
  /** The same with the agent. */
  readonly after: JsonObject;
  /** The name of an image that is recognized as the agent ends so. */
  readonly agentName: string;
  readonly rateLimitPerMinute?: number;
  /** Whether it is that of a daemon, which runs only the agent. */
  readonly isDaemon?: boolean;
}

/** The facts of a task definition that gets the agent, or has it and is changed. */
export function taskFacts({ before, after, agentName, rateLimitPerMinute, isDaemon }: TaskChange): TaskFacts {
  const { runtimePlatform, proxyConfiguration } = after;
  const old = containersOf(before);
  return {
    name: 'The task definition',
    networkMode: textIn(after.networkMode) ?? 'bridge',
    operatingSystemFamily: isObject(runtimePlatform) ? textIn(runtimePlatform.operatingSystemFamily) : undefined,
    cpuArchitecture: isObject(runtimePlatform) ? textIn(runtimePlatform.cpuArchitecture) : undefined,
    cpu: sizeIn(after.cpu),
    memoryMiB: sizeIn(after.memory),
    containers: containersOf(after).map((container, index) => containerFacts(container, [container, old[index]].some(one => one && isAgent(one)))),
    hasProxyConfiguration: proxyConfiguration !== undefined && proxyConfiguration !== null,
    hasExecutionRole: (textIn(after.executionRoleArn) ?? '') !== '',
    bytes: new TextEncoder().encode(printJson(after)).length,
    changedAgents: old.flatMap((container, index) => isAgent(container) ? [changedAgent(container, containersOf(after)[index], agentName)] : []),
    isAgentNew: agentsIn(before).length === 0,
    rateLimitPerMinute,
    isDaemon,
  };
}

/** The containers that stay in a task definition without the agent. */
export function remainingContainers({ containerDefinitions }: JsonObject): { readonly isEssential: boolean }[] {
  if (!isList(containerDefinitions)) return [];
  return containerDefinitions.map(container => ({ isEssential: !isObject(container) || container.essential !== false }));
}

function containerFacts(container: JsonObject, isOurs: boolean): ContainerFacts {
  return {
    name: nameOf(container),
    image: textIn(container.image) ?? '(no image)',
    agent: generationIn(container),
    isOurs,
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    essential: container.essential !== false,
    dependsOn: objectsIn(container.dependsOn).flatMap(({ containerName }) => textIn(containerName) ?? []),
    cpu: sizeIn(container.cpu),
    memory: sizeIn(container.memory),
    memoryReservation: sizeIn(container.memoryReservation),
    stopTimeout: sizeIn(container.stopTimeout),
    hasPlaintextKey: hasPlaintextKey(container),
    hasSecretKey: usesSecretKey(container),
    httpsCaptureFlag: httpsCaptureFlagOf(container),
  };
}

/**
 * A size in MiB, CPU units or seconds. ECS also accepts gigabytes and whole CPUs of a task, and describes them as numbers; a file may have them, or a
 * template in place of them.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
function sizeIn(value: Json | undefined): Fact<number> | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const [, large] = /^\s*(\d+|\d*\.\d+)\s*(?:GB|vCPU)\s*$/i.exec(textIn(value) ?? '') ?? [];
  return numberIn(value) ?? (large === undefined ? { unknown: 'it is not a number' } : Number(large) * 1024);
}

function changedAgent(before: JsonObject, after: JsonObject, agentName: string): TaskFacts['changedAgents'][number] {
  return {
    name: nameOf(before),
    image: textIn(after.image) ?? '(no image)',
    isRecognized: isAgent(after),
    isShellChanged: isShellChanged(before, after),
    agentName,
    movesKey: hasPlaintextKey(before) && !hasPlaintextKey(after),
  };
}

/** CloudFormation sets it on what it manages. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html */
const STACK_TAG = 'aws:cloudformation:stack-name';

/** What is known of a service besides what ECS answers of it. */
export interface ServiceSurroundings {
  readonly hostKind: Fact<HostKind>;
  readonly agentRestarts: boolean;
  /** The rollout that is in progress, if there is one. */
  readonly rollout?: ServiceFacts['rollout'];
  readonly inactiveRevision?: string;
  readonly hostNetworkPeers: readonly string[];
  readonly targetGroups: ServiceFacts['targetGroups'];
  readonly agentReadsHttps: boolean;
}

/** What is known of those who set the task definition of a service. */
export function managerFacts({ serviceName: name, tags = [], resourceManagementType }: EcsService): Pick<ServiceFacts, 'name' | 'stack' | 'isExpressMode' | 'tags'> {
  return {
    name,
    stack: tags.find(({ key }) => key === STACK_TAG)?.value,
    isExpressMode: resourceManagementType === 'ECS',
    tags: tags.map(({ key = '', value = '' }) => ({ key, value })),
  };
}

/** The facts of a live service. */
export function serviceFacts(service: EcsService, surroundings: ServiceSurroundings): ServiceFacts {
  const { status, platformVersion, deploymentController, networkConfiguration } = service;
  return {
    ...managerFacts(service),
    status,
    platformVersion,
    assignPublicIp: networkConfiguration?.awsvpcConfiguration?.assignPublicIp === 'ENABLED',
    controller: deploymentController?.type ?? 'ECS',
    uncheckedRunners: [],
    publishedPorts: publishedPorts(service),
    ...surroundings,
  };
}

/** ECS describes Service Connect only in the deployments of a service. */
function publishedPorts(service: EcsService): ServiceFacts['publishedPorts'] {
  const primary = primaryOf(service);
  if (primary === undefined) return { unknown: 'ECS returns no deployment of the service' };
  const { enabled = false, services = [] } = primary.serviceConnectConfiguration ?? {};
  return enabled ? services.map(({ tls }) => ({ hasTls: tls !== undefined })) : [];
}
