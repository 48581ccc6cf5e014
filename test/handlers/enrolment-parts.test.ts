import { BUCKET, EnrolmentWorld } from './enrolment-world';
import { Settings } from '../../src/handlers/enrolment/contract';
import { placeIn, placeId, workKeys } from '../../src/handlers/enrolment/keys';
import { LEASE_MS, Lease } from '../../src/handlers/enrolment/lease';
import { metricsLine } from '../../src/handlers/enrolment/metrics';
import { PlaceResult, resultsCsv, summaryOf } from '../../src/handlers/enrolment/place-result';
import { placesInFile, placesOf } from '../../src/handlers/enrolment/places';
import { Progress } from '../../src/handlers/enrolment/progress';
import { NEW } from '../../src/handlers/enrolment/store';
import { connectionReset, hanging, meanwhile } from '../fakes';
import { loadClients } from '../moved-clock/account';

beforeAll(loadClients);

interface MetricsLine { readonly _aws: { readonly CloudWatchMetrics: readonly Record<string, unknown>[] } }

const PLACE = { account: '111111111111', region: 'eu-west-1' };

describe('places', () => {
  test.each([
    ['JSON', '[{"account":"111111111111","regions":["eu-west-1","us-east-1"]}]'],
    ['CSV', 'account,region\n111111111111,eu-west-1\n111111111111,us-east-1\n'],
    ['CSV with other columns, quotes and line ends', '\uFEFFname,Region,Account\r\nshop,"eu-west-1",111111111111\r\nshop,us-east-1,"111111111111"\r\n\r\n'],
    ['CSV that names a place twice', 'account,region\n111111111111,eu-west-1\n111111111111,us-east-1\n111111111111,eu-west-1\n'],
  ])('%s', (_, text) => {
    expect(placesInFile(text, 's3://list/places')).toEqual([PLACE, { ...PLACE, region: 'us-east-1' }]);
  });

  test.each([
    ['', 's3://list/places must be JSON, or CSV with the columns account and region. Its first line is: '],
    ['account,region\n', 's3://list/places has no place.'],
    ['account,region\n111111111111,eu-west-1\n12,eu-west-1\n', 's3://list/places:3: wanted an account of 12 digits'],
    ['account,region\n111111111111,Ireland\n', 's3://list/places:2: wanted an account of 12 digits and a region such as eu-west-1, got: 111111111111, Ireland'],
    ['[{"account":"111111111111"', 's3://list/places is no JSON: '],
    ['[{"account":"111111111111"}]', 's3://list/places[0]: `regions` must be a list, got: undefined'],
    ['[]', 's3://list/places has no place.'],
  ])('a file with %j is refused', (text, message) => {
    expect(() => placesInFile(text, 's3://list/places')).toThrow(message);
  });

  test('what is no list is refused', () => {
    expect(() => placesOf(undefined, '`places`')).toThrow('`places` must be a list');
  });

  test('an id names its place', () => {
    expect(placeIn(placeId(PLACE))).toEqual(PLACE);
    expect(placeIn('111111111111-us-gov-west-1')).toEqual({ account: '111111111111', region: 'us-gov-west-1' });
    expect(placeIn('../111111111111-eu-west-1')).toBeUndefined();
  });
});

describe('the store', () => {
  test('of two writers after the same version, one succeeds', async () => {
    const store = new EnrolmentWorld([]).store();
    const first = await store.write('a', { by: 1 }, NEW);
    expect(first).toBeDefined();
    expect(await store.write('a', { by: 2 }, NEW)).toBeUndefined();
    const second = await store.write('a', { by: 3 }, first!);
    expect(await store.write('a', { by: 4 }, first!)).toBeUndefined();
    expect(await store.read('a')).toEqual({ value: { by: 3 }, version: second });
  });

  test.each([connectionReset('after'), hanging('after')])('a write whose answer was lost counts: $kind', async fault => {
    const world = new EnrolmentWorld([]);
    const store = world.store();
    const before = await store.write('a', { by: 1 }, NEW);
    world.home.inject('s3:PutObject', fault);
    const after = await store.write('a', { by: 2 }, before!);
    expect(after).toBeDefined();
    expect(await store.read('a')).toEqual({ value: { by: 2 }, version: after });
  });

  test('an object that is not there', async () => {
    const store = new EnrolmentWorld([]).store();
    expect(await store.read('a')).toBeUndefined();
    expect(await store.write('a', {}, '"0"')).toBeUndefined();
    await store.remove('a');
    expect(await store.list('')).toEqual([]);
  });
});

describe('the lease of a place', () => {
  test('belongs to one process, and then to one execution', async () => {
    const store = new EnrolmentWorld([]).store();
    const lease = await Lease.take(store, PLACE, 'one', 0) as Lease;
    expect(lease.isHeld(LEASE_MS - 1)).toBe(true);
    expect(lease.isHeld(LEASE_MS)).toBe(false);
    expect(await Lease.take(store, PLACE, 'one', 1000)).toEqual({ busyMs: LEASE_MS - 1000 });
    expect(await Lease.take(store, PLACE, 'other', 1000)).toEqual({ busyMs: LEASE_MS - 1000, execution: 'one' });
    await lease.release(false, 2000);
    expect(await Lease.take(store, PLACE, 'other', 3000)).toMatchObject({ execution: 'one' });
    const again = await Lease.take(store, PLACE, 'one', 3000) as Lease;
    await again.release(true, 4000);
    expect(await Lease.take(store, PLACE, 'other', 5000)).toBeInstanceOf(Lease);
  });

  test('ends by itself if its process and its execution have ended', async () => {
    const store = new EnrolmentWorld([]).store();
    await Lease.take(store, PLACE, 'one', 0);
    expect(await Lease.take(store, PLACE, 'one', LEASE_MS)).toBeInstanceOf(Lease);
    expect(await Lease.take(store, PLACE, 'other', 86_400_000)).toBeInstanceOf(Lease);
  });

  test('of two processes at once, one gets it', async () => {
    const store = new EnrolmentWorld([]).store();
    const both = await Promise.all([Lease.take(store, PLACE, 'one', 0), Lease.take(store, PLACE, 'one', 0)]);
    expect(both.filter(lease => lease instanceof Lease)).toHaveLength(1);
  });

  test('a process whose lease another one has taken does not give it back', async () => {
    const store = new EnrolmentWorld([]).store();
    const late = await Lease.take(store, PLACE, 'one', 0) as Lease;
    const next = await Lease.take(store, PLACE, 'one', LEASE_MS) as Lease;
    await late.release(true, LEASE_MS + 1);
    expect(next.isHeld(LEASE_MS + 1)).toBe(true);
    expect(await Lease.take(store, PLACE, 'two', LEASE_MS + 1)).toMatchObject({ execution: 'one' });
  });
});

