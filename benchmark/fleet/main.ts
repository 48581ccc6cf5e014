import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { AWS_RATES, startFakeAws } from '../../test/fakes';

/**
 * Measures how long `ecs add --all` takes to submit a hundred services, each with its own task definition, compared with the time that
 * AWS's limit on RegisterTaskDefinition allows, on a server that throttles as AWS does.
 */
const PROGRAM = join(resolve(__dirname, '../..'), 'assets/cli/main.mjs');
const SERVICES = 100;
const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const LIMIT_MS = 300_000;

async function main(): Promise<void> {
  const aws = await startFakeAws();
  try {
    aws.ec2.addPrivateSubnet('subnet-1');
    aws.secrets.add('postman/api-key', 'not-a-key');
    aws.iam.addRole('execution', { inline: { key: { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' } } } });
    for (let index = 0; index < SERVICES; index++) aws.ecs.addService(`service-${index}`, { cluster: 'shop' });
    const code = await new Promise<number | null>((fulfil, reject) => {
      const add = ['ecs', 'add', '--all', '--cluster', 'shop', '--region', 'eu-west-1', '--no-follow', '--json', '--collection', COLLECTION];
      const child = spawn(process.execPath, [PROGRAM, ...add], {
        env: { PATH: process.env.PATH, ...aws.env }, stdio: ['ignore', 'ignore', 'inherit'], timeout: LIMIT_MS,
      });
      child.once('error', reject).once('close', fulfil);
    });
    if (code !== 0) throw new Error(`ecs add ended with exit code ${code}.`);
    const registered = aws.callsOf('ecs:RegisterTaskDefinition');
    const updated = aws.callsOf('ecs:UpdateService');
    const seconds = (updated[updated.length - 1].ms - registered[0].ms) / 1000;
    const { burst, perSecond } = AWS_RATES.find(({ actions }) => actions.includes('ecs:RegisterTaskDefinition'))!;
    const floor = (SERVICES - burst) / perSecond;
    const throttled = aws.calls.filter(({ outcome }) => outcome === 'ThrottlingException').length;
    console.log(`${SERVICES} services submitted in ${seconds.toFixed(1)} s; AWS's limits allow ${floor} s; ratio ${(seconds / floor).toFixed(3)}; `
      + `${aws.calls.length} calls, ${throttled} throttled, no error shown`);
  } finally {
    await aws.stop();
  }
}

void main();
