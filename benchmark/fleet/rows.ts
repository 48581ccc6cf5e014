import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addSurroundings, AWS_RATES, FakeAws, startFakeAws, taskDefinitionBody } from '../../test/fakes';
import { floorOf, measured, openServices } from '../../test/fleet/measured';
import { MovedPlaces, ROLLOUT_SECONDS } from '../../test/fleet/places';
import { loadClients } from '../../test/moved-clock/account';
import { add, plan, policyOf, statusOf, Verb } from '../../test/sweep/verbs';
import { Row } from '../table';

/*
 * Runs over many services: the time, compared with the floor that AWS's limits ask for, and the calls. The time of the first rows is that of a clock
 * that jumps; in the last ones, the command line runs as a process against a server that throttles as AWS does.
 */
const PROGRAM = join(resolve(__dirname, '../..'), 'assets/cli/main.mjs');
const AGENT = { collection: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', all: true };
const LIMIT_MS = 1_800_000;
/** What a run may take, as a multiple of the floor. */
const MOST_TIMES = 1.25;
/** What a run over 5,000 services may have resident. */
const MOST_MB = 300;

interface Many {
  readonly id: string;
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

const ROWS: readonly Many[] = [
  {
    id: 'status/1000', what: 'status of 1,000 services', count: 1000, verb: statusOf({ all: true }),
    needed: [{ ...reads(1000), 'ecs:ListTasks': 20, 'ecs:DescribeTasks': 20 }],
  },
  {
    id: 'plan-roles/300', what: 'plan of 300 services, each with its own role', count: 300, ownRoles: true, verb: plan(AGENT),
    needed: [reads(300), { 'iam:SimulatePrincipalPolicy': 300 }],
  },
  {
    id: 'add/200', what: 'add to 200 services', count: 200, verb: add({ ...AGENT, follow: false }),
    needed: [reads(200), { 'ecs:RegisterTaskDefinition': 200, 'ecs:UpdateService': 200 }],
  },
  { id: 'policy/1000', what: 'policy of 1,000 services', count: 1000, verb: policyOf({ all: true }), needed: [reads(1000)] },
];

async function moved({ id, what, count, ownRoles, verb, needed }: Many): Promise<Row> {
  const { aws, seconds } = await measured(openServices({ count, ownRoles }), verb);
  const floor = secondsOf(needed);
  const ecs = aws.calls.filter(({ service }) => service === 'ecs').length;
  return {
    id: `fleet/${id}`, what: `${what}, beside what AWS's limits ask for: seconds`, ratio: seconds / floor, limit: MOST_TIMES,
    parts: { 'this, s': seconds, 'limits, s': floor, 'calls of ECS a service': ecs / count, 'throttled calls': throttled(aws) },
  };
}

function secondsOf(needed: Many['needed']): number {
  return needed.map(floorOf).reduce((sum, one) => sum + Math.max(0, one), 0);
}

/** Places, and services of each, of a file. */
const FLEETS: readonly (readonly [places: number, services: number])[] = [[1, 100], [1, 500], [40, 25]];

/** Adds the agent to the services of a file, and follows the rollouts to their end. */
async function fleet([places, services]: readonly [number, number]): Promise<Row> {
  const opened = new MovedPlaces(places, services);
  const { code, seconds } = await opened.run(from => add({ from, cluster: undefined, collection: AGENT.collection }));
  if (code !== 0) throw new Error(`ecs add --from ended with exit code ${code}.`);
  const floor = secondsOf([reads(services), { 'ecs:RegisterTaskDefinition': services, 'ecs:UpdateService': services }]) + ROLLOUT_SECONDS;
  const calls = opened.accounts.flatMap(aws => aws.calls).length;
  return {
    id: `fleet/from/${places}x${services}`,
    what: `add --from to ${services} services ${places === 1 ? 'in one place' : `in each of ${places} places`}, with rollouts of ${ROLLOUT_SECONDS} s, `
      + 'beside what AWS\'s limits and one rollout ask for: seconds',
    ratio: seconds / floor, limit: MOST_TIMES,
    parts: {
      'this, s': seconds, 'limits and rollout, s': floor, 'calls a service': calls / places / services,
      'throttled calls': opened.accounts.reduce((sum, aws) => sum + throttled(aws), 0),
    },
  };
}

function throttled({ calls }: FakeAws): number {
  return calls.filter(({ outcome }) => /Throttling/.test(outcome ?? '')).length;
}

/** ECS describes each service with its newest hundred events. One that runs for a month has so many. */
const EVENTS = Array.from({ length: 100 }, (_, index) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, createdAt: 1_780_000_000 - index * 21_600,
  message: '(service web) has reached a steady state.',
}));

