import {
  argumentsFor, backendHost, destinationOf, GENERATIONS, generationOfImage, hasFlag, hostOf, INSIGHTS, isNotKnownOnArm64, LIVE_COLLECTION, OptionRow,
  OPTIONS, recognizeAgent, Runnable, valueOf, wordsOf,
} from '../../src/agent';

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const WORKSPACE = '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const SYSTEM_ENV = '0f3c6b2a-4d0e-4d0e-9a55-3f1f7f3a1c11';
const ROWS: readonly OptionRow[] = OPTIONS;
const rowOf = (prop: string) => ROWS.find(row => row.prop === prop)!;

/** An Insights agent with these flags and variables. */
function agent(flags: readonly string[], variables: { readonly [name: string]: string } = {}): Runnable {
  return {
    entryPoint: ['/postman-insights-agent', 'apidump', ...flags],
    environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
  };
}

describe('recognition of the agent', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const known = [
    'docker.postman.com/postman-lc-agent', 'public.ecr.aws/postman/postman-insights-agent', 'docker.postman.com/postman-insights-agent',
    'public.ecr.aws/akitasoftware/akita-cli', 'akitasoftware/cli',
  ];

  /** An image with a tag or a digest, and in registries that mirror it. */
  const variantsOf = (image: string) => [
    image, `${image}:latest`, `${image}:1.2.3`, `${image}@${digest}`, `${image}:1@${digest}`, `mirror.example.com:5000/${image}`,
    `111122223333.dkr.ecr.eu-west-1.amazonaws.com/docker/${image.split('/').slice(1).join('/') || image}`,
  ].filter(name => !/amazonaws.com\/docker\/cli$/.test(name));

  test.each(known.flatMap(variantsOf))('the image %s is recognized as the agent', image => {
    expect(recognizeAgent({ image })).toBeDefined();
  });

  test.each([
    'postman-lc-agent', 'localhost/postman-lc-agent', 'localhost:5000/postman-lc-agent:2',
  ])('the image %s, which has no owner, is recognized as the agent', image => {
    expect(recognizeAgent({ image })).toBeDefined();
  });

  test.each([
    'nginx', 'example/my-postman-lc-agent', 'postman-lc-agent-wrapper', 'docker.postman.com/postman-lc-agent/other', 'amazon/cli', 'cli',
    'example.com/other/cli:1', '',
  ])('the image "%s" is not recognized as the agent', image => {
    expect(recognizeAgent({ image })).toBeUndefined();
  });

  test('the default image and the program of each generation are recognized as that generation', () => {
    for (const generation of GENERATIONS) {
      expect(recognizeAgent({ image: generation.image })).toBe(generation);
      expect(recognizeAgent({ image: 'registry.example.com/tools/collector:3', entryPoint: [generation.program, 'apidump'] })).toBe(generation);
      expect(recognizeAgent({ entryPoint: [generation.program] })).toBe(generation);
    }
  });
});

describe('the generation of an image', () => {
  test.each<[string, string | undefined]>([
    ['docker.postman.com/postman-lc-agent:latest', 'live-collection'], ['public.ecr.aws/akitasoftware/akita-cli', 'live-collection'],
    ['akitasoftware/cli:0.37.0', 'live-collection'], ['public.ecr.aws/postman/postman-insights-agent:v0.40.1', 'insights'],
    ['docker.postman.com/postman-insights-agent', 'insights'], ['localhost:5000/postman-insights-agent@sha256:00', 'insights'],
    ['111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/postman-insights-agent:1', 'insights'], ['registry.example.com/tools/collector', undefined],
    ['nginx', undefined],
  ])('the image %s holds the generation %s', (image, name) => {
    expect(generationOfImage(image)?.name).toBe(name);
  });

  test('the program of an entry point decides before the image, since that is what runs', () => {
    expect(recognizeAgent({ image: INSIGHTS.image, entryPoint: [LIVE_COLLECTION.program, 'apidump'] })).toBe(LIVE_COLLECTION);
    expect(recognizeAgent({ image: LIVE_COLLECTION.image, entryPoint: [INSIGHTS.program, 'apidump'] })).toBe(INSIGHTS);
    expect(recognizeAgent({ image: INSIGHTS.image, entryPoint: ['/bin/sh', '-c', 'x'] })).toBe(INSIGHTS);
    expect(recognizeAgent({ image: 'nginx', entryPoint: [null, 5, INSIGHTS.program] })).toBeUndefined();
  });
});

