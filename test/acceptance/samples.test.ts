import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { consumer, MAVEN_REPOSITORY } from '../../packages/consumers';
import { FLOOR, ROOT } from '../../packages/versions';

const MINUTE = 60_000;

/** These pages show whole files of the examples, which have checks of their own. */
const OF_THE_EXAMPLES = ['index.md', 'testing.md'];

interface Sample {
  readonly page: string;
  readonly code: string;
}

function samplesIn(language: string): Sample[] {
  return readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md') && !OF_THE_EXAMPLES.includes(name)).sort().flatMap(page =>
    [...readFileSync(join(ROOT, 'docs', page), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => ({ page, code })));
}

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'samples-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the samples assume, as rosetta/*.ts-fixture has it for TypeScript. Each sample is the body of a method of a stack. */
function inPython({ code }: Sample): string {
  return [
    'from aws_cdk import Stack as FixtureStack',
    'from aws_cdk import aws_ecs as fixture_ecs',
    'from aws_cdk import aws_ecs_patterns as fixture_patterns',
    'from cdk_postman_live_collection import PostmanAgentEnrolment as FixtureEnrolment',
    '',
    '',
    'class Fixture(FixtureStack):',
    '    def sample(',
    '        self, service: fixture_ecs.FargateService, cluster: fixture_ecs.Cluster, collection_id: str, project_id: str,',
    '        job: fixture_patterns.ScheduledFargateTask, enrolment: FixtureEnrolment,',
    '    ) -> None:',
    ...code.trimEnd().split('\n').map(line => line === '' ? '' : `        ${line}`),
    '',
  ].join('\n');
}

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

function mypy(samples: readonly Sample[]): { readonly status: number | null; readonly output: string } {
  const place = mkdtempSync(join(folder, 'python-'));
  samples.forEach((sample, index) => writeFileSync(join(place, `sample_${index}.py`), inPython(sample)));
  const { folder: project, environment } = consumer('python', 'floor');
  const { status, stdout, stderr } = spawnSync('mypy', ['--config-file', join(project, 'mypy.ini'), place], {
    cwd: project, encoding: 'utf8', env: { ...process.env, ...environment }, timeout: 10 * MINUTE,
  });
  return { status, output: `${stdout}${stderr}` };
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
  const { status, stdout, stderr } = spawnSync('javac', args, { encoding: 'utf8', timeout: 10 * MINUTE });
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

  test('the Python samples of the docs have the types of the package', () => {
    expect(mypy(samplesIn('python'))).toEqual({ status: 0, output: expect.stringContaining('no issues found') });
  });

  test('the Java samples of the docs compile', () => {
    expect(javac(samplesIn('java'))).toEqual({ status: 0, output: '' });
  });

  test('the checks find a wrong property in a Python and in a Java sample', () => {
    const wrong = 'from cdk_postman_live_collection import PostmanInsights\n\nPostmanInsights.of(self).add_to_services(discover=True)\n';
    const python = mypy([{ page: '', code: wrong }]);
    expect(python).toEqual({ status: 1, output: expect.stringContaining('Unexpected keyword argument "discover"') });
    const name = 'io.github.cdkpostman.livecollection.PostmanInsightsSidecar';
    const java = javac([{ page: '', code: `import ${name};\n\nPostmanInsightsSidecar.Builder.create(this, "A").discover(true).build();\n` }]);
    expect(java).toEqual({ status: 1, output: expect.stringContaining('cannot find symbol') });
  });
});
