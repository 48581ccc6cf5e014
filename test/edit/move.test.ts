import * as fc from '../random';
import {
  asked, askedInsights, COLLECTION, destinationPartsOf, foreignAgents, insightsUpdate, OTHER_SECRET, PROJECT, SECRET, SYSTEM_ENV, update, updateOf, updates,
  WORKSPACE,
} from './asked';
import { described } from './described';
import { answers } from './generated';
import { argumentsFor, destinationOf, INSIGHTS, LIVE_COLLECTION, OptionRow, OPTIONS } from '../../src/agent';
import {
  agentsIn, containersOf, generationIn, isShellChanged, Json, JsonObject, parseJson, printJson, registrable, seeAgent, withAgent, withMembers,
} from '../../src/edit';
import { AgentUpdate, runnable } from '../../src/edit/agent-container';

/** The only container, after a move. */
function moved(container: JsonObject, to: AgentUpdate): JsonObject {
  return containersOf(withAgent({ containerDefinitions: [container] }, to))[0];
}

const valuesIn = ({ environment }: JsonObject): { readonly [name: string]: Json } =>
  Object.fromEntries((environment as { name: string; value: string }[]).map(({ name, value }) => [name, value]));

const toProject = (more: Parameters<typeof insightsUpdate>[0] = {}, named: readonly string[] = []) =>
  insightsUpdate({ projectId: PROJECT, ...more }, ['projectId', ...named]);
const toCollection = (more: Parameters<typeof update>[0] = {}, named: readonly string[] = []) => update(more, ['collectionId', ...named]);

const OLDER: JsonObject = {
  name: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent', essential: false,
  entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION], secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET }],
};
const NEWER: JsonObject = {
  name: 'postman-insights-agent', image: 'public.ecr.aws/postman/postman-insights-agent:v0.40.1', essential: false,
  entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT],
  secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: OTHER_SECRET }, { name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET }],
};
const place = (prefix: string) => [['AWS_REGION', 'eu-west-1'], ['ECS_SERVICE', 'web'], ['ECS_TASK', 'web']]
  .map(([suffix, value]) => ({ name: `${prefix}_${suffix}`, value }));