describe('the value of an option in an agent', () => {
  /** Options that the program of the Insights agent has as a flag and as a variable, with the one that it prefers. */
  const BOTH: readonly (readonly [prop: string, preferred: 'flag' | 'variable'])[] = [
    ['projectId', 'variable'], ['workspaceId', 'variable'], ['systemEnvironmentId', 'variable'], ['capturePercent', 'variable'],
    ['dataRegion', 'flag'], ['rateLimitPerMinute', 'flag'],
  ];

  test('each option that is a flag and a variable is in the table of these tests', () => {
    const rows = ROWS.filter(({ agentFlag, variable, type }) => agentFlag !== undefined && variable?.insights !== undefined && type !== 'switch');
    expect(rows.map(({ prop }) => prop).sort()).toEqual(BOTH.map(([prop]) => prop).sort());
  });

  test.each(BOTH)('of the flag and the variable of `%s`, the %s counts', (prop, preferred) => {
    const row = rowOf(prop);
    const [flag, variable] = [row.agentFlag!, row.variable!.insights!];
    const value = (flags: readonly string[], set?: string) => valueOf(agent(flags, set === undefined ? {} : { [variable]: set }), row, INSIGHTS);
    expect(value([flag, 'a'], 'b')).toBe(preferred === 'flag' ? 'a' : 'b');
    expect(value([`${flag}=a`, flag, 'c'], 'b')).toBe(preferred === 'flag' ? 'c' : 'b');
    expect(value([flag, 'a'])).toBe('a');
    expect(value([], 'b')).toBe('b');
    // What is empty is not set.
    expect(value([flag, 'a'], '')).toBe('a');
    expect(value([`${flag}=`], 'b')).toBe('b');
    expect(value([flag, 'a', `${flag}=`])).toBeUndefined();
    expect(value([], '')).toBeUndefined();
    expect(value([])).toBeUndefined();
  });

  test('of two variables of one name, one that is empty does not count', () => {
    const environment = [{ name: 'POSTMAN_INSIGHTS_PROJECT_ID', value: '' }, { name: 'POSTMAN_INSIGHTS_PROJECT_ID', value: 'b' }];
    expect(valueOf({ environment }, rowOf('projectId'), INSIGHTS)).toBe('b');
  });

  test.each<[readonly string[], string | undefined, string | undefined]>([
    [[], 'true', 'true'], [[], 'TRUE', undefined], [[], '1', undefined], [[], ' true', undefined], [[], 'false', undefined], [[], '', undefined],
    [['--discovery-mode'], undefined, 'true'], [['--discovery-mode'], 'false', 'true'], [['--discovery-mode=true'], undefined, 'true'],
    [['--discovery-mode=1'], undefined, 'true'], [['--discovery-mode=false'], undefined, undefined], [['--discovery-mode=0'], undefined, undefined],
    [['--discovery-mode=F'], undefined, undefined], [['--discovery-mode', '--discovery-mode=false'], undefined, undefined],
    [['--discovery-mode=false', '--discovery-mode'], undefined, 'true'], [['--discovery-mode=false'], 'true', 'true'],
    [['--filter', '--discovery-mode'], undefined, undefined], [['--', '--discovery-mode'], undefined, undefined],
  ])('with the flags %j and the variable %j discovery is %j', (flags, variable, expected) => {
    const container = agent(flags, variable === undefined ? {} : { POSTMAN_INSIGHTS_DISCOVERY_MODE: variable });
    expect(valueOf(container, rowOf('discovery'), INSIGHTS)).toBe(expected);
  });

  test('the variables of one generation have no meaning in the other', () => {
    const container = { environment: [{ name: 'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT', value: '5' }] };
    expect(valueOf(container, rowOf('rateLimitPerMinute'), LIVE_COLLECTION)).toBeUndefined();
    expect(valueOf(container, rowOf('rateLimitPerMinute'), INSIGHTS)).toBe('5');
  });
});

