import { AwsError } from '../fakes/wire/aws-error';
import { loadClients } from '../moved-clock/account';
import { allOf, broken } from './world/invariants';
import { Organisation } from './world/organisation';
import { organisationOf } from './world/specs';

const serverError = () => new AwsError('ServerException', 'Service Unavailable. Please try again later.', 500);
const small = (services = 30) => new Organisation(organisationOf({ seed: 3, accounts: 2, regions: 1, services }), { toleratedPlaces: 10 });

/** A call is not carried out for a while. */
function outage({ network, clock }: Organisation, call: string, { from, seconds }: { readonly from: number; readonly seconds: number }): void {
  const begin = clock.now() + from * 1000;
  network.fault = name => name === call && clock.now() >= begin && clock.now() < begin + seconds * 1000 ? serverError() : undefined;
}

beforeAll(loadClients);

describe('an outage of AWS', () => {
  test.each([
    ['sts:AssumeRole', 0], ['ecs:ListClusters', 0], ['ecs:ListServices', 0], ['ecs:DescribeServices', 0], ['ecs:DescribeServices', 60],
    ['ecs:RegisterTaskDefinition', 0], ['ecs:UpdateService', 0], ['ecs:ListServiceDeployments', 60],
  ])('of three minutes is waited out (%s, from second %d on)', async (call, from) => {
    const organisation = small();
    outage(organisation, call, { from, seconds: 180 });
    expect(broken(organisation, await organisation.ran('run'), 'ENROL')).toEqual([]);
    expect(new Set(organisation.results('run').map(({ outcome }) => outcome))).toEqual(new Set(['enrolled']));
  });

  test('that does not end makes the place failed, with the reason, after minutes', async () => {
    const organisation = small();
    outage(organisation, 'ecs:ListClusters', { from: 0, seconds: 86_400 });
    const since = organisation.clock.now();
    const { error } = await organisation.ran('run');
    expect([error, organisation.clock.now() - since < 15 * 60_000]).toEqual(['EnrolmentFailed', true]);
    expect(organisation.network.objects.get('executions/run/summary.json')).toContain('AWS did not answer ecs:ListClusters');
  });
});

test.each([
  'ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments',
])('if the records of rollouts can never be read (%s), rollouts are followed without them', async call => {
  const organisation = new Organisation(organisationOf({ seed: 3, accounts: 1, regions: 1, services: 12, faults: 25, kinds: ['crashing'] }));
  outage(organisation, call, { from: 0, seconds: 86_400 });
  const since = organisation.clock.now();
  expect(broken(organisation, await organisation.ran('run'), 'ENROL')).toEqual([]);
  expect(new Set(organisation.results('run').map(({ outcome }) => outcome))).toEqual(new Set(['enrolled', 'rolledBack']));
  expect(organisation.clock.now() - since).toBeLessThan(3_600_000);
});

test('an account with few concurrent executions of Lambda takes longer, and each place ends right', async () => {
  const specs = organisationOf({ seed: 3, accounts: 12, regions: 1, services: 180 });
  const organisation = new Organisation(specs, { toleratedPlaces: 10 });
  organisation.network.latencyMs = 100;
  organisation.lambda.concurrency = 3;
  const execution = await organisation.ran('run');
  expect(broken(organisation, execution, 'ENROL')).toEqual([]);
  expect(Math.max(...allOf(execution).map(({ events }) => events))).toBeLessThan(2000);
});

describe('services whose own calls never succeed', () => {
  test.each([1, 8])('end as failed, and the others of their place are enrolled (%d services)', async count => {
    const organisation = small(60);
    const names = Array.from({ length: count }, (_, index) => `web-${index * 3}`);
    organisation.network.fault = (call, { body }) => call === 'ecs:UpdateService' && names.some(name => body.includes(`/${name}"`)) ? serverError() : undefined;
    const execution = await organisation.ran('run');
    const ends = organisation.results('run').map(({ service, outcome }) => `${service} ${outcome}`);
    const expected = organisation.places.flatMap(({ services }) => services.map(({ name }) => `${name} ${names.includes(name) ? 'failed' : 'enrolled'}`));
    expect(ends.sort()).toEqual(expected.sort());
    expect([execution.status, [...organisation.audit.faults], organisation.defects]).toEqual(['SUCCEEDED', [], []]);
  });
});
