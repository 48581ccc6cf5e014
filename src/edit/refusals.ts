import { agentsIn, CONTAINER_NAME, isAgent } from './agent-container';
import { hasPlaintextKey, usesSecretKey } from './api-key';
import { isSameJson } from './diff';
import { isShellForm } from './flags';
import { isObject, JsonObject, listIn, numberIn, objectsIn, printJson, textIn } from './json';
import { containersOf, nameOf } from './task-definition';
import { Finding, judgeHeadroom } from '../agent';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_CONTAINERS = 10;
const MOST_BYTES = 64 * 1024;

/** What the agent was seen to need at the least; below it, room is a matter of luck. MiB. */
const LEAST_ROOM_MIB = 300;

const AFRESH = 'Take it out with `ecs remove`, then add it again.';

const error = (id: string, message: string): Finding => ({ severity: 'error', id, message });
const warning = (id: string, message: string): Finding => ({ severity: 'warning', id, message });

/** How the agent is to be put into a task definition. */
export interface Intent {
  readonly isFargate: boolean;
  /** Whether the key is a reference to a secret, which needs an execution role. */
  readonly usesSecret: boolean;
  readonly rateLimit?: number;
}

/**
 * Why the agent must not be put into this task definition, and what is worth a word.
 *
 * @param body  the task definition as it is
 * @param after the same with the agent
 */
export function judgeAddition(body: JsonObject, after: JsonObject, intent: Intent): Finding[] {
  return [
    ...judgePlatform(body), ...judgeContainers(body), ...judgeUpdate(body, after), ...judgeAgents(after), ...judgeRole(after, intent),
    ...judgeSize(after), ...judgeMemory(body, intent), ...judgeProxy(body),
  ];
}

function judgePlatform(body: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const mode = textIn(body.networkMode) ?? 'bridge';
  if (mode === 'bridge') {
    findings.push(error('networkMode', 'The task definition uses network mode bridge, in which a sidecar sees its own traffic alone. '
      + 'Use network mode awsvpc, or run one agent on each container instance in host mode (a daemon service).'));
  } else if (mode === 'none') {
    findings.push(error('networkMode', 'The task definition uses network mode none, which has no traffic to see and no way out. Use network mode awsvpc.'));
  }
  const family = isObject(body.runtimePlatform) ? textIn(body.runtimePlatform.operatingSystemFamily) : undefined;
  if (family?.startsWith('WINDOWS')) {
    findings.push(error('windows', `The task definition is for ${family}; the agent runs on Linux alone. Run the service on Linux, or leave it without the agent.`));
  }
  return findings;
}

function judgeContainers(body: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const containers = containersOf(body);
  const foreign = containers.find(container => nameOf(container) === CONTAINER_NAME && !isAgent(container));
  if (foreign) {
    findings.push(error('containerName', `The task definition has a container named ${CONTAINER_NAME} that runs another image, ${textIn(foreign.image) ?? 'none'}. `
      + 'The agent uses that name: rename the other container.'));
  }
  const agents = agentsIn(body);
  if (agents.length > 1) {
    findings.push(error('agentTwice', `The containers ${agents.map(nameOf).join(' and ')} both run the agent, so that every request is recorded twice. Remove them with \`ecs remove\`, then add the agent again.`));
  }
  if (agents.length === 0 && containers.length >= MOST_CONTAINERS) {
    findings.push(error('tooManyContainers', `The task definition has ${containers.length} containers, and ECS takes ${MOST_CONTAINERS}. Remove one to make room for the agent.`));
  }
  return findings;
}

/** What cannot be changed in an agent that is there. */
function judgeUpdate(body: JsonObject, after: JsonObject): Finding[] {
  const containers = containersOf(after);
  return containersOf(body).flatMap((before, index) => {
    const changed = containers[index];
    if (!isAgent(before)) return [];
    if (!isAgent(changed)) {
      return [error('imageUnknown', `Container ${nameOf(before)} would not be known as the agent under the image ${textIn(changed.image)}. `
        + `Name the image so that it ends in /${CONTAINER_NAME}, or take the container out with \`ecs remove\`, then add it again.`)];
    }
    const isHeard = !isShellForm(before) || isSameJson(argumentsIn(before), argumentsIn(changed));
    return isHeard ? [] : [error('agentInShell', `Container ${nameOf(before)} starts the agent in a line for a shell, in which its flags cannot be set. ${AFRESH}`)];
  });
}