test('the list of services of a place is written once, whatever a second process finds', async () => {
  const { account } = PLACE;
  const world = new EnrolmentWorld([account]);
  world.addService(account, 'web');
  await world.call({ task: 'begin', execution: 'run', input: {}, places: [{ account, regions: ['eu-west-1'] }] });
  const key = workKeys('run', PLACE).services;
  const ofFirst = JSON.stringify({ services: [{ service: 'one', cluster: 'shop' }, { service: 'other', cluster: 'shop' }] });
  world.member(account).inject('ecs:ListServices', meanwhile(() => { world.home.s3.objects(BUCKET).set(key, ofFirst); }));
  expect(await world.call({ task: 'discover', execution: 'run', place: PLACE })).toEqual({ services: 2, failed: false });
  expect(world.object(key)).toBe(ofFirst);
});

describe('how far a place is', () => {
  const services = Array.from({ length: 60 }, (_, index) => ({ service: `arn-${index}`, cluster: 'shop' }));
  const read = async (world: EnrolmentWorld, tolerated: number) => Progress.read(world.store(), 'run', PLACE, services, { tolerated } as Settings);

  test('services that are on their way back count as failed, before they have ended', async () => {
    const world = new EnrolmentWorld([]);
    const progress = await read(world, 5);
    progress.count(progress.takeNext()!, { enrolled: 10 }, true, 3);
    expect([progress.failed, progress.isStopped]).toEqual([3, false]);
    progress.count(1, { enrolled: 10, rolledBack: 1 }, true, 3);
    expect([progress.failed, progress.isStopped]).toEqual([4, true]);
  });

  test('without tolerance the first failure stops the place, and otherwise one never does', async () => {
    const world = new EnrolmentWorld([]);
    for (const [tolerated, isStopped] of [[0, true], [1, false]] as const) {
      const progress = await read(world, tolerated);
      progress.count(1, { rolledBack: 1 }, true, 0);
      expect(progress.isStopped).toBe(isStopped);
    }
  });

  test('another process goes on with what is open, and with the next shard', async () => {
    const world = new EnrolmentWorld([]);
    const progress = await read(world, 5);
    expect([progress.takeNext(), progress.addShard(), progress.hasNext]).toEqual([1, 3, true]);
    progress.count(1, { enrolled: 50 }, false, 0);
    await progress.keep(undefined);
    const next = await read(world, 5);
    expect([next.open, next.numbers, next.takeNext(), next.takeNext(), next.hasNext]).toEqual([[3], [1, 2, 3], 2, undefined, false]);
    progress.faults++;
    await progress.keep(undefined);
    await expect(next.keep(undefined)).rejects.toThrow('Another process has written');
  });
});

describe('results', () => {
  const result: PlaceResult = {
    place: PLACE, state: 'stopped', reason: '1 services failed.', counts: { enrolled: 1, failed: 1 },
    rows: [['shop', 'web', 'enrolled', '', 'arn'], ['shop', 'orders', 'failed', 'said "no",\nand ended', ''], ['shop', 'x', 'refused', '=HYPERLINK("a")', '']],
  };

  test('as CSV, which a spreadsheet does not carry out', () => {
    expect(resultsCsv([result])).toBe('account,region,cluster,service,outcome,reason,revision\n'
      + '111111111111,eu-west-1,shop,web,enrolled,,arn\n'
      + '111111111111,eu-west-1,shop,orders,failed,"said ""no"",\nand ended",\n'
      + '111111111111,eu-west-1,shop,x,refused,"\'=HYPERLINK(""a"")",\n');
  });

  test('as a line', () => {
    expect(summaryOf(result)).toBe('111111111111-eu-west-1: stopped, 1 enrolled, 1 failed. 1 services failed.');
  });

  test('as metrics', () => {
    const line = metricsLine('Main', { enrolled: 2, unchanged: 3, refused: 1, rolledBack: 4, optedOut: 5 }, { places: 2, failed: 1 }, 1000);
    expect(line).toMatchObject({ Enrolment: 'Main', Services: 15, Enrolled: 5, Reported: 1, Failed: 4, Places: 2, FailedPlaces: 1, _aws: { Timestamp: 1000 } });
    const { _aws: { CloudWatchMetrics: [{ Metrics, Namespace, Dimensions }] } } = line as MetricsLine;
    expect([Namespace, Dimensions]).toEqual(['PostmanAgentEnrolment', [['Enrolment']]]);
    expect((Metrics as readonly { readonly Name: string }[]).every(({ Name }) => Name in line)).toBe(true);
  });
});
