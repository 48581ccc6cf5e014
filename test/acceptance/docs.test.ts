import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import * as ts from 'typescript';
import { faultsIn } from './compile';
import { anchorOf } from '../../docs/site/links';
import { GENERATIONS, INSIGHTS, LIVE_COLLECTION, OptionRow, OPTIONS, variableOf } from '../../src/agent';
import { CAUSE_LINES, NO_PIPELINES, STATE_LINES } from '../../src/agent/log-lines';
import { ExitCode } from '../../src/cli/exit-codes';
import { correctionOf } from '../../src/cli/postman-usage';
import { program } from '../../src/cli/program';
import {
  assumeMembers, daemonStatements, followMapRuns, keepEnrolment, keepRuns, noteArrivals, OperatorScope, operatorStatements, readApiKey, readObjects, sendEvents,
  startTasks, takeMessages,
} from '../../src/permissions';
import { FINDING_IDS } from '../../src/preflight';

const ROOT = resolve(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const GUIDE = read('docs/command-line.md');

/** The permissions for every service, cluster and secret together. */
const EVERYTHING: OperatorScope = {
  partition: 'aws', region: 'eu-west-1', account: '111122223333', clusters: ['shop'], services: ['shop/orders'], families: ['orders'], roles: undefined,
  listsServices: true, readsHosts: true, grantableRoles: ['arn:aws:iam::111122223333:role/execution'],
  secret: {
    arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-??????', mayCreate: true, mayUpdate: true, mayGrant: true,
    mayRevoke: true, keyAlias: 'alias/*', keyArn: '*',
  },
};

function markdownUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md')).map(name => join(folder, name));
}

/** Fenced blocks contain no links and no headings. */
const prose = (text: string) => text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');

