import { Said, said } from './said';
import { INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { remainingContainers, taskFacts } from '../../src/aws/plan/task-facts';
import { containersOf, JsonObject, markedWith, NamedPart, printJson, withAgent, withMembers, withoutAgent } from '../../src/edit';
import { checkRemoval, checkTask, COMMAND_LINE_WORDS } from '../../src/preflight';
import { Asked, insightsUpdate, PROJECT, update } from '../edit/asked';
import { described } from '../edit/described';

interface Change {
  readonly isFargate?: boolean;
  readonly options?: Partial<Asked>;
  readonly named?: readonly NamedPart[];
}

/** The messages of the command line for a change of a task definition. */
function saidOf(before: JsonObject, after: JsonObject, { isFargate = true, options: more = {} }: Change = {}): Said[] {
  const facts = taskFacts({ before, after, agentName: LIVE_COLLECTION.containerName, rateLimitPerMinute: more.rateLimitPerMinute });
  return said(checkTask(facts, { hostKind: isFargate ? 'FARGATE' : 'EC2' }, LIVE_COLLECTION), COMMAND_LINE_WORDS);
}

function judged(body: JsonObject, change: Change = {}): Said[] {
  const { options: more, named = [] } = change;
  return saidOf(body, withAgent(body, update(more, named)), change);
}

/** The same for an update of or to the Insights agent. */
function insightsSaid(body: JsonObject, added: ReturnType<typeof insightsUpdate>): Said[] {
  const facts = taskFacts({ before: body, after: withAgent(body, added), agentName: INSIGHTS.containerName });
  return said(checkTask(facts, { hostKind: 'FARGATE' }, INSIGHTS), COMMAND_LINE_WORDS);
}

function removal(after: JsonObject): Said[] {
  return said(checkRemoval(remainingContainers(after)), COMMAND_LINE_WORDS);
}

/** A task definition without findings. */
const fine = (more: { readonly [member: string]: unknown } = {}): JsonObject => withMembers({
  family: 'web', networkMode: 'awsvpc', executionRoleArn: 'arn:aws:iam::111122223333:role/ecs-execution', cpu: '512', memory: '2048',
  containerDefinitions: [{ name: 'web', image: 'nginx', memory: 512 }],
}, more as JsonObject);
const containers = (...memory: (number | undefined)[]) => memory.map((limit, index) => ({
  name: `c${index}`, image: 'nginx', ...limit === undefined ? {} : { memory: limit },
}));

const WAITING = { name: 'web', dependsOn: [{ containerName: 'a', condition: 'START' }] };
const BRIDGE = 'The task definition uses network mode bridge, in which a sidecar sees only its own traffic. '
  + 'Use network mode awsvpc, or run one agent on each container instance with `ecs daemon add`.';
const CLEAR = 'Container postman-lc-agent has the API key in clear text, which everyone who may describe the task definition can read. '
  + 'Name a secret with `--api-key-secret` to move it to Secrets Manager.';
const SHELL = 'Container postman-lc-agent starts the agent through a shell, so its flags cannot be set. Remove it with `ecs remove`, then add it again.';

describe('errors', () => {
  test.each<[string, JsonObject, Change, string, string]>([
    ['in network mode bridge', fine({ networkMode: 'bridge' }), {}, 'networkMode', BRIDGE],
    ['if the network mode is left out, which means bridge', fine({ networkMode: undefined }), {}, 'networkMode', BRIDGE],
    ['in network mode none', fine({ networkMode: 'none' }), {}, 'networkMode',
      'The task definition uses network mode none, in which a sidecar sees no traffic and has no way out. Use network mode awsvpc.'],
    ['on Windows', fine({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }), {}, 'windowsTask',
      'The task definition is for WINDOWS_SERVER_2022_CORE, but the agent runs only on Linux. Run the service on Linux, or leave the agent out.'],
    ['if another container has its name',
      fine({ containerDefinitions: [{ name: 'web', image: 'nginx', memory: 1 }, { name: 'postman-lc-agent', image: 'busybox', memory: 1 }] }), {},
      'containerName',
      'The task definition has a container named postman-lc-agent that runs another image, busybox. The agent uses that name: rename the other container.'],
    ['if another container has its name and no image', fine({ containerDefinitions: [{ name: 'postman-lc-agent', memory: 1 }] }), {}, 'containerName',
      'The task definition has a container named postman-lc-agent that runs another image, (no image). The agent uses that name: rename the other container.'],
    ['if it is there twice', described('agent-twice'), {}, 'duplicateAgent',
      'The task definition has 2 containers that run the agent, postman-lc-agent and postman-insights-agent, so every request is recorded twice. '
      + 'Remove them with `ecs remove`, then add the agent again.'],
    ['as an eleventh container', fine({ containerDefinitions: containers(...Array<number>(10).fill(10)) }), {}, 'tooManyContainers',
      'The task definition has 10 containers without the agent, and ECS allows 10 in all. Remove one to make room for the agent.'],
    ['as a twelfth container', fine({ containerDefinitions: containers(...Array<number>(11).fill(10)) }), {}, 'tooManyContainers',
      'The task definition has 11 containers without the agent, and ECS allows 10 in all. Remove one to make room for the agent.'],
    ['with a secret and no execution role', fine({ executionRoleArn: undefined }), {}, 'executionRole',
      'The task definition has no execution role, and ECS needs one to read the API key. '
      + 'Add one (`executionRoleArn`), or use `--plaintext-api-key`, which puts the key into the task definition in clear text.'],
    ['with a secret and an execution role without a name', fine({ executionRoleArn: '' }), {}, 'executionRole',
      expect.stringContaining('no execution role') as never],
    ['with a secret in place of a key in clear text, and no execution role', described('agent-of-upstream-with-the-key-in-clear'),
      { named: ['apiKey'] }, 'executionRole', expect.stringContaining('no execution role') as never],
    ['if the containers\' limits use all of the task\'s memory', fine({ containerDefinitions: containers(1024, 1024) }), {}, 'taskMemoryFull',
      'The task has 2048 MiB, and the hard limits of its containers use 2048 MiB, so nothing is left for the agent. Give the task at least 300 MiB more.'],
    ['if the containers\' limits use more than the task\'s memory', fine({ containerDefinitions: containers(2048, 1) }), {}, 'taskMemoryFull',
      'The task has 2048 MiB, and the hard limits of its containers use 2049 MiB, so nothing is left for the agent. Give the task at least 300 MiB more.'],
    ['with flags for an agent that a shell starts', described('agent-in-a-shell'), { named: ['--rate-limit'], options: { rateLimitPerMinute: 5 } },
      'agentInShell', SHELL],
    ['with an image name by which an agent that the image starts is not recognized', described('agent-of-akita'),
      { named: ['image'], options: { image: 'registry.example.com/tools/collector' } }, 'imageNotRecognized',
      'Container akita would no longer be recognized as the agent with image registry.example.com/tools/collector. '
      + 'Use an image whose name ends in /postman-lc-agent, or remove the container with `ecs remove`, then add it again.'],
  ])('the agent is refused %s', (_, body, asked, id, message) => {
    expect(judged(body, asked).filter(({ severity }) => severity === 'error')).toEqual([{ severity: 'error', id, message }]);
  });

  test('a container of the agent\'s name that is not the agent is refused, and is not changed', () => {
    const body = fine({ containerDefinitions: [{ name: 'postman-lc-agent', image: 'another/program', memory: 512 }] });
    const after = withAgent(body, update());
    expect(saidOf(body, after).map(({ severity, id }) => `${severity} ${id}`)).toContain('error containerName');
    expect(containersOf(after)[0]).toBe(containersOf(body)[0]);
  });

  test('all reasons to refuse the agent are reported at once', () => {
    const body = fine({ networkMode: 'bridge', executionRoleArn: undefined, containerDefinitions: containers(...Array<number>(10).fill(300)) });
    expect(judged(body).map(({ id }) => id)).toEqual(['networkMode', 'tooManyContainers', 'taskMemoryFull', 'executionRole']);
  });
});

describe('warnings', () => {
  test.each<[string, JsonObject, Change, string, string]>([
    ['the agent has the key in clear text', described('agent-of-upstream-with-the-key-in-clear'), {}, 'plaintextApiKey', CLEAR],
    ['the agent is added with the key in clear text', fine(), { options: { apiKeyInClear: true, apiKey: 'the-key' } }, 'plaintextApiKey', CLEAR],
    ['the agent is essential', described('agent-essential'), {}, 'agentEssential',
      'Container postman-lc-agent is essential: the task stops if the agent stops. Remove it with `ecs remove`, then add it again.'],
    ['the agent is essential by omission', described('agent-essential-by-omission'), {}, 'agentEssential', expect.stringContaining('is essential') as never],
    ['two containers wait for the agent', described('agent-first-and-waited-for'), {}, 'dependsOnAgent',
      'In the task definition, web and seed wait for postman-lc-agent, so the application does not start without the agent. '
      + 'Remove it with `ecs remove`, then add it again.'],
    ['one container waits for the agent', fine({ containerDefinitions: [WAITING, { name: 'a', image: 'x/postman-lc-agent', essential: false }] }), {},
      'dependsOnAgent',
      'In the task definition, web waits for a, so the application does not start without the agent. Remove it with `ecs remove`, then add it again.'],
    ['little memory is left for the agent', fine({ containerDefinitions: containers(1800) }), {}, 'taskMemoryLow',
      'The task has 2048 MiB, and 248 MiB are left for the agent. The agent needs about 356 MB at 1000 captured requests a minute. '
      + 'Give the task more memory, or lower `--rate-limit`.'],
    ['little memory may be left for the agent', fine({ memory: '512', containerDefinitions: containers(undefined) }),
      { options: { rateLimitPerMinute: 1000 } }, 'taskMemoryLow',
      'The task has 512 MiB, and 256 MiB are left for the agent: c0 sets no memory limit and may use half of the task\'s memory. '
      + 'The agent needs about 356 MB at 1000 captured requests a minute. Give the task more memory, or lower `--rate-limit`.'],
    ['the task has a proxy configuration', fine({ proxyConfiguration: { containerName: 'envoy' } }), {}, 'proxyConfiguration',
      'The task definition has a proxy configuration (App Mesh). The agent\'s own traffic goes through that proxy '
      + 'unless its user or port is exempt (`IgnoredUID`, `EgressIgnoredPorts`), and the agent sees each request twice.'],
  ])('a warning is given if %s', (_, body, asked, id, message) => {
    expect(judged(body, asked).filter(({ severity }) => severity === 'warning')).toEqual([{ severity: 'warning', id, message }]);
  });
});

describe('no findings', () => {
  test.each<[string, JsonObject, Change]>([
    ['a task with enough memory', fine(), {}],
    ['network mode host on EC2', fine({ networkMode: 'host' }), { isFargate: false }],
    ['Linux', fine({ runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' } }), {}],
    ['a runtime platform that is null', fine({ runtimePlatform: null }), {}],
    ['the agent as the tenth container', fine({ containerDefinitions: containers(...Array<number>(9).fill(10)) }), {}],
    ['an agent that is one of ten containers', described('agent-as-the-tenth-container'), { named: ['--rate-limit'], options: { rateLimitPerMinute: 100 } }],
    ['no execution role, if the key is asked for in clear text', fine({ executionRoleArn: undefined, containerDefinitions: [] }),
      { options: { apiKeyInClear: true, apiKey: '' } }],
    ['a proxy configuration that is null', fine({ proxyConfiguration: null }), {}],
    ['conditions between other containers',
      fine({ containerDefinitions: [{ name: 'a', memory: 1, dependsOn: [{ containerName: 'b', condition: 'START' }] }, { name: 'b', memory: 1 }] }), {}],
    ['a new key for an agent that a shell starts', described('agent-in-a-shell'), { named: ['apiKey'], options: { apiKey: 'arn:other' } }],
    ['a new image for an agent that a shell starts', described('agent-in-a-shell'), { named: ['image'], options: { image: 'other/postman-lc-agent' } }],
    ['an image of any name for an agent that its program tells', described('agent-of-this-library'),
      { named: ['image'], options: { image: 'registry.example.com/tools/collector' } }],
    ['the memory of an agent that is there already', withMembers(described('agent-of-this-library'), { memory: '300' }), { named: ['--rate-limit'] }],
    ['a task on EC2 that sets no memory', fine({ memory: undefined, containerDefinitions: containers(2048) }), { isFargate: false }],
  ])('nothing is reported for %s', (_, body, asked) => {
    expect(judged(body, asked)).toEqual([]);
  });

  test('a missing execution role is not reported for an agent that keeps its key in clear text', () => {
    const messages = judged(described('agent-of-upstream-with-the-key-in-clear'), { named: ['--rate-limit'], options: { rateLimitPerMinute: 5 } });
    expect(messages.map(({ id }) => id)).toEqual(['plaintextApiKey']);
  });
});

describe('a key that moves from clear text to a secret', () => {
  const message = 'The API key of container postman-lc-agent moves to a secret, but old revisions of the task definition keep it in clear text. '
    + 'Create a new key in Postman, put it into the secret with `ecs key update`, and revoke the old one.';
  const clear = withMembers(described('agent-of-upstream-with-the-key-in-clear'), { executionRoleArn: 'arn:role' });

  test('a warning says that old revisions keep it, with the key that is named and with an agent that is moved', () => {
    expect(judged(clear, { named: ['apiKey'] })).toEqual([{ severity: 'warning', id: 'oldRevisionsKeepKey', message }]);
    expect(insightsSaid(clear, insightsUpdate())).toEqual([{ severity: 'warning', id: 'oldRevisionsKeepKey', message }]);
  });

  test('a warning says so of each variable\'s key in an agent of upstream', () => {
    for (const name of ['agent-of-upstream-insights-by-project', 'agent-of-upstream-insights-of-2024']) {
      const body = withMembers(described(name), { executionRoleArn: 'arn:role' });
      expect(insightsSaid(body, insightsUpdate(undefined, ['apiKey'])).map(({ id }) => id)).toEqual(['oldRevisionsKeepKey']);
      expect(saidOf(body, withAgent(body, update())).map(({ id }) => id)).toEqual(['oldRevisionsKeepKey']);
    }
  });

  test('nothing is said of a key that stays, that was in a secret, or that is new in clear text', () => {
    expect(judged(clear, { named: ['--rate-limit'] }).map(({ id }) => id)).toEqual(['plaintextApiKey']);
    expect(judged(described('agent-of-this-library'), { named: ['apiKey'], options: { apiKey: 'arn:other' } })).toEqual([]);
    expect(insightsSaid(described('agent-of-this-library'), insightsUpdate())).toEqual([]);
    expect(judged(clear, { named: ['apiKey'], options: { apiKeyInClear: true, apiKey: 'not-a-key' } }).map(({ id }) => id)).toEqual(['plaintextApiKey']);
  });
});

describe('HTTPS capture', () => {
  const capturing = (flag = '--enable-https-capture') => fine({
    containerDefinitions: [
      { name: 'web', image: 'nginx', memory: 512 },
      {
        name: 'postman-insights-agent', image: INSIGHTS.image, essential: false, secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: 'arn' }],
        entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT, flag],
      },
    ],
  });
  const hosts = (body: JsonObject) => (['FARGATE', 'EC2', 'MANAGED_INSTANCES', { unknown: 'not read' }] as const).map(hostKind => {
    const facts = taskFacts({ before: body, after: body, agentName: INSIGHTS.containerName });
    return said(checkTask(facts, { hostKind }, INSIGHTS), COMMAND_LINE_WORDS);
  });

  test('an agent that captures HTTPS is refused on Fargate, with the reason and the way out, and nowhere else', () => {
    expect(hosts(capturing())).toEqual([
      [{
        severity: 'error', id: 'httpsCapture',
        message: 'Container postman-insights-agent captures HTTPS (`--enable-https-capture`), which Fargate cannot: it needs eBPF, '
          + 'with the capabilities CAP_BPF and CAP_PERFMON and the host\'s /proc and /sys/fs/bpf. '
          + 'Remove the flag, and let the load balancer end TLS, so the agent sees HTTP.',
      }],
      [], [], [],
    ]);
  });

  test('a flag that is off is not refused', () => {
    expect(hosts(capturing('--enable-https-capture=false')).flat()).toEqual([]);
    expect(hosts(capturing('--https-body-size-cap=5')).flat()).toEqual([]);
  });
});

describe('an agent that becomes one of the other generation', () => {
  test('nothing is reported if its key is in a secret', () => {
    for (const name of ['agent-of-this-library', 'agent-as-the-tenth-container']) expect(insightsSaid(described(name), insightsUpdate())).toEqual([]);
    expect(judged(described('agent-of-this-library-insights'))).toEqual([]);
  });

  test('an agent that a shell starts is refused', () => {
    expect(insightsSaid(described('agent-in-a-shell'), insightsUpdate())).toEqual([{ severity: 'error', id: 'agentInShell', message: SHELL }]);
  });

  test('another container with the new name is refused', () => {
    const body = fine({
      containerDefinitions: [
        { name: 'postman-insights-agent', image: 'busybox', memory: 1 },
        { name: 'postman-lc-agent', image: 'x/postman-lc-agent', essential: false, secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: 'arn' }] },
      ],
    });
    expect(insightsSaid(body, insightsUpdate()).map(({ severity, id }) => `${severity} ${id}`)).toEqual(['error containerName']);
  });

  test('two agents of both generations are refused', () => {
    const [older] = containersOf(described('agent-of-this-library')).slice(1);
    const [newer] = containersOf(described('agent-of-this-library-insights')).slice(1);
    const body = fine({ containerDefinitions: [{ name: 'web', image: 'nginx', memory: 1 }, older, newer] });
    expect(insightsSaid(body, insightsUpdate()).map(({ severity, id }) => `${severity} ${id}`)).toEqual(['error duplicateAgent']);
    expect(judged(body).map(({ severity, id }) => `${severity} ${id}`)).toEqual(['error duplicateAgent']);
  });
});

