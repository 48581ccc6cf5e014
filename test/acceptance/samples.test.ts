import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Sample, samplesIn } from './samples';
import { MAVEN_REPOSITORY } from '../../packages/consumers';
import { FLOOR } from '../../packages/versions';

/** Far above what the slowest machine needs. */
const LIMIT_MS = 1_800_000;

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'samples-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the samples assume, as rosetta/*.ts-fixture has it for TypeScript. Each sample is the body of a method of a stack. */
function inJava({ code }: Sample, name: string): string {
  const lines = code.trimEnd().split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  const ecs = 'software.amazon.awscdk.services.ecs';
  return [
    ...lines.filter(isImport),
    `class ${name} extends software.amazon.awscdk.Stack {`,
    `  void sample(${ecs}.FargateService service, ${ecs}.Cluster cluster, String collectionId, String projectId,`,
    `      ${ecs}.patterns.ScheduledFargateTask job, io.github.cdkpostman.livecollection.PostmanAgentEnrolment enrolment) {`,
    ...lines.filter(line => !isImport(line)),
    '  }',
    '}',
    '',
  ].join('\n');
}

/** The jars that Maven gives the Java examples: each library in the version that the oldest supported CDK gets. */
function jars(): string[] {
  const isOther = (path: string) => [['aws-cdk-lib', FLOOR.cdk], ['constructs', FLOOR.constructs]].some(([name, version]) =>
    path.includes(`/${name}/`) && !path.includes(`/${name}/${version}/`));
  return ['software/amazon', 'software/constructs', 'io/github/cdkpostman', 'org/jetbrains/annotations'].flatMap(group =>
    readdirSync(join(MAVEN_REPOSITORY, group), { recursive: true, encoding: 'utf8' })
      .map(name => `${MAVEN_REPOSITORY}/${group}/${name}`)
      .filter(path => path.endsWith('.jar') && !/-(sources|javadoc)\.jar$/.test(path) && !isOther(path)));
}

function javac(samples: readonly Sample[]): { readonly status: number | null; readonly output: string } {
  const place = mkdtempSync(join(folder, 'java-'));
  const files = samples.map((sample, index) => {
    const file = join(place, `Sample${index}.java`);
    writeFileSync(file, inJava(sample, `Sample${index}`));
    return file;
  });
  mkdirSync(join(place, 'classes'));
  const args = ['-proc:none', '-Xlint:-options', '-d', join(place, 'classes'), '-cp', jars().join(delimiter), ...files];
  const { status, stdout, stderr } = spawnSync('javac', args, { encoding: 'utf8', timeout: LIMIT_MS });
  return { status, output: `${stdout}${stderr}` };
}

describe('the samples of the docs in other languages', () => {
  test('each sample of the guide in TypeScript has one in Python and one in Java beside it', () => {
    const pagesOf = (language: string) => samplesIn(language).map(({ page }) => page);
    const inTypeScript = pagesOf('ts').filter(page => page !== 'command-line.md');
    expect(inTypeScript.length).toBeGreaterThan(20);
    expect(pagesOf('python')).toEqual(inTypeScript);
    expect(pagesOf('java')).toEqual(inTypeScript);
  });

  test('the Java samples of the docs compile', () => {
    expect(javac(samplesIn('java'))).toEqual({ status: 0, output: '' });
  });

  test('the check finds a wrong property in a Java sample', () => {
    const name = 'io.github.cdkpostman.livecollection.PostmanInsightsSidecar';
    const java = javac([{ page: '', code: `import ${name};\n\nPostmanInsightsSidecar.Builder.create(this, "A").discover(true).build();\n` }]);
    expect(java).toEqual({ status: 1, output: expect.stringContaining('cannot find symbol') });
  });
});
