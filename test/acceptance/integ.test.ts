import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

test('the integration snapshots are those of the sources', () => {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/integ-runner'), ['--directory', 'test/integ', '--language', 'typescript', '--app', 'ts-node -T {filePath}'], {
    cwd: ROOT, encoding: 'utf8', env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`, AWS_REGION: 'us-east-1' },
  });
  const text = `${stdout}${stderr}`;
  expect({ status, text }).toEqual({ status: 0, text: expect.stringMatching(/UNCHANGED\s+integ\.fargate[\s\S]*2 passed, 2 total|UNCHANGED\s+integ\.ec2[\s\S]*2 passed, 2 total/) });
}, 120_000);