describe('memory at the boundaries', () => {
  const ids = (taskMemory: unknown, limits: readonly (number | undefined)[], change: Change = {}) =>
    judged(fine({ memory: taskMemory, containerDefinitions: containers(...limits) }), change).map(({ id }) => id);

  test.each<[unknown, readonly (number | undefined)[], Change, readonly string[]]>([
    ['1024', [1024], {}, ['taskMemoryFull']],
    ['1024', [512, 512], {}, ['taskMemoryFull']],
    ['1024', [1023], {}, ['taskMemoryLow']],
    ['1024', [724], {}, ['taskMemoryLow']],
    ['1024', [725], {}, ['taskMemoryLow']],
    ['1024', [669], {}, ['taskMemoryLow']],
    ['1024', [668], {}, []],
    ['1024', [907], { options: { rateLimitPerMinute: 100 } }, []],
    ['1024', [908], { options: { rateLimitPerMinute: 100 } }, ['taskMemoryLow']],
    [1024, [1024], {}, ['taskMemoryFull']],
    ['1024', [1024], { isFargate: false }, ['taskMemoryLow']],
    ['712', [undefined], {}, []],
    ['711', [undefined], {}, ['taskMemoryLow']],
    [undefined, [1024], {}, []],
    ['', [1024], {}, []],
  ])('a task of %j MiB with containers of %j MiB and %j gives the findings %j', (taskMemory, limits, change, expected) => {
    expect(ids(taskMemory, limits, change)).toEqual(expected);
  });

  test('the need of the Insights agent is its own', () => {
    const withLimit = (limit: number) => insightsSaid(fine({ memory: '1024', containerDefinitions: containers(limit) }), insightsUpdate());
    expect(withLimit(879)).toEqual([]);
    expect(withLimit(880)).toEqual([{
      severity: 'warning', id: 'taskMemoryLow',
      message: 'The task has 1024 MiB, and 144 MiB are left for the agent. The agent needs about 145 MB at 12000 captured requests a minute. '
        + 'Give the task more memory, or lower `--rate-limit`.',
    }]);
  });

  test('limits in the form of text count', () => {
    expect(judged(fine({ memory: '1024', containerDefinitions: [{ name: 'a', memory: '1024' }] })).map(({ id }) => id)).toEqual(['taskMemoryFull']);
  });
});

