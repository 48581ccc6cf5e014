import { agentContainer, AgentContainer, AgentOptions, Generation, INSIGHTS, LIVE_COLLECTION, OptionRow, OPTIONS, Surroundings } from '../../src/agent';
import type { JsonObject, NamedPart } from '../../src/edit';
import type { AgentUpdate } from '../../src/edit/agent-container';
import * as fc from '../random';

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const OTHER_COLLECTION = '87654321-0f3c6b2a-4d0e-4d0e-9a55-3f1f7f3a1c11';
export const PROJECT = 'svc_0aZ4Vd1kQ2mN7pX9sB3tRw';
export const OTHER_PROJECT = 'svc_1111111111111111111111';
export const WORKSPACE = '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const OTHER_WORKSPACE = '11111111-2222-4333-8444-555555555555';
export const SYSTEM_ENV = '0f3c6b2a-4d0e-4d0e-9a55-3f1f7f3a1c11';
export const OTHER_SYSTEM_ENV = '99999999-8888-4777-8666-555555555555';
export const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf';
export const PARAMETER = 'arn:aws:ssm:eu-west-1:111122223333:parameter/team/postman';
export const OTHER_SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/postman-GhIjKl:apiKey::';

const ROWS: readonly OptionRow[] = OPTIONS;

/** Flags of the agent's program that every generation has, and the destination of the older one. */
export const FLAGS = [
  '--collection', '--rate-limit', '--host-allow', '--host-exclusions', '--path-allow', '--path-exclusions', '--interfaces', '--filter', '--proxy', '--tags',
] as const;

/** The options that name a destination or a part of one. */
export const DESTINATION_PARTS: readonly NamedPart[] = ROWS.filter(({ destination, partOf }) => (destination ?? partOf) !== undefined).map(({ prop }) => prop);

/** Whatever a user may name. */
export const PARTS: readonly NamedPart[] = [...ROWS.map(({ prop }) => prop), 'apiKey', 'logGroup'];

/** The property of an option that the tests name by its flag. */
function propOf(part: NamedPart): NamedPart {
  return ROWS.find(({ agentFlag }) => agentFlag === part)?.prop ?? part;
}

/** The options of the agent, and the other values that its container depends on. */
export type Asked = AgentOptions & Surroundings;

export function containerOf(
  { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place, ...rest }: Asked, generation: Generation = LIVE_COLLECTION,
): AgentContainer {
  return agentContainer(generation, rest, { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place });
}

const SURROUNDINGS = { apiKey: SECRET, taskSetsMemory: true, place: { region: 'eu-west-1', service: 'web', taskFamily: 'web', cluster: 'shop' } };

export function options(more: Partial<Asked> = {}): Asked {
  return { collectionId: COLLECTION, ...SURROUNDINGS, ...more };
}

/** @param named options by property or by flag */
export function update(more: Partial<Asked> = {}, named: readonly NamedPart[] = []): AgentUpdate {
  return updateOf(options(more), named);
}

/** An update of or to the Insights agent. Its destination is the project, if the options name none. */
export function insightsUpdate(more: Partial<Asked> = { projectId: PROJECT }, named: readonly NamedPart[] = []): AgentUpdate {
  return updateOf({ ...SURROUNDINGS, ...more }, named, INSIGHTS);
}

export function updateOf(given: Asked, named: readonly NamedPart[] = [], generation: Generation = LIVE_COLLECTION): AgentUpdate {
  return { generation, options: given, description: containerOf(given, generation), named: new Set(named.map(propOf)) };
}

