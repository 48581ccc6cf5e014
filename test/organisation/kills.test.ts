import { loadClients } from '../moved-clock/account';
import { Chance } from './world/chance';
import { broken } from './world/invariants';
import { Ends } from './world/lambda';
import { Organisation } from './world/organisation';
import { organisationOf, placeIdOf } from './world/specs';

/** Executions and functions that end at any moment. POINTS=<number> tries so many of each way, as `make prove` does, and SEED=<number> others. */
const { POINTS = '3', SEED = '1' } = process.env;
const SEEDS = Array.from({ length: Number(POINTS) }, (_, index) => Number(SEED) + index);
const WAYS = ['aborted', 'killed', 'outOfMemory', 'lost'] as const;
const MOST_REDRIVES = 5;
const DAY_MS = 86_400_000;

/** How many times, and after how many calls of the functions, something ends. */
interface Kills {
  readonly first: number;
  readonly times: number;
}

function killed(organisation: Organisation, way: (typeof WAYS)[number], chance: Chance, { first, times }: Kills): void {
  let [left, done] = [first, 0];
  organisation.network.onCall = by => {
    if (--left > 0 || done >= times) return;
    done += 1;
    left = 1 + chance.below(100);
    if (way === 'aborted') organisation.executions[0].abort();
    else organisation.lambda.kill(by, way as Ends);
  };
}

beforeAll(loadClients);

describe.each(WAYS)('an execution that is %s in the middle', way => {
  test.each(SEEDS)('ends right, changes each service once, and tells the next one what it must know (seed %d)', async seed => {
    const chance = new Chance(seed);
    const organisation = new Organisation(organisationOf({
      seed, accounts: 2, regions: 1, services: 16, faults: 25, kinds: ['crashing', 'cloudFormation', 'noKey', 'optedOut'],
    }), { seed });
    organisation.network.latencyMs = chance.pick([0, 60, 800]);
    killed(organisation, way, chance, { first: 1 + chance.below(250), times: 1 + chance.below(3) });
    const execution = organisation.start('run-1');
    await execution.ended;
    for (let redrives = 0; redrives < MOST_REDRIVES && execution.status === 'ABORTED'; redrives++) {
      await organisation.clock.sleep(chance.pick([0, 1000, 400_000]));
      await execution.redrive().ended;
    }
    expect(broken(organisation, execution, 'ENROL')).toEqual([]);
    // What the next one must know was kept before anything ended.
    organisation.network.onCall = undefined;
    await organisation.clock.sleep(DAY_MS);
    expect(broken(organisation, await organisation.ran('run-2'), 'again')).toEqual([]);
  });
});

test.each(['killed', 'lost'] as const)('a process that forgets a service, and ends with the lease of its place, is followed by another one (%s)', async how => {
  const organisation = new Organisation(organisationOf({ seed: 3, accounts: 1, regions: 1, services: 2, faults: 100, kinds: ['crashing'] }));
  const [place] = organisation.places;
  organisation.network.latencyMs = 60;
  await organisation.ran('first');
  await organisation.clock.sleep(DAY_MS);
  const { ecs } = organisation.network.member(place.account).region(place.region);
  ecs.rolloutsEnd('web-0', () => ({ kind: 'succeeds' }));
  let isKilled = false;
  organisation.network.onCall = by => {
    const lease = JSON.parse(organisation.network.objects.get(`places/${placeIdOf(place)}/lease.json`)!) as { readonly holder?: string };
    if (isKilled || lease.holder === undefined) return;
    isKilled = true;
    organisation.lambda.kill(by, how);
  };
  const { status } = await organisation.ran('second', { forget: [ecs.service('web-0').arn] });
  const ends = organisation.results('second').map(({ service, outcome }) => `${service} ${outcome}`);
  expect([isKilled, status, ends]).toEqual([true, 'SUCCEEDED', ['web-0 enrolled', 'web-1 quarantined']]);
});

test('a place in which the function always runs out of memory ends as failed within an hour, and the others are done', async () => {
  const organisation = new Organisation(organisationOf({ seed: 3, accounts: 3, regions: 1, services: 12 }));
  const [{ account }] = organisation.places;
  organisation.network.fault = (call, { headers }, by) => {
    if (call === 'ecs:DescribeServices' && String(headers.authorization).includes(`Credential=${account}/`)) organisation.lambda.kill(by, 'outOfMemory');
    return undefined;
  };
  const execution = organisation.start('run');
  await Promise.race([execution.ended, organisation.clock.sleep(3_600_000)]);
  expect([execution.status, execution.error, [...organisation.audit.faults]]).toEqual(['FAILED', 'EnrolmentFailed', []]);
  const { places } = JSON.parse(organisation.network.objects.get('executions/run/summary.json')!) as { readonly places: readonly object[] };
  expect(places).toMatchObject([{ state: 'failed', reason: 'The function ended 5 times without an answer.' }, { state: 'done' }, { state: 'done' }]);
});

test('also if it runs out of memory when it collects what the place has done: then the result is written without it', async () => {
  const organisation = new Organisation(organisationOf({ seed: 3, accounts: 1, regions: 1, services: 12 }));
  const { network, lambda } = organisation;
  network.fault = (call, _, by) => {
    if (call === 'ecs:DescribeServices') lambda.kill(by, 'outOfMemory');
    return undefined;
  };
  let collected = 0;
  const get = network.objects.get.bind(network.objects);
  network.objects.get = key => {
    const { deaths = 0 } = JSON.parse(get(`places/${placeIdOf(organisation.places[0])}/lease.json`) ?? '{}') as { readonly deaths?: number };
    if (key.includes('/shard-') && deaths >= 5) {
      collected++;
      lambda.kill(lambda.running[0], 'outOfMemory');
    }
    return get(key);
  };
  const execution = organisation.start('run');
  await Promise.race([execution.ended, organisation.clock.sleep(2 * 3_600_000)]);
  expect([execution.status, execution.error, collected]).toEqual(['FAILED', 'EnrolmentFailed', 5]);
  expect(organisation.results('run').map(({ outcome, reason }) => [outcome, reason]))
    .toEqual(Array(12).fill(['failed', 'The function ended 10 times without an answer.']));
});

describe('an execution that is aborted before any of its states', () => {
  test.each(SEEDS.map((_, index) => 1 + index * 5))('ends right after it is redriven (state %d)', async count => {
    const organisation = new Organisation(organisationOf({ seed: count, accounts: 2, regions: 1, services: 8, faults: 25, kinds: ['crashing'] }));
    let left = count;
    organisation.onState = () => { if (--left === 0) organisation.executions[0].abort(); };
    const execution = await organisation.ran('run-1');
    if (execution.status === 'ABORTED') await execution.redrive().ended;
    expect(broken(organisation, execution, 'ENROL')).toEqual([]);
  });
});