describe('an agent of the other generation', () => {
  test('an older agent of upstream with its key in clear text becomes today\'s agent with a secret, and keeps its sizes', () => {
    const body = described('agent-of-upstream-with-the-key-in-clear');
    const after = withAgent(body, toProject());
    const [web, agent] = containersOf(body);
    expect(after).toEqual({
      ...body,
      containerDefinitions: [web, {
        ...agent,
        name: 'postman-insights-agent',
        image: 'public.ecr.aws/postman/postman-insights-agent:latest',
        entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT],
        environment: [...place('AKITA'), ...place('POSTMAN')],
        secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET }, { name: 'POSTMAN_API_KEY', valueFrom: SECRET }],
      }],
    });
    expect(printJson(after)).not.toContain('"the-key-in-clear"');
    expect(Object.keys(containersOf(after)[1])).toEqual([...Object.keys(agent), 'secrets']);
  });

  test('today\'s agent of upstream becomes the older agent, keeps what both have, and loses what only it has', () => {
    const body = described('agent-of-upstream-insights-by-workspace');
    const [web, agent] = containersOf(body);
    expect(withAgent(body, toCollection())).toEqual({
      ...body,
      containerDefinitions: [web, {
        ...agent,
        name: 'postman-lc-agent',
        image: 'docker.postman.com/postman-lc-agent:latest',
        entryPoint: [
          '/postman-lc-agent', 'apidump', '--collection', COLLECTION, '--rate-limit', '500', '--host-allow', 'api', '--path-exclusions', '^/health',
          '--filter', 'port 80',
        ],
        environment: [{ name: 'POSTMAN_ENV', value: 'beta' }, ...place('POSTMAN'), ...place('AKITA')],
        secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }],
      }],
    });
  });

  test('an agent of Akita becomes today\'s agent', () => {
    const [agent] = agentsIn(withAgent(described('agent-of-upstream-akita'), insightsUpdate({ discovery: true }, ['discovery'])));
    expect(seeAgent(agent)).toEqual({
      container: 'postman-insights-agent', image: INSIGHTS.image, generation: 'insights', host: INSIGHTS.hosts.US, proxy: undefined,
      destination: { discovery: 'true', discoveryNamespace: 'shop', discoveryName: 'web' },
    });
    expect(agent.entryPoint).toEqual(['/postman-insights-agent', 'apidump', '--discovery-mode']);
    expect(agent.secrets).toEqual([{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET }, { name: 'POSTMAN_API_KEY', valueFrom: SECRET }]);
  });

  test('an agent whose program the image starts gets the whole command in its entry point', () => {
    const { entryPoint, command } = moved({ ...OLDER, entryPoint: [], command: ['apidump', `--collection=${COLLECTION}`, '--filter=port 80'] }, toProject());
    expect([entryPoint, command]).toEqual([['/postman-insights-agent', 'apidump', '--project', PROJECT, '--filter', 'port 80'], undefined]);
    expect(moved({ image: 'akitasoftware/cli:1' }, toProject()).entryPoint).toEqual(['/postman-insights-agent', 'apidump', '--project', PROJECT]);
  });

  test('an agent that a shell starts is refused, since its flags would be lost', () => {
    const [agent] = agentsIn(described('agent-in-a-shell'));
    expect(isShellChanged(agent, moved(agent, toProject()))).toBe(true);
  });

  test.each<[string, readonly Json[], readonly string[]]>([
    ['several values, and values with commas', ['--host-allow', 'a', '--host-allow="h{1,2}"', '--debug', '--host-allow', 'c,d'],
      ['--host-allow', 'a', '--host-allow', '"h{1,2}"', '--host-allow', 'c,d']],
    ['a value that looks like a flag', ['--filter', '--project'], ['--filter', '--project']],
    ['arguments that are not text', [null, 5, { a: 1 }, '--filter', 'port 80', ['x']], ['--filter', 'port 80']],
    ['a flag whose value is not text', ['--filter', 5, '--proxy', 'http://10.0.0.1:3128'], ['--proxy', 'http://10.0.0.1:3128']],
    ['a flag whose value is missing', ['--proxy', 'http://10.0.0.1:3128', '--filter'], ['--proxy', 'http://10.0.0.1:3128']],
    ['arguments after the end of the flags', ['--tags', 'a=b', '--', '--filter', 'port 80'], ['--tags', 'a=b']],
    ['the value of another flag that looks like a filter', ['-c', '--filter', '--interfaces', 'eth0'], ['--interfaces', 'eth0']],
  ])('filters stay as they are with %s', (_, args, expected) => {
    const { entryPoint } = moved({ ...OLDER, entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION, ...args] }, toProject());
    expect(entryPoint).toEqual(['/postman-insights-agent', 'apidump', '--project', PROJECT, ...expected]);
  });

  test('an option that is named replaces what the agent had', () => {
    const entryPoint = ['/postman-lc-agent', 'apidump', '--collection', COLLECTION, '--rate-limit', '5', '--host-allow', 'old', '--filter', 'port 80'];
    const after = moved({ ...OLDER, entryPoint }, toProject({ rateLimitPerMinute: 9, hostAllow: ['new', 'other'], capturePercent: 50 },
      ['rateLimitPerMinute', 'hostAllow', 'capturePercent']));
    expect(after.entryPoint).toEqual([
      '/postman-insights-agent', 'apidump', '--project', PROJECT, '--randomized-start', '50', '--rate-limit', '9', '--host-allow', 'new',
      '--host-allow', 'other', '--filter', 'port 80',
    ]);
  });

  test('an image that is named is used, and the default one of the new generation otherwise', () => {
    expect(moved(OLDER, toProject({ image: 'mirror.example.com/postman-insights-agent:v0.40.1' }, ['image'])).image)
      .toBe('mirror.example.com/postman-insights-agent:v0.40.1');
    expect(moved({ ...OLDER, image: 'mirror.example.com/postman-lc-agent:1' }, toProject()).image).toBe(INSIGHTS.image);
  });

  test('the root file system changes only if that is named', () => {
    expect(moved(OLDER, toProject())).not.toHaveProperty('readonlyRootFilesystem');
    expect(moved(OLDER, toProject({}, ['readonlyRootFilesystem'])).readonlyRootFilesystem).toBe(true);
    expect(moved({ ...OLDER, readonlyRootFilesystem: true }, toProject({ readonlyRootFilesystem: false }, ['readonlyRootFilesystem'])))
      .not.toHaveProperty('readonlyRootFilesystem');
  });
});

