import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { RenderRequest } from '../../src/cli/render-request';
import { rendered } from '../../src/cli/verbs/render';
import { containersOf, isSameJson, JsonObject, parseJson, printJson, withAgent, withMembers, withoutAgent } from '../../src/edit';
import { AgentUpdate } from '../../src/edit/agent-container';
import { COLLECTION, containerOf, PROJECT, SECRET } from '../edit/asked';
import { Described, WITH_AGENT, WITHOUT_AGENT } from '../edit/described';

const rawOf = ({ name }: Described) => readFileSync(join(__dirname, '../edit/definitions', `${name}.json`), 'utf8');
const REGION = 'eu-west-1';
const NAMES = ['projectId', 'rateLimitPerMinute', 'apiKey'];

const PROJECT_REQUEST: RenderRequest = {
  generation: INSIGHTS, options: { projectId: PROJECT, rateLimitPerMinute: 100 }, named: new Set(NAMES), notes: [],
  apiKey: SECRET, region: REGION, service: 'orders',
};
const COLLECTION_REQUEST: RenderRequest = {
  generation: LIVE_COLLECTION, options: { collectionId: COLLECTION }, named: new Set(['collectionId', 'apiKey']), notes: [], apiKey: SECRET, region: REGION,
};

const run = (text: string, request = PROJECT_REQUEST) => rendered(text, 'The file', request);
const remove = (text: string) => rendered(text, 'The file', undefined);
const errorsOf = ({ messages }: ReturnType<typeof run>) => messages.filter(({ severity }) => severity === 'error').map(({ id }) => id);
const definitionIn = (text: string) => (parseJson(text) as { readonly taskDefinition: JsonObject }).taskDefinition;

/** The definitions without an agent that no agent may be added to, by the reasons. All others get it. */
const REFUSED: { readonly [reasons: string]: readonly string[] } = {
  'externalInstances executionRole': [
    'anywhere',
  ],
  'networkMode executionRole': [
    'bridge-with-dynamic-host-ports', 'disable-networking', 'dns-servers-and-search-domains', 'extra-hosts', 'links-with-and-without-alias',
    'network-mode-left-out', 'network-none',
  ],
  'executionRole': [
    'capabilities-and-devices', 'credential-specs', 'docker-volumes', 'gpu', 'gpu-shared', 'host-network', 'host-volumes', 'inference-accelerators',
    'interactive-with-pseudo-terminal', 'managed-instances', 'memory-limit-beside-a-reservation', 'neuron-devices', 'no-memory-anywhere-but-a-reservation',
    'pid-and-ipc-of-the-host', 'placement-constraints', 'privileged-and-read-only', 'swap-of-some', 'swap-of-zero', 'tmpfs-and-shared-memory',
  ],
  'windowsTask executionRole': [
    'fsx-for-windows',
  ],
  'taskMemoryFull': [
    'limits-fill-the-task',
  ],
  'tooManyContainers': [
    'ten-containers',
  ],
  'windowsTask': [
    'windows',
  ],
};

const refusalOf = (name: string) => Object.entries(REFUSED).find(([, names]) => names.includes(name))?.[0] ?? '';

/** What becomes of an agent if the request names a project, and of the rest if it is removed. All others are changed, and removed. */
const OTHERS: { readonly [name: string]: readonly [change: string, removal: string] } = {
  'agent-as-the-only-container': ['update', 'nothingLeft'],
  'agent-as-the-only-essential-container': ['update', 'nothingEssential'],
  'agent-in-a-shell': ['agentInShell', 'remove'],
  'agent-linked-to': ['networkMode executionRole', 'remove'],
  'agent-of-upstream-as-a-daemon': ['executionRole', 'nothingLeft'],
  'agent-of-upstream-insights-by-project': ['executionRole', 'remove'],
  'agent-of-upstream-with-the-key-in-clear': ['executionRole', 'remove'],
  'agent-twice': ['duplicateAgent', 'remove'],
};

/** The same document as other tools write it. */
const LAYOUTS: readonly (readonly [string, (text: string) => string])[] = [
  ['as it was written', text => text],
  ['without white space', text => printJson(parseJson(text))],
  ['with four spaces and a final line end, as the AWS CLI writes it', text => `${printJson(parseJson(text), 4)}\n`],
  ['with tabs and line ends of Windows', text => printJson(parseJson(text), 1).replace(/\n( *)/g, (_, spaces: string) => `\r\n${'\t'.repeat(spaces.length)}`)],
];

