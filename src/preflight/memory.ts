import { ContainerFacts, ServiceFacts, TaskFacts } from './facts';
import { finding, Finding } from './findings';
import { isRate, isWhole } from './values';
import { AgentOptions, Generation, MIN_CONTAINER_MEMORY_MIB } from '../agent';
import { isUnknown } from '../egress';

/**
 * What the agent was measured to need at a rate limit, in MB: on the line between two measurements, and above the last of them
 * what Postman asks for.
 */
export function memoryNeed({ memory: { idle, peaks }, recommendedMemoryLimitMiB }: Generation, perMinute: number): number {
  const next = peaks.findIndex(([rate]) => rate >= perMinute);
  if (next < 0) return recommendedMemoryLimitMiB;
  const [[fromRate, from], [toRate, to]] = [peaks[next - 1] ?? [0, idle], peaks[next]];
  return Math.round(from + (to - from) * (perMinute - fromRate) / (toRate - fromRate));
}

/** Checks the agent's own hard limit against its reservation and its need. */
export function checkAgentMemory(generation: Generation, options: Partial<AgentOptions>, isToken: (value: unknown) => boolean): Finding[] {
  const { memoryLimitMiB: limit, memoryReservationMiB: reservation, rateLimitPerMinute: rate = generation.defaultRateLimit } = options;
  // Values that are invalid have a finding of their own.
  if (isToken(limit) || !isWhole(limit, MIN_CONTAINER_MEMORY_MIB)) return [];
  if (!isToken(reservation) && isWhole(reservation, MIN_CONTAINER_MEMORY_MIB) && limit < reservation) {
    return [finding('invalidOption', {
      option: 'memoryLimitMiB', wanted: `at least «memoryReservationMiB», which is ${reservation} MiB`, found: String(limit), wayOut: 'raise the limit or lower the reservation',
    })];
  }
  if (isToken(rate) || !isRate(rate)) return [];
  const isMeasured = rate < generation.defaultRateLimit;
  const need = isMeasured ? memoryNeed(generation, rate) : generation.recommendedMemoryLimitMiB;
  return limit < need ? [finding('agentMemoryLow', { limit, need, rate, isMeasured })] : [];
}

/** Whether the containers, with the agent, fit into the task, and whether enough memory is left for the agent. */
export function checkTaskMemory(task: TaskFacts, { hostKind }: Pick<ServiceFacts, 'hostKind'>): Finding[] {
  const agent = task.containers.find(({ isOurs }) => isOurs);
  const others = task.containers.filter(container => !container.isOurs);
  if (agent === undefined || !task.isAgentNew) return [];
  return [...checkSizes(task, agent, others), ...checkHeadroom(task, agent, others, hostKind === 'FARGATE')];
}

/** The sum of a size over containers; undefined if one of them is known only to CloudFormation. */
function total(values: readonly ContainerFacts['cpu'][]): number | undefined {
  return values.some(isUnknown) ? undefined : (values as readonly (number | undefined)[]).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/**
 * ECS refuses a task definition whose containers ask for more than the task has. Reported only if the agent asks for too much: an
 * application that does not fit by itself is not checked here.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_memory
 */
function checkSizes(task: TaskFacts, agent: ContainerFacts, others: readonly ContainerFacts[]): Finding[] {
  const taskMemory = known(task.memoryMiB);
  const limit = known(agent.memory);
  const reservation = known(agent.memoryReservation);
  const isTooMuch = (of: number | undefined, own: number | undefined, rest: number | undefined) =>
    of !== undefined && own !== undefined && rest !== undefined && rest <= of && rest + own > of;

  const findings: Finding[] = [];
  const cpus = total(others.map(({ cpu }) => cpu));
  if (isTooMuch(known(task.cpu), known(agent.cpu), cpus)) findings.push(finding('cpuOverTask', { own: known(agent.cpu)!, others: cpus!, task: known(task.cpu)! }));

  // ECS also compares the limit of each container with its task.
  const isLimitAlone = taskMemory !== undefined && limit !== undefined && limit > taskMemory;
  if (isLimitAlone) findings.push(finding('agentMemoryOverTask', { option: 'memoryLimitMiB', own: limit, task: taskMemory }));
  const memories = total(others.map(({ memory, memoryReservation }) => memoryReservation ?? memory));
  const [option, own] = reservation !== undefined ? ['memoryReservationMiB', reservation] as const : ['memoryLimitMiB', isLimitAlone ? undefined : limit] as const;
  if (isTooMuch(taskMemory, own, memories)) findings.push(finding('agentMemoryOverTask', { option, own: own!, others: memories!, task: taskMemory! }));
  return findings;
}

/**
 * Containers that set no memory are taken to need half of the task between them: the application is there to use what it was
 * given. On EC2 a task's memory limits all of its containers, too, but hard limits may exceed it.
 */
function checkHeadroom(task: TaskFacts, agent: ContainerFacts, others: readonly ContainerFacts[], isFargate: boolean): Finding[] {
  const taskMemory = known(task.memoryMiB);
  const sizes = others.flatMap(({ memory, memoryReservation }) => [memory, memoryReservation]);
  if (taskMemory === undefined || sizes.some(isUnknown) || isUnknown(task.rateLimitPerMinute)) return [];
  const limits = total(others.map(({ memory }) => memory))!;
  if (isFargate && limits >= taskMemory) return [finding('taskMemoryFull', { task: taskMemory, limits })];

  const stated = others.map(({ memory, memoryReservation }) => Math.max(known(memory) ?? 0, known(memoryReservation) ?? 0));
  const silent = others.filter((_, index) => stated[index] === 0).map(({ name }) => name);
  const left = Math.min(taskMemory - stated.reduce((sum, size) => sum + size, 0), silent.length > 0 ? taskMemory / 2 : Infinity);
  const rate = task.rateLimitPerMinute ?? agent.agent!.defaultRateLimit;
  const need = memoryNeed(agent.agent!, rate);
  // At its own limit only the agent is killed, before it takes more.
  if (left >= Math.min(need, known(agent.memory) ?? Infinity)) return [];
  return [finding('taskMemoryLow', { task: taskMemory, left: Math.max(0, Math.floor(left)), silent, need, rate })];
}

function known(size: ContainerFacts['memory']): number | undefined {
  return isUnknown(size) ? undefined : size;
}
