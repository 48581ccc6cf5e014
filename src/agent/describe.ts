import { AgentOptions, ContainerDescription } from './description';
import { GENERATIONS, LIVE_COLLECTION } from './generations';

/** MiB set aside where nothing else says how much: what Postman's own tool sets. A soft limit. */
const DEFAULT_RESERVATION_MIB = 300;

/** The least that ECS takes. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html */
const RESTART_ATTEMPT_PERIOD_SECONDS = 60;

/**
 * The agent's container for these options, which `checkAgent` has passed.
 *
 * The whole command stands in the entry point: an image's own command would be appended to it otherwise, and be taken for
 * arguments, which the agent refuses.
 */
export function describeAgent(options: AgentOptions): ContainerDescription {
  const { image, containerName, apiKeyVariables } = LIVE_COLLECTION;
  return withoutUndefined({
    name: containerName,
    image: options.image ?? image,
    essential: false,
    entryPoint: entryPoint(options),
    environment: [...environment(options), ...options.apiKeyInClear ? [{ name: apiKeyVariables[0], value: options.apiKey }] : []],
    secrets: options.apiKeyInClear ? undefined : [{ name: apiKeyVariables[0], valueFrom: options.apiKey }],
    cpu: options.cpu,
    memory: options.memoryLimitMiB,
    memoryReservation: options.memoryReservationMiB
      ?? (options.taskSetsMemory || options.memoryLimitMiB !== undefined ? undefined : DEFAULT_RESERVATION_MIB),
    restartPolicy: options.restartPolicy === false ? undefined : { enabled: true, restartAttemptPeriod: RESTART_ATTEMPT_PERIOD_SECONDS },
    logConfiguration: options.logConfiguration,
  });
}

function entryPoint(options: AgentOptions): string[] {
  const flag = (name: string, value: string | number | undefined) => value === undefined ? [] : [name, String(value)];
  const each = (name: string, values: readonly string[] | undefined) => (values ?? []).flatMap(value => [name, csvField(value)]);
  return [
    LIVE_COLLECTION.program, 'apidump',
    '--collection', options.collectionId,
    ...flag('--rate-limit', options.rateLimit),
    ...each('--host-allow', options.hostAllow),
    ...each('--host-exclusions', options.hostExclusions),
    ...each('--path-allow', options.pathAllow),
    ...each('--path-exclusions', options.pathExclusions),
    ...each('--interfaces', options.interfaces),
    ...flag('--filter', options.filter),
    ...flag('--proxy', options.proxy),
    ...each('--tags', Object.entries(options.traceTags ?? {}).map(([key, value]) => `${key}=${value}`)),
  ];
}

/** The agent reads each of these as a line of CSV, in which a comma parts two values: `h{1,2}` would become `h{1` and `2}`. */
function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

/** Under both spellings: `latest` has moved from one to the other. */
function environment({ place }: AgentOptions): { name: string; value: string }[] {
  const tags = [['AWS_REGION', place.region], ['ECS_SERVICE', place.service], ['ECS_TASK', place.taskFamily]] as const;
  return tags.flatMap(([suffix, value]) => value === undefined ? []
    : GENERATIONS.map(({ tagVariablePrefix }) => ({ name: `${tagVariablePrefix}_${suffix}`, value })));
}

function withoutUndefined(description: ContainerDescription): ContainerDescription {
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined)) as unknown as ContainerDescription;
}
