import { Asked, COLLECTION, FLAGS, insightsUpdate, OTHER_COLLECTION, OTHER_SECRET, PROJECT, SECRET, update } from './asked';
import { described } from './described';
import { INSIGHTS } from '../../src/agent';
import { agentsIn, generationIn, JsonObject, NamedPart, withAgent } from '../../src/edit';

function updated(container: JsonObject, more: Partial<Asked>, named: readonly NamedPart[]): JsonObject {
  return agentsIn(withAgent({ containerDefinitions: [container] }, update(more, named)))[0];
}

const agentOf = (name: string) => agentsIn(described(name))[0];
const AGENT = { name: 'a', image: 'docker.postman.com/postman-lc-agent', secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }] };
const START = ['/postman-lc-agent', 'apidump', '--collection', COLLECTION];
const ENTRY = ['/postman-lc-agent', 'apidump'];

interface Args { readonly entryPoint?: readonly string[]; readonly command?: readonly string[] }

describe('a named flag', () => {
  test.each<[string, Args, Partial<Asked>, readonly NamedPart[], Args]>([
    ['at the end, if it was not there', { entryPoint: START }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...START, '--rate-limit', '200'] }],
    ['at its place', { entryPoint: [...ENTRY, '--rate-limit', '5', '--collection', COLLECTION] }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...ENTRY, '--rate-limit', '200', '--collection', COLLECTION] }],
    ['at its place, if it has an equals sign', { entryPoint: [...ENTRY, '--rate-limit=5', '--debug'] }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...ENTRY, '--rate-limit', '200', '--debug'] }],
    ['once, if it is there twice', { entryPoint: [...START, '--rate-limit', '1', '--debug', '--rate-limit=2'] }, { rateLimitPerMinute: 200 },
      ['--rate-limit'], { entryPoint: [...START, '--rate-limit', '200', '--debug'] }],
    ['as often as it has values', { entryPoint: [...START, '--host-allow', 'x', '--debug', '--host-allow=y'] }, { hostAllow: ['a', 'h{1,2}', 'c'] },
      ['--host-allow'], { entryPoint: [...START, '--host-allow', 'a', '--host-allow', '"h{1,2}"', '--host-allow', 'c', '--debug'] }],
    ['to nothing, if it is given without values', { entryPoint: [...START, '--host-allow', 'x', '--debug'] }, { hostAllow: [] }, ['--host-allow'],
      { entryPoint: [...START, '--debug'] }],
    ['in the command, if the arguments are there', { command: ['apidump', '--collection', COLLECTION] }, { bpfFilter: 'port 80' }, ['--filter'],
      { command: ['apidump', '--collection', COLLECTION, '--filter', 'port 80'] }],
    ['in the command, if that follows the entry point', { entryPoint: ['/postman-lc-agent'], command: ['apidump'] }, { bpfFilter: 'port 80' },
      ['--filter'], { entryPoint: ['/postman-lc-agent'], command: ['apidump', '--filter', 'port 80'] }],
    ['in the entry point, if the command is empty', { entryPoint: START, command: [] }, { bpfFilter: 'port 80' }, ['--filter'],
      { entryPoint: [...START, '--filter', 'port 80'], command: [] }],
    ['in the entry point, if it is there', { entryPoint: [...ENTRY, '--rate-limit', '5'], command: ['--debug'] }, { rateLimitPerMinute: 200 },
      ['--rate-limit'], { entryPoint: [...ENTRY, '--rate-limit', '200'], command: ['--debug'] }],
    ['once, if entry point and command have it', { entryPoint: [...ENTRY, '--rate-limit', '5'], command: ['--rate-limit', '6', '--debug'] },
      { rateLimitPerMinute: 200 }, ['--rate-limit'], { entryPoint: [...ENTRY, '--rate-limit', '200'], command: ['--debug'] }],
    ['in the entry point, if its name is there and its value in the command',
      { entryPoint: [...ENTRY, '--collection'], command: [COLLECTION, '--debug'] }, { collectionId: OTHER_COLLECTION }, ['--collection'],
      { entryPoint: [...ENTRY, '--collection', OTHER_COLLECTION], command: ['--debug'] }],
    ['in a new command, if the container has no arguments', {}, { rateLimitPerMinute: 200 }, ['--rate-limit'], { command: ['apidump', '--rate-limit', '200'] }],
    ['before a last flag whose value is missing', { entryPoint: [...ENTRY, '--collection'] }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...ENTRY, '--rate-limit', '200', '--collection'] }],
    ['in place of a last flag whose value is missing', { entryPoint: [...START, '--rate-limit'] }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...START, '--rate-limit', '200'] }],
    ['before the end of the flags (`--`)', { entryPoint: [...START, '--', '--rate-limit', '5'] }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...START, '--rate-limit', '200', '--', '--rate-limit', '5'] }],
    ['without a change of values that look like it',
      { entryPoint: [...ENTRY, '--filter', '--rate-limit', '--rate-limit', '5', '--tags', 'a=--rate-limit'] }, { rateLimitPerMinute: 200 }, ['--rate-limit'],
      { entryPoint: [...ENTRY, '--filter', '--rate-limit', '--rate-limit', '200', '--tags', 'a=--rate-limit'] }],
    ['without a change of flags that begin with the same text', { entryPoint: [...ENTRY, '--host-allow-all', '--host', 'x'] }, { hostAllow: ['a'] },
      ['--host-allow'], { entryPoint: [...ENTRY, '--host-allow-all', '--host', 'x', '--host-allow', 'a'] }],
    ['to a value that looks like a flag', { entryPoint: START }, { bpfFilter: '--collection' }, ['--filter'],
      { entryPoint: [...START, '--filter', '--collection'] }],
    ['at its place after a flag that has no value', { entryPoint: [...ENTRY, '--debug', '--collection', COLLECTION, '--verbose'] },
      { collectionId: OTHER_COLLECTION }, ['--collection'], { entryPoint: [...ENTRY, '--debug', '--collection', OTHER_COLLECTION, '--verbose'] }],
    ['in place of the project of an older agent', { entryPoint: [...ENTRY, '--project', 'shop', '--rate-limit', '5'] }, {}, ['--collection'],
      { entryPoint: [...ENTRY, '--rate-limit', '5', '--collection', COLLECTION] }],
    ['in place of the destination of an old version',
      { entryPoint: [...ENTRY, '--service', '--host-allow', '--out=x', '--cluster', 'c', '--rate-limit', '5'] }, {}, ['--collection'],
      { entryPoint: [...ENTRY, '--rate-limit', '5', '--collection', COLLECTION] }],
    ['beside the project of an older agent, if no collection is named', { entryPoint: [...ENTRY, '--project', 'shop'] }, { rateLimitPerMinute: 5 },
      ['--rate-limit'], { entryPoint: [...ENTRY, '--project', 'shop', '--rate-limit', '5'] }],
  ])('a named flag is set %s', (_, before, more, named, after) => {
    expect(updated({ ...AGENT, ...before }, more, named)).toEqual({ ...AGENT, ...after });
  });

  test.each<[string, Args, Partial<Asked>]>([
    ['in two arguments', { entryPoint: [...START, '--rate-limit', '200'] }, { rateLimitPerMinute: 200 }],
    ['with an equals sign', { entryPoint: [...ENTRY, `--collection=${COLLECTION}`, '--rate-limit=200'] }, { rateLimitPerMinute: 200 }],
    ['in the command', { entryPoint: ENTRY, command: ['--collection', COLLECTION, '--rate-limit', '200'] }, { rateLimitPerMinute: 200 }],
    ['across entry point and command', { entryPoint: [...START, '--rate-limit'], command: ['200'] }, { rateLimitPerMinute: 200 }],
    ['several times', { entryPoint: [...START, '--host-allow', 'a', '--host-allow=b'] }, { hostAllow: ['a', 'b'] }],
  ])('the container is the same object if a named flag has its values already, %s', (_, args, more) => {
    const container = { ...AGENT, ...args };
    expect(updated(container, more, FLAGS)).toBe(container);
  });

  test('arguments that are not text stay as they are', () => {
    const { entryPoint } = updated({ ...AGENT, entryPoint: [...START, null, 5, { a: 1 }] }, { rateLimitPerMinute: 200 }, ['--rate-limit']);
    expect(entryPoint).toEqual([...START, null, 5, { a: 1 }, '--rate-limit', '200']);
  });
});

