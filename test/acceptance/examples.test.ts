import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
const CFN_LINT = join(ROOT, '.cache/linters/venv/bin/cfn-lint');
const MINUTE = 60_000;
const CONTEXT = {
  collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
  apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:postman/api-key-AbCdEf',
};

/** Synthesizes the example with its own command, type checks included. */
function synthesize(example: string, folder: string): { readonly output: string; readonly templates: readonly string[] } {
  const { app, context = {} } = JSON.parse(readFileSync(join(ROOT, 'examples/typescript', example, 'cdk.json'), 'utf8'));
  const { status, stdout, stderr } = spawnSync(app, {
    cwd: join(ROOT, 'examples/typescript', example), encoding: 'utf8', shell: true,
    env: { ...process.env, PATH: `${BIN}:${process.env.PATH}`, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CONTEXT }) },
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return { output: `${stdout}${stderr}`, templates: readdirSync(folder).filter(name => name.endsWith('.template.json')).map(name => join(folder, name)) };
}

describe.each(['fargate', 'ec2', 'insights', 'every-service', 'scheduled-task'])('the %s example', example => {
  let folder: string;
  let synthesized: ReturnType<typeof synthesize>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'examples-'));
    synthesized = synthesize(example, folder);
  }, MINUTE);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(`the ${example} example synthesizes without a warning of this library`, () => {
    expect(synthesized.templates).toHaveLength(1);
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    expect(manifest).not.toMatch(/aws:cdk:warning[^}]*cdk-postman-live-collection/);
    expect(manifest).toContain('"verdict": "reachable"');
  });

  test(`cfn-lint has no finding for the ${example} example`, () => {
    const { status, stdout, stderr } = spawnSync(CFN_LINT, ['--non-zero-exit-code', 'informational', ...synthesized.templates], { encoding: 'utf8' });
    expect({ status, text: `${stdout}${stderr}` }).toEqual({ status: 0, text: '' });
  });

  test(`the agent adds no finding of cdk-nag to the ${example} example, except the one about variables`, () => {
    const findings = (agent: 'with' | 'without') => {
      const command = ['-T', join(__dirname, 'nag.ts'), example, agent];
      const output = execFileSync(join(BIN, 'ts-node'), command, { encoding: 'utf8', cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
      return output.split('\n').filter(line => /^AwsSolutions-\w+ /.test(line)).sort();
    };
    const without = findings('without');
    expect(without.length).toBeGreaterThan(0);
    // AwsSolutions-ECS2 is about variables in clear text. Those of the agent contain the region, the service and the task, and no secret.
    // On EC2, the finding exists without the agent: the CDK gives every container the variable AWS_REGION.
    const changed: { readonly [example: string]: readonly string[] } = {
      'fargate': ['HelloFargate/TaskDefinition'], 'insights': ['HelloInsights/TaskDefinition'],
      'every-service': ['HelloEveryService/CartTask', 'HelloEveryService/OrdersTask'], 'ec2': [],
      'scheduled-task': ['HelloScheduledTask/Job/ScheduledTaskDef'],
    };
    expect(findings('with').filter(line => !without.includes(line))).toEqual(changed[example].map(path => `AwsSolutions-ECS2 ${path}/Resource`));
  }, 2 * MINUTE);
});
