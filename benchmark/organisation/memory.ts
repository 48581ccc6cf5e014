import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSurroundings, FakeAws, startFakeAws, taskDefinitionBody } from '../../test/fakes';
import { ASKED } from '../../test/organisation/world/asked';
import { BUCKET, EXTERNAL_ID, MEMBER_ROLE } from '../../test/organisation/world/network';
import { Organisation } from '../../test/organisation/world/organisation';
import { organisationOf, PlaceSpec } from '../../test/organisation/world/specs';

const LARGEST = 6849;
const ALL_PLACES = 800;
const SERVICES_A_PLACE = 125;
const LIMIT_MS = 300_000;
/** How long a process of the function works on a place here. Its time is the machine's. */
const STEP_MS = 100_000;

/**
 * The peak of the memory of real processes of the function, with the bundle that is deployed, against a server that answers as AWS does.
 *
 * @returns MB by what the process does
 */
export async function memory(): Promise<Readonly<Record<string, number>>> {
  const [place] = organisationOf({ seed: 1, accounts: 1, regions: 1, services: LARGEST });
  const planned = new Organisation([place], { mode: 'PLAN' });
  await planned.ran('run');
  const aws = await startFakeAws({ account: place.account, region: place.region, rates: [], keepsInput: false });
  try {
    addServices(aws, place);
    const objects = aws.s3.add(BUCKET);
    const { objects: kept } = planned.network;
    const id = `${place.account}-${place.region}`;
    for (const [key, text] of kept) if (!/\/(result\.json|report\.html|results\.csv|lease\.json)$/.test(key)) objects.set(key, text);
    objects.set('executions/fresh/settings.json', kept.get('executions/run/settings.json')!);
    addResults(objects, JSON.parse(kept.get(`executions/run/places/${id}/result.json`)!) as Result);
    const named = { account: place.account, region: place.region };
    return {
      [`lists ${LARGEST} services of a place`]: await peak(aws, { task: 'discover', execution: 'fresh', place: named }),
      [`works on ${LARGEST} services of a place`]: await peak(aws, { task: 'step', execution: 'fresh', place: named, iteration: 0 }, STEP_MS),
      [`collects the ends of ${LARGEST} services of a place`]: await peak(aws, { task: 'step', execution: 'run', place: named, iteration: 50 }),
      [`collects the results of ${ALL_PLACES * SERVICES_A_PLACE} services of ${ALL_PLACES} places`]:
        await peak(aws, { task: 'finish', execution: 'all', stopped: '' }),
    };
  } finally {
    await aws.stop();
  }
}

function addServices(aws: FakeAws, { services }: PlaceSpec): void {
  addSurroundings(aws, { secretValue: 'value' });
  const executionRoleArn = `arn:aws:iam::${aws.account}:role/execution`;
  for (const { name, cluster } of services) {
    aws.ecs.addService(name, { cluster, desiredCount: 0, taskDefinition: taskDefinitionBody(name, { executionRoleArn }) });
  }
}

interface Result { readonly place: { readonly account: string; readonly region: string }; readonly rows: readonly (readonly string[])[] }

function addResults(objects: Map<string, string>, result: Result): void {
  const places = Array.from({ length: ALL_PLACES }, (_, index) => ({ account: String(300_000_000_000 + index), region: 'eu-west-1' }));
  objects.set('executions/all/settings.json', objects.get('executions/fresh/settings.json')!);
  objects.set('executions/all/places.json', JSON.stringify(places));
  for (const place of places) {
    const rows = result.rows.slice(0, SERVICES_A_PLACE);
    const key = `executions/all/places/${place.account}-${place.region}/result.json`;
    objects.set(key, JSON.stringify({ ...result, place, rows, counts: { planned: SERVICES_A_PLACE } }));
  }
}

async function peak(aws: FakeAws, event: object, milliseconds = LIMIT_MS): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'organisation-'));
  try {
    const file = join(folder, 'peak');
    const program = [process.execPath, join(__dirname, 'function.mjs'), JSON.stringify(event), String(milliseconds)];
    const child = spawn('/usr/bin/time', ['-f', '%M', '-o', file, ...program], {
      env: {
        PATH: process.env.PATH, ...aws.env, AWS_REGION: 'us-east-1', BUCKET, MODE: 'PLAN', AGENT: JSON.stringify(ASKED), MEMBER_ROLE, EXTERNAL_ID,
        OWNER: 'organisation/0123456789abcdef', TOLERATED: '100', NAME: 'Organisation',
      },
      stdio: ['ignore', 'pipe', 'inherit'], timeout: 2 * LIMIT_MS,
    });
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    const code = await new Promise<number | null>((resolve, reject) => { child.once('error', reject).once('close', resolve); });
    const last = Buffer.concat(printed).toString('utf8').trimEnd().split('\n').at(-1)!;
    if (code !== 0 || !last.startsWith('{"answer":')) throw new Error(`The function has ended with ${code}: ${last}`);
    return Number(readFileSync(file, 'utf8').trim().split('\n').at(-1)) / 1000;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