/** The anchors of a page: those that GitHub makes from its headings, and those that it names itself. */
function anchorsOf(text: string): string[] {
  const headings = [...prose(text).matchAll(/^#{1,6} (.+)$/gm)]
    .map(([, heading]) => heading.replace(/<[^>]*>/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  return [...headings.map(anchorOf), ...[...text.matchAll(/\b(?:name|id)="([^"]+)"/g)].map(([, name]) => name)];
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

test('the README and the docs link only to findings of the catalog', () => {
  const ids = new Set<string>(FINDING_IDS.map(id => id.toLowerCase()));
  const links = ['README.md', ...markdownUnder('docs')].flatMap(file => [...read(file).matchAll(/findings\.md#(\w+)/g)].map(([, id]) => id));
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(id => !ids.has(id))).toEqual([]);
});

describe('links', () => {
  const REPOSITORY = /^https:\/\/github\.com\/cdkpostman\/cdk-postman-live-collection\/(blob|tree|raw)\/main\//;
  const files = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'packages/command-line/README.md', ...markdownUnder('docs')].sort();

  function isBroken(link: string, file: string): boolean {
    const [path, anchor] = link.split('#');
    const target = path === '' ? join(ROOT, file) : path.startsWith('/') ? join(ROOT, path) : resolve(ROOT, dirname(file), path);
    if (!existsSync(target) || relative(ROOT, target).startsWith('..')) return true;
    if (anchor === undefined) return false;
    return statSync(target).isDirectory() || !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  }

  test.each(files)('the links of %s lead to an existing file, and to one of its headings', file => {
    const links = [...prose(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link.replace(REPOSITORY, '/'));
    expect(links.filter(link => !/^[a-z]+:/.test(link) && isBroken(link, file))).toEqual([]);
  });
});

describe('the page on security', () => {
  const rows = [...read('docs/security.md').matchAll(/^\|.*$/gm)].map(([row]) => row);
  const named = new Set(rows.flatMap(row => [...row.matchAll(/`([a-z0-9]+:[A-Z]\w+)`/g)].map(([, action]) => action)));

  test('the page on security has a row for every action that is granted, and for no other action', () => {
    const role = (['secretsmanager', 'ssm'] as const).flatMap(store =>
      readApiKey({ store, arn: 'arn', arnIsComplete: true, keyArn: 'key', region: 'eu-west-1' }));
    const parameter = operatorStatements({ ...EVERYTHING, secret: { ...EVERYTHING.secret!, store: 'ssm' } });
    const ofDaemons = daemonStatements({ ...EVERYTHING, roles: ['role'], newRoles: ['role'], newLogGroups: ['group'], mayGrant: true });
    const ofRotation = [startTasks(['service']), takeMessages('queue')];
    const ofEnrolment = [
      assumeMembers(['role']), ...keepEnrolment('bucket'), readObjects('object'), ...noteArrivals('bucket', 'machine'),
      followMapRuns(EVERYTHING, 'machine'), sendEvents('bus'),
    ];
    const all = [...ofEnrolment, ...operatorStatements(EVERYTHING), ...parameter, ...ofDaemons, ...role, ...keepRuns('table'), ...ofRotation];
    const granted = all.flatMap(({ actions }) => actions);
    // The CDK's log driver grants these.
    expect([...named].sort()).toEqual([...new Set([...granted, 'logs:CreateLogStream', 'logs:PutLogEvents'])].sort());
  });
});

describe('the threat model', () => {
  const cells = [...read('docs/threat-model.md').matchAll(/^\| (.+?) \| .+ \|(?: (.*))? \|$/gm)]
    .map(([, threat, tests = '']) => ({ threat, tests }))
    .filter(({ threat }) => threat !== 'threat');
  /** The tests of a cell, each with its file. */
  const testsIn = (cell: string) => {
    let file = '';
    return [...cell.matchAll(/`(test\/[^`]+)`|“([^”]+)”/g)].flatMap(([, path, title]) => {
      file = path ?? file;
      return title === undefined ? [] : [{ file, title }];
    });
  };
  const named = cells.flatMap(({ tests }) => testsIn(tests));

  test('every test that the threat model names exists', () => {
    expect(named.length).toBeGreaterThan(35);
    const titles = new Map([...new Set(named.map(({ file }) => file))].map(file => [file, existsSync(join(ROOT, file)) ? titlesOf(read(file)) : []]));
    expect(named.filter(({ file, title }) => !titles.get(file)!.includes(title))).toEqual([]);
  });

  test('every threat has a test, except for the one that only IAM stops', () => {
    const untested = cells.filter(({ tests }) => testsIn(tests).length === 0).map(({ threat }) => threat);
    expect(untested).toEqual(['A person starts a task of their own with the execution role.']);
  });

  test('the check of the threat model knows titles of tests with and without tables, and no skipped test', () => {
    const source = "test('a', f); scenario(`b ${x} c`, f); test.each([1])('d $name of %s', f); test.skip('e', f); test.todo('g'); other('h');";
    expect(titlesOf(source)).toEqual(['a', 'b … c', 'd … of …']);
  });
});

function titleIn(argument: ts.Expression | undefined): string | undefined {
  if (argument === undefined) return undefined;
  if (ts.isStringLiteralLike(argument)) return argument.text;
  if (!ts.isTemplateExpression(argument)) return undefined;
  return [argument.head, ...argument.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('…');
}

/** The titles of the tests of a file. What differs between the rows of a table is `…`. */
function titlesOf(source: string): string[] {
  const found: string[] = [];
  const namesOf = (callee: ts.Expression): string[] => ts.isIdentifier(callee) ? [callee.text]
    : ts.isPropertyAccessExpression(callee) ? [...namesOf(callee.expression), callee.name.text]
      : ts.isCallExpression(callee) ? namesOf(callee.expression) : [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [root, ...members] = namesOf(node.expression);
      const title = titleIn(node.arguments[0]);
      if (['test', 'scenario'].includes(root) && members.every(member => member === 'each') && title !== undefined) found.push(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('test.ts', source, ts.ScriptTarget.Latest, true));
  return found.map(title => title.replace(/\$\w+|%[sdij]/g, '…'));
}

describe('the pages on what the agents do', () => {
  const security = read('docs/security.md');
  const hosts = GENERATIONS.flatMap(({ hosts: { US, EU }, telemetryHost }) => [US, EU, telemetryHost]).filter(host => host !== undefined);

  test.each(['docs/security.md', 'docs/networks.md'])('%s names every host that an agent sends to', page => {
    for (const host of hosts) expect(read(page)).toContain(`\`${host}\``);
  });

  test('the page on security names every variable of the key, and those that turn the usage reports off', () => {
    const row: OptionRow = OPTIONS.find(({ prop }) => prop === 'disableTelemetry')!;
    for (const name of GENERATIONS.flatMap(({ apiKeyVariables }) => apiKeyVariables)) expect(security).toContain(`\`${name}\``);
    for (const generation of GENERATIONS) expect(security).toContain(`\`${variableOf(row, generation)}=true\``);
  });

  test('the links to the sources of the agents name a commit, so they do not change', () => {
    const links = [...security.matchAll(/https:\/\/github\.com\/postmanlabs\/[\w-]+\/blob\/([^/]+)\//g)].map(([, commit]) => commit);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter(commit => !/^[0-9a-f]{40}$/.test(commit))).toEqual([]);
  });
});

describe('the lines of the agent\'s log', () => {
  const lines = [...STATE_LINES, NO_PIPELINES, ...CAUSE_LINES];
  const section = /^## The agent runs and captures nothing$([^]*?)^## /m.exec(read('docs/troubleshooting.md'))![1];
  const shown = [...section.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, line]) => line));
  const isOf = (line: string, fragment: string) => line.includes(fragment.trim()) || fragment.includes(line);

  test('the page on troubleshooting shows only lines that the program knows', () => {
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter(line => !lines.some(({ fragment }) => isOf(line, fragment)))).toEqual([]);
  });

  test('the page on troubleshooting shows a line for every cause', () => {
    const causes = new Set(lines.flatMap(({ cause }) => cause ?? []));
    const explained = new Set(lines.flatMap(({ cause, fragment }) => shown.some(line => isOf(line, fragment)) ? cause ?? [] : []));
    expect([...causes].filter(cause => !explained.has(cause))).toEqual([]);
  });

  test('the guide of the command line explains every cause', () => {
    for (const { cause } of lines) if (cause !== undefined) expect(GUIDE).toContain(`\`${cause}\``);
    expect(GUIDE).toContain('`other`');
  });
});

describe('the TypeScript samples', () => {
  const samples = markdownUnder('docs')
    .flatMap(file => [...read(file).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code], index) => [`${file} ${index + 1}`, code]));

  test('the TypeScript samples of the docs compile', () => {
    expect(samples.length).toBeGreaterThan(1);
    const sources = new Map(samples.map(([name, code]) => [join(ROOT, `${name.replace(/\W+/g, '-')}.ts`), inFixture(code)]));
    const faults = faultsIn(sources, { paths: { 'cdk-postman-live-collection': [join(ROOT, 'src/index.ts')] } });
    expect(faults).toEqual([]);
  });
});

/** A sample in its fixture, as jsii-rosetta compiles the samples of the README. */
function inFixture(code: string): string {
  const TOP = /^(?:import|declare) .*$/gm;
  const top = code.match(TOP) ?? [];
  const fixture = read(`rosetta/${code.startsWith('import ') ? 'importing' : 'default'}.ts-fixture`);
  return [...top, fixture.replace('/// here', () => code.replace(TOP, ''))].join('\n');
}

describe('the page on limits', () => {
  const rows = [...read('docs/limits.md').matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row.split(' | '));

  test('the page on limits has the default rate and the measured memory of each agent', () => {
    const numbersOf = (title: string) => rows.find(([first]) => first === title)!.slice(1).map(cell => Number(cell.replace(/[^\d]/g, '')));
    const shown = ['Insights', 'Live Collection'].map(numbersOf);
    const measured = [INSIGHTS, LIVE_COLLECTION].map(({ defaultRateLimit, memory }) =>
      [defaultRateLimit, memory.idle, memory.peaks.find(([rate]) => rate === defaultRateLimit)![1]]);
    expect(shown).toEqual(measured);
  });

  test("the page on limits has every limit of ECS that is checked, with AWS's page about it", () => {
    const source = read('src/agent/limits.ts');
    const checked = [...source.matchAll(/@see (\S+) \*\/\nexport const \w+ = ([\d *]+);/g)]
      .map(([, page, value]) => [value.split('*').reduce((product, factor) => product * Number(factor), 1), page]);
    const UNITS: { readonly [unit: string]: number } = { KiB: 1024 };
    const shown = rows.flatMap(([, value = '', , page = '']) => {
      const [, link] = /\]\((https:\/\/docs\.aws\.amazon\.com[^)]+)\)/.exec(page) ?? [];
      const [number, unit] = value.split(' ');
      return link === undefined ? [] : [[Number(number) * (UNITS[unit] ?? 1), link]];
    });
    expect(checked).toHaveLength(5);
    expect(shown).toEqual(checked);
  });
});

