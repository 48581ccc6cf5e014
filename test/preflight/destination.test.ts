import { said } from './said';
import { AgentOptions, generationFor, INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { checkOptions, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, destinationRows, Finding, missingDestination } from '../../src/preflight';

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const PROJECT = 'svc_0aZ4Vd1kQ2mN7pX9sB3tRw';
const WORKSPACE = '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const SYSTEM_ENV = '0f3c6b2a-4d0e-4d0e-9a55-3f1f7f3a1c11';

/** The properties that the Insights construct always passes on, given or not. */
const NOTHING = { projectId: undefined, workspaceId: undefined, systemEnvironmentId: undefined, discovery: undefined };

/** The sentences of both faces. Each must be an error. */
function sentences(construct: readonly Finding[], commandLine: readonly Finding[]): { readonly construct: string; readonly commandLine: string } {
  const texts = (findings: ReturnType<typeof said>) => {
    expect(findings.filter(({ severity }) => severity !== 'error')).toEqual([]);
    return findings.map(({ message }) => message).join('\n');
  };
  return { construct: texts(said(construct, CONSTRUCT_WORDS)), commandLine: texts(said(commandLine, COMMAND_LINE_WORDS)) };
}

/** What both faces say of options of the agent that they select. */
function refused(given: object, generation = generationFor(given)) {
  return sentences(checkOptions(generation, { ...generation === INSIGHTS ? NOTHING : {}, ...given }), checkOptions(generation, given));
}

describe('the number of destinations', () => {
  test.each<[string, AgentOptions, string, string]>([
    ['a collection and a project', { collectionId: COLLECTION, projectId: PROJECT },
      'The agent has one destination, but `collectionId` and `projectId` name more than one. Keep one of them.',
      'The agent has one destination, but `--collection` and `--project` name more than one. Keep one of them.'],
    ['a project and discovery', { projectId: PROJECT, discovery: true },
      'The agent has one destination, but `projectId` and `discovery` name more than one. Keep one of them.',
      'The agent has one destination, but `--project` and `--discovery-mode` name more than one. Keep one of them.'],
    ['a project and half of a workspace', { projectId: PROJECT, systemEnvironmentId: SYSTEM_ENV },
      'The agent has one destination, but `projectId` and `systemEnvironmentId` name more than one. Keep one of them.',
      'The agent has one destination, but `--project` and `--system-env` name more than one. Keep one of them.'],
    ['all four', { collectionId: COLLECTION, projectId: PROJECT, workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV, discovery: true },
      'The agent has one destination, but `collectionId`, `projectId`, `workspaceId`, `systemEnvironmentId` and `discovery` name more than one. '
      + 'Keep one of them.',
      'The agent has one destination, but `--collection`, `--project`, `--workspace-id`, `--system-env` and `--discovery-mode` name more than one. '
      + 'Keep one of them.'],
    ['two, whatever else is wrong', { projectId: 'x', discovery: true, rateLimitPerMinute: 0, discoveryName: 'a b' },
      'The agent has one destination, but `projectId` and `discovery` name more than one. Keep one of them.',
      'The agent has one destination, but `--project` and `--discovery-mode` name more than one. Keep one of them.'],
  ])('two destinations are refused: %s', (_, given, construct, commandLine) => {
    expect(refused(given)).toEqual({ construct, commandLine });
  });

  test('a project and discovery that is off are one destination', () => {
    expect(checkOptions(INSIGHTS, { projectId: PROJECT, discovery: false })).toEqual([]);
  });

  test('no destination is refused, with those that the agent has', () => {
    expect(sentences(checkOptions(INSIGHTS, NOTHING), [missingDestination({})])).toEqual({
      construct: 'The agent needs a destination. Set `projectId`, `workspaceId` with `systemEnvironmentId` or `discovery`.',
      commandLine: 'The agent needs a destination. Set `--collection`, `--project`, `--workspace-id` with `--system-env` or `--discovery-mode`.',
    });
    expect(sentences(checkOptions(INSIGHTS, { ...NOTHING, discovery: false }), [missingDestination({ dataRegion: 'EU' })])).toEqual({
      construct: 'The agent needs a destination. Set `projectId`, `workspaceId` with `systemEnvironmentId` or `discovery`.',
      commandLine: 'The agent needs a destination. Set `--project`, `--workspace-id` with `--system-env` or `--discovery-mode`.',
    });
    expect(sentences(checkOptions(LIVE_COLLECTION, { collectionId: undefined }), [])).toEqual({
      construct: 'The agent needs a destination. Set `collectionId`.', commandLine: '',
    });
  });

  test('without a destination the command line says nothing of it here: it asks for one, or reports it', () => {
    expect(checkOptions(INSIGHTS, { dataRegion: 'EU' })).toEqual([]);
    expect(checkOptions(LIVE_COLLECTION, {})).toEqual([]);
  });

  test.each<[AgentOptions, readonly string[]]>([
    [{}, ['collectionId', 'projectId', 'workspaceId', 'systemEnvironmentId', 'discovery']],
    [{ reproMode: true }, ['projectId', 'workspaceId', 'systemEnvironmentId', 'discovery']],
    [{ discoveryName: 'web' }, ['discovery']],
    [{ image: 'mirror.example.com/postman-insights-agent:v0.40.1' }, ['projectId', 'workspaceId', 'systemEnvironmentId', 'discovery']],
    [{ image: 'mirror.example.com/postman-lc-agent:1' }, ['collectionId']],
    [{ image: 'registry.example.com/tools/collector:1', rateLimitPerMinute: 5 },
      ['collectionId', 'projectId', 'workspaceId', 'systemEnvironmentId', 'discovery']],
    [{ image: 'mirror.example.com/postman-lc-agent:1', reproMode: true }, []],
  ])('with the options %j the destinations to choose from are %j', (given, props) => {
    expect(destinationRows(given).map(({ prop }) => prop)).toEqual(props);
  });
});

describe('a workspace', () => {
  const reason = 'a workspace is named by both of these UUIDs. Postman shows both in the command that it offers for the agent.';

  test('a workspace without its system environment is refused, and the other way round', () => {
    expect(refused({ workspaceId: WORKSPACE })).toEqual({
      construct: `\`workspaceId\` needs \`systemEnvironmentId\`, too: ${reason}`,
      commandLine: `\`--workspace-id\` needs \`--system-env\`, too: ${reason}`,
    });
    expect(refused({ systemEnvironmentId: SYSTEM_ENV })).toEqual({
      construct: `\`systemEnvironmentId\` needs \`workspaceId\`, too: ${reason}`,
      commandLine: `\`--system-env\` needs \`--workspace-id\`, too: ${reason}`,
    });
  });

  test.each([
    '', 'w', WORKSPACE.slice(1), `${WORKSPACE}0`, WORKSPACE.replace(/-/g, ''), `{${WORKSPACE}}`, `urn:uuid:${WORKSPACE}`, ` ${WORKSPACE}`, `${WORKSPACE}\n`,
    WORKSPACE.replace('6', 'g'), COLLECTION, PROJECT, 5, null,
  ])('the id %j, which is not a UUID, is refused', id => {
    const shown = typeof id === 'string' && id !== '' && id === id.trim() ? id : JSON.stringify(id);
    const rest = `must be a UUID, such as 6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11, got: ${shown}; Postman shows it in the command that it offers for the agent.`;
    expect(refused({ workspaceId: id, systemEnvironmentId: SYSTEM_ENV }, INSIGHTS))
      .toEqual({ construct: `\`workspaceId\` ${rest}`, commandLine: `\`--workspace-id\` ${rest}` });
    expect(refused({ workspaceId: WORKSPACE, systemEnvironmentId: id }, INSIGHTS))
      .toEqual({ construct: `\`systemEnvironmentId\` ${rest}`, commandLine: `\`--system-env\` ${rest}` });
  });

  test('both ids may be in upper case', () => {
    expect(checkOptions(INSIGHTS, { workspaceId: WORKSPACE.toUpperCase(), systemEnvironmentId: SYSTEM_ENV.toUpperCase() })).toEqual([]);
  });
});

describe('a project', () => {
  const SHOWN = 'Postman shows it in the command that it offers for the agent';
  const project = (id: unknown, wayOut: string) => {
    const shown = typeof id === 'string' && id !== '' && id === id.trim() ? id : JSON.stringify(id);
    const rest = `must be \`svc_\` and 22 letters and digits, got: ${shown}; ${wayOut}.`;
    return { construct: `\`projectId\` ${rest}`, commandLine: `\`--project\` ${rest}` };
  };

  test.each<[string, unknown]>([
    ['no prefix', PROJECT.slice(4)], ['another prefix', `apk_${PROJECT.slice(4)}`], ['a prefix in upper case', `SVC_${PROJECT.slice(4)}`],
    ['a prefix with a hyphen', `svc-${PROJECT.slice(4)}`], ['21 characters', PROJECT.slice(0, -1)], ['23 characters', `${PROJECT}0`],
    ['only the prefix', 'svc_'], ['a hyphen in it', `${PROJECT.slice(0, -1)}-`], ['an underscore in it', `svc_a_${PROJECT.slice(6)}`],
    ['a letter of another alphabet', `${PROJECT.slice(0, -1)}é`], ['a space before it', ` ${PROJECT}`], ['a line break after it', `${PROJECT}\n`],
    ['nothing', ''], ['a number', 5], ['a list', [PROJECT]], ['null', null], ['a UUID', WORKSPACE],
  ])('a project id with %s is refused', (_, id) => {
    expect(refused({ projectId: id }, INSIGHTS)).toEqual(project(id, SHOWN));
  });

  test.each(['svc_0000000000000000000000', 'svc_7ZZZZZZZZZZZZZZZZZZZZZ', 'svc_zzzzzzzzzzzzzzzzzzzzzz', PROJECT])('the project id %s is accepted', id => {
    expect(checkOptions(INSIGHTS, { projectId: id })).toEqual([]);
  });

  test('a collection id as a project is refused, and names the agent for it', () => {
    const rest = `must be \`svc_\` and 22 letters and digits, got: ${COLLECTION}; it is the id of a collection, which the Live Collection agent fills: set`;
    expect(refused({ projectId: COLLECTION })).toEqual({
      construct: `\`projectId\` ${rest} \`collectionId\` for that agent, or name an Insights project.`,
      commandLine: `\`--project\` ${rest} \`--collection\` for that agent, or name an Insights project.`,
    });
  });

  test('a project id as a collection is refused, and names the agent for it', () => {
    const rest = `must be \`<owner>-<uuid>\`, such as ${COLLECTION}, got: ${PROJECT}; it is the id of an Insights project: set`;
    expect(refused({ collectionId: PROJECT })).toEqual({
      construct: `\`collectionId\` ${rest} \`projectId\` for the Insights agent.`,
      commandLine: `\`--collection\` ${rest} \`--project\` for the Insights agent.`,
    });
  });
});

describe('discovery', () => {
  test('a name of discovery is refused with another destination', () => {
    for (const [prop, flag] of [['discoveryName', '--discovery-name'], ['discoveryNamespace', '--discovery-namespace']]) {
      expect(refused({ projectId: PROJECT, [prop]: 'web' })).toEqual({
        construct: `\`${prop}\` has a meaning only with \`discovery\`. Set \`discovery\`, or leave \`${prop}\` out.`,
        commandLine: `\`${flag}\` has a meaning only with \`--discovery-mode\`. Set \`--discovery-mode\`, or leave \`${flag}\` out.`,
      });
    }
    expect(refused({ workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV, discovery: false, discoveryName: 'web' }).construct)
      .toBe('`discoveryName` has a meaning only with `discovery`. Set `discovery`, or leave `discoveryName` out.');
  });

  test('a name of discovery without any destination is refused', () => {
    expect(sentences(checkOptions(INSIGHTS, { ...NOTHING, discoveryName: 'web' }), [missingDestination({ discoveryName: 'web' })])).toEqual({
      construct: 'The agent needs a destination. Set `projectId`, `workspaceId` with `systemEnvironmentId` or `discovery`.',
      commandLine: 'The agent needs a destination. Set `--discovery-mode`.',
    });
  });

  test.each(['', 'a b', 'a/b', '/', 'a\tb', 'a\n', 5, null])('the name %j, which would be another one in Postman, is refused', name => {
    const shown = typeof name === 'string' && name !== '' && name === name.trim() ? name : JSON.stringify(name);
    const rest = `must be a name without spaces and slashes, got: ${shown}; leave it out for its default.`;
    expect(refused({ discovery: true, discoveryName: name }, INSIGHTS))
      .toEqual({ construct: `\`discoveryName\` ${rest}`, commandLine: `\`--discovery-name\` ${rest}` });
    expect(refused({ discovery: true, discoveryNamespace: name }, INSIGHTS).construct).toBe(`\`discoveryNamespace\` ${rest}`);
  });

  test.each(['web', 'team.a_b-c:1', 'é'])('the name %j is accepted', name => {
    expect(checkOptions(INSIGHTS, { discovery: true, discoveryName: name, discoveryNamespace: name })).toEqual([]);
  });

  test('discovery that is neither true nor false is refused', () => {
    expect(refused({ discovery: 'yes' })).toEqual({
      construct: '`discovery` must be true or false, got: yes.', commandLine: '`--discovery-mode` must be true or false, got: yes.',
    });
  });
});

describe('an option of the other generation', () => {
  const construct = (prop: string) => `\`${prop}\` is an option of the Insights agent, and this is the Live Collection agent. `
    + 'Leave it out, or use the Insights agent: `PostmanInsightsSidecar`.';
  const commandLine = (flag: string) => `\`${flag}\` is an option of the Insights agent, and this is the Live Collection agent. `
    + 'Leave it out, or use the Insights agent: `--project`, `--workspace-id` with `--system-env` or `--discovery-mode`.';

  test.each<[string, string, unknown]>([
    ['dataRegion', '--data-region', 'EU'], ['capturePercent', '--capture-percent', 5], ['discoveryName', '--discovery-name', 'web'],
    ['discoveryNamespace', '--discovery-namespace', 'team-a'],
  ])('`%s` with the older agent is refused, and names the right one', (prop, flag, value) => {
    expect(refused({ collectionId: COLLECTION, [prop]: value })).toEqual({ construct: construct(prop), commandLine: commandLine(flag) });
  });

  test('a collection for the Insights construct is refused, and names the right one', () => {
    expect(said(checkOptions(INSIGHTS, { ...NOTHING, collectionId: COLLECTION }), CONSTRUCT_WORDS).map(({ message }) => message)).toEqual([
      '`collectionId` is an option of the Live Collection agent, and this is the Insights agent. '
      + 'Leave it out, or use the Live Collection agent: `PostmanLiveCollectionSidecar`.',
    ]);
  });
});

test('values that only CloudFormation knows are not checked, but count as a destination', () => {
  const how = { isToken: (value: unknown) => value === 'TOKEN' };
  expect(checkOptions(INSIGHTS, { ...NOTHING, projectId: 'TOKEN' }, how)).toEqual([]);
  expect(checkOptions(INSIGHTS, { ...NOTHING, workspaceId: 'TOKEN', systemEnvironmentId: 'TOKEN', dataRegion: 'TOKEN' as never }, how)).toEqual([]);
  const names = { discoveryName: 'TOKEN', discoveryNamespace: 'TOKEN' };
  expect(checkOptions(INSIGHTS, { ...NOTHING, discovery: true, ...names, capturePercent: 'TOKEN' as never }, how)).toEqual([]);
  expect(checkOptions(INSIGHTS, { ...NOTHING, projectId: 'TOKEN', workspaceId: 'TOKEN', systemEnvironmentId: 'TOKEN' }, how).map(({ id }) => id))
    .toEqual(['destination']);
  expect(checkOptions(INSIGHTS, { ...NOTHING, workspaceId: 'TOKEN' }, how).map(({ id }) => id)).toEqual(['destination']);
});
