import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import {
  agentContainer, AgentOptions, argumentsFor, destinationOf, destinationsIn, generationFor, GENERATIONS, INSIGHTS, LIVE_COLLECTION, OptionRow, OPTIONS,
  optionsOf,
} from '../../src/agent';
import { agentRequest } from '../../src/cli/agent-options';
import { completionScript } from '../../src/cli/completion';
import { program } from '../../src/cli/program';
import { checkOptions, CONSTRUCT_WORDS, messagesOf } from '../../src/preflight';

const ROOT = join(__dirname, '../..');
const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const SURROUNDINGS = { apiKey: 'arn:secret', taskSetsMemory: true, place: {} };

/** The properties that an interface of a source file declares. */
function declaredProps(file: string, name: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const isNamed = (statement: ts.Statement): statement is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(statement) && statement.name.text === name;
  const found = source.statements.find(isNamed);
  return found!.members.map(member => (member.name as ts.Identifier).text);
}

describe('a row that is added to the table of options', () => {
  const invented: readonly OptionRow[] = [
    {
      prop: 'methodAllow', flag: '--method-allow', agentFlag: '--method-allow', type: 'expression', isList: true, isCsv: true, placeholder: '<regex>',
      help: 'capture only methods that match', default: 'all methods', generations: ['live-collection'],
    },
    { prop: 'quiet', flag: '--quiet', agentFlag: '--quiet', type: 'switch', help: 'log less', generations: ['live-collection'] },
    { prop: 'later', flag: '--later', agentFlag: '--later', type: 'bpf', placeholder: '<text>', help: 'of the other generation', generations: ['insights'] },
  ];
  const rows = [...OPTIONS, ...invented];
  const own = { collectionId: COLLECTION, methodAllow: ['GET', 'a,b'], quiet: true } as AgentOptions;
  const given = { ...own, later: 'x' } as AgentOptions;
  const add = () => program(rows).commands.find(command => command.name() === 'ecs')!.commands.find(command => command.name() === 'add')!;

  test('an added row is a flag of the command line, and appears in the help with its default and in the completion', () => {
    expect(add().options.map(({ long }) => long)).toEqual(expect.arrayContaining(['--method-allow', '--quiet']));
    expect(add().helpInformation().replace(/\s+/g, ' ')).toContain('--method-allow <regex> capture only methods that match (repeatable; default: all methods)');
    expect(completionScript('bash', program(rows))).toContain('--method-allow');
  });

  test('an added row is checked by the rule of its type, and messages name it as each mode does', () => {
    const bad = { ...given, methodAllow: ['('], quiet: 'yes' } as unknown as AgentOptions;
    expect(messagesOf(checkOptions(LIVE_COLLECTION, bad, { rows }), CONSTRUCT_WORDS).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^`methodAllow` must be regular expressions that Go's RE2 accepts/),
      expect.stringMatching(/^`quiet` must be true or false, got: yes/),
      expect.stringMatching(/^`later` is an option of the Insights agent, and this is the Live Collection agent\./),
    ]);
    expect(() => agentRequest({ collection: COLLECTION, methodAllow: ['('] }, rows)).toThrow(/^`--method-allow` must be regular expressions/);
    expect(checkOptions(LIVE_COLLECTION, own, { rows })).toEqual([]);
  });

  test('an added row is parsed from its flag, and counts as named in an update of an existing agent', () => {
    const { options, named } = agentRequest({ collection: COLLECTION, methodAllow: ['GET'], quiet: true }, rows);
    expect(options).toEqual({ collectionId: COLLECTION, methodAllow: ['GET'], quiet: true });
    expect([...named]).toEqual(['collectionId', 'methodAllow', 'quiet']);
  });

  test('an added row is in the container of its generation, with CSV quotes, and in no other container', () => {
    expect(agentContainer(LIVE_COLLECTION, given, SURROUNDINGS, rows).entryPoint).toEqual([
      '/postman-lc-agent', 'apidump', '--collection', COLLECTION, '--method-allow', 'GET', '--method-allow', '"a,b"', '--quiet',
    ]);
    const insights = GENERATIONS.find(({ name }) => name === 'insights')!;
    expect(agentContainer(insights, given, SURROUNDINGS, rows).entryPoint).toEqual(['/postman-insights-agent', 'apidump', '--later', 'x']);
  });

  test('an added row is read from the arguments of an existing agent, and takes the next argument as its value', () => {
    const container = { entryPoint: ['/postman-lc-agent', 'apidump', '--method-allow', '--collection', '--quiet', '--collection', COLLECTION] };
    expect(argumentsFor(container, invented[0], rows)).toEqual(['--collection']);
    expect(destinationOf(container, rows)).toEqual({ collectionId: COLLECTION });
    // Without the row the flag has no value, and the next argument is a flag.
    expect(destinationOf(container)).toEqual({ collectionId: COLLECTION });
    expect(argumentsFor(container, invented[0])).toEqual([]);
  });
});

