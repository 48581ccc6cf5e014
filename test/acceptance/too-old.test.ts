import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { consumer, install } from '../../packages/consumers';
import { hasNode, pathWithNode } from '../../packages/nodes';
import { synthesize, TYPES_CHECKED } from '../../packages/synthesis';
import { FLOOR, ROOT } from '../../packages/versions';

const CONTEXT = { collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' };
const OLD_NODE = '18.20.8';
/** The newest before the floor that Maven Central has. */
const OLD_CDK = '2.199.0';

// npm and pip refuse to install an old aws-cdk-lib: packages.test.ts checks the requirement of the package. Maven takes the version of the app's pom.xml.
test('an app in Java with an old aws-cdk-lib fails with an error that names the needed version', () => {
  const { status, output } = synthesize(install('java', OLD_CDK), 'fargate', CONTEXT);
  expect(status).not.toBe(0);
  expect(output).toContain(`cdk-postman-live-collection needs aws-cdk-lib ${FLOOR.cdk} or later; this app has ${OLD_CDK}. `
    + 'Raise the version of aws-cdk-lib in pom.xml or build.gradle.');
});

describe('a Node that is too old', () => {
  const on = hasNode(OLD_NODE) ? test : test.skip;

  on.each(['typescript', 'python', 'java'] as const)('an app in %s on an old Node fails with an error that names the needed version', language => {
    const made = consumer(language, 'floor');
    const { status, output } = synthesize(made, 'fargate', CONTEXT, { ...TYPES_CHECKED, PATH: pathWithNode(OLD_NODE, made.environment.PATH) });
    expect(status).not.toBe(0);
    expect(output).toContain(`cdk-postman-live-collection needs Node 20 or later, also for apps in Python, Java and Go; this is Node ${OLD_NODE}.`);
  });

  on('the command line on an old Node fails at once with an error that names the needed version', () => {
    const { status, stderr } = spawnSync(join(ROOT, 'assets/cli/main.mjs'), ['ecs', 'plan', '--cluster', 'shop', '--all'], {
      encoding: 'utf8', env: { ...process.env, PATH: pathWithNode(OLD_NODE) },
    });
    expect(stderr).toBe(`error: postman-live-collection needs Node 20.12 or later; this is Node ${OLD_NODE}. `
      + 'Install a newer Node, or put it first on the PATH.\n');
    expect(status).toBe(1);
  });
});

/** Without any Node, the error is the one of jsii's runtimes. docs/troubleshooting.md quotes it, with the needed version. */
describe('a missing Node', () => {
  let folder: string;

  /** A PATH with the tools of the languages and without Node. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'without-node-'));
    for (const tool of ['java', 'mvn', 'sh', 'env', 'basename', 'dirname', 'uname', 'ls', 'sed', 'expr', 'tr', 'cat']) {
      const found = process.env.PATH!.split(delimiter).map(path => join(path, tool)).find(existsSync);
      if (found !== undefined) symlinkSync(tool === 'java' ? realpathSync(found) : found, join(folder, tool));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['python', "FileNotFoundError: [Errno 2] No such file or directory: 'node'"],
    ['java', 'Cannot run program "node": error=2, No such file or directory'],
  ] as const)('an app in %s without Node fails with the error that the troubleshooting page quotes', (language, sentence) => {
    const made = consumer(language, 'floor');
    const { status, output } = synthesize(made, 'fargate', CONTEXT, { PATH: language === 'python' ? join(made.folder, 'venv/bin') : folder });
    expect(status).not.toBe(0);
    expect(output).toContain(sentence);
    expect(readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8')).toContain(sentence);
  });
});
