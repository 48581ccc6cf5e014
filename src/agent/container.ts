import { Generation } from './generations';
import { MIN_RESTART_ATTEMPT_PERIOD_SECONDS } from './limits';
import { AgentOptions, OptionRow, OPTIONS, optionsOf } from './options';
import { discoveryVariables, Place, tagVariables, Variable, variableOf } from './variables';

/**
 * A container in the shape of the ECS API's `ContainerDefinition`, with the members that the agent uses.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export interface AgentContainer {
  readonly name: string;
  readonly image: string;
  /** True only if it is the only container of its task. */
  readonly essential: boolean;
  readonly entryPoint: readonly string[];
  readonly environment: readonly Variable[];
  /** Absent if the key is one of the variables. */
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly cpu?: number;
  /** MiB */
  readonly memory?: number;
  /** MiB */
  readonly memoryReservation?: number;
  readonly readonlyRootFilesystem?: true;
  readonly restartPolicy?: { readonly enabled: boolean; readonly restartAttemptPeriod: number };
  readonly logConfiguration?: { readonly logDriver: string; readonly options?: { readonly [key: string]: string } };
}

/** What the container depends on besides the user's options. */
export interface Surroundings {
  /** The complete `valueFrom` of the secret: ARN, and for a JSON field `:<field>::`. */
  readonly apiKey: string;
  /** Whether `apiKey` is the key itself, which is then in the task definition in clear text. @default false */
  readonly apiKeyInClear?: boolean;
  /** Whether the task itself sets a memory size. */
  readonly taskSetsMemory: boolean;
  readonly logConfiguration?: AgentContainer['logConfiguration'];
  readonly place: Place;
  /** Whether it is the only container of its task, as in a daemon. ECS wants one container that is essential. @default false */
  readonly isAlone?: boolean;
}

/** MiB reserved if nothing else says how much: what Postman's own tool sets. A soft limit. */
export const DEFAULT_RESERVATION_MIB = 300;

/**
 * The agent's container for options that `preflight` has passed.
 *
 * The whole command is in the entry point. Otherwise the image's own command would be appended to it, and the agent would
 * refuse it as arguments.
 */
export function agentContainer(
  generation: Generation, options: AgentOptions, surroundings: Surroundings, rows: readonly OptionRow[] = OPTIONS,
): AgentContainer {
  const { image, containerName, apiKeyVariables } = generation;
  const { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place, isAlone = false } = surroundings;
  const given = givenOptions(generation, options, rows);
  return withoutUndefined({
    name: containerName,
    image: options.image ?? image,
    essential: isAlone,
    entryPoint: [generation.program, 'apidump', ...given.flatMap(flagArguments)],
    environment: [
      ...tagVariables(place), ...discoveryVariables(generation, options, place, rows), ...switchVariables(generation, given),
      ...Object.entries(options.environment ?? {}).map(([name, value]) => ({ name, value })),
      ...apiKeyInClear ? apiKeyVariables.map(name => ({ name, value: apiKey })) : [],
    ],
    secrets: apiKeyInClear ? undefined : apiKeyVariables.map(name => ({ name, valueFrom: apiKey })),
    cpu: options.cpu,
    memory: options.memoryLimitMiB,
    memoryReservation: options.memoryReservationMiB
      ?? (taskSetsMemory || options.memoryLimitMiB !== undefined ? undefined : DEFAULT_RESERVATION_MIB),
    readonlyRootFilesystem: options.readonlyRootFilesystem === false ? undefined : true,
    restartPolicy: options.enableRestartPolicy === false ? undefined : { enabled: true, restartAttemptPeriod: MIN_RESTART_ATTEMPT_PERIOD_SECONDS },
    logConfiguration,
  });
}

interface GivenOption {
  readonly row: OptionRow;
  readonly value: unknown;
}

/** The options of the generation that are given, in the order of the table. */
function givenOptions(generation: Generation, options: AgentOptions, rows: readonly OptionRow[]): GivenOption[] {
  const values = options as { readonly [prop: string]: unknown };
  return optionsOf(generation, rows).filter(({ prop }) => values[prop] !== undefined).map(row => ({ row, value: values[row.prop] }));
}

function flagArguments({ row: { agentFlag, type, isCsv }, value }: GivenOption): string[] {
  if (agentFlag === undefined) return [];
  if (type === 'switch') return value === true ? [agentFlag] : [];
  return valuesOf(value).flatMap(text => [agentFlag, isCsv ? csvField(text) : text]);
}

/** The values of an option as the agent's flags take them, one for each time that the flag is given. */
function valuesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'object' && value !== null ? Object.entries(value).map(([key, text]) => `${key}=${text}`) : [String(value)];
}

/** The agent reads each of these as a line of CSV, in which a comma separates two values: `h{1,2}` would become `h{1` and `2}`. */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

/** The switches that the program knows only as variables. */
function switchVariables(generation: Generation, given: readonly GivenOption[]): Variable[] {
  return given.flatMap(({ row, value }) => {
    const name = variableOf(row, generation);
    return row.type === 'switch' && row.agentFlag === undefined && name !== undefined && value === true ? [{ name, value: 'true' }] : [];
  });
}

function withoutUndefined(container: AgentContainer): AgentContainer {
  return Object.fromEntries(Object.entries(container).filter(([, value]) => value !== undefined)) as unknown as AgentContainer;
}
