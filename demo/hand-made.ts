import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { makeServiceByHand } from './hand-made-service';
import { LocalAws } from './local-aws';

const ROOT = resolve(__dirname, '..');
const COMMAND_LIMIT_MS = 120_000;

/** Prints a demonstration: a heading, and lines below it. */
export interface Speaker {
  heading(text: string): void;
  say(line: string): void;
}

/** Other names than those of what the CDK deployed. */
const SECRET = 'postman/orders';
const AGENT_IMAGE = 'docker.postman.com/postman-lc-agent';

/**
 * The command line on a service that CDK did not create, as a user types it: a refusal, the agent added, its status, an image
 * that cannot be pulled, and the way back.
 */
export async function demonstrateByHand(aws: LocalAws, collection: string, speaker: Speaker): Promise<void> {
  speaker.heading('A service that no CDK app manages, created call by call');
  const { clusterArn, serviceArn } = await makeServiceByHand(aws);
  speaker.say(`service          ${serviceArn}`);
  speaker.say('2 tasks on Fargate in public subnets; local processes stand in for its containers');

  const selection = ['--cluster', clusterArn, '--service', serviceArn];
  const add = ['--collection', collection, '--api-key-secret', SECRET];
  const ecs = async (verb: string, expected: number, ...args: string[]) => runEcs(aws, verb, [...args, ...selection], expected, speaker);

  await ecs('plan', 3, ...add, '--grant-secret-access');
  await ecs('add', 5, ...add);
  await ecs('add', 0, ...add, '--grant-secret-access');
  await ecs('add', 0, ...add);
  await ecs('status', 0);
  await ecs('add', 4, ...add, '--image', `${AGENT_IMAGE}:missing`);
  await ecs('remove', 0);
  await ecs('status', 3);
}

/** Runs the command line as a process and prints its output. Another exit code than expected ends the demonstration. */
async function runEcs(aws: LocalAws, verb: string, args: readonly string[], expected: number, { heading, say }: Speaker): Promise<void> {
  const shown = args.map(arg => arg.startsWith('arn:') ? arg.slice(arg.lastIndexOf(':') + 1) : arg).join(' ');
  heading(`POSTMAN_API_KEY=… postman-live-collection ecs ${verb} ${shown}`);
  const child = spawn(process.execPath, [join(ROOT, 'assets/cli/main.mjs'), 'ecs', verb, ...args], {
    // Nothing calls Postman, so no real key is needed.
    env: { ...aws.environment, PATH: process.env.PATH, POSTMAN_API_KEY: 'not-a-key', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_LIMIT_MS,
  });
  const lines = (stream: NodeJS.ReadableStream) => {
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const all = (rest + chunk.toString()).split('\n');
      rest = all.pop()!;
      all.forEach(say);
    });
  };
  lines(child.stdout);
  lines(child.stderr);
  const code = await new Promise<number | null>((fulfil, reject) => child.once('error', reject).once('close', fulfil));
  say(`exit code ${code}`);
  if (code !== expected) throw new Error(`\`ecs ${verb}\` must end with exit code ${expected} here, got: ${code}.`);
}
