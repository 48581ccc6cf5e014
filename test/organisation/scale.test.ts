import { loadClients } from '../moved-clock/account';
import { organisationFloor } from './world/floor';
import { allOf, broken, stateFaults } from './world/invariants';
import { Organisation } from './world/organisation';
import { Layout, organisationOf } from './world/specs';

/** `make prove` sets ORGANISATION=all: then it takes half an hour, and 4 GB of memory. */
const IS_ALL = process.env.ORGANISATION === 'all';
const FAULTS = { faults: 8, placeFaults: 4 };
/** Each place has one Lambda function at a time, and one bucket of AWS's limits. */
const CONCURRENCY = 100;

const LAYOUTS: readonly (readonly [string, Layout])[] = IS_ALL ? [
  ['100,000 services in 200 accounts and 4 regions, evenly', { seed: 1, accounts: 200, regions: 4, services: 100_000, ...FAULTS }],
  ['100,000 services in 200 accounts and 4 regions, 6,849 of them in one place', {
    seed: 2, accounts: 200, regions: 4, services: 100_000, largest: 6849, ...FAULTS,
  }],
] : [
  ['5,000 services in 5 accounts and 4 regions, evenly', { seed: 1, accounts: 5, regions: 4, services: 5000, ...FAULTS }],
  ['600 services in 8 accounts and 2 regions, 450 of them in one place', { seed: 2, accounts: 8, regions: 2, services: 600, largest: 450, ...FAULTS }],
];

beforeAll(loadClients);

/** Retries and rollbacks are a part of the floor. What is seen a little later than it could be, such as the end of a rollout, is not. */
const MOST_TIMES = 1.1;

test.each(IS_ALL ? [250, 500, 1000] : [250])('a place of %d services without faults ends within 1.1 times of what AWS\'s limits need', async services => {
  const organisation = new Organisation(organisationOf({ seed: 1, accounts: 1, regions: 1, services }));
  const began = organisation.clock.now();
  expect(broken(organisation, await organisation.ran('run'), 'ENROL')).toEqual([]);
  expect((organisation.clock.now() - began) / 1000 / organisationFloor(organisation.places, 1)).toBeLessThan(MOST_TIMES);
});

test.each(LAYOUTS)('%s: all end right, with faults and throttling, within 1.1 times of what AWS\'s limits need', async (_, layout) => {
  const organisation = new Organisation(organisationOf(layout), {
    maxConcurrency: CONCURRENCY, onEnd: (of, places) => places.flatMap(place => stateFaults(of, place)),
  });
  const began = organisation.clock.now();
  const execution = await organisation.ran('run');
  const seconds = (organisation.clock.now() - began) / 1000;
  expect(broken(organisation, execution, 'ENROL')).toEqual([]);
  expect(seconds / organisationFloor(organisation.places, CONCURRENCY)).toBeLessThan(MOST_TIMES);
  expect(Math.max(...allOf(execution).map(({ events }) => events))).toBeLessThan(5000);
}, 6 * 3_600_000);
