import { DataRegion, Generation, GenerationName, GENERATIONS } from './generations';

/** What a value must be. The rules for each type are in `preflight/options.ts`. */
interface ValueOfType {
  /** `<owner>-<uuid>` */
  readonly collectionId: string;
  /** `svc_` and 22 letters and digits */
  readonly projectId: string;
  readonly uuid: string;
  /** Part of the name under which a discovered workload is registered. */
  readonly name: string;
  readonly dataRegion: DataRegion;
  readonly image: string;
  /** Requests a minute. */
  readonly rate: number;
  /** A whole number from 1 to 100. */
  readonly percent: number;
  /** A regular expression of Go's RE2 that is matched against the Host header with its port. */
  readonly hostExpression: string;
  /** A regular expression of Go's RE2. */
  readonly expression: string;
  readonly networkInterface: string;
  readonly bpf: string;
  readonly proxyUrl: string;
  readonly tags: { readonly [key: string]: string };
  /** Variables of the container, by name. */
  readonly variables: { readonly [name: string]: string };
  readonly mebibytes: number;
  readonly cpuUnits: number;
  readonly switch: boolean;
}

export type OptionType = keyof ValueOfType;

/** Where an agent sends what it captures. Each agent has one. */
export type DestinationKind = 'collection' | 'project' | 'workspace' | 'discovery';