describe('the size of a task definition', () => {
  /** A task definition that has this number of bytes with the agent. */
  function ofBytes(bytes: number, unit = 'x'): JsonObject {
    const padded = (length: number) => fine({
      containerDefinitions: [{ name: 'web', memory: 512, environment: [{ name: 'PAD', value: unit.repeat(length) }] }],
    });
    const empty = Buffer.byteLength(printJson(withAgent(padded(0), update())));
    return padded((bytes - empty) / Buffer.byteLength(unit));
  }

  test('a task definition with the agent may have 64 KiB, and not one byte more', () => {
    expect(judged(ofBytes(65536))).toEqual([]);
    expect(judged(ofBytes(65537))).toEqual([{
      severity: 'error', id: 'tooLarge',
      message: 'With the agent the task definition has 65537 bytes, and ECS allows 65536. '
        + 'Move environment variables to a file (`environmentFiles`) or to parameters.',
    }]);
  });

  test('the size of a task definition is counted in bytes, not in characters', () => {
    const body = fine({ containerDefinitions: [{ name: 'web', memory: 512, environment: [{ name: 'PAD', value: '世'.repeat(30000) }] }] });
    expect(judged(body).map(({ id }) => id)).toEqual(['tooLarge']);
  });

  test('the size of a task definition includes the mark', () => {
    const body = ofBytes(65536);
    expect(saidOf(body, markedWith(withAgent(body, update()), 7)).map(({ id }) => id)).toEqual(['tooLarge']);
  });

  test('the written definition near the limit is not too large', () => {
    const body = described('near-64-kib');
    expect(Buffer.byteLength(printJson(body))).toBeGreaterThan(63 * 1024);
    expect(judged(body).map(({ id }) => id)).toEqual([]);
  });
});

