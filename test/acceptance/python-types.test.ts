import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLES } from './examples';
import { Sample, samplesIn } from './samples';
import { consumer } from '../../packages/consumers';
import { checkPythonTypes } from '../../packages/example-tests';
import { ROOT } from '../../packages/versions';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'python-types-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All in one file: the first run reads the types of aws-cdk-lib and keeps them for the others. */
function checked(source: Parameters<typeof checkPythonTypes>[1]) {
  return checkPythonTypes(consumer('python', 'floor'), source);
}

function checkedSamples(samples: readonly Sample[]) {
  const place = mkdtempSync(join(folder, 'samples-'));
  samples.forEach((sample, index) => writeFileSync(join(place, `sample_${index}.py`), inPython(sample)));
  return checked({ folder: place });
}

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

describe('the types of the Python package', () => {
  test.each(EXAMPLES)('mypy finds no wrong type in the %s example and its test', example => {
    const { status, output } = checked({ folder: example });
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('no issues found') });
  });

  test('mypy knows the properties of the constructs and what they return', () => {
    const text = [
      'from aws_cdk import App, Stack',
      'from cdk_postman_live_collection import PostmanInsightsSidecar',
      'agent = PostmanInsightsSidecar(Stack(App()), "Insights", discovery="yes", projectid="svc_1")',
      'number: int = agent.egress_verdict().verdict',
    ].join('\n');
    const { status, output } = checked({ text });
    expect(status).toBe(1);
    const [unexpected] = /error: Unexpected keyword .*/.exec(output)!;
    expect(readFileSync(join(ROOT, 'docs/testing.md'), 'utf8')).toContain(`\n${unexpected}\n`);
    expect(output).toContain('incompatible type "str"; expected "bool | None"');
    expect(output).toContain('expression has type "str", variable has type "int"');
  });

  test('the Python samples of the docs have the types of the package', () => {
    expect(checkedSamples(samplesIn('python'))).toEqual({ status: 0, output: expect.stringContaining('no issues found') });
  });

  test('the check finds a wrong property in a sample', () => {
    const code = 'from cdk_postman_live_collection import PostmanInsights\n\nPostmanInsights.of(self).add_to_services(discover=True)\n';
    expect(checkedSamples([{ page: '', code }])).toEqual({ status: 1, output: expect.stringContaining('Unexpected keyword argument "discover"') });
  });
});
