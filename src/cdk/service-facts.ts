import type { CfnResource } from 'aws-cdk-lib';
import type { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Attachment } from './attachment';
import { hasFlag, recognizeAgent } from '../agent';
import { Fact } from '../egress';
import { AgentOverride, ContainerFacts, OtherDefinition, ServiceFacts, TaskFacts } from '../preflight';
import { hostKind } from './network/host-kind';
import { describeReference } from './network/references';
import { roleInTemplate } from './role-facts';
import { possibleValues } from './tree/conditions';
import { readable, resolveIdentities } from './tree/identities';
import { isKnownLater } from './tree/later';
import { isUnresolved } from './tree/loaded';
import { orderedContainers } from './tree/non-public';
import { ServiceInTree } from './tree/services';
import { StageIndex } from './tree/stage-index';

const KNOWN_ONLY_TO_CLOUDFORMATION = { unknown: 'known only to CloudFormation' };

/** The facts of a task definition of this app, with the agent's container. */
export function taskFacts({ service, taskDefinition }: ServiceInTree, attachment: Attachment): TaskFacts {
  const { options, container } = attachment;
  const { ContainerDefinitions, NetworkMode, RuntimePlatform, Cpu, Memory, ProxyConfiguration } = taskDefinition;
  const containers: readonly any[] = Array.isArray(ContainerDefinitions) ? ContainerDefinitions : [];
  const { rateLimitPerMinute } = options.agent;
  const agent = agentIn(containers, attachment);
  return {
    name: `Task definition ${service.taskDefinition.node.path}`,
    networkMode: textFact(NetworkMode ?? 'bridge'),
    operatingSystemFamily: RuntimePlatform?.OperatingSystemFamily === undefined ? undefined : textFact(RuntimePlatform.OperatingSystemFamily),
    cpu: sizeFact(Cpu),
    memoryMiB: sizeFact(Memory),
    containers: containers.map((properties, index) => {
      const facts = containerFacts(properties);
      if (index !== agent.index) return facts;
      return { ...facts, agent: options.generation, isOurs: true, hasSecretKey: true, essential: properties.Essential === true };
    }),
    ...agent.override === undefined ? {} : { agentOverride: agent.override },
    hasProxyConfiguration: ProxyConfiguration !== undefined,
    hasExecutionRole: roleInTemplate(container.taskDefinition.node.defaultChild as CfnTaskDefinition) !== undefined,
    bytes: KNOWN_ONLY_TO_CLOUDFORMATION,
    changedAgents: [],
    isAgentNew: true,
    rateLimitPerMinute: sizeFact(rateLimitPerMinute),
  };
}

/** Where the agent's container is in the template, and what overrides have made of it. */
function agentIn(
  containers: readonly any[], { container, options: { generation } }: Attachment,
): { readonly index: number; readonly override?: AgentOverride } {
  const agent = container.containerName;
  const runsAgent = ({ EntryPoint }: any) => EntryPoint?.[0] === generation.program;
  const ours = containers.map(properties => properties.Name === agent && runsAgent(properties)).lastIndexOf(true);
  // The CDK renders it as the last of its containers.
  const index = ours >= 0 ? ours : orderedContainers(container.taskDefinition).length - 1;
  const found = containers[index];
  if (ours >= 0) {
    // Read only if there are overrides.
    const hasKey = found.Secrets === undefined || found.Secrets.some(({ Name }: any) => generation.apiKeyVariables.includes(Name));
    return hasKey ? { index } : { index, override: { problem: 'changed', agent, index, member: 'Secrets' } };
  }
  if (found?.Name === agent) return { index, override: { problem: 'changed', agent, index, member: 'EntryPoint' } };
  if (found !== undefined && runsAgent(found)) return { index, override: { problem: 'merged', agent, index, found: readable(found.Name) } };
  return { index: -1, override: { problem: 'missing', agent } };
}