/** One option of the agent, in both modes. */
export interface OptionRow {
  /** The property of the constructs. */
  readonly prop: string;
  /** The flag of the command line. Absent if only the constructs have the option. A switch that is on by default has `--no-…`. */
  readonly flag?: `--${string}`;
  /** The flag of the agent's program. Absent if the option is a variable or another member of the container definition. */
  readonly agentFlag?: `--${string}`;
  /** The variables of the agent that have the same meaning, by generation. */
  readonly variable?: { readonly [generation in GenerationName]?: string };
  /** Variables with the same meaning in versions of the program whose own variable is another. */
  readonly otherVariables?: readonly string[];
  /** Whether the flag overrides the variable. Otherwise the variable overrides the flag. */
  readonly isFlagFirst?: true;
  readonly type: OptionType;
  /** Whether the option takes any number of such values. */
  readonly isList?: true;
  /** Whether the agent reads each value as a line of CSV, in which a comma separates two values. */
  readonly isCsv?: true;
  /** The destination that the option names. The options of one destination are needed together. */
  readonly destination?: DestinationKind;
  /** The destination that the option adds to. It has no meaning with another. */
  readonly partOf?: DestinationKind;
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
    prop: 'collectionId', flag: '--collection', agentFlag: '--collection', type: 'collectionId', destination: 'collection', placeholder: '<id>',
    help: 'the Postman collection to fill, <owner>-<uuid> (Live Collection agent)', generations: ['live-collection'],
  },
  {
    prop: 'projectId', flag: '--project', agentFlag: '--project', variable: { insights: 'POSTMAN_INSIGHTS_PROJECT_ID' }, type: 'projectId', destination: 'project',
    placeholder: '<id>', help: 'the Insights project to fill, svc_… (Insights agent, as with the flags below)', generations: ['insights'],
  },
  {
    prop: 'workspaceId', flag: '--workspace-id', agentFlag: '--workspace-id', variable: { insights: 'POSTMAN_INSIGHTS_WORKSPACE_ID' }, type: 'uuid',
    destination: 'workspace', placeholder: '<uuid>', help: 'the Postman workspace, with its system environment in --system-env', generations: ['insights'],
  },
  {
    prop: 'systemEnvironmentId', flag: '--system-env', agentFlag: '--system-env', variable: { insights: 'POSTMAN_INSIGHTS_SYSTEM_ENV' }, type: 'uuid',
    destination: 'workspace', placeholder: '<uuid>', help: 'the system environment of the workspace', generations: ['insights'],
  },
  {
    prop: 'discovery', flag: '--discovery-mode', agentFlag: '--discovery-mode', variable: { insights: 'POSTMAN_INSIGHTS_DISCOVERY_MODE' }, type: 'switch',
    destination: 'discovery', help: 'register the service as <cluster>/<namespace>/<name>, to be assigned in Postman', generations: ['insights'],
  },
  {
    prop: 'discoveryNamespace', flag: '--discovery-namespace', variable: { insights: 'POSTMAN_K8S_NAMESPACE' }, type: 'name', partOf: 'discovery',
    placeholder: '<name>', help: 'the namespace of discovery', default: 'the cluster\'s name', generations: ['insights'],
  },
  {
    prop: 'discoveryName', flag: '--discovery-name', variable: { insights: 'POSTMAN_INSIGHTS_WORKLOAD_NAME' }, type: 'name', partOf: 'discovery',
    placeholder: '<name>', help: 'the service\'s name in discovery', default: 'the task definition\'s family', generations: ['insights'],
  },
  {
    prop: 'dataRegion', flag: '--data-region', agentFlag: '--region', variable: { insights: 'POSTMAN_REGION' }, isFlagFirst: true, type: 'dataRegion', placeholder: '<US|EU>',
    help: 'where Postman keeps the team\'s data', default: 'US', generations: ['insights'],
  },
  {
    prop: 'reproMode', flag: '--repro-mode', agentFlag: '--repro-mode', type: 'switch', help: 'also send the payloads of requests and responses',
    generations: ['insights'],
  },
  {
    prop: 'alwaysCapturePayloads', flag: '--always-capture-payloads', agentFlag: '--always-capture-payloads', type: 'expression', isList: true, isCsv: true,
    placeholder: '<path>', help: 'regular expression of paths whose payloads repro mode treats in its own way', generations: ['insights'],
  },
  {
    prop: 'capturePercent', flag: '--capture-percent', agentFlag: '--randomized-start', variable: { insights: 'POSTMAN_AGENT_RANDOM_START' }, type: 'percent',
    placeholder: '<number>', help: 'share of tasks whose agent captures, in percent', default: '100', generations: ['insights'],
  },
  { prop: 'image', flag: '--image', type: 'image', placeholder: '<image>', help: 'the agent\'s image', default: ({ image }) => image, generations: BOTH },
  {
    prop: 'rateLimitPerMinute', flag: '--rate-limit', agentFlag: '--rate-limit', variable: { insights: 'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT' }, isFlagFirst: true,
    type: 'rate', placeholder: '<number>', help: 'requests captured a minute', default: ({ defaultRateLimit }) => `the agent's own ${defaultRateLimit}`, generations: BOTH,
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
  {
    prop: 'disableTelemetry', flag: '--disable-telemetry', type: 'switch', help: 'turn off the agent\'s own usage reports',
    variable: { 'live-collection': 'AKITA_DISABLE_TELEMETRY', 'insights': 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY' },
    otherVariables: ['POSTMAN_LC_AGENT_DISABLE_TELEMETRY'], generations: BOTH,
  },
  {
    prop: 'environment', flag: '--environment', type: 'variables', placeholder: '<KEY=VALUE>', help: 'further variable of the agent\'s container',
    generations: BOTH,
  },
  {
    prop: 'readonlyRootFilesystem', flag: '--no-readonly-root', type: 'switch', help: 'let the agent\'s container write to its root file system', generations: BOTH,
  },
  { prop: 'enableRestartPolicy', type: 'switch', help: 'whether ECS restarts the agent if it dies', default: 'true', generations: BOTH },
] as const satisfies readonly OptionRow[];

type Row = (typeof OPTIONS)[number];

/** The values of the options, by the constructs' properties. Each may be absent. */
export type AgentOptions = {
  readonly [R in Row as R['prop']]?: R extends { readonly isList: true } ? readonly ValueOfType[R['type']][] : ValueOfType[R['type']]
};

/** The rows of a generation. */
export function optionsOf({ name }: Generation, rows: readonly OptionRow[] = OPTIONS): readonly OptionRow[] {
  const known = ofGenerations.get(rows) ?? new Map<GenerationName, readonly OptionRow[]>();
  ofGenerations.set(rows, known);
  if (!known.has(name)) known.set(name, rows.filter(({ generations }) => generations.includes(name)));
  return known.get(name)!;
}

/** Asked for several times for each service of an app. */
const ofGenerations = new WeakMap<readonly OptionRow[], Map<GenerationName, readonly OptionRow[]>>();

/** Whether the options set an option; a switch that is off is not set. */
export function isGiven(options: object, { prop }: Pick<OptionRow, 'prop'>): boolean {
  const value = (options as { readonly [prop: string]: unknown })[prop];
  return value !== undefined && value !== false;
}

/** The destinations that the options name, in the order of the table. */
export function destinationsIn(options: object, rows: readonly OptionRow[] = OPTIONS): DestinationKind[] {
  return [...new Set(rows.flatMap(row => row.destination !== undefined && isGiven(options, row) ? [row.destination] : []))];
}

/** The generation that has the destination which the options name; the first that has all their options if they name none. */
export function generationFor(options: object, rows: readonly OptionRow[] = OPTIONS): Generation {
  const [destination] = destinationsIn(options, rows);
  const given = rows.filter(({ prop }) => (options as { readonly [prop: string]: unknown })[prop] !== undefined);
  const fits = ({ name }: Generation) => destination === undefined ? given.every(({ generations }) => generations.includes(name))
    : rows.some(row => row.destination === destination && row.generations.includes(name));
  return GENERATIONS.find(fits) ?? GENERATIONS[0];
}

/** The default of an option, as the help writes it. */
export function defaultOf({ default: value }: OptionRow, generation: Generation): string | undefined {
  return typeof value === 'function' ? value(generation) : value;
}