describe('the table of options', () => {
  /** Properties that are not options of the agent. */
  const OTHERS = ['apiKeySecret', 'apiKeySecretField', 'apiKeyParameter', 'logging', 'egressCheck', 'knownEgress', 'egressDiagram'];

  test.each([
    ['live-collection-options.ts', ['PostmanLiveCollectionAgentOptions'], LIVE_COLLECTION],
    ['insights-options.ts', ['PostmanInsightsSharedOptions', 'PostmanInsightsAgentOptions'], INSIGHTS],
  ])('the rows of the generation of %s are the declared options of the constructs', (file, names, generation) => {
    const shared = ['PostmanAgentContainerOptions', 'PostmanAgentOptions'].flatMap(name => declaredProps('src/constructs/agent-options.ts', name));
    const own = names.flatMap(name => declaredProps(`src/constructs/${file}`, name));
    const rowsOf = optionsOf(generation);
    expect([...shared, ...own].filter(prop => !OTHERS.includes(prop)).sort()).toEqual(rowsOf.map(({ prop }) => prop).sort());
    expect(shared).toEqual(expect.arrayContaining(OTHERS));
    // What only one generation has is declared only by its own options.
    expect(own.filter(prop => rowsOf.some(row => row.prop === prop && row.generations.length > 1))).toEqual([]);
  });

  test('every option has a generation, and options of one destination have the same', () => {
    const rows: readonly OptionRow[] = OPTIONS;
    expect(rows.filter(({ generations }) => generations.length === 0)).toEqual([]);
    for (const { destination, generations } of rows) {
      for (const row of rows) if (destination !== undefined && (row.destination ?? row.partOf) === destination) expect(row.generations).toEqual(generations);
    }
  });

  test('no two rows have the same property, flag or flag of the agent', () => {
    const rows: readonly OptionRow[] = OPTIONS;
    for (const names of [rows.map(({ prop }) => prop), rows.flatMap(({ flag }) => flag ?? []), rows.flatMap(({ agentFlag }) => agentFlag ?? [])]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('every flag that takes a value has a placeholder', () => {
    const rows: readonly OptionRow[] = OPTIONS;
    expect(rows.filter(({ flag, type, placeholder }) => flag !== undefined && type !== 'switch' && placeholder === undefined)).toEqual([]);
  });
});

describe('the agent that options select', () => {
  test.each<[object, readonly string[], string]>([
    [{ collectionId: COLLECTION }, ['collection'], 'live-collection'],
    [{ projectId: 'svc_1' }, ['project'], 'insights'],
    [{ workspaceId: 'w' }, ['workspace'], 'insights'],
    [{ systemEnvironmentId: 'e', workspaceId: 'w' }, ['workspace'], 'insights'],
    [{ discovery: true }, ['discovery'], 'insights'],
    [{ discovery: false, collectionId: COLLECTION }, ['collection'], 'live-collection'],
    [{ collectionId: COLLECTION, projectId: 'svc_1' }, ['collection', 'project'], 'live-collection'],
    [{ discovery: true, projectId: 'svc_1' }, ['project', 'discovery'], 'insights'],
    [{ collectionId: COLLECTION, dataRegion: 'EU' }, ['collection'], 'live-collection'],
    [{}, [], 'live-collection'],
    [{ rateLimitPerMinute: 5 }, [], 'live-collection'],
    [{ dataRegion: 'EU' }, [], 'insights'],
    [{ discoveryName: 'web' }, [], 'insights'],
  ])('the options %j name the destinations %j, which the agent %s has', (given, destinations, name) => {
    expect(destinationsIn(given)).toEqual(destinations);
    expect(generationFor(given).name).toBe(name);
  });
});

test('a generation is named only in agent/ and in the published constructs', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
  const outside = files.filter(file => !/^(agent|constructs)\b/.test(file));
  expect(outside.length).toBeGreaterThan(50);
  const nameOfGeneration = /LIVE_COLLECTION\b(?!_)|\bINSIGHTS\b|'live-collection'|'insights'|postman-lc-agent|postman-insights-agent/;
  const named = outside.filter(file => nameOfGeneration.test(readFileSync(join(ROOT, 'src', file), 'utf8')));
  expect(named).toEqual([]);
});