describe('the destination of an agent', () => {
  const NAMES = { POSTMAN_INSIGHTS_CLUSTER_NAME: 'shop', POSTMAN_K8S_NAMESPACE: 'team-a', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'orders' };

  test.each<[string, Runnable, object]>([
    ['a project', agent(['--project', 'svc_1']), { projectId: 'svc_1' }],
    ['a workspace with its system environment', agent(['--workspace-id', WORKSPACE, `--system-env=${SYSTEM_ENV}`]),
      { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV }],
    ['a deprecated collection', agent(['--collection', COLLECTION]), { collectionId: COLLECTION }],
    ['a project in a variable, over the flag', agent(['--project', 'svc_1'], { POSTMAN_INSIGHTS_PROJECT_ID: 'svc_2' }), { projectId: 'svc_2' }],
    ['a workspace in variables', agent([], { POSTMAN_INSIGHTS_WORKSPACE_ID: WORKSPACE, POSTMAN_INSIGHTS_SYSTEM_ENV: SYSTEM_ENV }),
      { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV }],
    ['empty variables, which do not count', agent(['--project', 'svc_1'], { POSTMAN_INSIGHTS_PROJECT_ID: '', POSTMAN_INSIGHTS_WORKSPACE_ID: '' }),
      { projectId: 'svc_1' }],
    ['discovery by its flag', agent(['--discovery-mode', '--service-name', 'a/b']), { discovery: 'true' }],
    ['discovery with its names', agent(['--discovery-mode'], NAMES), { discovery: 'true', discoveryNamespace: 'team-a', discoveryName: 'orders' }],
    ['discovery, which overrides all others',
      agent(['--project', 'svc_1', '--workspace-id', WORKSPACE], { ...NAMES, POSTMAN_INSIGHTS_DISCOVERY_MODE: 'true', POSTMAN_INSIGHTS_PROJECT_ID: 'svc_2' }),
      { discovery: 'true', discoveryNamespace: 'team-a', discoveryName: 'orders' }],
    ['names without discovery, which do not count', agent(['--project', 'svc_1'], NAMES), { projectId: 'svc_1' }],
    ['two destinations, with which the agent idles', agent(['--project', 'svc_1'], { POSTMAN_INSIGHTS_WORKSPACE_ID: WORKSPACE }),
      { projectId: 'svc_1', workspaceId: WORKSPACE }],
    ['none', agent([]), {}],
    ['an empty flag', agent(['--project=', '--workspace-id', '']), {}],
    ['a flag whose value is missing', agent(['--project']), {}],
    ['an older agent, which reads no variable',
      { entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION], environment: [{ name: 'POSTMAN_INSIGHTS_PROJECT_ID', value: 'svc_1' }] },
      { collectionId: COLLECTION }],
    ['an agent of Akita', { image: 'public.ecr.aws/akitasoftware/akita-cli', entryPoint: ['/akita', 'apidump', '--project', 'shop'] }, { projectId: 'shop' }],
  ])('the destination of an agent with %s is seen', (_, container, expected) => {
    expect(destinationOf(container)).toEqual(expected);
  });
});

