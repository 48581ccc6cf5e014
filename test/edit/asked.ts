import * as fc from 'fast-check';
import { agentContainer, AgentContainer, AgentOptions, Generation, LIVE_COLLECTION, OptionRow, OPTIONS, Surroundings } from '../../src/agent';
import type { JsonObject, NamedPart } from '../../src/edit';
import type { AgentUpdate } from '../../src/edit/agent-container';

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const OTHER_COLLECTION = '87654321-0f3c6b2a-4d0e-4d0e-9a55-3f1f7f3a1c11';
export const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf';
export const OTHER_SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/postman-GhIjKl:apiKey::';

export const FLAGS = [
  '--collection', '--rate-limit', '--host-allow', '--host-exclusions', '--path-allow', '--path-exclusions', '--interfaces', '--filter', '--proxy', '--tags',
] as const;
export const PARTS: readonly NamedPart[] = [...FLAGS, 'image', 'readonlyRootFilesystem', 'disableTelemetry', 'environment', 'apiKey', 'logGroup'];

/** The property of an option that the tests name by its flag. */
function propOf(part: NamedPart): NamedPart {
  const rows: readonly OptionRow[] = OPTIONS;
  return rows.find(({ agentFlag }) => agentFlag === part)?.prop ?? part;
}

/** The options of the agent, and the other values that its container depends on. */
export type Asked = AgentOptions & Surroundings;

export function containerOf(
  { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place, ...rest }: Asked, generation: Generation = LIVE_COLLECTION,
): AgentContainer {
  return agentContainer(generation, rest, { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place });
}

export function options(more: Partial<Asked> = {}): Asked {
  return { collectionId: COLLECTION, apiKey: SECRET, taskSetsMemory: true, place: { region: 'eu-west-1', service: 'web', taskFamily: 'web' }, ...more };
}

/** @param named options by property or by flag */
export function update(more: Partial<Asked> = {}, named: readonly NamedPart[] = []): AgentUpdate {
  return updateOf(options(more), named);
}

export function updateOf(given: Asked, named: readonly NamedPart[] = [], generation: Generation = LIVE_COLLECTION): AgentUpdate {
  return { generation, options: given, description: containerOf(given, generation), named: new Set(named.map(propOf)) };
}

const expressions = fc.option(
  fc.array(fc.constantFrom('^/v1', 'h{1,2}', 'api\\.example\\.com', '"quoted"', ',', 'a|b', '--host-allow', '$', '[^,"]+', 'é'), { maxLength: 3 }),
  { nil: undefined },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Options that pass the checks. */
export const asked: fc.Arbitrary<Asked> = fc.record({
  collectionId: fc.constantFrom(COLLECTION, OTHER_COLLECTION),
  image: maybe(fc.constantFrom(
    'docker.postman.com/postman-lc-agent:1.2.3', 'registry.example.com:5000/postman-lc-agent', 'registry.example.com/tools/collector@sha256:' + 'ab'.repeat(32),
  )),
  apiKey: fc.constantFrom(SECRET, OTHER_SECRET),
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
  }, { requiredKeys: ['region'] }),
});

export const updates: fc.Arbitrary<AgentUpdate> = fc.tuple(asked, fc.boolean(), fc.subarray([...PARTS]))
  .map(([given, apiKeyInClear, named]) => updateOf({ ...given, apiKeyInClear }, named));

/** An agent of either generation that a user may have written. */
export const foreignAgents: fc.Arbitrary<JsonObject> = fc.record({
  name: fc.constantFrom('postman-lc-agent', 'postman-insights-agent', 'sidecar'),
  image: fc.constantFrom(
    'docker.postman.com/postman-lc-agent', 'public.ecr.aws/postman/postman-insights-agent:latest', 'akitasoftware/cli:1',
    'mirror.example.com/postman-lc-agent@sha256:00',
  ),
  essential: fc.boolean(),
  entryPoint: fc.array(fc.constantFrom(
    '/postman-lc-agent', 'apidump', '--collection', `--collection=${COLLECTION}`, OTHER_COLLECTION, '--rate-limit', '5', '--project', 'svc_1',
    '--debug', '--filter=', '--host-allow', 'a,b', '--', '',
  )),
  command: fc.array(fc.constantFrom('apidump', '--collection', OTHER_COLLECTION, '--tags=a=b', '--tags', '--verbose')),
  environment: fc.array(fc.record({
    name: fc.constantFrom('POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY', 'OWN', 'AKITA_ECS_TASK'), value: fc.constantFrom('', 'in-clear'),
  }), { maxLength: 4 }),
  secrets: fc.array(fc.record({
    valueFrom: fc.constantFrom(SECRET, OTHER_SECRET), name: fc.constantFrom('POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY', 'OTHER'),
  }), { maxLength: 3 }),
}, { requiredKeys: ['name', 'image'] });
