import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addSurroundings, AWS_RATES, FakeAws, startFakeAws, taskDefinitionBody } from '../../test/fakes';
import { floorOf, measured, openServices } from '../../test/fleet/measured';
import { MovedPlaces, ROLLOUT_SECONDS } from '../../test/fleet/places';
import { loadClients } from '../../test/moved-clock/account';
import { add, plan, policyOf, statusOf, Verb } from '../../test/sweep/verbs';

/**
 * Measures runs over many services: the time, compared with the floor that AWS's limits ask for, and the calls. The time of the first measurements
 * is that of a clock that jumps; in the last two, the command line runs as a process against a server that throttles as AWS does.
 */
const PROGRAM = join(resolve(__dirname, '../..'), 'assets/cli/main.mjs');
const AGENT = { collection: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', all: true };
const LIMIT_MS = 900_000;

interface Row {
  readonly what: string;
  readonly count: number;
  readonly ownRoles?: boolean;
  readonly verb: Verb;
  /** The calls that cannot be saved, of what has to follow each other. */
  readonly needed: readonly Readonly<Record<string, number>>[];
}

const reads = (count: number) => ({
  'ecs:ListServices': Math.ceil(count / 100), 'ecs:DescribeServices': Math.ceil(count / 10), 'ecs:DescribeTaskDefinition': count,
});

const ROWS: readonly Row[] = [
  {
    what: 'status of 1,000 services', count: 1000, verb: statusOf({ all: true }),
    needed: [{ ...reads(1000), 'ecs:ListTasks': 20, 'ecs:DescribeTasks': 20 }],
  },
  {
    what: 'plan of 300 services, each with its own role', count: 300, ownRoles: true, verb: plan(AGENT),
    needed: [reads(300), { 'iam:SimulatePrincipalPolicy': 300 }],
  },
  {
    what: 'add to 200 services', count: 200, verb: add({ ...AGENT, follow: false }),
    needed: [reads(200), { 'ecs:RegisterTaskDefinition': 200, 'ecs:UpdateService': 200 }],
  },
  { what: 'policy of 1,000 services', count: 1000, verb: policyOf({ all: true }), needed: [reads(1000)] },
];

async function moved({ what, count, ownRoles, verb, needed }: Row): Promise<void> {
  const { aws, seconds } = await measured(openServices({ count, ownRoles }), verb);
  const floor = needed.map(floorOf).reduce((sum, one) => sum + Math.max(0, one), 0);
  const ecs = aws.calls.filter(({ service }) => service === 'ecs').length;
  console.log(`${what}: ${seconds.toFixed(1)} s; AWS's limits allow ${floor.toFixed(1)} s; ratio ${(seconds / floor).toFixed(2)}; `
    + `${(ecs / count).toFixed(2)} calls of ECS a service, ${aws.callsOf('iam:SimulatePrincipalPolicy').length} of IAM, ${throttled(aws)} throttled`);
}

/** Places, and services of each, of a file. */
const FLEETS: readonly (readonly [places: number, services: number])[] = [[1, 100], [1, 500], [40, 25]];

/** Adds the agent to the services of a file, and follows the rollouts to their end. */
async function fleet([places, services]: readonly [number, number]): Promise<void> {
  const opened = new MovedPlaces(places, services);
  const { code, seconds } = await opened.run(from => add({ from, cluster: undefined, collection: AGENT.collection }));
  if (code !== 0) throw new Error(`ecs add --from ended with exit code ${code}.`);
  const floor = [reads(services), { 'ecs:RegisterTaskDefinition': services, 'ecs:UpdateService': services }].map(floorOf)
    .reduce((sum, one) => sum + Math.max(0, one), 0) + ROLLOUT_SECONDS;
  const calls = opened.accounts.flatMap(aws => aws.calls).length;
  console.log(`add --from to ${services} services in each of ${places} places, with their rollouts: ${seconds.toFixed(1)} s; AWS's limits and a rollout `
    + `of ${ROLLOUT_SECONDS} s take ${floor.toFixed(1)} s; ratio ${(seconds / floor).toFixed(2)}; ${(calls / places / services).toFixed(2)} calls a service, `
    + `${opened.accounts.reduce((sum, aws) => sum + throttled(aws), 0)} throttled`);
}

function throttled({ calls }: FakeAws): number {
  return calls.filter(({ outcome }) => /Throttling/.test(outcome ?? '')).length;
}

async function withServices(count: number, measure: (aws: FakeAws) => Promise<void>): Promise<void> {
  const aws = await startFakeAws();
  try {
    addSurroundings(aws, { secretValue: 'not-a-key' });
    const environment = Array.from({ length: 20 }, (_, index) => ({ name: `VARIABLE_${index}`, value: `the value of variable ${index}` }));
    for (let index = 0; index < count; index++) {
      const containers = { containerDefinitions: [{ name: 'web', image: 'nginx', essential: true, environment }] };
      aws.ecs.addService(`service-${index}`, { cluster: 'shop', desiredCount: 0, taskDefinition: taskDefinitionBody(`service-${index}`, containers) });
    }
    await measure(aws);
  } finally {
    await aws.stop();
  }
}

/** @returns the peak of the resident memory, in MB, and the lines that were printed */
async function run({ env }: FakeAws, verb: string, flags: readonly string[], wanted: number,
  file?: string): Promise<{ readonly peak: number; readonly lines: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  const [printed, peak] = [join(folder, 'printed'), join(folder, 'peak')];
  try {
    const path = join(folder, 'fleet.yaml');
    if (file !== undefined) writeFileSync(path, file);
    const selection = [...file === undefined ? ['--all', '--cluster', 'shop'] : ['--from', path], '--region', 'eu-west-1', '--collection', AGENT.collection];
    const args = ['-f', '%M', '-o', peak, process.execPath, PROGRAM, 'ecs', verb, ...selection];
    const code = await new Promise<number | null>((fulfil, reject) => {
      const child = spawn('/usr/bin/time', [...args, ...flags], {
        env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', openSync(printed, 'w'), 'inherit'], timeout: LIMIT_MS,
      });
      child.once('error', reject).once('close', fulfil);
    });
    if (code !== wanted) throw new Error(`ecs ${verb} ended with exit code ${code}.`);
    const [kilobytes] = readFileSync(peak, 'utf8').trim().split('\n').slice(-1);
    return { peak: Number(kilobytes) / 1000, lines: readFileSync(printed, 'utf8').split('\n').length - 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function submitted(aws: FakeAws, count: number): Promise<void> {
  await run(aws, 'add', ['--no-follow', '--json'], 0);
  const registered = aws.callsOf('ecs:RegisterTaskDefinition');
  const updated = aws.callsOf('ecs:UpdateService');
  const seconds = (updated[updated.length - 1].ms - registered[0].ms) / 1000;
  const { burst, perSecond } = AWS_RATES.find(({ actions }) => actions.includes('ecs:RegisterTaskDefinition'))!;
  const floor = (count - burst) / perSecond;
  console.log(`${count} services submitted by a process in ${seconds.toFixed(1)} s; AWS's limits allow ${floor} s; ratio ${(seconds / floor).toFixed(3)}; `
    + `${aws.calls.length} calls, ${throttled(aws)} throttled, no error shown`);
}

async function planned(aws: FakeAws, count: number): Promise<void> {
  for (const flags of [[], ['--json']]) {
    const { peak, lines } = await run(aws, 'plan', flags, 3);
    const file = Array.from({ length: count }, (_, index) => `  - { cluster: shop, service: service-${index} }`).join('\n');
    const ofFile = await run(aws, 'plan', flags, 3, `services:\n${file}\n`);
    console.log(`plan --from a file with an entry for each of ${[count, 'services', ...flags].join(' ')}: ${ofFile.peak.toFixed(0)} MB resident at the peak`);
    console.log(`plan ${['of', count, 'services', ...flags].join(' ')}: ${peak.toFixed(0)} MB resident at the peak, ${lines} lines`);
  }
}

async function main(): Promise<void> {
  loadClients();
  for (const row of ROWS) await moved(row);
  for (const one of FLEETS) await fleet(one);
  await withServices(100, async aws => submitted(aws, 100));
  await withServices(5000, async aws => planned(aws, 5000));
}

void main();