function containerFacts({ Name, Image, EntryPoint, DependsOn, Cpu, Memory, MemoryReservation }: any): ContainerFacts {
  const runnable = { image: typeof Image === 'string' ? Image : undefined, entryPoint: Array.isArray(EntryPoint) ? EntryPoint : [] };
  const agent = recognizeAgent(runnable);
  const httpsFlag = agent?.httpsCaptureFlag;
  return {
    name: String(Name),
    image: textFact(Image),
    agent,
    isOurs: false,
    httpsCaptureFlag: httpsFlag !== undefined && hasFlag(runnable, httpsFlag) ? httpsFlag : undefined,
    // Of other containers these do not matter, and reading them takes time.
    essential: KNOWN_ONLY_TO_CLOUDFORMATION,
    hasPlaintextKey: false,
    hasSecretKey: false,
    dependsOn: Array.isArray(DependsOn) ? DependsOn.map(({ ContainerName }) => String(ContainerName)) : [],
    cpu: sizeFact(Cpu),
    memory: sizeFact(Memory),
    memoryReservation: sizeFact(MemoryReservation),
  };
}

function textFact(value: unknown): Fact<string> {
  return typeof value === 'string' && !isKnownLater(value) ? value : KNOWN_ONLY_TO_CLOUDFORMATION;
}

/** CloudFormation also takes sizes as text. */
function sizeFact(value: unknown): Fact<number> | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return typeof value === 'number' && !isUnresolved(value) ? value : KNOWN_ONLY_TO_CLOUDFORMATION;
}

/** The facts of a service of this app. @param isFirst whether it is the first service that runs its task definition */
export function serviceFacts(index: StageIndex, at: ServiceInTree, attachment: Attachment, isFirst: boolean): ServiceFacts {
  const { NetworkConfiguration, PlatformVersion, DeploymentController } = at.properties;
  const assignPublicIp = NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp;
  return {
    name: at.service.node.path,
    hostKind: hostKind(index, at.resource, at.properties),
    assignPublicIp: assignPublicIp === undefined || typeof assignPublicIp === 'string' ? assignPublicIp === 'ENABLED' : KNOWN_ONLY_TO_CLOUDFORMATION,
    platformVersion: PlatformVersion === undefined ? undefined : textFact(PlatformVersion),
    controller: textFact(DeploymentController?.Type ?? 'ECS'),
    otherDefinition: otherDefinition(index, at),
    // CloudFormation creates or updates it.
    status: 'ACTIVE',
    isExpressMode: false,
    agentRestarts: attachment.options.agent.enableRestartPolicy !== false,
    uncheckedServices: isFirst ? uncheckedServices(index, at, attachment) : [],
  };
}

/** How the template names the service's task definition, if not by reference to the one that has the agent. */
function otherDefinition(
  index: StageIndex, { service: { taskDefinition }, resource, properties, taskDefinition: { Family } }: ServiceInTree,
): OtherDefinition | undefined {
  const own = taskDefinition.node.defaultChild as CfnTaskDefinition;
  const kinds = possibleValues(properties.TaskDefinition).map(value => {
    const identity = index.identity(value, resource);
    if (identity === `${own.node.path}#Ref`) return undefined;
    const name = readable(value).replace(/^arn:[^<]*:task-definition\//, '');
    const family = readable(Family ?? resolveIdentities(own, taskDefinition.family));
    if (name === family) return { is: 'family', found: family } as const;
    const isOther = value === undefined || name.startsWith(`${family}:`) || (identity !== undefined && (!identity.includes('#') || index.find(identity) !== undefined));
    return { is: isOther ? 'other' : 'unknown', found: value === undefined ? 'none' : nameOf(index, value, resource) } as const;
  });
  const [first] = kinds.filter(kind => kind !== undefined);
  if (first === undefined) return undefined;
  return { is: kinds.every(kind => kind?.is === first.is) ? first.is : 'unknown', found: first.found, wanted: taskDefinition.node.path };
}

function nameOf(index: StageIndex, value: unknown, from: CfnResource): string {
  return index.identity(value, from) === undefined ? readable(value) : describeReference(index, value, from);
}

/** Other services of the app that run the same task definition and have no sidecar. */
function uncheckedServices(index: StageIndex, at: ServiceInTree, { services }: Attachment): string[] {
  const known = [...services.keys()].map(service => service.node.defaultChild);
  const identity = index.identity(at.properties.TaskDefinition, at.resource) ?? '';
  return (index.by('AWS::ECS::Service', 'TaskDefinition').get(identity) ?? [])
    .filter(service => !known.includes(service)).map(service => service.node.scope!.node.path);
}
