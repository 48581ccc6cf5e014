import { Finding } from './description';
import { LIVE_COLLECTION } from './generations';

/** What a container says of its memory, in MiB. */
export interface ContainerMemory {
  readonly name: string;
  /** Hard limit. */
  readonly memory?: number;
  /** Soft limit. */
  readonly memoryReservation?: number;
}

export interface Headroom {
  readonly taskMemoryMiB: number;
  /** The task's other containers. */
  readonly containers: readonly ContainerMemory[];
  readonly rateLimit?: number;
  readonly memoryLimitMiB?: number;
  /** How the option is called where the message is read. @default - the construct's prop */
  readonly rateLimitName?: string;
}

/**
 * What the agent was seen to need at a rate limit, in MB: between two measurements by the line through them, above the last of
 * them what Postman asks for.
 */
export function memoryNeed(rateLimit = LIVE_COLLECTION.defaultRateLimit): number {
  const { memory: { idle, peaks }, recommendedMemoryLimitMiB } = LIVE_COLLECTION;
  const next = peaks.findIndex(([rate]) => rate >= rateLimit);
  if (next < 0) return recommendedMemoryLimitMiB;
  const [[fromRate, from], [toRate, to]] = [peaks[next - 1] ?? [0, idle], peaks[next]];
  return Math.round(from + (to - from) * (rateLimit - fromRate) / (toRate - fromRate));
}

/**
 * Whether the task leaves the agent what it needs. Containers that state no memory are taken to need half of the task between
 * them: the application is there to use what it was given.
 */
export function judgeHeadroom({ taskMemoryMiB, containers, rateLimit, memoryLimitMiB, rateLimitName = 'rateLimit' }: Headroom): Finding | undefined {
  const stated = containers.map(({ memory, memoryReservation }) => Math.max(memory ?? 0, memoryReservation ?? 0));
  const silent = containers.filter((_, index) => stated[index] === 0).map(({ name }) => name);
  const left = Math.min(
    taskMemoryMiB - stated.reduce((sum, memory) => sum + memory, 0),
    silent.length > 0 ? taskMemoryMiB / 2 : Infinity,
  );
  // At its own limit it is killed, alone, before it takes more.
  const need = Math.min(memoryNeed(rateLimit), memoryLimitMiB ?? Infinity);
  if (left >= need) return undefined;
  const why = silent.length > 0 ? `: ${silent.join(' and ')} ${silent.length === 1 ? 'states' : 'state'} no memory and may need half of the task` : '';
  return {
    severity: 'warning',
    id: 'memoryHeadroom',
    message: `The task has ${taskMemoryMiB} MiB, of which ${Math.max(0, Math.floor(left))} MiB are left for the agent${why}. `
      + `The agent was seen to use ${memoryNeed(rateLimit)} MB at ${rateLimit ?? LIVE_COLLECTION.defaultRateLimit} captured requests a minute: give the task more memory, or set a lower \`${rateLimitName}\`.`,
  };
}

/** What the containers of a task ask for. Cpu units, and MiB. */
export interface TaskSizes {
  readonly taskCpu?: number;
  readonly taskMemoryMiB?: number;
  readonly others: readonly (ContainerMemory & { readonly cpu?: number })[];
  readonly agent: { readonly cpu?: number; readonly memory?: number; readonly memoryReservation?: number };
}

/**
 * ECS refuses a task definition whose containers ask for more than the task has. Said only where it is the agent that asks for
 * too much: an application that does not fit by itself is not ours to judge.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_memory
 */
export function judgeSizes({ taskCpu, taskMemoryMiB, others, agent }: TaskSizes): Finding[] {
  const total = (values: readonly (number | undefined)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const tooMuch = (option: string, what: string, unit: string, task: number | undefined, own: number | undefined, rest: number): Finding[] =>
    task === undefined || own === undefined || rest > task || rest + own <= task ? [] : [{
      severity: 'error',
      id: `${what}OverTask`,
      option,
      message: `\`${option}\` asks for ${own} ${unit}, beside ${rest} ${unit} of the other containers, but the task has ${task} ${unit}. ECS refuses such a task definition: `
        + `leave \`${option}\` out, so that the agent shares what the task has, or give the task more ${what}.`,
    }];
  // No sum is needed to see it: ECS compares the limit of each container with its task.
  const limitOverTask: Finding[] = taskMemoryMiB === undefined || agent.memory === undefined || agent.memory <= taskMemoryMiB ? [] : [{
    severity: 'error',
    id: 'memoryOverTask',
    option: 'memoryLimitMiB',
    message: `\`memoryLimitMiB\` is ${agent.memory} MiB, but the task has ${taskMemoryMiB} MiB. ECS refuses a container whose limit is above its task's memory: `
      + `set it to ${taskMemoryMiB} or less, leave it out, or give the task more memory.`,
  }];
  const otherMemory = total(others.map(({ memory, memoryReservation }) => memoryReservation ?? memory));
  return [
    ...tooMuch('cpu', 'cpu', 'CPU units', taskCpu, agent.cpu, total(others.map(({ cpu }) => cpu))),
    ...limitOverTask,
    ...agent.memoryReservation !== undefined ? tooMuch('memoryReservationMiB', 'memory', 'MiB', taskMemoryMiB, agent.memoryReservation, otherMemory)
      : limitOverTask.length > 0 ? [] : tooMuch('memoryLimitMiB', 'memory', 'MiB', taskMemoryMiB, agent.memory, otherMemory),
  ];
}
