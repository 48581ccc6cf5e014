import { Generation, GenerationName, GENERATIONS } from './generations';

/** What a value must be. The rules for each type are in `preflight/options.ts`. */
interface ValueOfType {
  /** `<owner>-<uuid>` */
  readonly collectionId: string;
  readonly image: string;
  /** Requests a minute. */
  readonly rate: number;
  /** A regular expression of Go's RE2 that is matched against the Host header with its port. */
  readonly hostExpression: string;
  /** A regular expression of Go's RE2. */
  readonly expression: string;
  readonly networkInterface: string;
  readonly bpf: string;
  readonly proxyUrl: string;
  readonly tags: { readonly [key: string]: string };
  readonly mebibytes: number;
  readonly cpuUnits: number;
  readonly switch: boolean;
}

export type OptionType = keyof ValueOfType;

/** One option of the agent, in both modes. */
export interface OptionRow {
  /** The property of the constructs. */
  readonly prop: string;
  /** The flag of the command line. Absent if only the constructs have the option. */
  readonly flag?: `--${string}`;
  /** The flag of the agent's program. Absent if the option is a member of the container definition. */
  readonly agentFlag?: `--${string}`;
  readonly type: OptionType;
  /** Whether the option takes any number of such values. */
  readonly isList?: true;
  /** Whether the agent reads each value as a line of CSV, in which a comma separates two values. */
  readonly isCsv?: true;
  /** Whether the option says where the agent sends. */
  readonly isDestination?: true;
  /** How the help writes the value, e.g. `<regex>`. */
  readonly placeholder?: string;
  readonly help: string;
  /** The value that applies if the option is not given, as the help writes it. */
  readonly default?: string | ((generation: Generation) => string);
  /** The generations that have it. */
  readonly generations: readonly GenerationName[];
}

const BOTH: readonly GenerationName[] = ['live-collection', 'insights'];

/**
 * Every option of the agent, once. The container, the checks, the flags, the help, the completion and the recognition of an
 * existing agent read this table. A new option is a row here and a declared property of the constructs.
 */
export const OPTIONS = [
  {
    prop: 'collectionId', flag: '--collection', agentFlag: '--collection', type: 'collectionId', isDestination: true, placeholder: '<id>',
    help: 'the Postman collection to fill, <owner>-<uuid>', generations: ['live-collection'],
  },
  { prop: 'image', flag: '--image', type: 'image', placeholder: '<image>', help: 'the agent\'s image', default: ({ image }) => image, generations: BOTH },
  {
    prop: 'rateLimitPerMinute', flag: '--rate-limit', agentFlag: '--rate-limit', type: 'rate', placeholder: '<number>',
    help: 'requests captured a minute', default: ({ defaultRateLimit }) => `the agent's own ${defaultRateLimit}`, generations: BOTH,
  },
  {
    prop: 'hostAllow', flag: '--host-allow', agentFlag: '--host-allow', type: 'hostExpression', isList: true, isCsv: true, placeholder: '<regex>',
    help: 'capture only hosts that match', generations: BOTH,
  },
  {
    prop: 'hostExclusions', flag: '--host-exclusions', agentFlag: '--host-exclusions', type: 'hostExpression', isList: true, isCsv: true,
    placeholder: '<regex>', help: 'leave out hosts that match', generations: BOTH,
  },
  {
    prop: 'pathAllow', flag: '--path-allow', agentFlag: '--path-allow', type: 'expression', isList: true, isCsv: true, placeholder: '<regex>',
    help: 'capture only paths that match', generations: BOTH,
  },
  {
    prop: 'pathExclusions', flag: '--path-exclusions', agentFlag: '--path-exclusions', type: 'expression', isList: true, isCsv: true,
    placeholder: '<regex>', help: 'leave out paths that match', generations: BOTH,
  },
  {
    prop: 'networkInterfaces', flag: '--interfaces', agentFlag: '--interfaces', type: 'networkInterface', isList: true, isCsv: true,
    placeholder: '<interface>', help: 'network interface to listen on', default: 'all', generations: BOTH,
  },
  {
    prop: 'bpfFilter', flag: '--filter', agentFlag: '--filter', type: 'bpf', placeholder: '<bpf>', help: 'BPF expression that packets must match',
    generations: BOTH,
  },
  {
    prop: 'proxyUrl', flag: '--proxy', agentFlag: '--proxy', type: 'proxyUrl', placeholder: '<url>',
    help: 'forward proxy for the agent\'s own traffic, http://host:port', generations: BOTH,
  },
  {
    prop: 'traceTags', flag: '--trace-tags', agentFlag: '--tags', type: 'tags', isCsv: true, placeholder: '<key=value>',
    help: 'tag on the captured traffic', generations: BOTH,
  },
  { prop: 'memoryReservationMiB', type: 'mebibytes', help: 'memory reserved for the agent\'s container, in MiB', generations: BOTH },
  { prop: 'memoryLimitMiB', type: 'mebibytes', help: 'memory at which the agent\'s container is killed, in MiB', generations: BOTH },
  { prop: 'cpu', type: 'cpuUnits', help: 'CPU units of the agent\'s container', generations: BOTH },
  { prop: 'enableRestartPolicy', type: 'switch', help: 'whether ECS restarts the agent if it dies', default: 'true', generations: BOTH },
] as const satisfies readonly OptionRow[];

type Row = (typeof OPTIONS)[number];

/** The values of the options, by the constructs' properties. Each may be absent. */
export type AgentOptions = {
  readonly [R in Row as R['prop']]?: R extends { readonly isList: true } ? readonly ValueOfType[R['type']][] : ValueOfType[R['type']]
};

/** The rows of a generation. */
export function optionsOf({ name }: Generation, rows: readonly OptionRow[] = OPTIONS): readonly OptionRow[] {
  return rows.filter(({ generations }) => generations.includes(name));
}

/** The generation that has the destination which the options name; the first if they name none. */
export function generationFor(options: AgentOptions, rows: readonly OptionRow[] = OPTIONS): Generation {
  const given = options as { readonly [prop: string]: unknown };
  const isNamed = ({ prop, isDestination }: OptionRow) => isDestination && given[prop] !== undefined;
  return GENERATIONS.find(generation => optionsOf(generation, rows).some(isNamed)) ?? GENERATIONS[0];
}

/** The default of an option, as the help writes it. */
export function defaultOf({ default: value }: OptionRow, generation: Generation): string | undefined {
  return typeof value === 'function' ? value(generation) : value;
}