async function withServices<T>(count: number, measure: (aws: FakeAws) => Promise<T>): Promise<T> {
  const aws = await startFakeAws();
  try {
    addSurroundings(aws, { secretValue: 'not-a-key' });
    const environment = Array.from({ length: 20 }, (_, index) => ({ name: `VARIABLE_${index}`, value: `the value of variable ${index}` }));
    for (let index = 0; index < count; index++) {
      const containers = { containerDefinitions: [{ name: 'web', image: 'nginx', essential: true, environment }] };
      const taskDefinition = taskDefinitionBody(`service-${index}`, containers);
      aws.ecs.addService(`service-${index}`, { cluster: 'shop', desiredCount: 0, taskDefinition }).events = EVENTS;
    }
    return await measure(aws);
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

async function submitted(aws: FakeAws, count: number): Promise<Row> {
  await run(aws, 'add', ['--no-follow', '--json'], 0);
  const registered = aws.callsOf('ecs:RegisterTaskDefinition');
  const updated = aws.callsOf('ecs:UpdateService');
  const seconds = (updated[updated.length - 1].ms - registered[0].ms) / 1000;
  const { burst, perSecond } = AWS_RATES.find(({ actions }) => actions.includes('ecs:RegisterTaskDefinition'))!;
  const floor = (count - burst) / perSecond;
  return {
    id: `fleet/submit/${count}`, what: `a process submits ${count} services, beside what AWS's limits ask for: seconds`,
    ratio: seconds / floor, limit: MOST_TIMES,
    parts: { 'this, s': seconds, 'limits, s': floor, 'calls': aws.calls.length, 'throttled calls': throttled(aws) },
  };
}

/** Plans of so many services. They wait for AWS's limits, so all are made at the same time, each in an account of its own. */
async function planned(count: number): Promise<Row[]> {
  const file = `services:\n${Array.from({ length: count }, (_, index) => `  - { cluster: shop, service: service-${index} }\n`).join('')}`;
  const kinds = [['all', undefined, []], ['all-json', undefined, ['--json']], ['from', file, []], ['from-json', file, ['--json']]] as const;
  return Promise.all(kinds.map(async ([kind, from, flags]) => withServices(count, async aws => {
    const { peak, lines } = await run(aws, 'plan', flags, 3, from);
    const selected = [from === undefined ? '--all of' : '--from a file with an entry for each of', count, 'services', ...flags].join(' ');
    return {
      id: `fleet/memory-${kind}/${count}`,
      what: `plan ${selected}, beside ${MOST_MB} MB: resident at the peak`,
      ratio: peak / MOST_MB, limit: 1, parts: { 'this, MB': peak, 'target, MB': MOST_MB, 'lines': lines },
    };
  })));
}

export async function fleetRows(): Promise<Row[]> {
  loadClients();
  const rows: Row[] = [];
  for (const row of ROWS) rows.push(await moved(row));
  for (const one of FLEETS) rows.push(await fleet(one));
  rows.push(await withServices(100, async aws => submitted(aws, 100)));
  return [...rows, ...await planned(5000)];
}