describe('the key of an agent that is moved', () => {
  const keys = (valueFrom: string) => [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom }, { name: 'POSTMAN_API_KEY', valueFrom }];

  test('a key from a secret is kept, under every variable that the new agent reads', () => {
    expect(moved(OLDER, toProject()).secrets).toEqual(keys(OTHER_SECRET));
    expect(moved(NEWER, toCollection({ apiKey: SECRET })).secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET }]);
  });

  test('a key that is named replaces the one from a secret', () => {
    expect(moved(OLDER, toProject({}, ['apiKey'])).secrets).toEqual(keys(SECRET));
    const { environment, secrets } = moved(OLDER, toProject({ apiKey: 'not-a-key', apiKeyInClear: true }, ['apiKey']));
    expect(secrets).toBeUndefined();
    expect(valuesIn({ environment: environment! })).toMatchObject({ POSTMAN_INSIGHTS_API_KEY: 'not-a-key', POSTMAN_API_KEY: 'not-a-key' });
  });

  test('of two keys from secrets, the one that the program prefers is kept', () => {
    const other = { name: 'OTHER', valueFrom: 'arn' };
    const secrets = [{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }, other, { name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: OTHER_SECRET }];
    expect(moved({ ...NEWER, secrets }, toCollection()).secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET }, other]);
  });

  test('a key in clear text is nowhere in the agent that is moved', () => {
    for (const name of ['POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY']) {
      const { secrets: _, ...agent } = NEWER;
      const after = moved({ ...agent, environment: [{ name, value: 'in-clear' }, { name: 'OWN', value: '1' }] }, toCollection());
      expect(JSON.stringify(after)).not.toContain('in-clear');
      expect(after.secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }]);
    }
  });
});

describe('the log of an agent that is moved', () => {
  const log = (prefix?: string): JsonObject => ({
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/web', ...prefix === undefined ? {} : { 'awslogs-stream-prefix': prefix }, 'mode': 'non-blocking' },
  });

  test('streams that carry the old name carry the new one, and nothing else of the log changes', () => {
    expect(moved({ ...OLDER, logConfiguration: log('postman-lc-agent') }, toProject()).logConfiguration).toEqual(log('postman-insights-agent'));
    expect(moved({ ...NEWER, logConfiguration: log('postman-insights-agent') }, toCollection()).logConfiguration).toEqual(log('postman-lc-agent'));
    expect(moved({ ...OLDER, name: 'lca', logConfiguration: log('lca') }, toProject()).logConfiguration).toEqual(log('postman-insights-agent'));
  });

  test.each([[log('web')], [log()], [{ logDriver: 'splunk' }], [{ logDriver: 'splunk', options: {} }]])('the log %j stays as it is', logConfiguration => {
    expect(moved({ ...OLDER, logConfiguration: logConfiguration as JsonObject }, toProject()).logConfiguration).toBe(logConfiguration);
  });

  test('an agent without a log gets the one that a new agent would get', () => {
    const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'postman-insights-agent' } };
    expect(moved(OLDER, toProject({ logConfiguration })).logConfiguration).toEqual(logConfiguration);
    expect(moved({ ...OLDER, logConfiguration: null }, toProject({ logConfiguration })).logConfiguration).toEqual(logConfiguration);
    expect(moved(OLDER, toProject())).not.toHaveProperty('logConfiguration');
  });
});