describe('removal', () => {
  test('removal is refused if the agent is the only container', () => {
    expect(removal(withoutAgent(described('agent-as-the-only-container')))).toEqual([{
      severity: 'error', id: 'nothingLeft', message: 'The agent is the only container of the task definition. Delete the service instead.',
    }]);
    expect(removal({}).map(({ id }) => id)).toEqual(['nothingLeft']);
  });

  test('removal is refused if no other container is essential, since ECS does not accept that', () => {
    expect(removal(withoutAgent(described('agent-as-the-only-essential-container')))).toEqual([{
      severity: 'error', id: 'nothingEssential',
      message: 'Without the agent no container of the task definition is essential, and ECS does not accept such a task definition. '
        + 'Make another container essential first.',
    }]);
  });

  test.each(['agent-of-this-library', 'agent-twice', 'agent-essential', 'agent-linked-to'])('removal is allowed for %s', name => {
    expect(removal(withoutAgent(described(name)))).toEqual([]);
  });

  test('removal is allowed if another container is essential by omission', () => {
    expect(removal({ containerDefinitions: [{ name: 'a', essential: false }, { name: 'b' }] })).toEqual([]);
    expect(removal({ containerDefinitions: [null] })).toEqual([]);
  });
});

test('every error names a way out', () => {
  const messages = [
    judged(fine({ networkMode: 'none' })), judged(fine({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_X' } })), judged(described('agent-twice')),
    judged(fine({ executionRoleArn: undefined })),
    removal({}), removal({ containerDefinitions: [{ essential: false }] }),
  ].flat().filter(({ severity }) => severity === 'error').map(({ message }) => message);
  expect(messages.filter(message => !/(Use|Run|Remove|Give|Add|Move|Delete|Make|rename)\b/.test(message))).toEqual([]);
});

describe('ARM64', () => {
  const ARM64 = fine({ runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } });
  const ids = (findings: readonly Said[]) => findings.map(({ id }) => id);

  test('a new agent in an image of which it is not known that it runs on ARM64 is a warning', () => {
    expect(judged(ARM64)).toEqual([{
      severity: 'warning', id: 'arm64Image',
      message: `The task definition is for ARM64, and it is not known whether the image ${LIVE_COLLECTION.image} exists for ARM64. `
        + `If it does not, ECS cannot start the agent's container. Check it with \`docker manifest inspect ${LIVE_COLLECTION.image}\`. `
        + 'Otherwise run the tasks on X86_64, or set `--image` to an image for ARM64.',
    }]);
  });

  test.each<[string, readonly Said[]]>([
    ['on X86_64', judged(fine({ runtimePlatform: { cpuArchitecture: 'X86_64' } }))],
    ['without an architecture', judged(fine({ runtimePlatform: {} }))],
    ['in an image of the user\'s own', judged(ARM64, { options: { image: 'mirror.example.com/postman-lc-agent:1' } })],
    ['of the Insights generation', insightsSaid(ARM64, insightsUpdate({ projectId: PROJECT }))],
    ['that is there already', judged(withAgent(ARM64, update()), { options: { rateLimitPerMinute: 50 }, named: ['rateLimitPerMinute'] })],
  ])('nothing is said of an agent %s', (_, findings) => {
    expect(ids(findings)).not.toContain('arm64Image');
  });
});