describe('a named option of the Insights agent', () => {
  const START_INSIGHTS = ['/postman-insights-agent', 'apidump', '--project', PROJECT];
  const INSIGHTS_AGENT: JsonObject = { name: 'a', image: INSIGHTS.image, secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET }] };
  const variables = (values: { readonly [name: string]: string }) => Object.entries(values).map(([name, value]) => ({ name, value }));
  const changed = (container: JsonObject, more: Partial<Asked>, named: readonly NamedPart[]) =>
    agentsIn(withAgent({ containerDefinitions: [container] }, insightsUpdate({ projectId: PROJECT, ...more }, named)))[0];

  test.each<[string, JsonObject, Partial<Asked>, readonly NamedPart[], JsonObject]>([
    ['in its flag', { entryPoint: START_INSIGHTS }, { dataRegion: 'EU', capturePercent: 5 }, ['dataRegion', 'capturePercent'],
      { entryPoint: [...START_INSIGHTS, '--region', 'EU', '--randomized-start', '5'] }],
    ['in its variable, which overrides the flag',
      { entryPoint: [...START_INSIGHTS, '--randomized-start', '1'], environment: variables({ POSTMAN_AGENT_RANDOM_START: '2', OWN: '1' }) },
      { capturePercent: 5 }, ['capturePercent'], { entryPoint: START_INSIGHTS, environment: variables({ POSTMAN_AGENT_RANDOM_START: '5', OWN: '1' }) }],
    ['in its variable, which the flag would override',
      { entryPoint: [...START_INSIGHTS, '--rate-limit', '1'], environment: variables({ POSTMAN_INSIGHTS_AGENT_RATE_LIMIT: '2' }) },
      { rateLimitPerMinute: 5 }, ['rateLimitPerMinute'],
      { entryPoint: START_INSIGHTS, environment: variables({ POSTMAN_INSIGHTS_AGENT_RATE_LIMIT: '5' }) }],
    ['in its variable, if that comes from a secret', {
      entryPoint: START_INSIGHTS,
      secrets: [{ name: 'POSTMAN_REGION', valueFrom: 'arn:region' }, { name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET }],
    }, { dataRegion: 'EU' }, ['dataRegion'], { entryPoint: START_INSIGHTS, environment: variables({ POSTMAN_REGION: 'EU' }) }],
    ['as a switch', { entryPoint: START_INSIGHTS }, { reproMode: true }, ['reproMode'], { entryPoint: [...START_INSIGHTS, '--repro-mode'] }],
    ['as a switch that was off', { entryPoint: [...START_INSIGHTS, '--repro-mode=false', '--debug'] }, { reproMode: true }, ['reproMode'],
      { entryPoint: [...START_INSIGHTS, '--repro-mode', '--debug'] }],
    ['as a switch that the last flag turned off', { entryPoint: [...START_INSIGHTS, '--repro-mode', '--repro-mode=0'] }, { reproMode: true }, ['reproMode'],
      { entryPoint: [...START_INSIGHTS, '--repro-mode'] }],
    ['as a switch that is turned off', { entryPoint: [...START_INSIGHTS, '--repro-mode', '--debug'] }, {}, ['reproMode'],
      { entryPoint: [...START_INSIGHTS, '--debug'] }],
    ['as a variable that is turned off', { environment: variables({ POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY: 'true', OWN: '1' }) }, {}, ['disableTelemetry'],
      { environment: variables({ OWN: '1' }) }],
    ['as one variable, since the agent joins the values of both', { environment: variables({ AKITA_DISABLE_TELEMETRY: 'true', OWN: '1' }) },
      { disableTelemetry: true }, ['disableTelemetry'], { environment: variables({ OWN: '1', POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY: 'true' }) }],
    ['as one variable, if it had another name', { environment: variables({ POSTMAN_LC_AGENT_DISABLE_TELEMETRY: 'true', OWN: '1' }) },
      { disableTelemetry: true }, ['disableTelemetry'], { environment: variables({ OWN: '1', POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY: 'true' }) }],
    ['as further variables, at the place of those that are there', { environment: variables({ OWN: '1', OTHER: '2' }) },
      { environment: { OTHER: '3', NEW: '4' } }, ['environment'], { environment: variables({ OWN: '1', OTHER: '3', NEW: '4' }) }],
    ['as a read-only root file system', {}, {}, ['readonlyRootFilesystem'], { readonlyRootFilesystem: true }],
    ['as a root file system that may be written', { readonlyRootFilesystem: true }, { readonlyRootFilesystem: false }, ['readonlyRootFilesystem'], {}],
    ['as the log, if there is none', {}, { logConfiguration: { logDriver: 'awslogs', options: {} } }, ['logGroup'],
      { logConfiguration: { logDriver: 'awslogs', options: {} } }],
    ['not as the log, if there is one', { logConfiguration: { logDriver: 'splunk' } }, { logConfiguration: { logDriver: 'awslogs' } }, ['logGroup'],
      { logConfiguration: { logDriver: 'splunk' } }],
  ])('it is set %s', (_, before, more, named, after) => {
    const container = changed({ ...INSIGHTS_AGENT, ...before }, more, named);
    expect(container).toEqual({ ...INSIGHTS_AGENT, ...after });
    expect(changed(container, more, named)).toBe(container);
  });

  test('a key that is named is under both of its variables', () => {
    expect(changed(INSIGHTS_AGENT, { apiKey: OTHER_SECRET }, ['apiKey']).secrets).toEqual([
      { name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: OTHER_SECRET }, { name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET },
    ]);
  });
});