describe('containers that refer to an agent that is moved', () => {
  const web: JsonObject = {
    name: 'web', image: 'nginx',
    dependsOn: [{ containerName: 'seed', condition: 'COMPLETE' }, { containerName: 'postman-lc-agent', condition: 'START' }],
    volumesFrom: [{ sourceContainer: 'postman-lc-agent', readOnly: true }, { sourceContainer: 'seed' }],
    links: ['postman-lc-agent:agent', 'seed', 'postman-lc-agent', 'postman-lc-agent-x'],
  };
  const seed: JsonObject = { name: 'seed', image: 'busybox', links: ['cache'], dependsOn: [{ containerName: 'cache', condition: 'START' }] };
  const agent: JsonObject = { ...OLDER, dependsOn: [{ containerName: 'seed', condition: 'START' }], volumesFrom: [{ sourceContainer: 'web' }] };

  test('conditions, volumes and links get its new name, and other references stay as they are', () => {
    const [web2, agent2, seed2] = containersOf(withAgent({ containerDefinitions: [web, agent, seed] }, toProject()));
    expect(web2).toEqual({
      ...web,
      dependsOn: [{ containerName: 'seed', condition: 'COMPLETE' }, { containerName: 'postman-insights-agent', condition: 'START' }],
      volumesFrom: [{ sourceContainer: 'postman-insights-agent', readOnly: true }, { sourceContainer: 'seed' }],
      links: ['postman-insights-agent:agent', 'seed', 'postman-insights-agent', 'postman-lc-agent-x'],
    });
    expect(seed2).toBe(seed);
    expect([agent2.dependsOn, agent2.volumesFrom]).toEqual([agent.dependsOn, agent.volumesFrom]);
  });

  test('references come back with the old name', () => {
    const body = { containerDefinitions: [web, agent, seed] };
    const [web2, , seed2] = containersOf(withAgent(withAgent(body, toProject()), toCollection()));
    expect([web2, seed2]).toEqual([web, seed]);
  });
});