describe('the page on tests', () => {
  const page = read('docs/testing.md');
  const EXTENSIONS: { readonly [language: string]: RegExp } = { typescript: /\.test\.ts$/, python: /test_\w+\.py$/, java: /Test\.java$/ };
  const testsOf = (language: string) => readdirSync(join(ROOT, 'examples', language), { recursive: true, encoding: 'utf8' })
    .filter(name => EXTENSIONS[language].test(name) && !name.includes('node_modules')).map(name => join('examples', language, name));

  test.each(Object.keys(EXTENSIONS))('the samples of the page on tests in %s are from the tests of the examples, the first one is a whole file', language => {
    const samples = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, sample]) => sample);
    const tests = testsOf(language).map(read);
    expect(samples).toHaveLength(3);
    expect(tests).toContain(samples[0]);
    expect(samples.filter(sample => !tests.some(text => text.includes(sample)))).toEqual([]);
  });

  test('the page on tests names the test of every example in every language', () => {
    const named = [...page.matchAll(/\]\(\.\.\/(examples\/[^)]+\.\w+)\)/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(EXTENSIONS).flatMap(testsOf).sort());
  });

  test('the page on tests names the members of a verdict and of its evidence in every language', () => {
    const source = read('src/constructs/egress-verdict.ts');
    const members = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    expect(members).toHaveLength(8);
    const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| `(\w+)\(\)` \|/gm)].map(([, ...names]) => names);
    expect(rows).toEqual(members.map(name => [name, name, `get${name[0].toUpperCase()}${name.slice(1)}`]));
  });
});

