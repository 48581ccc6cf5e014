import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';

const ROOT = resolve(__dirname, '../..');

process.env.ESLINT_USE_FLAT_CONFIG = 'false';
const { LegacyESLint } = require('eslint/use-at-your-own-risk') as { LegacyESLint: new (options: object) => ESLint };
const linter = new LegacyESLint({ cwd: ROOT });

/** The messages of some rules of the project's own linter for a file, if a statement were its only content. */
async function lint(file: string, statement: string, rules = /restricted/): Promise<string[]> {
  const [{ messages }] = await linter.lintText(`${statement}\n`, { filePath: join(ROOT, file) });
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
    ['edit/ in cdk/', 'src/cdk/users-language.ts', "import { hasAgent } from '../edit';", /cdk\/ imports only itself/],
    ['the command line in aws/', 'src/aws/account.ts', "import { run } from '../cli/program';", /aws\/ imports only itself/],
    ['a construct in cdk/', 'src/cdk/users-language.ts', "import { EgressCheck } from '../constructs/egress-check';", /cdk\/ imports only itself/],
    ['a construct in aws/', 'src/aws/account.ts', "import { EgressCheck } from '../constructs/egress-check';", /aws\/ imports only itself/],
    ['cdk/ in aws/', 'src/aws/account.ts', "import { identify } from '../cdk/tree/identities';", /aws\/ imports only itself/],
    ['aws/ in cdk/', 'src/cdk/users-language.ts', "import { Account } from '../aws';", /cdk\/ imports only itself/],
    ['the inside of a pure room in aws/', 'src/aws/account.ts', "import { parseJson } from '../edit/json';", /aws\/ imports only itself/],
    ['cdk/ in the command line', 'src/cli/program.ts', "import { identify } from '../cdk/tree/identities';", /never the constructs/],
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
    ['a pure room in aws/', 'src/aws/planning.ts', "import { hasAgent } from '../edit';"],
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