describe('the host to which an agent sends', () => {
  test.each<[string, Runnable, string]>([
    ['no region', agent([]), 'api.observability.postman.com'],
    ['the flag EU', agent(['--region', 'EU']), 'api.observability.eu.postman.com'],
    ['the flag in lower case', agent(['--region=eu']), 'api.observability.eu.postman.com'],
    ['the variable', agent([], { POSTMAN_REGION: ' eu ' }), 'api.observability.eu.postman.com'],
    ['the flag, over the variable', agent(['--region', 'US'], { POSTMAN_REGION: 'EU' }), 'api.observability.postman.com'],
    ['an empty flag, and the variable', agent(['--region='], { POSTMAN_REGION: 'EU' }), 'api.observability.eu.postman.com'],
    ['a region that the program does not know', agent(['--region', 'eu-west-1']), 'api.observability.postman.com'],
    ['a region with the name of an inherited member', agent(['--region', 'constructor']), 'api.observability.postman.com'],
  ])('it is seen with %s', (_, container, host) => {
    expect(hostOf(container, INSIGHTS)).toBe(host);
  });

  test('the older agent always sends to the US', () => {
    expect(hostOf({ environment: [{ name: 'POSTMAN_REGION', value: 'EU' }] }, LIVE_COLLECTION)).toBe('api.observability.postman.com');
    expect(backendHost(LIVE_COLLECTION, 'EU')).toBe('api.observability.postman.com');
  });
});

describe('the arguments of the program', () => {
  test('a flag with a value takes the next argument, whatever it looks like, and a switch takes none', () => {
    const args = ['/postman-insights-agent', 'apidump', '--filter', '--project', '--project', 'svc_1', '--discovery-mode', 'false', '--user', '--region'];
    expect(wordsOf(args).map(({ flag, value }) => [flag, value])).toEqual([
      [undefined, undefined], [undefined, undefined], ['--filter', '--project'], ['--project', 'svc_1'], ['--discovery-mode', undefined],
      [undefined, undefined], ['--user', '--region'],
    ]);
  });

  test.each([
    '-c', '-u', '-v', '--command', '--log-format', '--privacy-mode', '--service-name', '--service', '--deployment',
  ])('the flag %s takes the next argument', flag => {
    expect(argumentsFor(agent([flag, '--project', '--project', 'svc_1']), rowOf('projectId'))).toEqual(['svc_1']);
    expect(argumentsFor(agent([`${flag}=x`, '--project', 'svc_1']), rowOf('projectId'))).toEqual(['svc_1']);
  });

  test('nothing after `--` is a flag, and arguments that are not text are none', () => {
    const container = { entryPoint: [null, '--project', 5, { a: '--project' }, '--repro-mode', '--', '--project', 'svc_1'] };
    expect(argumentsFor(container, rowOf('projectId'))).toEqual([]);
    expect(hasFlag(container, '--repro-mode')).toBe(true);
    expect(hasFlag(container, '--project')).toBe(true);
    expect(wordsOf(['-', '---', '', '=', '--=x', '-5']).map(({ flag }) => flag)).toEqual([undefined, undefined, undefined, undefined, undefined, '-5']);
  });

  test('the command follows the entry point', () => {
    expect(argumentsFor({ entryPoint: ['/postman-insights-agent', 'apidump', '--project'], command: ['svc_1'] }, rowOf('projectId'))).toEqual(['svc_1']);
  });
});

describe('images on ARM64', () => {
  const digest = `sha256:${'0'.repeat(64)}`;

  test.each([
    LIVE_COLLECTION.image, 'docker.postman.com/postman-lc-agent', 'docker.postman.com/postman-lc-agent:0.29.3', `docker.postman.com/postman-lc-agent@${digest}`,
    'public.ecr.aws/akitasoftware/akita-cli:latest', 'akitasoftware/cli', 'docker.io/akitasoftware/cli:0.1', 'docker.postman.com/postman-insights-agent:latest',
  ])('it is not known whether the image %s runs on ARM64', image => {
    expect(isNotKnownOnArm64(image)).toBe(true);
  });

  test.each([
    INSIGHTS.image, 'public.ecr.aws/postman/postman-insights-agent:v0.40.1', `public.ecr.aws/postman/postman-insights-agent@${digest}`, 'nginx',
    'mirror.example.com/postman-lc-agent:1', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/postman-lc-agent',
    'mirror.example.com/docker.postman.com/postman-lc-agent',
  ])('nothing is said of the image %s on ARM64: it runs there, or it is an image in a registry of the user', image => {
    expect(isNotKnownOnArm64(image)).toBe(false);
  });
});