function argumentsIn({ entryPoint, command }: JsonObject): JsonObject {
  return { entryPoint: listIn(entryPoint), command: listIn(command) };
}

/** What is wrong with the agent as it is going to run. This library never adds it so, but finds it so, and changes only what it is told to. */
function judgeAgents(after: JsonObject): Finding[] {
  return agentsIn(after).flatMap(agent => {
    const findings: Finding[] = [];
    const name = nameOf(agent);
    if (agent.essential !== false) {
      findings.push(warning('agentEssential', `Container ${name} is essential: the task stops when the agent does. ${AFRESH}`));
    }
    if (hasPlaintextKey(agent)) {
      findings.push(warning('plaintextApiKey', `Container ${name} has the API key in clear, where everybody reads it who may describe the task definition. `
        + 'Name a secret with `--api-key-secret` to move it to Secrets Manager.'));
    }
    const waits = ({ dependsOn }: JsonObject) => objectsIn(dependsOn).some(({ containerName }) => containerName === name);
    const waiting = containersOf(after).filter(waits).map(nameOf);
    if (waiting.length > 0) {
      findings.push(warning('dependsOnAgent', `${waiting.join(' and ')} ${waiting.length === 1 ? 'waits' : 'wait'} for ${name}: the application does not start without the agent. ${AFRESH}`));
    }
    return findings;
  });
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
function judgeRole(after: JsonObject, { usesSecret }: Intent): Finding[] {
  // An agent that keeps the key that it has in clear needs no role, whatever a new one would use.
  const readsSecret = usesSecret && agentsIn(after).some(usesSecretKey);
  if (!readsSecret || (textIn(after.executionRoleArn) ?? '') !== '') return [];
  return [error('executionRole', 'The task definition has no execution role, with which ECS would read the secret of the API key. '
    + 'Give it one (`executionRoleArn`), or use `--plaintext-api-key`, which puts the key into the task definition in clear.')];
}

function judgeSize(after: JsonObject): Finding[] {
  const bytes = new TextEncoder().encode(printJson(after)).length;
  return bytes <= MOST_BYTES ? [] : [error('tooLarge', `With the agent the task definition has ${bytes} bytes, and ECS takes ${MOST_BYTES}. `
    + 'Move environment variables to a file (`environmentFiles`) or to parameters.')];
}

/** On EC2 a task's memory is a limit for all of its containers, too, but may be left out. */
function judgeMemory(body: JsonObject, { isFargate, rateLimit }: Intent): Finding[] {
  const taskMemoryMiB = numberIn(body.memory);
  const agents = agentsIn(body);
  if (taskMemoryMiB === undefined || agents.length > 0) return [];
  const containers = containersOf(body).map(container => ({
    name: nameOf(container), memory: numberIn(container.memory), memoryReservation: numberIn(container.memoryReservation),
  }));
  const limits = containers.reduce((sum, { memory }) => sum + (memory ?? 0), 0);
  const left = taskMemoryMiB - limits;
  if (isFargate && left <= 0) {
    return [error('memoryFull', `The task has ${taskMemoryMiB} MiB, and the hard limits of its containers take ${limits} MiB of them: nothing is left for the agent. `
      + `Give the task at least ${LEAST_ROOM_MIB} MiB more.`)];
  }
  const headroom = judgeHeadroom({ taskMemoryMiB, containers, rateLimit, rateLimitName: '--rate-limit' });
  return headroom ? [headroom] : [];
}

/** App Mesh and the like put a proxy before every container of the task. */
function judgeProxy(body: JsonObject): Finding[] {
  return body.proxyConfiguration === undefined || body.proxyConfiguration === null ? [] : [warning('proxyConfiguration',
    'The task definition has a proxy configuration (App Mesh): the agent\'s own traffic goes through the proxy unless its user or port is exempt '
    + '(`IgnoredUID`, `EgressIgnoredPorts`), and the agent sees each request twice.')];
}

/** Why the agent cannot be taken out of a task definition. */
export function judgeRemoval(after: JsonObject): Finding[] {
  const containers = listIn(after.containerDefinitions);
  if (containers.length === 0) return [error('nothingLeft', 'The agent is the only container of the task definition. Delete the service instead.')];
  const essential = containers.filter(container => !isObject(container) || container.essential !== false);
  return essential.length > 0 ? [] : [error('nothingEssential', 'Without the agent no container of the task definition is essential, and ECS takes no such task definition. '
    + 'Make another container essential first.')];
}
