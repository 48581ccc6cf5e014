import { RE2JS } from 're2js';
import * as fc from '../random';
import { Said, said } from './said';
import { AgentOptions, Generation, GENERATIONS, INSIGHTS, LIVE_COLLECTION, reservedVariables } from '../../src/agent';
import { checkImage, checkImageGeneration, checkOptions, COMMAND_LINE_WORDS, commandLineWords, CONSTRUCT_WORDS, Words } from '../../src/preflight';

const ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';

interface How {
  readonly isToken?: (value: unknown) => boolean;
  readonly words?: Words;
}

function checked(options: Partial<AgentOptions>, { isToken, words = CONSTRUCT_WORDS }: How = {}): Said[] {
  return said(checkOptions(LIVE_COLLECTION, options, { isToken }), words);
}

function errors(options: Partial<AgentOptions>): string[] {
  return checked(options).filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

function ids(options: Partial<AgentOptions>): string[] {
  return checked(options).map(({ severity, id }) => `${severity} ${id}`);
}

describe('refused options', () => {
  test.each<[Partial<AgentOptions>, RegExp]>([
    [{ collectionId: '' }, /^`collectionId` must be `<owner>-<uuid>`.*got: "";/],
    [{ collectionId: undefined }, /^The agent needs a destination\. Set `collectionId`\.$/],
    [{ collectionId: null as never }, /^`collectionId` .*got: null/],
    [{ collectionId: 'orders' }, /got: orders; Postman shows it/],
    [{ collectionId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, /put the owner's number and a hyphen before it/],
    [{ collectionId: `${ID} ` }, /got: "12345678-.* ";/],
    [{ collectionId: `x ${ID}` }, /`collectionId`/],
    [{ collectionId: `${ID}0` }, /`collectionId`/],
    [{ collectionId: 7 as never }, /got: 7/],
    [{ image: '' }, /^`image` must be the name of an image.*got: "";/],
    [{ image: 'my image' }, /`image`.*got: my image/],
    [{ image: 5 as never }, /`image`.*got: 5/],
    [{ image: null as never }, /`image`.*got: null/],
    [{ rateLimitPerMinute: 0, memoryLimitMiB: 100 }, /^`rateLimitPerMinute`.*got: 0/],
    [{ rateLimitPerMinute: -3, memoryLimitMiB: 800 }, /^`rateLimitPerMinute`.*got: -3/],
    [{ rateLimitPerMinute: NaN, memoryLimitMiB: 100 }, /^`rateLimitPerMinute`.*got: NaN/],
    [{ memoryLimitMiB: 700, memoryReservationMiB: '800' as never }, /^`memoryReservationMiB`.*got: 800/],
    [{ rateLimitPerMinute: 0 }, /^`rateLimitPerMinute` must be a number above zero, in requests a minute, got: 0; leave it out for the agent's own 1000/],
    [{ rateLimitPerMinute: -3 }, /got: -3/],
    [{ rateLimitPerMinute: NaN }, /got: NaN/],
    [{ rateLimitPerMinute: Infinity }, /got: Infinity/],
    [{ rateLimitPerMinute: '5' as never }, /`rateLimitPerMinute`.*got: 5/],
    [{ hostAllow: [''] }, /^`hostAllow` must be a list of regular expressions, each on one line and not empty, got: "";.*index 0/],
    [{ hostAllow: ['a', 'b\nc'] }, /index 1/],
    [{ hostAllow: 'api' as never }, /^`hostAllow` must be a list of regular expressions, got: api/],
    [{ hostAllow: [5 as never] }, /got: 5/],
    [{ networkInterfaces: 'eth0' as never }, /^`networkInterfaces` must be a list of network interfaces, got: eth0/],
    [{ memoryLimitMiB: '800' as never }, /`memoryLimitMiB`.*got: 800/],
    [{ collectionId: [ID] as never }, /`collectionId`/],
    [{ hostAllow: ['(?=a)'] }, /got: \(\?=a\); RE2 has no look-around/],
    [{ hostExclusions: ['(?!a)b'] }, /`hostExclusions`.*RE2 has no look-around/],
    [{ pathAllow: ['(?<=a)b'] }, /`pathAllow`.*RE2 has no look-around/],
    [{ pathAllow: ['(?<!a)b'] }, /`pathAllow`.*RE2 has no look-around/],
    [{ pathExclusions: ['(a)\\1'] }, /`pathExclusions`.*RE2 has no back-references/],
    [{ pathExclusions: ['(?P<n>a)\\k<n>'] }, /RE2 has no back-references/],
    [{ pathAllow: ['\\\\(?<name>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['(?<name>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['[\\]](?<n>[a])'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['\\Qa\\E(?<n>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['[[:alpha:]](?<n>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['\\p{LC}'] }, /does not have the character class \\p\{LC\}/],
    [{ pathAllow: ['[\\P{^Cn}]'] }, /does not have the character class \\P\{\^Cn\}/],
    [{ pathAllow: ['\\p{Assigned}'] }, /does not have the character class/],
    [{ pathAllow: ['\\p{Letter}'] }, /invalid character class range/],
    [{ pathAllow: ['(a{1000}){2}'] }, /invalid repeat count/],
    [{ pathAllow: ['a('] }, /missing closing/],
    [{ pathAllow: ['a{1001}'] }, /invalid repeat count/],
    [{ pathAllow: ['a**'] }, /invalid nested repetition/],
    [{ pathAllow: ['[b-a]'] }, /invalid character class range/],
    [{ pathAllow: ['a\\Z'] }, /invalid escape/],
    [{ networkInterfaces: ['any'] },
      /^`networkInterfaces` must be a list of network interfaces such as eth0, got: any; the agent has no interface of that name/],
    [{ networkInterfaces: ['eth0,eth1'] }, /of 15 characters at most, without spaces and commas, got: eth0,eth1/],
    [{ networkInterfaces: ['a-name-too-long0'] }, /15 characters/],
    [{ networkInterfaces: [''] }, /not empty/],
    [{ bpfFilter: '' }, /^`bpfFilter` must be a BPF expression such as `port 8080`, got: ""; leave it out/],
    [{ bpfFilter: '  ' }, /`bpfFilter`.*got: " {2}"/],
    [{ proxyUrl: 'proxy:3128' }, /^`proxyUrl` must be a URL.*got: proxy:3128; it has no scheme/],
    [{ proxyUrl: 'proxy' }, /it has no scheme and no port/],
    [{ proxyUrl: '10.0.0.1' }, /it has no scheme/],
    [{ proxyUrl: 'http://proxy' }, /it has no port/],
    [{ proxyUrl: 'http://:3128' }, /it has no host/],
    [{ proxyUrl: 'http://a:b:1' }, /the port must be/],
    [{ proxyUrl: '[::1]x' }, /it has no scheme/],
    [{ proxyUrl: 'socks5://proxy:1080' }, /http and https proxies, not socks5/],
    [{ proxyUrl: 'http://proxy:0' }, /the port must be 1-65535/],
    [{ proxyUrl: 'http://proxy:65536' }, /the port must be/],
    [{ proxyUrl: 'http://proxy:port' }, /the port must be/],
    [{ proxyUrl: 'http://proxy:3128/path' }, /a proxy has no path/],
    [{ proxyUrl: 'http://pro xy:3128' }, /it has a space/],
    [{ proxyUrl: 'http://proxy:3128x' }, /the port must be/],
    [{ proxyUrl: 'http://proxy:x3128' }, /the port must be/],
    [{ proxyUrl: 'http://proxy:123456' }, /the port must be/],
    [{ proxyUrl: 'xhttp://proxy:3128' }, /not xhttp/],
    [{ proxyUrl: 'http2://proxy:3128' }, /not http2/],
    [{ proxyUrl: '10.0.0.1x:3128' }, /it has no scheme/],
    [{ proxyUrl: 'x10.0.0.1:3128' }, /it has no scheme/],
    [{ proxyUrl: '[::1]:3128/path' }, /a proxy has no path/],
    [{ proxyUrl: 'http://' }, /it has no host/],
    [{ proxyUrl: 5 as never }, /`proxyUrl`.*got: number/],
    [{ traceTags: { 'a=b': 'c' } }, /^`traceTags` must be tags whose keys and values.*got: a=b=c; the agent exits at once/],
    [{ traceTags: { a: 'b=c' } }, /got: a=b=c/],
    [{ traceTags: { '': 'c' } }, /`traceTags`/],
    [{ traceTags: { a: '' } }, /`traceTags`/],
    [{ traceTags: { ' a': 'b' } }, /space at either end/],
    [{ traceTags: { a: 'b\nc' } }, /no line break/],
    [{ traceTags: { a: 5 as never } }, /got: a=5/],
    [{ traceTags: ['a'] as never }, /`traceTags` must be an object of tags, got: \["a"\]/],
    [{ traceTags: null as never }, /`traceTags`.*got: null/],
    [{ traceTags: 'ab' as never }, /`traceTags`.*got: ab/],
    [{ memoryReservationMiB: 5 }, /^`memoryReservationMiB` must be a whole number of MiB, 6 or more, got: 5/],
    [{ memoryReservationMiB: 300.5 }, /got: 300.5/],
    [{ memoryLimitMiB: 0 }, /^`memoryLimitMiB` must be a whole number of MiB, 6 or more, got: 0/],
    [{ memoryLimitMiB: 300, memoryReservationMiB: 400 },
      /^`memoryLimitMiB` must be at least `memoryReservationMiB`, which is 400 MiB, got: 300; raise the limit or lower the reservation/],
    [{ cpu: 0 }, /^`cpu` must be a whole number of CPU units above zero/],
    [{ cpu: 1.5 }, /got: 1.5/],
  ])('options that the agent does not accept are refused: %j', (options, message) => {
    expect(errors({ collectionId: ID, ...options })).toEqual([expect.stringMatching(message)]);
  });
});

describe('accepted options', () => {
  test.each<[Partial<AgentOptions>]>([
    [{ collectionId: ID.toUpperCase() }],
    [{ collectionId: 'a1b2-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }],
    [{ image: 'mirror.example.com:5000/postman-lc-agent:1.2.3' }],
    [{ image: `docker.postman.com/postman-lc-agent@sha256:${'a'.repeat(64)}` }],
    // The note on an image without a version is made from the image that the container gets.
    [{ image: 'docker.postman.com/postman-lc-agent' }],
    [{ image: 'registry.example.com/tools/collector' }],
    [{ readonlyRootFilesystem: false }],
    [{ disableTelemetry: true }],
    [{ environment: {} }],
    [{ environment: { POSTMAN_ENV: 'beta', OWN: '', HTTPS_PROXY: 'http://proxy:3128', postman_region: 'EU' } }],
    [{ rateLimitPerMinute: 0.5 }],
    [{ rateLimitPerMinute: 100000 }],
    [{ hostAllow: [] }],
    [{ hostAllow: ['api', 'h{1,2}', '^(?i)API', '(?P<n>x)', '[[:alpha:]]+', '\\.example\\.com(:\\d+)?$'] }],
    [{ pathAllow: ['(?:a)', '\\(?<a>', '\\(?=a', '[(?<a>]', '[](?<a>]', '\\\\(?P<a>b)', '\\Q(?<a>\\E', '\\Q(?<a>', '[[:alpha:](?<]'] }],
    [{ pathAllow: ['\\Q\\p{LC}\\E', '\\\\p{2}', '\\pN\\p{Any}'] }],
    [{ pathAllow: ['^/v1/orders$', '\\p{Greek}', '^/(a|b)$'] }],
    [{ networkInterfaces: ['eth0', 'ecs-bridge', 'a-name-of-15chr'] }],
    [{ bpfFilter: 'port 8080' }],
    [{ proxyUrl: 'http://proxy.example.com:3128' }],
    [{ proxyUrl: 'https://10.0.0.1:3128/' }],
    [{ proxyUrl: '10.0.0.1:3128' }],
    [{ proxyUrl: '[2001:db8::1]:3128' }],
    [{ proxyUrl: 'http://[2001:db8::1]:3128' }],
    [{ proxyUrl: 'http://proxy:65535' }],
    [{ proxyUrl: 'http://proxy:1' }],
    [{ proxyUrl: '100.64.10.11:3128' }],
    [{ traceTags: { 'team': 'payments', 'b, "c"': 'd' } }],
    [{ memoryLimitMiB: 700 }],
    [{ memoryLimitMiB: 700, memoryReservationMiB: 700 }],
    [{ memoryReservationMiB: 6 }],
    [{ memoryLimitMiB: 117, rateLimitPerMinute: 100 }],
    [{ cpu: 1 }],
  ])('options that the agent accepts cause no finding: %j', options => {
    expect(checked({ collectionId: ID, ...options })).toEqual([]);
  });
});

describe('a host expression that ends before the port', () => {
  const isValid = (expression: string) => errors({ hostAllow: [expression] }).length === 0;

  test.each([
    '^api\\.example\\.com$', '\\.example\\.com$', '(com|org)$', '\\.(?:com|org)$', '^(a|b)\\.com$', '^[^:]*\\.com$', '[a-z]+com$', '(?i)\\.COM$',
    '\\Qa.b\\E\\.com$', '\\d+\\.com$',
  ])('the host expression %s, which matches no port, causes a warning', expression => {
    expect(ids({ hostAllow: [expression] })).toEqual(['warning hostExpressionEndsBeforePort']);
    expect(ids({ hostExclusions: [expression] })).toEqual(['warning hostExpressionEndsBeforePort']);
  });

  test.each([
    '^api\\.example\\.com(:\\d+)?$', ':8080$', '.*$', '\\d$', '\\pN$', '\\p{Greek}$', 'com', '^api\\.example\\.com', 'com$|:80', ':80|com$',
    '[a-z0-9]+$', '^\\[::1\\]:80$', '^[^/]+$', '80$', '\\S+\\z',
    'com?$', 'com*$', '(com|\\d+)$', '(com|org)?$', '(?:a|80)$', '\\w$', '\\Q80$\\E', 'com\\$', '[com$', '^$', '(?x)com $',
  ].filter(isValid))('the host expression %s, which may match a port, causes no warning', expression => {
    expect(ids({ hostAllow: [expression] })).toEqual([]);
  });

  test('a path expression may end with $', () => {
    expect(ids({ pathAllow: ['^/orders$'] })).toEqual([]);
  });

  test('the warning of a host expression names it and says what to write instead', () => {
    expect(checked({ hostAllow: ['a$'] })[0].message).toMatch(/^`hostAllow` has a\$, which matches no host that carries a port.*End it with `\(:\\d\+\)\?\$`/);
  });

  test('a host expression that causes a warning matches none of the generated hosts with a port', () => {
    const piece = fc.constantFrom(
      'a', 'com', '\\.', '[a-z]', 'com$', '(com|org)$', '\\d$', '(', ')', '?', '[^:]', '.', '\\d', ':', '(a|b)', '(:\\d+)?', 'x*', '$', '^', '\\b',
      '\\z', '|', '0',
    );
    const host = fc.tuple(fc.stringMatching(/^[a-z0-9.-]{1,12}$/), fc.integer({ min: 1, max: 65535 })).map(([name, port]) => `${name}:${port}`);
    const anExpression = fc.array(piece, { minLength: 1, maxLength: 6 }).map(pieces => pieces.join(''));
    fc.assert(fc.property(anExpression, fc.array(host, { minLength: 20, maxLength: 20 }), (expression, hosts) => {
      if (!ids({ hostAllow: [expression] }).includes('warning hostExpressionEndsBeforePort')) return;
      const compiled = RE2JS.compile(expression);
      expect(hosts.filter(candidate => compiled.matcher(candidate).find())).toEqual([]);
    }), fc.runs(2000));
  });
});

describe('warnings and notes', () => {
  test.each<[Partial<AgentOptions>, string]>([
    [{ memoryLimitMiB: 699 }, 'warning agentMemoryLow'],
    [{ memoryLimitMiB: 512, rateLimitPerMinute: 5000 }, 'warning agentMemoryLow'],
    [{ memoryLimitMiB: 116, rateLimitPerMinute: 100 }, 'warning agentMemoryLow'],
    [{ proxyUrl: 'http://user@proxy:3128' }, 'warning proxyCredentialsInClear'],
  ])('the options %j cause the finding: %s', (options, id) => {
    expect(ids(options)).toEqual([id]);
  });

  test.each([0, -3, NaN, Infinity])('a low limit causes no warning if the rate %d is refused', rateLimitPerMinute => {
    expect(ids({ rateLimitPerMinute, memoryLimitMiB: 10 })).toEqual(['error invalidOption']);
  });

  test('the warning of a low limit gives the measured need at a lower rate', () => {
    expect(checked({ memoryLimitMiB: 60, rateLimitPerMinute: 50 })[0].message).toBe(
      '`memoryLimitMiB` is 60 MiB, but the agent was measured to use 83 MB at 50 captured requests a minute. '
      + 'ECS kills the agent if it uses more than its limit. Raise the limit, or lower `rateLimitPerMinute`.');
    expect(checked({ memoryLimitMiB: 200, rateLimitPerMinute: 550 })[0].message).toContain('237 MB at 550');
    expect(checked({ memoryLimitMiB: 200 })[0].message).toContain('Postman asks for at least 700 MiB at 1000');
  });
});

/** The sentence of each face, with its severity and id. There must be one. */
function both(generation: Generation, given: object): { readonly found: string; readonly construct: string; readonly commandLine: string } {
  const [inConstruct, inCommandLine] = [CONSTRUCT_WORDS, COMMAND_LINE_WORDS].map(words => said(checkOptions(generation, given), words));
  expect([inConstruct.length, inCommandLine.length]).toEqual([1, 1]);
  const [{ severity, id, message }] = inConstruct;
  return { found: `${severity} ${id}`, construct: message, commandLine: inCommandLine[0].message };
}

const PROJECT = { projectId: 'svc_0aZ4Vd1kQ2mN7pX9sB3tRw' };
const EACH = GENERATIONS.map(generation => ({ title: generation.title, generation, destination: generation === INSIGHTS ? PROJECT : { collectionId: ID } }));

describe('options of the Insights agent', () => {
  test.each([0, 101, 1.5, -1, NaN, Infinity, '5', 'half', null])('the share %j of tasks that capture is refused', percent => {
    const shown = typeof percent === 'string' ? percent : typeof percent === 'number' ? String(percent) : 'null';
    const rest = `must be a whole number from 1 to 100, in percent, got: ${shown}; leave it out to capture in every task.`;
    expect(both(INSIGHTS, { ...PROJECT, capturePercent: percent })).toEqual({
      found: 'error invalidOption', construct: `\`capturePercent\` ${rest}`, commandLine: `\`--capture-percent\` ${rest}`,
    });
  });

  test.each(['', 'eu', 'us', 'EU ', 'eu-west-1', 'constructor', 5, null])('the data region %j is refused', region => {
    const shown = typeof region === 'string' && region !== '' && region === region.trim() ? region : JSON.stringify(region);
    const rest = `must be US or EU, got: ${shown}; it is the region of the Postman team's data, not an AWS region; leave it out for US.`;
    expect(both(INSIGHTS, { ...PROJECT, dataRegion: region })).toEqual({
      found: 'error invalidOption', construct: `\`dataRegion\` ${rest}`, commandLine: `\`--data-region\` ${rest}`,
    });
  });

  test.each<[Partial<AgentOptions>]>([
    [{ capturePercent: 1 }], [{ capturePercent: 100 }], [{ dataRegion: 'US' }], [{ dataRegion: 'EU' }], [{ reproMode: false }], [{ alwaysCapturePayloads: [] }],
    [{ image: 'public.ecr.aws/postman/postman-insights-agent:v0.40.1' }], [{ memoryLimitMiB: 145, rateLimitPerMinute: 11999 }],
  ])('options that the Insights agent accepts cause no finding: %j', options => {
    expect(checkOptions(INSIGHTS, { ...PROJECT, ...options })).toEqual([]);
  });

  test('repro mode causes a warning that says what it sends', () => {
    const rest = 'the agent sends headers and bodies of requests and responses to Postman, after it has redacted what it recognizes as sensitive. '
      + 'Check that your rules for data allow this, or leave';
    expect(both(INSIGHTS, { ...PROJECT, reproMode: true })).toEqual({
      found: 'warning payloadsSent',
      construct: `With \`reproMode\` ${rest} \`reproMode\` out.`,
      commandLine: `With \`--repro-mode\` ${rest} \`--repro-mode\` out.`,
    });
    expect(both(INSIGHTS, { ...PROJECT, reproMode: true, alwaysCapturePayloads: ['^/v1'] }).found).toBe('warning payloadsSent');
    const isToken = (value: unknown) => value === 'TOKEN';
    expect(said(checkOptions(INSIGHTS, { ...PROJECT, reproMode: 'TOKEN' as never }, { isToken })).map(({ id }) => id)).toEqual(['invalidOption']);
  });

  test('paths for payloads without repro mode cause a warning', () => {
    expect(both(INSIGHTS, { ...PROJECT, alwaysCapturePayloads: ['^/v1'] })).toEqual({
      found: 'warning payloadsNotSent',
      construct: '`alwaysCapturePayloads` has no effect without `reproMode`. Set `reproMode`, too, or leave `alwaysCapturePayloads` out.',
      commandLine: '`--always-capture-payloads` has no effect without `--repro-mode`. Set `--repro-mode`, too, or leave `--always-capture-payloads` out.',
    });
    expect(both(INSIGHTS, { ...PROJECT, reproMode: false, alwaysCapturePayloads: ['^/v1'] }).found).toBe('warning payloadsNotSent');
  });

  test('an expression of paths for payloads must be one of RE2', () => {
    expect(said(checkOptions(INSIGHTS, { ...PROJECT, reproMode: true, alwaysCapturePayloads: ['(?=a)'] })).map(({ severity, id }) => `${severity} ${id}`))
      .toEqual(['error invalidOption', 'warning payloadsSent']);
  });

  test('a rate limit that is refused names the agent\'s own', () => {
    expect(both(INSIGHTS, { ...PROJECT, rateLimitPerMinute: 0 }).commandLine)
      .toBe('`--rate-limit` must be a number above zero, in requests a minute, got: 0; leave it out for the agent\'s own 12000.');
  });
});

describe('further variables', () => {
  test.each(EACH)('every variable that an option or the agent itself sets is refused for the $title', ({ generation, destination }) => {
    const names = [
      'POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY', 'AKITA_API_KEY_ID', 'AKITA_API_KEY_SECRET',
      'POSTMAN_INSIGHTS_PROJECT_ID', 'POSTMAN_INSIGHTS_WORKSPACE_ID', 'POSTMAN_INSIGHTS_SYSTEM_ENV',
      'POSTMAN_INSIGHTS_DISCOVERY_MODE', 'POSTMAN_INSIGHTS_SERVICE_NAME', 'POSTMAN_INSIGHTS_CLUSTER_NAME', 'POSTMAN_K8S_NAMESPACE',
      'POSTMAN_INSIGHTS_WORKLOAD_NAME', 'POSTMAN_REGION', 'AKITA_AWS_REGION', 'AKITA_ECS_SERVICE', 'AKITA_ECS_TASK', 'POSTMAN_AWS_REGION',
      'POSTMAN_ECS_SERVICE', 'POSTMAN_ECS_TASK', 'AKITA_DISABLE_TELEMETRY', 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY',
      'POSTMAN_LC_AGENT_DISABLE_TELEMETRY', 'POSTMAN_AGENT_RANDOM_START',
      'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT',
    ];
    expect([...reservedVariables().keys()].sort()).toEqual([...names].sort());
    for (const name of names) {
      const { found, construct, commandLine } = both(generation, { ...destination, environment: { OWN: '1', [name]: 'x' } });
      expect(found).toBe('error invalidOption');
      expect(construct).toMatch(new RegExp(`^\`environment\` must be variables that are not set by other options, got: ${name}; .*\\.$`));
      expect(commandLine).toMatch(new RegExp(`^\`--environment\` must be variables that are not set by other options, got: ${name}; .*\\.$`));
    }
  });

  test.each<[string, string, string, string]>([
    [INSIGHTS.title, 'POSTMAN_API_KEY', 'it names the key, the destination or the place of the agent; leave it out', ''],
    [INSIGHTS.title, 'POSTMAN_INSIGHTS_SERVICE_NAME', 'it names the key, the destination or the place of the agent; leave it out', ''],
    [INSIGHTS.title, 'POSTMAN_ECS_TASK', 'it names the key, the destination or the place of the agent; leave it out', ''],
    [INSIGHTS.title, 'POSTMAN_REGION', 'use `dataRegion`', 'use `--data-region`'],
    [INSIGHTS.title, 'POSTMAN_INSIGHTS_PROJECT_ID', 'use `projectId`', 'use `--project`'],
    [INSIGHTS.title, 'POSTMAN_INSIGHTS_AGENT_RATE_LIMIT', 'use `rateLimitPerMinute`', 'use `--rate-limit`'],
    [INSIGHTS.title, 'AKITA_DISABLE_TELEMETRY', 'use `disableTelemetry`', 'use `--disable-telemetry`'],
    [LIVE_COLLECTION.title, 'POSTMAN_LC_AGENT_DISABLE_TELEMETRY', 'use `disableTelemetry`', 'use `--disable-telemetry`'],
    [LIVE_COLLECTION.title, 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY', 'use `disableTelemetry`', 'use `--disable-telemetry`'],
    [LIVE_COLLECTION.title, 'POSTMAN_REGION', 'the Live Collection agent does not read it; leave it out', ''],
    [LIVE_COLLECTION.title, 'POSTMAN_INSIGHTS_PROJECT_ID', 'the Live Collection agent does not read it; leave it out', ''],
  ])('for the %s the way out for the variable %s is one that the agent has', (title, name, construct, commandLine) => {
    const { generation, destination } = EACH.find(one => one.title === title)!;
    const rest = `must be variables that are not set by other options, got: ${name};`;
    expect(both(generation, { ...destination, environment: { [name]: 'x' } })).toEqual({
      found: 'error invalidOption', construct: `\`environment\` ${rest} ${construct}.`, commandLine: `\`--environment\` ${rest} ${commandLine || construct}.`,
    });
  });

  test.each<[unknown, string]>([
    [{ '': 'x' }, 'variables whose names are not empty and have no `=` and no space, got: "".'],
    [{ 'a=b': 'x' }, 'variables whose names are not empty and have no `=` and no space, got: "a=b".'],
    [{ 'a b': 'x' }, 'variables whose names are not empty and have no `=` and no space, got: "a b".'],
    [{ 'a\u0000': 'x' }, 'variables whose names are not empty and have no `=` and no space, got: "a\\u0000".'],
    [{ OWN: 5 }, 'variables whose values are texts, got: OWN=5.'],
    [{ OWN: null }, 'variables whose values are texts, got: OWN=null.'],
    [['A=b'], 'an object of variables, got: ["A=b"].'],
    ['A=b', 'an object of variables, got: A=b.'],
    [null, 'an object of variables, got: null.'],
  ])('the variables %j are refused', (environment, message) => {
    for (const { generation, destination } of EACH) {
      const { found, construct } = both(generation, { ...destination, environment });
      expect([found, construct]).toEqual(['error invalidOption', `\`environment\` must be ${message}`]);
    }
  });

  test('every variable that is refused is reported, and tokens are not checked', () => {
    const isToken = (value: unknown) => value === 'TOKEN' || value === 5;
    const environment = { POSTMAN_REGION: 'EU', TOKEN: 'x', OWN: 5 as never, POSTMAN_API_KEY: 'TOKEN' };
    expect(checkOptions(INSIGHTS, { ...PROJECT, environment }, { isToken }).map(({ id }) => id)).toEqual(['invalidOption', 'invalidOption']);
  });
});

describe('an image of the other generation', () => {
  const OF_INSIGHTS = [
    'public.ecr.aws/postman/postman-insights-agent:latest', 'docker.postman.com/postman-insights-agent', 'localhost:5000/postman-insights-agent:v0.40.1',
    `111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/postman-insights-agent@sha256:${'a'.repeat(64)}`,
  ];
  const OF_LIVE_COLLECTION = [
    'docker.postman.com/postman-lc-agent:latest', 'public.ecr.aws/akitasoftware/akita-cli', 'akitasoftware/cli:0.37.0',
    `mirror.example.com:5000/team/postman-lc-agent@sha256:${'a'.repeat(64)}`,
  ];

  test.each(OF_INSIGHTS)('the image %s is refused for the older agent, and names the right one', image => {
    const rest = `${image} holds the Insights agent, not the Live Collection agent. Leave`;
    expect(both(LIVE_COLLECTION, { collectionId: ID, image })).toEqual({
      found: 'error imageOfOtherGeneration',
      construct: `\`image\` ${rest} \`image\` out, or use the Insights agent: \`PostmanInsightsSidecar\`.`,
      commandLine: `\`--image\` ${rest} \`--image\` out, or use the Insights agent: `
        + '`--project`, `--workspace-id` with `--system-env` or `--discovery-mode`.',
    });
    expect(checkImageGeneration(INSIGHTS, image)).toEqual([]);
  });

  test.each(OF_LIVE_COLLECTION)('the image %s is refused for the Insights agent, and names the right one', image => {
    const rest = `${image} holds the Live Collection agent, not the Insights agent. Leave`;
    expect(both(INSIGHTS, { ...PROJECT, image })).toEqual({
      found: 'error imageOfOtherGeneration',
      construct: `\`image\` ${rest} \`image\` out, or use the Live Collection agent: \`PostmanLiveCollectionSidecar\`.`,
      commandLine: `\`--image\` ${rest} \`--image\` out, or use the Live Collection agent: \`--collection\`.`,
    });
    expect(checkImageGeneration(LIVE_COLLECTION, image)).toEqual([]);
  });

  test('an image of any other name is accepted for both agents', () => {
    for (const { generation } of EACH) expect(checkImageGeneration(generation, 'registry.example.com/tools/collector:3')).toEqual([]);
  });
});

test('switches must be true or false', () => {
  for (const { generation, destination } of EACH) {
    expect(both(generation, { ...destination, disableTelemetry: 'yes' })).toEqual({
      found: 'error invalidOption',
      construct: '`disableTelemetry` must be true or false, got: yes.',
      commandLine: '`--disable-telemetry` must be true or false, got: yes.',
    });
    expect(both(generation, { ...destination, readonlyRootFilesystem: 1 }).construct).toBe('`readonlyRootFilesystem` must be true or false, got: 1.');
  }
  expect(both(INSIGHTS, { ...PROJECT, reproMode: 'false' }).commandLine).toBe('`--repro-mode` must be true or false, got: false.');
});

test('a proxy with a user is shown without a part that may be a password', () => {
  expect(checked({ proxyUrl: 'http://me:word@proxy:3128' })).toEqual([{
    severity: 'warning',
    id: 'proxyCredentialsInClear',
    message: '`proxyUrl` has a user or a password (http://***@proxy:3128), which everyone who may describe the task definition can read. '
      + 'Use a proxy that admits the tasks by their address.',
  }]);
  expect(checked({ proxyUrl: 'me:word@proxy:3128' })[0].message).toContain('got: ***@proxy:3128; it has no scheme');
  expect(checked({ proxyUrl: 'x-y.z+1://me@proxy:3128' })[0].message).toContain('got: x-y.z+1://***@proxy:3128;');
});

test('a password in a proxy\'s URL is never shown, even if the URL is malformed', () => {
  const password = 'hunter-two';
  for (const proxyUrl of [
    `http://me:${password}@proxy:3128`, `http://me:${password}@proxy`, `me:${password}@proxy:1`, `http://me:${password}@x@proxy:99999`,
    `http://me:${password}/@proxy:1`,
  ]) {
    const findings = checked({ proxyUrl });
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain(password);
  }
});

test('no message has the text before the last @ of a proxy\'s URL', () => {
  const junk = fc.string({ maxLength: 6, unit: fc.constantFrom('a', ':', '/', '@', '.', '[', ']', '1', ' ', '\n') });
  fc.assert(fc.property(fc.constantFrom('me:', 'http://', 'https://', 'socks5://', '//', ':'), junk, junk, junk, (scheme, before, after, host) => {
    expect(JSON.stringify(checked({ proxyUrl: `${scheme}${before}hunter-two${after}@${host}` }))).not.toContain('hunter-two');
  }), { ...fc.runs(2000), examples: [['http://', 'me:', '', 'proxy:3128']] });
});

test('tokens are not checked, neither as values nor in lists', () => {
  const isToken = (value: unknown) => value === 'TOKEN' || value === -1;
  expect(checked({
    collectionId: 'TOKEN', rateLimitPerMinute: -1, hostAllow: ['TOKEN'], networkInterfaces: ['TOKEN'], bpfFilter: 'TOKEN', proxyUrl: 'TOKEN',
    traceTags: { TOKEN: 'TOKEN' }, memoryLimitMiB: 100, memoryReservationMiB: -1,
  }, { isToken })).toEqual([]);
});

test.each(['traceTags', 'environment', 'disableTelemetry', 'discovery'])('%s decides which arguments the agent has, so a token is refused', prop => {
  const isToken = (value: unknown) => value === 'TOKEN';
  expect(said(checkOptions(INSIGHTS, { ...prop === 'discovery' ? {} : PROJECT, [prop]: 'TOKEN' }, { isToken })).map(({ message }) => message))
    .toEqual([expect.stringMatching(`^\`${prop}\` must be .* that is known at synthesis, got: a token`)]);
});

test('messages name an option by its property in the construct and by its flag in the command line', () => {
  const commandLine = commandLineWords();
  expect(checked({ rateLimitPerMinute: 0 }, { words: commandLine })[0].message).toMatch(/^`--rate-limit` must be/);
  expect(checked({ bpfFilter: '' }, { words: commandLine })[0].message).toMatch(/^`--filter` must be/);
  expect(checked({ networkInterfaces: ['any'] }, { words: commandLine })[0].message).toContain('leave `--interfaces` out');
  expect(checked({ networkInterfaces: ['any'] })[0].message).toContain('leave `networkInterfaces` out');
  expect(checked({ memoryLimitMiB: 10, memoryReservationMiB: 20 })[0].message).toContain('at least `memoryReservationMiB`');
});

test('every expression that is accepted compiles', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'a(?<=!>P)[]{}1,*+\\.|^$') }), expression => {
    if (errors({ pathAllow: [expression] }).length === 0) expect(() => RE2JS.compile(expression)).not.toThrow();
  }), fc.runs(2000));
});

test.each<[string, string[]]>([
  ['a', ['unpinnedImage']], ['a:latest', ['unpinnedImage']], ['host:5000/a', ['unpinnedImage']], ['a:1', []], ['a@sha256:00', []], ['a:latest@sha256:00', []],
])('the image %s, also the default one, gets the note %j', (image, expected) => {
  expect(checkImage(image).map(({ id }) => id)).toEqual(expected);
});