describe('a named image', () => {
  test('a named image is set at its place, and nothing else changes', () => {
    const image = 'mirror/postman-lc-agent:2';
    expect(JSON.stringify(updated(AGENT, { image }, ['image']))).toBe(JSON.stringify({ ...AGENT, image }));
  });

  test('a named image changes nothing if the container has it', () => {
    expect(updated(AGENT, { image: AGENT.image }, ['image'])).toBe(AGENT);
  });
});

describe('a named key', () => {
  const ours = (valueFrom: string) => ({ name: 'POSTMAN_API_KEY', valueFrom });
  const insights = { name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: OTHER_SECRET };
  const other = { name: 'OTHER', valueFrom: 'arn' };
  const clear = { name: 'POSTMAN_API_KEY', value: 'in-clear' };
  const own = { name: 'OWN', value: '1' };

  test.each<[string, JsonObject, Partial<Asked>, JsonObject]>([
    ['replaces the secret at its place', { secrets: [ours(SECRET), other] }, { apiKey: OTHER_SECRET }, { secrets: [ours(OTHER_SECRET), other] }],
    ['replaces the secret of an Insights agent, which has another name', { secrets: [other, insights] }, {}, { secrets: [other, ours(SECRET)] }],
    ['replaces both keys if the agent has one under each name', { secrets: [insights, other, ours(SECRET)] }, { apiKey: OTHER_SECRET },
      { secrets: [ours(OTHER_SECRET), other] }],
    ['moves from the variables to a secret', { environment: [clear, own] }, {}, { environment: [own], secrets: [ours(SECRET)] }],
    ['moves from a variable of the Insights agent, and leaves no empty list',
      { environment: [{ name: 'POSTMAN_INSIGHTS_API_KEY', value: 'in-clear' }] }, {}, { secrets: [ours(SECRET)] }],
    ['moves from a secret to the variables, if that is asked for', { environment: [own], secrets: [ours(SECRET)] },
      { apiKey: 'in-clear', apiKeyInClear: true }, { environment: [own, clear] }],
    ['leaves entries that are not variables', { environment: [null, clear, 'x'] }, {}, { environment: [null, 'x'], secrets: [ours(SECRET)] }],
    ['leaves empty lists as they are', { environment: [], secrets: [] }, {}, { environment: [], secrets: [ours(SECRET)] }],
  ])('a named key %s', (_, members, more, expected) => {
    const { secrets: _s, ...agent } = AGENT;
    expect(updated({ ...agent, ...members }, more, ['apiKey'])).toEqual({ ...agent, ...expected });
  });

  test.each([
    'agent-of-this-library', 'agent-with-variables-in-odd-order',
  ])('a named key changes nothing if %s has it, in whatever order its members are', name => {
    const agent = agentOf(name);
    expect(updated(agent, {}, ['apiKey'])).toBe(agent);
  });

  test.each([
    'agent-insights', 'agent-with-the-key-under-both-names', 'agent-of-upstream-with-the-key-in-clear',
  ])('the key in %s stays as it is if no key is named', name => {
    const agent = agentOf(name);
    const given = generationIn(agent) === INSIGHTS ? insightsUpdate({ projectId: PROJECT, apiKey: OTHER_SECRET }) : update({ apiKey: OTHER_SECRET });
    expect(agentsIn(withAgent({ containerDefinitions: [agent] }, given))[0]).toBe(agent);
  });

  test('an agent without a key, or with an empty one, gets the key even if it is not named', () => {
    const { secrets: _s, ...agent } = AGENT;
    expect(updated(agent, {}, []).secrets).toEqual(AGENT.secrets);
    const { environment, secrets } = updated(agentOf('agent-with-an-empty-key'), {}, []);
    expect([environment, secrets]).toEqual([undefined, AGENT.secrets]);
  });
});

test('several named parts are set together', () => {
  const options = { rateLimitPerMinute: 9, image: 'mirror/postman-lc-agent', apiKey: OTHER_SECRET };
  const after = updated({ ...AGENT, entryPoint: START }, options, ['image', 'apiKey', '--rate-limit', '--proxy']);
  expect(after).toEqual({
    name: 'a', image: 'mirror/postman-lc-agent', secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: OTHER_SECRET }], entryPoint: [...START, '--rate-limit', '9'],
  });
});
