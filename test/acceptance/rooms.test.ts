import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';

const ROOT = resolve(__dirname, '../..');

process.env.ESLINT_USE_FLAT_CONFIG = 'false';
const { LegacyESLint } = require('eslint/use-at-your-own-risk') as { LegacyESLint: new (options: object) => ESLint };
const linter = new LegacyESLint({ cwd: ROOT });

/** What the project's own linter says of a file that imports something, were it there. */
async function lint(file: string, statement: string): Promise<string[]> {
  const [{ messages }] = await linter.lintText(`${statement}\n`, { filePath: join(ROOT, file) });
  return messages.filter(({ ruleId }) => /restricted/.test(ruleId ?? '')).map(({ message }) => message);
}

describe('the linter refuses an import against the arrows', () => {
  test.each([
    ['a construct in a pure room', 'src/agent/check.ts', "import { Token } from 'aws-cdk-lib';", /knows no construct/],
    ['constructs in a pure room', 'src/egress/judge.ts', "import { Construct } from 'constructs';", /knows no construct/],
    ['a client of AWS in a pure room', 'src/permissions/index.ts', "import { ECSClient } from '@aws-sdk/client-ecs';", /calls nobody/],
    ['files in a pure room', 'src/egress/judge.ts', "import { readFileSync } from 'node:fs';", /reads and writes nothing/],
    ['cdk/ in a pure room', 'src/egress/judge.ts', "import { identify } from '../cdk/identity';", /imports only itself/],
    ['the inside of another pure room', 'src/agent/check.ts', "import { parseRange } from '../egress/addresses';", /imports only itself/],
    ['a construct in cdk/', 'src/cdk/hosts.ts', "import { EgressCheck } from '../sidecar';", /cdk\/ imports only itself/],
    ['a construct in aws/', 'src/aws/account.ts', "import { EgressCheck } from '../sidecar';", /aws\/ imports only itself/],
    ['cdk/ in aws/', 'src/aws/account.ts', "import { identify } from '../cdk/identity';", /aws\/ imports only itself/],
    ['aws/ in cdk/', 'src/cdk/hosts.ts', "import { Account } from '../aws';", /cdk\/ imports only itself/],
    ['the inside of a pure room in aws/', 'src/aws/account.ts', "import { parseJson } from '../edit/json';", /aws\/ imports only itself/],
    ['cdk/ in the command line', 'src/cli/program.ts', "import { identify } from '../cdk/identity';", /never the constructs/],
    ['a client of AWS in edit/', 'src/edit/edit.ts', "import { ECSClient } from '@aws-sdk/client-ecs';", /calls nobody/],
    ['the command line in a construct', 'src/operator-policy.ts', "import { run } from './cli/program';", /A construct imports/],
    ['aws/ in a construct', 'src/operator-policy.ts', "import { Account } from './aws';", /A construct imports/],
    ['the inside of a pure room in cdk/', 'src/cdk/hosts.ts', "import { parseRange } from '../egress/addresses';", /cdk\/ imports only itself/],
  ])('%s', async (_, file, statement, message) => {
    expect(await lint(file, statement)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['the index of another pure room', 'src/agent/check.ts', "import { isUnknown } from '../egress';"],
    ['a pure room in cdk/', 'src/cdk/hosts.ts', "import { isUnknown } from '../egress';"],
    ['aws/ in the command line', 'src/cli/selection.ts', "import { Account } from '../aws';"],
    ['a pure room in aws/', 'src/aws/planning.ts', "import { hasAgent } from '../edit';"],
    ['cdk/ in a construct', 'src/sidecar.ts', "import { attach } from './cdk/attachment';"],
  ])('and lets pass %s', async (_, file, statement) => {
    expect(await lint(file, statement)).toEqual([]);
  });
});
