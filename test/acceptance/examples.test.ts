import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXAMPLES } from './examples';
import { TYPES_CHECKED } from '../../packages/synthesis';

const ROOT = resolve(__dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
const CFN_LINT = join(ROOT, '.cache/linters/venv/bin/cfn-lint');
const CONTEXT = {
  collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
  apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:postman/api-key-AbCdEf',
};

/** Synthesizes the example with its own command. `make test` checks the types of all examples at once. */
function synthesize(example: string, folder: string): { readonly output: string; readonly templates: readonly string[] } {
  const { app, context = {} } = JSON.parse(readFileSync(join(ROOT, 'examples/typescript', example, 'cdk.json'), 'utf8'));
  const { status, stdout, stderr } = spawnSync(app, {
    cwd: join(ROOT, 'examples/typescript', example), encoding: 'utf8', shell: true,
    env: {
      ...process.env, ...TYPES_CHECKED, PATH: `${BIN}:${process.env.PATH}`, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CONTEXT }),
    },
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return { output: `${stdout}${stderr}`, templates: readdirSync(folder).filter(name => name.endsWith('.template.json')).map(name => join(folder, name)) };
}

describe('the examples', () => {
  const made = new Map<string, ReturnType<typeof synthesize> & { readonly folder: string }>();

  beforeAll(() => {
    for (const example of EXAMPLES) {
      const folder = mkdtempSync(join(tmpdir(), 'examples-'));
      made.set(example, { folder, ...synthesize(example, folder) });
    }
  });

  afterAll(() => { for (const { folder } of made.values()) rmSync(folder, { recursive: true, force: true }); });

  test.each(EXAMPLES)('the %s example synthesizes without a warning of this library', example => {
    const { folder, templates } = made.get(example)!;
    expect(templates).toHaveLength(example === 'organisation' ? 2 : 1);
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    expect(manifest).not.toMatch(/aws:cdk:warning[^}]*cdk-postman-live-collection/);
    // The networks of services that run already are judged in the account.
    if (!['existing-service', 'organisation'].includes(example)) expect(manifest).toContain('"verdict": "reachable"');
  });

  // The CDK's own functions depend on their roles twice. One call for many templates, since cfn-lint needs longer for its begin than for a template.
  const withFunctions: readonly string[] = ['existing-service', 'every-service', 'organisation'];
  test.each([
    ['with functions of the CDK', EXAMPLES.filter(example => withFunctions.includes(example)), ['--ignore-checks', 'W3005', '--']],
    ['without them', EXAMPLES.filter(example => !withFunctions.includes(example)), []],
  ])('cfn-lint has no finding for the examples %s', (_, examples, more) => {
    const templates = examples.flatMap(example => made.get(example)!.templates);
    expect(templates.length).toBeGreaterThan(3);
    const { status, stdout, stderr } = spawnSync(CFN_LINT, ['--non-zero-exit-code', 'informational', ...more, ...templates], { encoding: 'utf8' });
    expect({ status, text: `${stdout}${stderr}` }).toEqual({ status: 0, text: '' });
  });
});

describe('cdk-nag', () => {
  let folder: string;
  let findings: { readonly [example: string]: { readonly with: readonly string[]; readonly without: readonly string[] } };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nag-'));
    const file = join(folder, 'findings.json');
    execFileSync(join(BIN, 'ts-node'), ['-T', join(__dirname, 'nag.ts'), file], { cwd: ROOT, stdio: 'ignore' });
    findings = JSON.parse(readFileSync(file, 'utf8'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // AwsSolutions-ECS2 is about variables in clear text. Those of the agent contain the region, the service and the task, and no secret.
  // On EC2, the finding exists without the agent: the CDK gives every container the variable AWS_REGION.
  test.each([
    ['fargate', ['HelloFargate/TaskDefinition']],
    ['ec2', []],
    ['insights', ['HelloInsights/TaskDefinition']],
    ['every-service', ['HelloEveryService/CartTask', 'HelloEveryService/OrdersTask']],
    ['scheduled-task', ['HelloScheduledTask/Job/ScheduledTaskDef']],
    ['daemon', ['HelloDaemon/Agents/TaskDefinition']],
  ])('the agent adds no finding of cdk-nag to the %s example, except the one about variables', (example, changed) => {
    const { with: found, without } = findings[example];
    expect(without.length).toBeGreaterThan(0);
    expect(found.filter(line => !without.includes(line))).toEqual(changed.map(path => `AwsSolutions-ECS2 ${path}/Resource`));
  });

  test('the handler of an existing service has the findings that docs/existing-services.md gives a reason for, and no other', () => {
    const { with: found, without } = findings['existing-service'];
    const ofHandler = /^(AwsSolutions-\w+) HelloExistingService\/Insights\/HandlerOfService\w+\/(.+)\/Resource$/;
    const all = found.filter(line => !without.includes(line)).map(line => ofHandler.exec(line) ?? [line, line, '']);
    expect([...new Set(all.map(([, rule, of]) => `${rule} ${of}`))].sort()).toEqual(explainedIn('docs/existing-services.md'));
  });

  test('an enrolment and a member account have the findings that docs/organisation.md gives a reason for, and no other', () => {
    const { with: found, without } = findings.organisation;
    const own = found.filter(line => !without.includes(line)).map(line => line.replace(/ Hello\w+\/(.+)\/Resource$/, ' $1'));
    expect([...new Set(own)].sort()).toEqual(explainedIn('docs/organisation.md'));
  });

  /** The findings that a page gives a reason for: `<rule> <path>`. */
  function explainedIn(page: string): string[] {
    const rows = readFileSync(join(ROOT, page), 'utf8').matchAll(/^\| `(AwsSolutions-\w+)` \| `([^`]+)`/gm);
    return [...rows].map(([, rule, of]) => `${rule} ${of}`).sort();
  }
});