test.each(['typescript', 'python', 'java'])('the quick start for %s names the oldest CDK and the oldest Node that the package supports', language => {
  const { peerDependencies, engines } = JSON.parse(read('package.json'));
  const page = read(`docs/quick-start/${language}.md`);
  expect(page).toContain(`\`aws-cdk-lib\` ${/\d+\.\d+/.exec(peerDependencies['aws-cdk-lib'])![0]} or later`);
  expect(page).toContain(`Node ${/\d+\.\d+/.exec(engines.node)![0]} or later`);
});

describe('the guide of the command line', () => {
  const flags = new Set(commandsOf(program()).flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])));
  // Lines that show the AWS CLI have its flags.
  const samples = /^.*\baws [a-z-]+ [a-z-]+(?:.*\\\n)*.*$/gm;

  test('the guide of the command line names every flag of the program', () => {
    expect(flags.size).toBeGreaterThan(30);
    for (const flag of flags) expect(GUIDE).toMatch(new RegExp(`${flag}(?![\\w-])`));
  });

  test('the guide of the command line names no flag that the program neither has nor answers with what to use instead', () => {
    const named = [...GUIDE.replace(samples, '').matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag);
    const isKnown = (flag: string) => flags.has(flag) || flag === '--help' || correctionOf(['ecs', 'add', flag], []) !== undefined;
    expect(named.filter(flag => !isKnown(flag))).toEqual([]);
  });

  test('the guide of the command line names every verb', () => {
    for (const command of commandsOf(program()).slice(1)) expect(GUIDE).toContain(command.name());
  });

  test('the guide of the command line has the exit codes of the program, by number and name', () => {
    const rows = [...GUIDE.matchAll(/^\| (\d+) \| `([A-Z_]+)` \|/gm)].map(([, code, name]) => [name, Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(Object.entries(ExitCode).filter(([, code]) => typeof code === 'number')));
  });

  test('the guide of the command line names every member of the JSON document', () => {
    const source = read('src/cli/documents.ts');
    const members = [...source.matchAll(/^ {4,8}(\w+)(?:: |,$)/gm)].map(([, name]) => name);
    expect(members.length).toBeGreaterThan(15);
    for (const member of members) expect(GUIDE).toContain(`\`${member}\``);
  });
});
