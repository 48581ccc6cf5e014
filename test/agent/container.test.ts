import { agentContainer, AgentContainer, AgentOptions, Generation, INSIGHTS, LIVE_COLLECTION, Surroundings } from '../../src/agent';
import * as fc from '../random';

const ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const KEY = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman-AbCdEf';
const PROJECT = 'svc_0aZ4Vd1kQ2mN7pX9sB3tRw';
const WORKSPACE = '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const SYSTEM_ENV = '0f3c6b2a-4d0e-4d0e-9a55-3f1f7f3a1c11';

type Asked = AgentOptions & Surroundings;

function containerOf(
  { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place, ...rest }: Asked, generation: Generation = LIVE_COLLECTION,
): AgentContainer {
  return agentContainer(generation, rest, { apiKey, apiKeyInClear, taskSetsMemory, logConfiguration, place });
}

function options(more: Partial<Asked> = {}): Asked {
  return { collectionId: ID, apiKey: KEY, taskSetsMemory: true, place: {}, ...more };
}

/** One line of CSV as Go's encoding/csv reads it. */
function readCsv(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length;) {
    if (line[at] !== '"') {
      const end = line.indexOf(',', at) < 0 ? line.length : line.indexOf(',', at);
      const field = line.slice(at, end);
      if (/["\r\n]/.test(field)) throw new Error(`a bare quote or line break in ${line}`);
      fields.push(field);
      at = end + 1;
      continue;
    }
    let field = '';
    for (at++; ; at++) {
      if (at >= line.length) throw new Error(`no closing quote in ${line}`);
      if (line[at] !== '"') field += line[at];
      else if (line[at + 1] === '"') field += line[at++];
      else break;
    }
    fields.push(field);
    if (at + 1 < line.length && line[at + 1] !== ',') throw new Error(`text after a quote in ${line}`);
    at += 2;
  }
  return fields;
}

/** What the agent makes of its entry point. */
function readBack(entryPoint: readonly string[]) {
  const values: { [flag: string]: string[] } = {};
  for (let at = 2; at < entryPoint.length; at += 2) {
    const csv = /allow|exclusions|interfaces|tags|payloads/.test(entryPoint[at]);
    (values[entryPoint[at]] ??= []).push(...csv ? readCsv(entryPoint[at + 1]) : [entryPoint[at + 1]]);
  }
  return values;
}

describe('the agent\'s container', () => {
  test('the container has only what was asked for', () => {
    expect(containerOf(options())).toEqual({
      name: 'postman-lc-agent',
      image: 'docker.postman.com/postman-lc-agent:latest',
      essential: false,
      entryPoint: ['/postman-lc-agent', 'apidump', '--collection', ID],
      environment: [],
      secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: KEY }],
      readonlyRootFilesystem: true,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    });
  });

  const names = (cluster: string, namespace: string, workload: string) => [
    { name: 'POSTMAN_INSIGHTS_CLUSTER_NAME', value: cluster }, { name: 'POSTMAN_K8S_NAMESPACE', value: namespace },
    { name: 'POSTMAN_INSIGHTS_WORKLOAD_NAME', value: workload },
  ];

  test.each<[string, AgentOptions, readonly string[], readonly object[]]>([
    ['a project', { projectId: PROJECT }, ['--project', PROJECT], []],
    ['a workspace', { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV }, ['--workspace-id', WORKSPACE, '--system-env', SYSTEM_ENV], []],
    ['discovery', { discovery: true }, ['--discovery-mode'], names('shop', 'shop', 'orders')],
    ['discovery with a namespace', { discovery: true, discoveryNamespace: 'team-a' }, ['--discovery-mode'], names('shop', 'team-a', 'orders')],
    ['discovery with a name', { discovery: true, discoveryName: 'web' }, ['--discovery-mode'], names('shop', 'shop', 'web')],
    ['discovery with both', { discovery: true, discoveryNamespace: 'team-a', discoveryName: 'web' }, ['--discovery-mode'], names('shop', 'team-a', 'web')],
    ['a project and no discovery', { projectId: PROJECT, discovery: false }, ['--project', PROJECT], []],
    ['its other options',
      { projectId: PROJECT, dataRegion: 'EU', reproMode: true, alwaysCapturePayloads: ['^/a', 'b{1,2}'], capturePercent: 5, rateLimitPerMinute: 500 },
      [
        '--project', PROJECT, '--region', 'EU', '--repro-mode', '--always-capture-payloads', '^/a', '--always-capture-payloads', '"b{1,2}"',
        '--randomized-start', '5', '--rate-limit', '500',
      ], []],
    ['options that are off', { projectId: PROJECT, reproMode: false, alwaysCapturePayloads: [], disableTelemetry: false }, ['--project', PROJECT], []],
  ])('the container of the Insights agent has only what was asked for, with %s', (_, given, flags, variables) => {
    const place = { cluster: 'shop', taskFamily: 'orders' };
    const expected = {
      name: 'postman-insights-agent',
      image: 'public.ecr.aws/postman/postman-insights-agent:latest',
      essential: false,
      entryPoint: ['/postman-insights-agent', 'apidump', ...flags],
      environment: [{ name: 'AKITA_ECS_TASK', value: 'orders' }, { name: 'POSTMAN_ECS_TASK', value: 'orders' }, ...variables],
      secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: KEY }, { name: 'POSTMAN_API_KEY', valueFrom: KEY }],
      readonlyRootFilesystem: true,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    };
    expect(containerOf({ apiKey: KEY, taskSetsMemory: true, place, ...given }, INSIGHTS)).toEqual(expected);
  });

  test('discovery of a service whose cluster or family is not known leaves out what is not known', () => {
    expect(containerOf({ apiKey: KEY, taskSetsMemory: true, place: {}, discovery: true }, INSIGHTS).environment).toEqual([]);
    expect(containerOf({ apiKey: KEY, taskSetsMemory: true, place: {}, discovery: true, discoveryName: 'web' }, INSIGHTS).environment)
      .toEqual([{ name: 'POSTMAN_INSIGHTS_WORKLOAD_NAME', value: 'web' }]);
  });

  test('the older agent has no variable for discovery', () => {
    expect(containerOf(options({ discovery: true, place: { cluster: 'shop' } } as never)).environment).toEqual([]);
  });

  test.each([
    { generation: LIVE_COLLECTION, name: 'AKITA_DISABLE_TELEMETRY' }, { generation: INSIGHTS, name: 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY' },
  ])('usage reports of the $generation.title are turned off by one variable, $name', ({ generation, name }) => {
    const off = containerOf({ apiKey: KEY, taskSetsMemory: true, place: {}, disableTelemetry: true }, generation);
    expect(off.environment).toEqual([{ name, value: 'true' }]);
    expect(containerOf({ apiKey: KEY, taskSetsMemory: true, place: {} }, generation).environment).toEqual([]);
  });

  describe.each([LIVE_COLLECTION, INSIGHTS].map(generation => ({ title: generation.title, generation })))('for the $title', ({ generation }) => {
    const made = (more: Partial<Asked>) => containerOf({ apiKey: KEY, taskSetsMemory: true, place: {}, ...more }, generation);

    test('the root file system is read-only by default, and the member is absent if the option is off', () => {
      expect(made({}).readonlyRootFilesystem).toBe(true);
      expect(made({ readonlyRootFilesystem: true }).readonlyRootFilesystem).toBe(true);
      expect(made({ readonlyRootFilesystem: false })).not.toHaveProperty('readonlyRootFilesystem');
    });

    test('further variables come after the agent\'s own', () => {
      expect(made({ environment: { POSTMAN_ENV: 'beta', EMPTY: '' }, place: { region: 'r' } }).environment).toEqual([
        { name: 'AKITA_AWS_REGION', value: 'r' }, { name: 'POSTMAN_AWS_REGION', value: 'r' },
        { name: 'POSTMAN_ENV', value: 'beta' }, { name: 'EMPTY', value: '' },
      ]);
    });

    test('a key in clear text is under every variable that a version of the agent reads, and in no secret', () => {
      const { environment, ...rest } = made({ apiKey: 'not-a-key', apiKeyInClear: true });
      expect(environment).toEqual(generation.apiKeyVariables.map(name => ({ name, value: 'not-a-key' })));
      expect(rest).not.toHaveProperty('secrets');
    });
  });

  test.each<[string, Partial<Asked>, object]>([
    ['a reservation of 300 MiB if the task sets no memory', { taskSetsMemory: false }, { memoryReservation: 300 }],
    ['no reservation if it has a limit', { taskSetsMemory: false, memoryLimitMiB: 700 }, { memory: 700 }],
    ['the reservation that was given', { taskSetsMemory: false, memoryReservationMiB: 128 }, { memoryReservation: 128 }],
    ['the reservation that was given, in a task that sets its memory', { memoryReservationMiB: 128 }, { memoryReservation: 128 }],
    ['the CPU units that were given', { cpu: 64 }, { cpu: 64 }],
    ['the image that was given', { image: 'mirror.example.com/postman-lc-agent:1' }, { image: 'mirror.example.com/postman-lc-agent:1' }],
    ['the log configuration that was given', { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } } },
      { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } } }],
  ])('the container has %s', (_, more, expected) => {
    const { memory, memoryReservation, ...rest } = containerOf(options(more));
    expect({ memory, memoryReservation, ...rest }).toMatchObject({ memory: undefined, memoryReservation: undefined, ...expected });
  });

  test('the container has no restart policy if the option is off', () => {
    expect(containerOf(options({ enableRestartPolicy: false }))).not.toHaveProperty('restartPolicy');
    expect(containerOf(options({ enableRestartPolicy: true }))).toHaveProperty('restartPolicy');
  });

  test('the container gets region, service and task family under both spellings of the variables', () => {
    expect(containerOf(options({ place: { region: 'eu-west-1', service: 'orders', taskFamily: 'task' } })).environment).toEqual([
      { name: 'AKITA_AWS_REGION', value: 'eu-west-1' },
      { name: 'POSTMAN_AWS_REGION', value: 'eu-west-1' },
      { name: 'AKITA_ECS_SERVICE', value: 'orders' },
      { name: 'POSTMAN_ECS_SERVICE', value: 'orders' },
      { name: 'AKITA_ECS_TASK', value: 'task' },
      { name: 'POSTMAN_ECS_TASK', value: 'task' },
    ]);
  });

  const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', '1', ',', '"', '.', '{', '}', ' ', '\\', '$', 'é', '\n') });
  const texts = fc.option(fc.array(text, { maxLength: 4 }), { nil: undefined });
  const word = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', ',', '"', '-') });
  const asked: fc.Arbitrary<Asked> = fc.record({
    collectionId: fc.constant(ID),
    apiKey: fc.constant(KEY),
    taskSetsMemory: fc.boolean(),
    place: fc.record({ region: word, service: word, taskFamily: word }, { requiredKeys: [] }),
    rateLimitPerMinute: fc.option(fc.integer({ min: 1, max: 10000 }), { nil: undefined }),
    hostAllow: texts,
    hostExclusions: texts,
    pathAllow: texts,
    pathExclusions: texts,
    networkInterfaces: texts,
    traceTags: fc.option(fc.dictionary(word, word), { nil: undefined }),
    bpfFilter: fc.option(text, { nil: undefined }),
    proxyUrl: fc.option(text, { nil: undefined }),
  });

  test('the agent reads every value as it was given, whatever commas and quotes it has', () => {
    fc.assert(fc.property(asked, texts, fc.boolean(), (shared, alwaysCapturePayloads, isOlder) => {
      const given = isOlder ? shared : { ...shared, collectionId: undefined, alwaysCapturePayloads };
      const { entryPoint } = containerOf(given, isOlder ? LIVE_COLLECTION : INSIGHTS);
      const { '--collection': collection, ...values } = readBack(entryPoint);
      const list = (name: string, value: readonly unknown[] | undefined) => value === undefined || value.length === 0 ? {} : { [name]: value.map(String) };
      expect(collection).toEqual(isOlder ? [ID] : undefined);
      expect(values).toEqual({
        ...list('--rate-limit', given.rateLimitPerMinute === undefined ? [] : [given.rateLimitPerMinute]),
        ...list('--always-capture-payloads', isOlder ? [] : alwaysCapturePayloads),
        ...list('--host-allow', given.hostAllow),
        ...list('--host-exclusions', given.hostExclusions),
        ...list('--path-allow', given.pathAllow),
        ...list('--path-exclusions', given.pathExclusions),
        ...list('--interfaces', given.networkInterfaces),
        ...list('--filter', given.bpfFilter === undefined ? [] : [given.bpfFilter]),
        ...list('--proxy', given.proxyUrl === undefined ? [] : [given.proxyUrl]),
        ...list('--tags', Object.entries(given.traceTags ?? {}).map(([key, value]) => `${key}=${value}`)),
      });
    }));
  });

  test('the container is never essential, and has neither the key in clear text nor a member without a value', () => {
    fc.assert(fc.property(asked, fc.constantFrom(LIVE_COLLECTION, INSIGHTS), (given, generation) => {
      const description = containerOf(given, generation);
      expect(description.essential).toBe(false);
      expect(description.environment.filter(({ name }) => name.endsWith('API_KEY'))).toEqual([]);
      expect(Object.values(description)).not.toContain(undefined);
      expect(containerOf(given, generation)).toEqual(description);
    }));
  });
});
