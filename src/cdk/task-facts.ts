import type { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Attachment } from './attachment';
import { KNOWN_ONLY_TO_CLOUDFORMATION, sizeFact, textFact } from './facts';
import { roleInTemplate } from './role-facts';
import { hasFlag, recognizeAgent } from '../agent';
import { AgentOverride, ContainerFacts, TaskFacts } from '../preflight';
import { readable } from './tree/identities';
import { orderedContainers } from './tree/non-public';
import { constructPath } from './tree/paths';
import { RunnerInTree } from './tree/runners';

/** The facts of a task definition of this app, with the agent's container. */
export function taskFacts({ taskDefinition }: RunnerInTree, attachment: Attachment): TaskFacts {
  const { options, container } = attachment;
  const { ContainerDefinitions, NetworkMode, RuntimePlatform, Cpu, Memory, ProxyConfiguration } = taskDefinition;
  // An override may leave a gap.
  const containers: readonly any[] = Array.isArray(ContainerDefinitions) ? [...ContainerDefinitions].map(one => one ?? {}) : [];
  const { rateLimitPerMinute } = options.agent;
  const agent = agentIn(containers, attachment);
  return {
    name: `Task definition ${constructPath(container.taskDefinition)}`,
    networkMode: textFact(NetworkMode ?? 'bridge'),
    operatingSystemFamily: RuntimePlatform?.OperatingSystemFamily === undefined ? undefined : textFact(RuntimePlatform.OperatingSystemFamily),
    cpuArchitecture: RuntimePlatform?.CpuArchitecture === undefined ? undefined : textFact(RuntimePlatform.CpuArchitecture),
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
    isDaemon: options.isAlone,
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

function containerFacts({ Name, Image, EntryPoint, DependsOn, Cpu, Memory, MemoryReservation, StopTimeout }: any): ContainerFacts {
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
    stopTimeout: sizeFact(StopTimeout),
  };
}
