import { ContainerFacts, ServiceFacts, TaskFacts } from './facts';
import { finding, Finding } from './findings';
import { checkTaskMemory } from './memory';
import { Generation, isNotKnownOnArm64, MAX_CONTAINERS, MAX_TASK_DEFINITION_BYTES } from '../agent';
import { isUnknown } from '../egress';

/** What is wrong with a task definition that gets the agent, or has it and is changed. */
export function checkTask(task: TaskFacts, service: Pick<ServiceFacts, 'hostKind'>, generation: Generation): Finding[] {
  return [
    ...checkPlatform(task, generation), ...checkArchitecture(task), ...checkContainers(task, generation), ...checkChanges(task), ...checkAgents(task),
    ...checkCapture(task, service), ...checkTaskMemory(task, service), ...checkRest(task),
  ];
}

/** Fargate gives a task neither the capabilities nor the paths of the host that capturing HTTPS needs. */
function checkCapture({ containers }: TaskFacts, { hostKind }: Pick<ServiceFacts, 'hostKind'>): Finding[] {
  if (hostKind !== 'FARGATE') return [];
  return containers.flatMap(({ name: container, httpsCaptureFlag: flag }) => flag === undefined ? [] : [finding('httpsCapture', { container, flag })]);
}

function checkPlatform({ name: task, networkMode: mode, operatingSystemFamily: family }: TaskFacts, { name: generation }: Generation): Finding[] {
  return [
    ...mode === 'bridge' || mode === 'none' ? [finding('networkMode', { task, mode, generation })] : [],
    ...typeof family === 'string' && family.startsWith('WINDOWS') ? [finding('windowsTask', { task, family })] : [],
  ];
}

/** An agent that was there before runs on the architecture of the task. */
function checkArchitecture({ name: task, cpuArchitecture, containers, isAgentNew }: TaskFacts): Finding[] {
  if (cpuArchitecture !== 'ARM64' || !isAgentNew) return [];
  const images = containers.filter(runsAgent).flatMap(({ image }) => isUnknown(image) ? [] : [image]);
  return images.filter(isNotKnownOnArm64).map(image => finding('arm64Image', { task, image }));
}

function checkContainers({ name: task, containers }: TaskFacts, { containerName }: Generation): Finding[] {
  const findings: Finding[] = [];
  const foreign = containers.find(({ name, agent, isOurs }) => name === containerName && !isOurs && agent === undefined);
  if (foreign) findings.push(finding('containerName', { task, name: containerName, image: imageText(foreign) }));
  const agents = containers.filter(runsAgent);
  if (agents.length > 1) findings.push(finding('duplicateAgent', { task, containers: agents.map(({ name }) => name) }));
  if (containers.length > MAX_CONTAINERS) findings.push(finding('tooManyContainers', { task, others: containers.filter(({ isOurs }) => !isOurs).length }));
  return findings;
}

function runsAgent({ isOurs, agent }: ContainerFacts): boolean {
  return isOurs || agent !== undefined;
}

function imageText({ image }: ContainerFacts): string {
  return isUnknown(image) ? 'known only to CloudFormation' : image;
}

/** What cannot be changed in an agent that is already there. */
function checkChanges({ changedAgents }: TaskFacts): Finding[] {
  return changedAgents.flatMap(({ name: container, image, isRecognized, isShellChanged, agentName, movesKey }) => {
    if (!isRecognized) return [finding('imageNotRecognized', { container, image, agentName })];
    return [
      ...isShellChanged ? [finding('agentInShell', { container })] : [],
      ...movesKey ? [finding('oldRevisionsKeepKey', { container })] : [],
    ];
  });
}

/** The agent was seen to need about 5 seconds to send what it has. */
const ENOUGH_TO_STOP_SECONDS = 10;

/** What is wrong with the agent as it will run. */
function checkAgents({ name: task, containers, isDaemon = false }: TaskFacts): Finding[] {
  return containers.filter(runsAgent).flatMap(({ name: container, essential, hasPlaintextKey, stopTimeout }) => {
    const waiting = containers.filter(({ dependsOn }) => dependsOn.includes(container)).map(({ name }) => name);
    return [
      ...essential === true && !isDaemon ? [finding('agentEssential', { container })] : [],
      ...typeof stopTimeout === 'number' && stopTimeout < ENOUGH_TO_STOP_SECONDS ? [finding('stopTimeoutLow', { container, stopTimeout })] : [],
      ...hasPlaintextKey ? [finding('plaintextApiKey', { container })] : [],
      ...waiting.length > 0 ? [finding('dependsOnAgent', { task, containers: waiting, agent: container })] : [],
    ];
  });
}

function checkRest({ name: task, containers, hasProxyConfiguration, hasExecutionRole, bytes, agentOverride }: TaskFacts): Finding[] {
  const readsSecret = containers.some(container => runsAgent(container) && container.hasSecretKey);
  return [
    ...readsSecret && !hasExecutionRole ? [finding('executionRole', { task })] : [],
    ...typeof bytes === 'number' && bytes > MAX_TASK_DEFINITION_BYTES ? [finding('tooLarge', { bytes })] : [],
    ...agentOverride === undefined ? [] : [finding('agentContainerOverridden', { task, ...agentOverride })],
    ...hasProxyConfiguration ? [finding('proxyConfiguration', { task })] : [],
  ];
}

/** Why the agent cannot be removed from a task definition. @param remaining whether each container that stays is essential */
export function checkRemoval(remaining: readonly { readonly isEssential: boolean }[]): Finding[] {
  if (remaining.length === 0) return [finding('nothingLeft', {})];
  return remaining.some(({ isEssential }) => isEssential) ? [] : [finding('nothingEssential', {})];
}