describe('the variables of an agent that is moved', () => {
  const older = (...environment: { readonly name: string; readonly value: string }[]) => ({ ...OLDER, environment: [...environment] as Json[] });
  const newer = (...environment: { readonly name: string; readonly value: string }[]) => ({ ...NEWER, environment: [...environment] as Json[] });

  const NEWER_SWITCH = 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY';
  const telemetry = (container: JsonObject) => Object.entries(valuesIn(container)).filter(([name]) => name.includes('TELEMETRY'));

  test('the variable that turns off usage reports gets the name that the new agent reads', () => {
    expect(telemetry(moved(older({ name: 'AKITA_DISABLE_TELEMETRY', value: '1' }), toProject()))).toEqual([[NEWER_SWITCH, '1']]);
    expect(telemetry(moved(newer({ name: NEWER_SWITCH, value: '1' }), toCollection()))).toEqual([['AKITA_DISABLE_TELEMETRY', '1']]);
    const both = moved(older({ name: 'AKITA_DISABLE_TELEMETRY', value: '1' }, { name: NEWER_SWITCH, value: '0' }), toProject());
    expect((both.environment as { name: string }[]).filter(({ name }) => name.includes('TELEMETRY'))).toEqual([{ name: NEWER_SWITCH, value: '1' }]);
  });

  test('the agent has one such variable if the option is named, since it joins the values of both', () => {
    const named = toProject({ disableTelemetry: true }, ['disableTelemetry']);
    expect(telemetry(moved(older({ name: 'AKITA_DISABLE_TELEMETRY', value: 'true' }), named))).toEqual([[NEWER_SWITCH, 'true']]);
    expect(telemetry(moved(newer({ name: 'AKITA_DISABLE_TELEMETRY', value: 'true' }), named))).toEqual([[NEWER_SWITCH, 'true']]);
    expect(telemetry(moved(OLDER, named))).toEqual([[NEWER_SWITCH, 'true']]);
    expect(telemetry(moved(older({ name: 'AKITA_DISABLE_TELEMETRY', value: 'true' }), toProject({}, ['disableTelemetry'])))).toEqual([]);
  });

  test('a variable that comes from a secret still does', () => {
    const from = { ...OLDER, secrets: [{ name: 'AKITA_DISABLE_TELEMETRY', valueFrom: 'arn:off' }, { name: 'POSTMAN_API_KEY', valueFrom: SECRET }] };
    const { secrets, environment } = moved(from, toProject());
    expect(secrets).toEqual([
      { name: NEWER_SWITCH, valueFrom: 'arn:off' }, { name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET },
      { name: 'POSTMAN_API_KEY', valueFrom: SECRET },
    ]);
    expect(JSON.stringify(environment)).not.toContain('arn:off');
  });

  test('a rate limit in a variable that the older agent does not read becomes its flag', () => {
    const limited = (value: string) => moved(newer({ name: 'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT', value }), toCollection());
    expect(limited('250').entryPoint).toEqual(['/postman-lc-agent', 'apidump', '--collection', COLLECTION, '--rate-limit', '250']);
    expect(valuesIn(limited('250'))).not.toHaveProperty('POSTMAN_INSIGHTS_AGENT_RATE_LIMIT');
    // The program ignores these in the variable, and exits if they are in the flag.
    for (const value of ['', 'fast', '0', '-5']) expect(limited(value).entryPoint).toEqual(['/postman-lc-agent', 'apidump', '--collection', COLLECTION]);
    const secret = { ...NEWER, secrets: [{ name: 'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT', valueFrom: 'arn:rate' }] };
    expect(moved(secret, toCollection()).entryPoint).toEqual(['/postman-lc-agent', 'apidump', '--collection', COLLECTION]);
  });

  test('what is named is not overridden by a variable that the older agent did not read', () => {
    const agent = older({ name: 'POSTMAN_AGENT_RANDOM_START', value: '1' }, { name: 'POSTMAN_REGION', value: 'US' });
    const after = moved(agent, toProject({ capturePercent: 50, dataRegion: 'EU' }, ['capturePercent', 'dataRegion']));
    expect(Object.keys(valuesIn(after))).not.toEqual(expect.arrayContaining(['POSTMAN_AGENT_RANDOM_START']));
    expect(after.entryPoint).toEqual(expect.arrayContaining(['--randomized-start', '50', '--region', 'EU']));
    expect(seeAgent(after).host).toBe(INSIGHTS.hosts.EU);
  });

  test('variables of the old destination, region and place are gone, and the application\'s own stay at their place', () => {
    const agent = newer(
      { name: 'OWN', value: '1' }, { name: 'POSTMAN_INSIGHTS_WORKSPACE_ID', value: WORKSPACE }, { name: 'POSTMAN_INSIGHTS_SYSTEM_ENV', value: SYSTEM_ENV },
      { name: 'POSTMAN_INSIGHTS_DISCOVERY_MODE', value: 'true' }, { name: 'POSTMAN_INSIGHTS_SERVICE_NAME', value: 'a/b' },
      { name: 'POSTMAN_REGION', value: 'EU' }, { name: 'POSTMAN_AGENT_RANDOM_START', value: '5' }, { name: 'POSTMAN_ECS_TASK', value: 'old' },
      { name: 'LAST', value: '' },
    );
    const secrets = [...NEWER.secrets as Json[], { name: 'POSTMAN_INSIGHTS_PROJECT_ID', valueFrom: 'arn:project' }, { name: 'OTHER', valueFrom: 'arn:other' }];
    const after = moved({ ...agent, secrets }, toCollection());
    const names = (after.environment as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual([
      'OWN', 'POSTMAN_ECS_TASK', 'LAST', 'AKITA_AWS_REGION', 'POSTMAN_AWS_REGION', 'AKITA_ECS_SERVICE', 'POSTMAN_ECS_SERVICE', 'AKITA_ECS_TASK',
    ]);
    expect(valuesIn(after)).toMatchObject({ OWN: '1', LAST: '', POSTMAN_ECS_TASK: 'web' });
    expect(after.secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET }, { name: 'OTHER', valueFrom: 'arn:other' }]);
  });
});

