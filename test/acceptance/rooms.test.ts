import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { program } from '../../src/cli/program';

const ROOT = resolve(__dirname, '../..');

process.env.ESLINT_USE_FLAT_CONFIG = 'false';
const { LegacyESLint } = require('eslint/use-at-your-own-risk') as { LegacyESLint: new (options: object) => ESLint };
/** The two rules that need the types of all files are not what is tested here. */
const WITHOUT_TYPES = {
  parserOptions: { project: null }, rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/return-await': 'off' },
};
const CIRCLES = 'import/no-cycle';
const projects = new LegacyESLint({ cwd: ROOT });
/** The rule about circles reads the files that a file imports, and those that they import, and so on: seconds for each text. */
const withoutCircles = withRule('off');

/** The project's own linter, with another setting of the rule about circles. */
function withRule(setting: unknown): ESLint {
  return new LegacyESLint({ cwd: ROOT, overrideConfig: { ...WITHOUT_TYPES, rules: { ...WITHOUT_TYPES.rules, [CIRCLES]: setting } } });
}

/** With `disableScc`, the rule reads the given text, and not only what is saved. */
async function withCirclesOf(filePath: string): Promise<ESLint> {
  const [severity, options = {}] = (await projects.calculateConfigForFile(filePath)).rules[CIRCLES];
  return withRule([severity, { ...options, disableScc: true }]);
}

/** The messages of some rules of the project's own linter for a file, if a statement were its only content. */
async function lint(file: string, statement: string, rules = /restricted/): Promise<string[]> {
  const filePath = join(ROOT, file);
  const linter = rules.test(CIRCLES) ? await withCirclesOf(filePath) : withoutCircles;
  const [{ messages }] = await linter.lintText(`${statement}\n`, { filePath });
  return messages.filter(({ ruleId }) => rules.test(ruleId ?? '')).map(({ message }) => message);
}