describe.each(WITHOUT_AGENT.map(one => [one.name, one] as const))('the file %s', (name, described) => {
  const raw = rawOf(described);

  test(`the file ${name} gets the agent and loses it again, byte for byte, or is refused`, () => {
    for (const [, layout] of LAYOUTS) {
      const text = layout(raw);
      const added = run(text);
      expect(errorsOf(added).join(' ')).toBe(refusalOf(name));
      if (added.text === undefined) continue;
      expect(added.action).toBe('add');
      expect(added.text).not.toBe(text);
      expect(remove(added.text)).toEqual({ action: 'remove', text, messages: [] });
      expect(run(added.text)).toMatchObject({ action: 'none', text: added.text });
      // Nothing else is in another place or in other words.
      const [start] = /^[^]*?(?="postman-insights-agent")/.exec(added.text)!;
      expect(text.startsWith(start.replace(/,?\s*\{\s*"name"\s*:\s*$/, ''))).toBe(true);
    }
  });

  test(`the container in ${name} is the one that is described, behind the others`, () => {
    const { text } = run(raw, COLLECTION_REQUEST);
    if (text === undefined) return;
    const [agent, ...others] = [...containersOf(definitionIn(text))].reverse();
    expect(others.reverse()).toEqual(containersOf(described.body));
    const { logConfiguration, ...rest } = JSON.parse(printJson(agent));
    const { memory } = described.body;
    const expected = containerOf({
      collectionId: COLLECTION, apiKey: SECRET, taskSetsMemory: memory !== undefined && memory !== null,
      place: { region: REGION, taskFamily: described.body.family as string },
    });
    expect(rest).toEqual(JSON.parse(JSON.stringify(expected)));
  });
});

describe.each(WITH_AGENT.map(one => [one.name, one] as const))('the file %s', (name, described) => {
  const raw = rawOf(described);
  const sum = (result: ReturnType<typeof run>) => result.action === 'refuse' ? errorsOf(result).join(' ') : result.action;

  test(`the agent in ${name} is changed as in a service, or it is refused`, () => {
    const result = run(raw);
    expect(sum(result)).toBe(OTHERS[name]?.[0] ?? 'update');
    if (result.text === undefined) return;
    const { generation, options, named } = PROJECT_REQUEST;
    const place = { region: REGION, service: 'orders', taskFamily: described.body.family as string };
    const description = containerOf({ ...options, apiKey: SECRET, taskSetsMemory: true, place }, generation);
    const update: AgentUpdate = { generation, options, named, description };
    const expected = withAgent(described.body, update).containerDefinitions;
    // The memory that a new container reserves is not a part of an agent that is there.
    expect(isSameJson(definitionIn(result.text).containerDefinitions, expected)).toBe(true);
    expect(run(result.text)).toMatchObject({ action: 'none', text: result.text });
  });

  test(`the agent in ${name} is removed as in a service, or it is refused`, () => {
    const result = remove(raw);
    expect(sum(result)).toBe(OTHERS[name]?.[1] ?? 'remove');
    if (result.text === undefined) return;
    const answer = parseJson(raw) as JsonObject;
    const { containerDefinitions } = withoutAgent(described.body);
    const taskDefinition = withMembers(answer.taskDefinition as JsonObject, { containerDefinitions });
    expect(isSameJson(parseJson(result.text), withMembers(answer, { taskDefinition }))).toBe(true);
    expect(remove(result.text)).toMatchObject({ action: 'none', text: result.text });
  });
});

describe('sizes as files have them', () => {
  const idsOf = (task: object, web: object) => {
    const body = { family: 'web', networkMode: 'awsvpc', executionRoleArn: 'role', requiresCompatibilities: ['FARGATE'], ...task };
    const text = JSON.stringify({ ...body, containerDefinitions: [{ name: 'web', image: 'web', ...web }] });
    return run(text).messages.map(({ id }) => id).filter(id => id !== 'unpinnedImage');
  };

  test.each<[string, object, object, readonly string[]]>([
    ['gigabytes of a task that its containers fill', { memory: '0.5 GB' }, { memory: 512 }, ['taskMemoryFull']],
    ['gigabytes without a space', { memory: '2GB' }, { memory: 512 }, []],
    ['mebibytes in a text', { memory: '512' }, { memory: 512 }, ['taskMemoryFull']],
    ['a template in place of the task\'s memory', { memory: '{{ must_env `MEMORY` }}' }, { memory: 512 }, []],
    ['a template in place of a container\'s memory', { memory: '128' }, { memory: '{{ must_env `MEMORY` }}' }, []],
    ['an empty text, as a skeleton has it', { memory: '', cpu: '' }, { memory: 512 }, []],
  ])('%s: nothing is concluded from what is not known', (_, task, web, ids) => {
    expect(idsOf(task, web)).toEqual(ids);
  });
});

test('a definition only for external instances is refused, and one that may also run elsewhere is not', () => {
  const text = (...kinds: string[]) => JSON.stringify({
    networkMode: 'awsvpc', executionRoleArn: 'role', requiresCompatibilities: kinds, containerDefinitions: [{ name: 'web', image: 'web' }],
  });
  expect(errorsOf(run(text('EXTERNAL')))).toEqual(['externalInstances']);
  const [{ text: sentence }] = run(text('EXTERNAL')).messages;
  expect(sentence).toMatch(/^Task definition \(no family\) is only for external instances/);
  expect(errorsOf(run(text('EXTERNAL', 'EC2')))).toEqual([]);
});

test('most definitions are not refused', () => {
  const refused = Object.values(REFUSED).flat();
  expect(refused.filter(name => !WITHOUT_AGENT.some(one => one.name === name))).toEqual([]);
  expect(WITHOUT_AGENT.length - refused.length).toBeGreaterThanOrEqual(48);
});
