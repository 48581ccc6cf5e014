import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Agent, stepsFor } from './agents';
import { makeServiceByHand } from './hand-made-service';
import { LocalAws } from './local-aws';

const ROOT = resolve(__dirname, '..');
const COMMAND_LIMIT_MS = 1_200_000;

/** Where a demonstration prints: a heading, and a line below it. */
export interface Speaker {
  heading(text: string): void;
  say(line: string): void;
}

/** Separate names, because the CDK's deployment is in the same account. */
const SECRET = 'postman/orders';

/**
 * The command line on a service that CDK did not create, as a user types it: a refusal with its reason, adding the agent, its status, what
 * goes wrong, and removing the agent. With the Insights agent it starts with the older one and moves it.
 */
export async function demonstrateByHand(aws: LocalAws, agent: Agent, speaker: Speaker): Promise<void> {
  speaker.heading('A service that no CDK app manages, created with API calls');
  const { clusterArn, serviceArn } = await makeServiceByHand(aws);
  speaker.say(`service          ${serviceArn}`);
  speaker.say('2 tasks on Fargate in public subnets; ECS is simulated: no container runs, and the log has what the agent would log');

  const selection = ['--cluster', clusterArn, '--service', serviceArn];
  for (const { verb, args, exitCode } of stepsFor(agent, SECRET)) await runEcs(aws, verb, [...args, ...selection], exitCode, speaker);
}

/** Runs the command line as a process, shows its output, and stops the demonstration if the exit code is not the expected one. */
async function runEcs(aws: LocalAws, verb: string, args: readonly string[], expected: number, { heading, say }: Speaker): Promise<void> {
  const shown = args.map(arg => arg.startsWith('arn:') ? arg.slice(arg.lastIndexOf(':') + 1) : arg).join(' ');
  heading(`POSTMAN_API_KEY=… npx postman-live-collection ecs ${verb} ${shown}`);
  const child = spawn(process.execPath, [join(ROOT, 'assets/cli/main.mjs'), 'ecs', verb, ...args], {
    // No real key is needed, because nothing calls Postman.
    env: { ...aws.environment, PATH: process.env.PATH, POSTMAN_API_KEY: 'PMAK-not-a-key', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '1' },
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