describe('imports between rooms', () => {
  test.each([
    ['a construct in a pure room', 'src/agent/container.ts', "import { Token } from 'aws-cdk-lib';", /A pure room does not import the CDK\.$/],
    ['constructs in a pure room', 'src/egress/judge.ts', "import { Construct } from 'constructs';", /A pure room does not import the CDK\.$/],
    ['a client of AWS in a pure room', 'src/permissions/index.ts', "import { ECSClient } from '@aws-sdk/client-ecs';", /A pure room does not call AWS\.$/],
    ['files in a pure room', 'src/egress/judge.ts', "import { readFileSync } from 'node:fs';", /A pure room does not import modules of Node\.$/],
    ['cdk/ in a pure room', 'src/egress/judge.ts', "import { identify } from '../cdk/tree/identities';", /imports only itself/],
    ['the inside of another pure room', 'src/agent/container.ts', "import { parseRange } from '../egress/addresses';", /imports only itself/],
    ['another pure room in agent/, even its index', 'src/agent/container.ts', "import { isUnknown } from '../egress';", / agent\/ imports only itself\.$/],
    ['preflight/ in egress/', 'src/egress/judge.ts', "import { checkTask } from '../preflight';", / egress\/ imports only itself\.$/],
    ['edit/ in preflight/', 'src/preflight/task.ts', "import { hasAgent } from '../edit';", / preflight\/ imports only .* index of agent and egress\.$/],
    ['preflight/ in render/', 'src/render/container.ts', "import { checkTask } from '../preflight';", / render\/ imports only .* index of agent and edit\.$/],
    ['files in render/', 'src/render/container.ts', "import { readFileSync } from 'node:fs';", /A pure room does not import modules of Node\.$/],
    ['edit/ in cdk/', 'src/cdk/users-language.ts', "import { hasAgent } from '../edit';", /cdk\/ imports only itself/],
    ['the command line in aws/', 'src/aws/calls/account.ts', "import { run } from '../../cli/program';", /aws\/ imports only itself/],
    ['a construct in cdk/', 'src/cdk/users-language.ts', "import { EgressCheck } from '../constructs/egress-check';", /cdk\/ imports only itself/],
    ['a construct in aws/', 'src/aws/calls/account.ts', "import { EgressCheck } from '../../constructs/egress-check';", /aws\/ imports only itself/],
    ['cdk/ in aws/', 'src/aws/calls/account.ts', "import { identify } from '../../cdk/tree/identities';", /aws\/ imports only itself/],
    ['aws/ in cdk/', 'src/cdk/users-language.ts', "import { Account } from '../aws';", /cdk\/ imports only itself/],
    ['the inside of a pure room in aws/', 'src/aws/calls/account.ts', "import { parseJson } from '../../edit/json';", /aws\/ imports only itself/],
    ['cdk/ in the command line', 'src/cli/program.ts', "import { identify } from '../cdk/tree/identities';", /never the constructs/],
    ['a higher floor', 'src/aws/reads/tasks.ts', "import { EgressReader } from '../network/egress-reader';", / only itself and calls of aws\/\.$/],
    ['the runs in aws/plan/', 'src/aws/plan/planner.ts', "import { Place } from '../run/place';", / itself and calls, reads, network of aws\/\.$/],
    ['the index of aws/ in aws/calls/', 'src/aws/calls/account.ts', "import { Planner } from '..';", / only itself of aws\/\.$/],
    ['a client of AWS in edit/', 'src/edit/edit.ts', "import { ECSClient } from '@aws-sdk/client-ecs';", /A pure room does not call AWS\.$/],
    ['the command line in a construct', 'src/constructs/operator-policy.ts', "import { run } from '../cli/program';", /A construct imports/],
    ['aws/ in a construct', 'src/constructs/operator-policy.ts', "import { Account } from '../aws';", /A construct imports/],
    ['the inside of a pure room in cdk/', 'src/cdk/users-language.ts', "import { parseRange } from '../egress/addresses';", /cdk\/ imports only itself/],
  ])('the linter refuses the import of %s', async (_, file, statement, message) => {
    expect(await lint(file, statement)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['the index of another pure room in preflight/', 'src/preflight/memory.ts', "import { isUnknown } from '../egress';"],
    ['a pure room in cdk/', 'src/cdk/users-language.ts', "import { isUnknown } from '../egress';"],
    ['aws/ in the command line', 'src/cli/selection.ts', "import { Account } from '../aws';"],
    ['a pure room in aws/', 'src/aws/plan/planner.ts', "import { hasAgent } from '../../edit';"],
    ['cdk/ in a construct', 'src/constructs/live-collection-sidecar.ts', "import { attach } from '../cdk/attachment';"],
  ])('the linter accepts the import of %s', async (_, file, statement) => {
    expect(await lint(file, statement)).toEqual([]);
  });
});

test.each([
  ['of functions', 'src/cdk/tree/identities.ts', "import { StageIndex } from './stage-index';"],
  ['of functions, over other files', 'src/cdk/network/references.ts', "import { egressFacts } from './egress-facts';"],
  ['of types only', 'src/cdk/tree/properties.ts', "import { ServiceInTree } from './runners';"],
  ['of types that are exported again', 'src/cdk/tree/properties.ts', "export type { ServiceInTree } from './runners';"],
  ['with an import at run time', 'src/cdk/tree/identities.ts', "export const index = async () => import('./stage-index');"],
])('the linter refuses a circle of imports %s', async (_, file, statement) => {
  expect(await lint(file, statement, /no-cycle/)).toEqual([expect.stringMatching(/^Dependency cycle/)]);
});

test.each([
  "import type { ServiceInTree } from './runners';",
  "import { type ServiceInTree } from './runners';",
])('the linter refuses a relative type import, whose circles it cannot find: %s', async statement => {
  expect(await lint('src/cdk/tree/properties.ts', statement)).toEqual([expect.stringMatching(/^Import types of this package without `type`/)]);
});

test('the linter accepts `import type` from a package, and a type that is exported again', async () => {
  expect(await lint('src/cdk/network/subnets.ts', "import type { CfnResource } from 'aws-cdk-lib';")).toEqual([]);
  expect(await lint('src/cdk/network/subnets.ts', "export { subnetFacts, type SubnetNetwork } from './vpcs';", /restricted|no-cycle/)).toEqual([]);
});

test.each([
  'export const inside = (1 as unknown as { readonly member: string }).member;',
  'export const inside = (1 as any).member;',
])('the linter refuses a cast for a non-public member of the CDK outside non-public.ts: %s', async statement => {
  expect(await lint('src/cdk/attachment.ts', statement)).toEqual([expect.stringMatching(/non-public\.ts/)]);
  expect(await lint('src/constructs/live-collection-sidecar.ts', statement)).toEqual([expect.stringMatching(/non-public\.ts/)]);
  expect(await lint('src/cdk/tree/non-public.ts', statement)).toEqual([]);
});

describe('a room below the command line', () => {
  const ecs = program().commands.find(command => command.name() === 'ecs')!;
  const VERBS = ecs.commands.map(command => command.name()).join('|');

  /** What only the command line knows: its flags, verbs, exit codes, words, and variables of the environment. */
  const OF_THE_COMMAND_LINE = new RegExp([
    '(?<![\\w-])--[a-z][\\w-]*', `\\becs (?:${VERBS})\\b`, '\\bprocess\\.env\\b', '\\bPOSTMAN_(?:INSIGHTS_)?API_KEY\\b', '\\bAWS_[A-Z_]+', '\\bexit code \\d',
    '\\bCOMMAND_LINE_\\w+', '\\b(?:same|this) command\\b',
  ].join('|'), 'g');
  const wordsOfTheFace = (text: string) => [...text.matchAll(OF_THE_COMMAND_LINE)].map(([word]) => word);

  test.each([
    ["usage('Use `--region`.')", '--region'],
    ["'--service'", '--service'],
    ['Run `ecs status` to check it.', 'ecs status'],
    ['/** `ecs key update` */', 'ecs key'],
    ['const { region } = process.env;', 'process.env'],
    ['Set POSTMAN_API_KEY to the key.', 'POSTMAN_API_KEY'],
    ['Check AWS_REGION.', 'AWS_REGION'],
    ['@throws Failure exit code 2', 'exit code 2'],
    ['messagesOf(findings, COMMAND_LINE_WORDS)', 'COMMAND_LINE_WORDS'],
    ['Run the same command again.', 'same command'],
  ])('would be seen to know the command line by %s', (text, word) => {
    expect(wordsOfTheFace(text)).toEqual([word]);
  });

  test('may have code and names that are similar', () => {
    const text = "while (at--) if (!flag.startsWith('--')) read(`--${name}`, 'ecs:UpdateService', AWS, 'the ecs client', 'without an exit code');";
    expect(wordsOfTheFace(text)).toEqual([]);
  });

  test.each(['aws', 'edit', 'fleet', 'render'])('%s/ does not know the command line', room => {
    const files = readdirSync(join(ROOT, 'src', room), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(3);
    const known = files.flatMap(name => wordsOfTheFace(readFileSync(join(ROOT, 'src', room, name), 'utf8')).map(word => `${name}: ${word}`));
    expect(known).toEqual([]);
  });
});
