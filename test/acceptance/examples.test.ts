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

/** The example as its own command makes it, type checks included. */
function synthesize(example: string, folder: string): { readonly output: string; readonly templates: readonly string[] } {
  const { app, context = {} } = JSON.parse(readFileSync(join(ROOT, 'examples/typescript', example, 'cdk.json'), 'utf8'));
  const { status, stdout, stderr } = spawnSync(app, {
    cwd: join(ROOT, 'examples/typescript', example), encoding: 'utf8', shell: true,
    env: { ...process.env, PATH: `${BIN}:${process.env.PATH}`, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CONTEXT }) },
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return { output: `${stdout}${stderr}`, templates: readdirSync(folder).filter(name => name.endsWith('.template.json')).map(name => join(folder, name)) };
}

describe.each(['fargate', 'ec2'])('the %s example', example => {
  let folder: string;
  let synthesized: ReturnType<typeof synthesize>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'examples-'));
    synthesized = synthesize(example, folder);
  }, MINUTE);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is an ordinary app, which synthesizes without a warning of this library', () => {
    expect(synthesized.templates).toHaveLength(1);
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    expect(manifest).not.toMatch(/aws:cdk:warning[^}]*cdk-postman-live-collection/);
    expect(manifest).toContain('"verdict": "reachable"');
  });

  test('has no finding of cfn-lint', () => {
    const { status, stdout, stderr } = spawnSync(CFN_LINT, ['--non-zero-exit-code', 'informational', ...synthesized.templates], { encoding: 'utf8' });
    expect({ status, text: `${stdout}${stderr}` }).toEqual({ status: 0, text: '' });
  });

  test('has cdk-nag say nothing more with the agent than without, but that it has variables', () => {
    const findings = (agent: 'with' | 'without') => execFileSync(join(BIN, 'ts-node'), ['-T', join(__dirname, 'nag.ts'), example, agent], { encoding: 'utf8', cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n').filter(line => /^AwsSolutions-\w+ /.test(line)).sort();
    const without = findings('without');
    expect(without.length).toBeGreaterThan(0);
    // On EC2 the CDK gives every container a variable, AWS_REGION. AwsSolutions-ECS2 is about any variable in clear. The agent's name the region, the service and the task, and are no secrets.
    expect(findings('with').filter(line => !without.includes(line))).toEqual(example === 'fargate' ? ['AwsSolutions-ECS2 HelloFargate/TaskDefinition/Resource'] : []);
  }, 2 * MINUTE);
});
