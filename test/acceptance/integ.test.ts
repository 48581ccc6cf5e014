import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

test('the integration snapshots match the sources', () => {
  const options = ['--directory', 'test/integ', '--language', 'typescript', '--app', 'ts-node -T {filePath}'];
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/integ-runner'), options, {
    cwd: ROOT, encoding: 'utf8', env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`, AWS_REGION: 'us-east-1' },
  });
  const text = `${stdout}${stderr}`;
  const unchanged = /UNCHANGED\s+integ\.(?:fargate|ec2)[\s\S]*2 passed, 2 total/;
  expect({ status, text }).toEqual({ status: 0, text: expect.stringMatching(unchanged) });
});
