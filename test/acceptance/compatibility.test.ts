import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { consumer, versionOf } from '../../packages/consumers';
import { hasNode, pathWithNode } from '../../packages/nodes';
import { Context, deprecationsIn, recommendedFlags, synthesize, TYPES_CHECKED } from '../../packages/synthesis';
import { Language, LANGUAGES, NEWEST, ROOT } from '../../packages/versions';

const CONTEXT = {
  collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
  apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:postman/api-key-AbCdEf',
};
const NEWER_NODES = ['22.23.3', '24.21.0'];

/** `make compatibility CDK=…` tries one aws-cdk-lib in all languages with the Node that runs this. `make test` runs the other tests. */
const only = process.env.COMPATIBILITY_CDK;

function expectReachable(language: Language, cdk: string, flags: Context, environment?: NodeJS.ProcessEnv, example = 'fargate'): void {
  const { status, output, metadata } = synthesize(consumer(language, cdk), example, { ...flags, ...CONTEXT }, environment);
  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  expect(deprecationsIn(output)).toEqual([]);
  expect(JSON.stringify(metadata)).toContain('"verdict":"reachable"');
}

if (only === undefined) {
  test('the newest aws-cdk-lib has the members that this library uses although they are not public', () => {
    const modules = join(consumer('typescript', 'newest').folder, 'node_modules');
    const { status, stderr } = spawnSync('npx', [
      'jest', 'test/cdk/tree/non-public.test.ts', '--coverage=false', '--verbose', '--modulePathIgnorePatterns=/dist/',
      `--moduleNameMapper=${JSON.stringify({ '^(aws-cdk-lib|constructs)(/.*)?$': `${modules}/$1$2` })}`,
    ], { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stderr).toContain(`aws-cdk-lib ${NEWEST.typescript} is the oldest or the newest version`);
  });

  describe.each(NEWER_NODES)('Node %s', version => {
    const on = hasNode(version) ? test : test.skip;
    const environment = { ...TYPES_CHECKED, PATH: pathWithNode(version) };

    on.each(['floor', 'newest'])(`Node ${version} runs the construct beside the %s of aws-cdk-lib`, cdk => {
      expectReachable('typescript', cdk, cdk === 'newest' ? recommendedFlags() : {}, environment);
    });

    on(`Node ${version} runs the command line`, () => {
      const { status, stdout, stderr } = spawnSync(join(ROOT, 'assets/cli/main.mjs'), ['ecs', 'policy', '--help'], {
        encoding: 'utf8', env: { ...process.env, ...environment },
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('ecs policy');
    });

    on(`the tests with Node ${version} run that version`, () => {
      expect(spawnSync('node', ['--version'], { encoding: 'utf8', env: { ...process.env, ...environment } }).stdout.trim()).toBe(`v${version}`);
    });
  });
} else {
  test.each(LANGUAGES)(`%s runs both constructs beside aws-cdk-lib ${only}, with and without the feature flags of a new app`, language => {
    expect(consumer(language, only).cdk).toBe(versionOf(language, only));
    for (const flags of [{}, recommendedFlags()]) ['fargate', 'insights'].forEach(example => expectReachable(language, only, flags, {}, example));
  });
}