const expressions = fc.option(
  fc.array(fc.constantFrom('^/v1', 'h{1,2}', 'api\\.example\\.com', '"quoted"', ',', 'a|b', '--host-allow', '$', '[^,"]+', 'é'), { maxLength: 3 }),
  { nil: undefined },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Options and other values that both generations have. */
const SHARED = {
  apiKey: fc.constantFrom(SECRET, OTHER_SECRET, PARAMETER),
  rateLimitPerMinute: maybe(fc.oneof(fc.integer({ min: 1, max: 100000 }), fc.constantFrom(0.5, 12.25))),
  hostAllow: expressions,
  hostExclusions: expressions,
  pathAllow: expressions,
  pathExclusions: expressions,
  networkInterfaces: maybe(fc.subarray(['eth0', 'eth1', 'ecs-bridge'])),
  bpfFilter: maybe(fc.constantFrom('port 8080', '--collection', 'tcp and (port 80 or port 443)')),
  proxyUrl: maybe(fc.constantFrom('http://proxy.example.com:3128', '10.0.0.10:3128')),
  traceTags: maybe(fc.dictionary(fc.constantFrom('team', 'a,b', 'stage "x"'), fc.constantFrom('web', '1,2', '--tags'))),
  logConfiguration: maybe(fc.constantFrom<NonNullable<Asked['logConfiguration']>>(
    { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/agent', 'awslogs-stream-prefix': 'agent', 'awslogs-region': 'eu-west-1' } },
    { logDriver: 'json-file', options: { 'max-size': '10m' } },
  )),
  memoryReservationMiB: maybe(fc.integer({ min: 6, max: 300 })),
  memoryLimitMiB: maybe(fc.integer({ min: 300, max: 1000 })),
  cpu: maybe(fc.integer({ min: 1, max: 256 })),
  enableRestartPolicy: maybe(fc.boolean()),
  readonlyRootFilesystem: maybe(fc.boolean()),
  disableTelemetry: maybe(fc.boolean()),
  environment: maybe(fc.dictionary(fc.constantFrom('OWN', 'POSTMAN_ENV', 'a.b'), fc.constantFrom('1', '', '--tags'))),
  taskSetsMemory: fc.boolean(),
  place: fc.record({
    region: fc.constant('eu-west-1'), service: fc.constantFrom('web', 'orders'), taskFamily: fc.constantFrom('web', 'orders'),
    cluster: fc.constantFrom('shop', 'depot'),
  }, { requiredKeys: ['region', 'taskFamily', 'cluster'] }),
};

const image = (repository: string) => maybe(fc.constantFrom(
  `docker.postman.com/${repository}:1.2.3`, `registry.example.com:5000/${repository}`, 'registry.example.com/tools/collector@sha256:' + 'ab'.repeat(32),
));

/** Options of the Live Collection agent that pass the checks. */
export const asked: fc.Arbitrary<Asked> = fc.record({
  collectionId: fc.constantFrom(COLLECTION, OTHER_COLLECTION), image: image('postman-lc-agent'), ...SHARED,
});

/** Each destination of the Insights agent. */
export const insightsDestinations: fc.Arbitrary<AgentOptions> = fc.oneof(
  fc.record({ projectId: fc.constantFrom(PROJECT, OTHER_PROJECT) }),
  fc.record({ workspaceId: fc.constantFrom(WORKSPACE, OTHER_WORKSPACE), systemEnvironmentId: fc.constantFrom(SYSTEM_ENV, OTHER_SYSTEM_ENV) }),
  fc.record({ discovery: fc.constant(true), discoveryNamespace: fc.constantFrom('team-a', 'b'), discoveryName: fc.constantFrom('orders', 'c') },
    { requiredKeys: ['discovery'] }),
);

/** Options of the Insights agent that pass the checks. */
export const askedInsights: fc.Arbitrary<Asked> = fc.tuple(insightsDestinations, fc.record({
  image: image('postman-insights-agent'),
  dataRegion: maybe(fc.constantFrom('US' as const, 'EU' as const)),
  reproMode: maybe(fc.boolean()),
  alwaysCapturePayloads: maybe(fc.array(fc.constantFrom('^/v1', 'a{1,2}'), { maxLength: 2 })),
  capturePercent: maybe(fc.integer({ min: 1, max: 100 })),
  ...SHARED,
})).map(([destination, rest]) => ({ ...destination, ...rest }));

/** What may be asked of either generation. */
export const requests: fc.Arbitrary<{ readonly generation: Generation; readonly given: Asked }> = fc.oneof(
  asked.map(given => ({ generation: LIVE_COLLECTION, given })), askedInsights.map(given => ({ generation: INSIGHTS, given })),
);

/** The given options of a destination, as the command line names them: all or none. */
export function destinationPartsOf(given: object): NamedPart[] {
  return DESTINATION_PARTS.filter(prop => (given as { readonly [prop: string]: unknown })[prop] !== undefined);
}

const OTHER_PARTS = PARTS.filter(part => !DESTINATION_PARTS.includes(part));

export const updates: fc.Arbitrary<AgentUpdate> = fc.tuple(requests, fc.boolean(), fc.boolean(), fc.subarray(OTHER_PARTS))
  .map(([{ generation, given }, apiKeyInClear, namesDestination, parts]) =>
    updateOf({ ...given, apiKeyInClear }, [...namesDestination ? destinationPartsOf(given) : [], ...parts], generation));

/** Variables that name a destination, with values that the program takes, ignores or refuses. */
export const DESTINATION_VARIABLES: { readonly [name: string]: readonly string[] } = {
  POSTMAN_INSIGHTS_PROJECT_ID: [PROJECT, OTHER_PROJECT, ''],
  POSTMAN_INSIGHTS_WORKSPACE_ID: [WORKSPACE, OTHER_WORKSPACE, '', ' '],
  POSTMAN_INSIGHTS_SYSTEM_ENV: [SYSTEM_ENV, OTHER_SYSTEM_ENV, '', 'not-a-uuid'],
  POSTMAN_INSIGHTS_DISCOVERY_MODE: ['true', 'false', 'TRUE', '1', ''],
  POSTMAN_INSIGHTS_SERVICE_NAME: ['shop/old', ''],
  POSTMAN_INSIGHTS_CLUSTER_NAME: ['old-cluster', ''],
  POSTMAN_K8S_NAMESPACE: ['old-namespace', ''],
  POSTMAN_INSIGHTS_WORKLOAD_NAME: ['old-name', ''],
};

const destinationVariable = fc.constantFrom(...Object.entries(DESTINATION_VARIABLES).flatMap(([name, values]) => values.map(value => ({ name, value }))));

/** An agent of either generation that a user may have written. */
export const foreignAgents: fc.Arbitrary<JsonObject> = fc.record({
  name: fc.constantFrom('postman-lc-agent', 'postman-insights-agent', 'sidecar'),
  image: fc.constantFrom(
    'docker.postman.com/postman-lc-agent', 'public.ecr.aws/postman/postman-insights-agent:latest', 'akitasoftware/cli:1',
    'mirror.example.com/postman-lc-agent@sha256:00', 'mirror.example.com/postman-insights-agent:v0.40.1',
  ),
  essential: fc.boolean(),
  entryPoint: fc.oneof(fc.constant<string[]>([]), fc.tuple(
    fc.constantFrom('/postman-lc-agent', '/postman-insights-agent', '/akita', '/bin/env'),
    fc.array(fc.constantFrom(
      '/postman-lc-agent', '/postman-insights-agent', 'apidump', '--collection', `--collection=${COLLECTION}`, OTHER_COLLECTION, '--rate-limit', '5',
      '--project', 'svc_1', `--workspace-id=${WORKSPACE}`, '--system-env', '--discovery-mode', '--discovery-mode=false', '--service-name=a/b', '--region', 'EU',
      '--randomized-start=5', '--debug', '--filter=', '--host-allow', 'a,b', '-c', '--', '',
    )),
  ).map(([program, args]) => [program, ...args])),
  command: fc.array(fc.constantFrom('apidump', '--collection', OTHER_COLLECTION, '--tags=a=b', '--tags', '--verbose', '--discovery-mode', '--repro-mode=0')),
  environment: fc.array(fc.oneof(fc.record({
    name: fc.constantFrom(
      'POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY', 'OWN', 'AKITA_ECS_TASK', 'AKITA_DISABLE_TELEMETRY', 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY',
      'POSTMAN_REGION', 'POSTMAN_AGENT_RANDOM_START', 'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT',
    ),
    value: fc.constantFrom('', 'in-clear'),
  }), destinationVariable), { maxLength: 5 }),
  secrets: fc.array(fc.record({
    valueFrom: fc.constantFrom(SECRET, OTHER_SECRET),
    name: fc.constantFrom('POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY', 'OTHER', 'POSTMAN_INSIGHTS_PROJECT_ID', 'POSTMAN_K8S_NAMESPACE'),
  }), { maxLength: 3 }),
}, { requiredKeys: ['name', 'image'] });