/** Members that say which agent it is, and where its key and its log are. */
const OF_THE_AGENT = ['name', 'image', 'entryPoint', 'command', 'environment', 'secrets', 'logConfiguration', 'readonlyRootFilesystem'];
const bodies: fc.Arbitrary<JsonObject> = answers.map(text => registrable(parseJson(text)));
const moves = fc.tuple(foreignAgents, updates).filter(([agent, { generation }]) => generationIn(agent) !== generation);

describe('any move', () => {
  test('an agent that is moved is recognized as one of the new generation with exactly the wanted destination, and keeps its other members', () => {
    fc.assert(fc.property(moves, unknownMembers(), ([agent, to], unknown) => {
      const before = withMembers(agent, unknown);
      const after = moved(before, to);
      const [added] = agentsIn(withAgent({}, to));
      expect(generationIn(after)).toBe(to.generation);
      expect(destinationOf(runnable(after))).toEqual(destinationOf(runnable(added)));
      expect(Object.keys(destinationOf(runnable(after))).length).toBeGreaterThan(0);
      const others = (container: JsonObject) => Object.entries(container).filter(([name]) => !OF_THE_AGENT.includes(name));
      expect(others(after)).toEqual(others(before));
      if (!to.named.has('readonlyRootFilesystem')) expect(after.readonlyRootFilesystem).toBe(before.readonlyRootFilesystem);
    }), fc.runs(500));
  });

  test('options that both generations have as flags keep their values, unless they are named', () => {
    const shared = (OPTIONS as readonly OptionRow[]).filter(({ generations, agentFlag }) => generations.length > 1 && agentFlag !== undefined);
    expect(shared.length).toBeGreaterThan(8);
    fc.assert(fc.property(moves, ([agent, to]) => {
      const [added] = agentsIn(withAgent({}, to));
      const after = moved(agent, to);
      for (const row of shared) {
        expect(argumentsFor(runnable(after), row)).toEqual(argumentsFor(runnable(to.named.has(row.prop) ? added : agent), row));
      }
    }), fc.runs(500));
  });

  test('moving there and back restores the definition, but for the order of the agent\'s variables', () => {
    const inOrder = (list: readonly Json[]) => [...list].sort((a, b) => printJson(a) < printJson(b) ? -1 : 1);
    const sorted = (body: JsonObject): JsonObject => withMembers(body, {
      containerDefinitions: containersOf(body).map(container => generationIn(container) === undefined ? container
        : withMembers(container, { environment: inOrder(container.environment as Json[]) })),
    });
    const real = bodies.filter(({ containerDefinitions }) => containerDefinitions !== undefined);
    fc.assert(fc.property(real, asked, askedInsights, (body, older, newer) => {
      const before = withAgent(body, updateOf(older));
      const { collectionId, image, place: where } = older;
      // As the command line describes them: only what it names.
      const bare = { taskSetsMemory: true, place: where, apiKey: SECRET };
      const { projectId, workspaceId, systemEnvironmentId, discovery, discoveryNamespace, discoveryName } = newer;
      const to = { ...bare, projectId, workspaceId, systemEnvironmentId, discovery, discoveryNamespace, discoveryName };
      const between = withAgent(before, updateOf(to, destinationPartsOf(to), INSIGHTS));
      expect(generationIn(agentsIn(between)[0])).toBe(INSIGHTS);
      const log = older.logConfiguration;
      const after = withAgent(between, updateOf({ ...bare, collectionId, image, logConfiguration: log }, ['collectionId', 'image'], LIVE_COLLECTION));
      expect(printJson(sorted(after))).toBe(printJson(sorted(before)));
    }), fc.runs(200));
  });
});

/** Members of a container that this version does not know, or that a user has set. */
function unknownMembers(): fc.Arbitrary<JsonObject> {
  return fc.record({
    futureA: fc.constant<Json>({ b: [1, null] }), memory: fc.constant<Json>(512), user: fc.constant<Json>('0'), readonlyRootFilesystem: fc.constant<Json>(true),
    linuxParameters: fc.constant<Json>({ capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }), restartPolicy: fc.constant<Json>({ enabled: true }),
    healthCheck: fc.constant<Json>({ command: ['CMD', 'x'] }),
  }, { requiredKeys: [] });
}
