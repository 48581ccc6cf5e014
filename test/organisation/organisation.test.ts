import { neverSettles, succeeds, taskDefinitionBody } from '../fakes';
import { loadClients } from '../moved-clock/account';
import { allOf, broken, comparable, writesSince } from './world/invariants';
import { LIMIT_MS } from './world/lambda';
import { Organisation, Row } from './world/organisation';
import { organisationOf, PlaceSpec } from './world/specs';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const small = (options: ConstructorParameters<typeof Organisation>[1] = {}, services = 12, accounts = 1) =>
  new Organisation(organisationOf({ seed: 3, accounts, regions: 1, services }), options);
const outcomes = (rows: readonly Row[]) => Object.fromEntries(rows.map(({ service, outcome }) => [service, outcome]));
const firstOf = ({ network, places: [{ account, region }] }: Organisation) => network.member(account).region(region).ecs;

/** Each definition that the services of an organisation run that nobody else changes, without what is different in each revision. */
function definitionsOf({ network, places }: Organisation): readonly string[] {
  return places.filter(({ kind }) => kind !== 'disabled' && kind !== 'noRole').flatMap(({ account, region, services }) => {
    const { ecs } = network.member(account).region(region);
    const kept = services.filter(({ kind }) => kind !== 'deleted' && kind !== 'redeployed');
    return kept.map(({ name, cluster }) => `${account} ${region} ${name} ${comparable(ecs.service(name, cluster).taskDefinition.described)}`);
  });
}

beforeAll(loadClients);

describe('an organisation with everything that can be special', () => {
  const specs = organisationOf({ seed: 20, accounts: 6, regions: 2, services: 260, faults: 40, placeFaults: 30 });

  test('is only read by PLAN, and each service ends once, as is right for it', async () => {
    const organisation = new Organisation(specs, { mode: 'PLAN' });
    const execution = await organisation.ran('plan');
    expect([broken(organisation, execution, 'PLAN'), writesSince(organisation, 0)]).toEqual([[], []]);
  });

  test('also if only the input of the execution says so', async () => {
    const organisation = new Organisation(specs.slice(0, 2), { mode: 'ENROL' });
    const execution = await organisation.ran('plan', { mode: 'PLAN' });
    expect([broken(organisation, execution, 'PLAN'), writesSince(organisation, 0)]).toEqual([[], []]);
  });

  test('gets the agent by ENROL; a second execution finds that, and REMOVE makes each definition what it was', async () => {
    const organisation = new Organisation(specs);
    const before = definitionsOf(organisation);
    const first = await organisation.ran('first');
    expect(broken(organisation, first, 'ENROL')).toEqual([]);
    await organisation.clock.sleep(DAY_MS);
    expect(broken(organisation, await organisation.ran('second'), 'again')).toEqual([]);
    organisation.mode = 'REMOVE';
    expect(broken(organisation, await organisation.ran('third'), 'REMOVE')).toEqual([]);
    expect(definitionsOf(organisation)).toEqual(before);
  });

  test('places that cannot be read are named with the reason, and the others go on', async () => {
    const organisation = new Organisation(specs);
    await organisation.ran('run');
    const { places } = JSON.parse(organisation.network.objects.get('executions/run/summary.json')!) as
      { readonly places: readonly { readonly place: Pick<PlaceSpec, 'account' | 'region'>; readonly state: string; readonly reason?: string }[] };
    const stateOf = (kind: string) => places.filter((_, index) => specs[index].kind === kind).map(({ state, reason }) => `${state}: ${reason?.slice(0, 40)}`);
    expect(new Set(specs.map(({ kind }) => kind)).size).toBe(5);
    for (const state of [...stateOf('noRole'), ...stateOf('disabled')]) expect(state).toMatch(/^failed: .+/);
    for (const state of [...stateOf('good'), ...stateOf('noClusters'), ...stateOf('crowded')]) expect(state).toMatch(/^done: undefined/);
  });
});

describe('credentials that expire in the middle', () => {
  test('are got again by the next call of the function, and nothing is lost', async () => {
    const organisation = small({}, 90);
    organisation.network.sessionMs = 40_000;
    organisation.network.latencyMs = 100;
    expect(broken(organisation, await organisation.ran('run'), 'ENROL')).toEqual([]);
  });
});

describe('two executions at once', () => {
  test.each([0, 1, 40])('change each service once, and both end (the second %d s later)', async seconds => {
    const organisation = small({}, 40, 2);
    organisation.network.latencyMs = 100;
    const first = organisation.start('first');
    await organisation.clock.sleep(seconds * 1000);
    const second = organisation.start('second');
    await Promise.all([first.ended, second.ended]);
    expect([first.status, second.status, [...organisation.audit.faults]]).toEqual(['SUCCEEDED', 'SUCCEEDED', []]);
    const [one, other] = ['first', 'second'].map(name => organisation.results(name));
    expect([one.length, other.length]).toEqual([40, 40]);
    const ends = one.map(({ outcome }, index) => [outcome, other[index].outcome].sort().join(' '));
    expect(new Set(ends)).toEqual(new Set(['enrolled unchanged']));
    expect(writesSince(organisation, 0).filter(action => action === 'ecs:UpdateService')).toHaveLength(40);
  });
});

test('an execution that only waits for the rollout of others does not keep another one from the place', async () => {
  const organisation = small();
  await organisation.ran('first');
  const ecs = firstOf(organisation);
  const [{ account, services: [{ name, cluster }] }] = organisation.places;
  const body = taskDefinitionBody(name, { executionRoleArn: `arn:aws:iam::${account}:role/execution-0` });
  ecs.rolloutsEnd(name, ({ containerDefinitions }) => (containerDefinitions as unknown[]).length > 1 ? undefined : succeeds(2_400_000));
  ecs.updateService(name, { cluster, taskDefinition: ecs.registerTaskDefinition(body).arn });
  const waiting = organisation.start('waiting');
  await organisation.clock.sleep(300_000);
  const daily = organisation.start('daily');
  await Promise.all([waiting.ended, daily.ended]);
  expect([waiting.status, daily.status, [...organisation.audit.faults]]).toEqual(['SUCCEEDED', 'SUCCEEDED', []]);
  const stateOf = (run: string) => JSON.parse(organisation.network.objects.get(`executions/${run}/summary.json`)!).places[0].state;
  expect(['waiting', 'daily'].map(stateOf)).toEqual(['done', 'done']);
  expect(['waiting', 'daily'].map(run => outcomes(organisation.results(run))[name]).sort()).toEqual(['enrolled', 'unchanged']);
});

describe('a service that arrives', () => {
  const arrived = async (organisation: Organisation, name: string) => {
    const [{ account, region }] = organisation.places;
    const aws = organisation.network.member(account);
    organisation.network.settle();
    const { arn, deployments: [{ id }] } = aws.region(region).ecs.addService(name, {
      cluster: 'shop-0', taskDefinition: taskDefinitionBody(name, { executionRoleArn: `arn:aws:iam::${account}:role/execution-0` }),
    });
    await organisation.arrive({ account, region, service: arn, deployment: id });
    return id;
  };

  test('gets the agent within minutes, with all that arrive in the same two minutes', async () => {
    const organisation = small();
    await organisation.ran('first');
    await organisation.clock.sleep(DAY_MS);
    const since = organisation.clock.now();
    for (const name of ['new-0', 'new-1']) await arrived(organisation, name);
    const [, ...others] = organisation.executions;
    await Promise.all(others.map(async ({ ended }) => ended));
    expect([others.length, outcomes(organisation.results(others[0].name))]).toEqual([1, { 'new-0': 'enrolled', 'new-1': 'enrolled' }]);
    expect([others[0].status, [...organisation.audit.faults]]).toEqual(['SUCCEEDED', []]);
    expect(organisation.clock.now() - since).toBeLessThan(5 * 60_000);
    expect([...organisation.network.objects.keys()].filter(key => key.includes('/arrivals/'))).toEqual([]);
  });

  test('of a place that the enrolment does not have is left to itself, and its events are removed', async () => {
    const organisation = small();
    const keysOf = () => [...organisation.network.objects.keys()].filter(key => key.includes('/arrivals/'));
    // An event of another region, of which a rule is still there. More of them than a page of S3 has.
    const [{ account }] = organisation.places;
    const event = (deployment: number) => ({
      account, region: 'sa-east-1', service: `arn:aws:ecs:sa-east-1:${account}:service/shop/web`, deployment: `ecs-svc/${deployment}`,
    });
    for (let deployment = 1; deployment <= 1100; deployment++) {
      organisation.network.objects.set(`places/${account}-sa-east-1/arrivals/${deployment}.json`, JSON.stringify(event(deployment)));
    }
    await organisation.arrive(event(0));
    expect(keysOf()).toHaveLength(1101);
    const [execution] = organisation.executions;
    await execution.ended;
    expect([execution.status, keysOf(), organisation.defects, organisation.lambda.invocations]).toEqual(['SUCCEEDED', [], [], 1]);
  });

  test('right before the end of an execution, which has looked for arrivals before, gets it some minutes later', async () => {
    const organisation = small();
    const { objects } = organisation.network;
    const set = objects.set.bind(objects);
    let begun: Promise<string> | undefined;
    objects.set = (key, text) => {
      if (key.endsWith('/result.json')) begun ??= arrived(organisation, 'new-0');
      return set(key, text);
    };
    const first = await organisation.ran('first');
    await begun;
    const [, second] = organisation.executions;
    await second.ended;
    expect([first.status, second.status, organisation.defects]).toEqual(['SUCCEEDED', 'SUCCEEDED', []]);
    expect(outcomes(organisation.results(second.name))).toEqual({ 'new-0': 'enrolled' });
  });

  test.each([0, 5, 30, 70])('during an execution gets it once (%d s after its begin)', async seconds => {
    const organisation = small({}, 40);
    organisation.network.latencyMs = 100;
    const first = organisation.start('first');
    await organisation.clock.sleep(seconds * 1000);
    await arrived(organisation, 'new-0');
    const [, second] = organisation.executions;
    await Promise.all([first.ended, second.ended]);
    expect([first.status, second.status, [...organisation.audit.faults], organisation.defects]).toEqual(['SUCCEEDED', 'SUCCEEDED', [], []]);
    const ends = ['first', second.name].flatMap(name => organisation.results(name)).filter(({ service }) => service === 'new-0').map(({ outcome }) => outcome);
    expect(ends.filter(outcome => outcome !== 'unchanged')).toEqual(['enrolled']);
    expect(firstOf(organisation).revisionsOf('new-0')).toHaveLength(2);
    expect([...organisation.network.objects.keys()].filter(key => key.includes('/arrivals/'))).toEqual([]);
  });
});

describe('the deployments of the enrolment itself', () => {
  test('are events that start few executions, which do nothing and tell nobody', async () => {
    const organisation = small({ events: true }, 200);
    const first = await organisation.ran('first');
    const others = organisation.executions.slice(1);
    await Promise.all(others.map(async ({ ended }) => ended));
    expect([broken(organisation, first, 'ENROL'), organisation.defects]).toEqual([[], []]);
    expect(organisation.arrivals).toBeGreaterThan(130);
    expect(others.length).toBeLessThanOrEqual(3);
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 'SUCCEEDED'));
    // No places were worked on.
    expect(others.map(one => allOf(one).length)).toEqual(others.map(() => 1));
    expect([...organisation.network.objects.keys()].filter(key => key.includes('/arrivals/'))).toEqual([]);
  });
});

describe('a second execution', () => {
  test('of an organisation that is enrolled writes nothing', async () => {
    const organisation = small();
    await organisation.ran('first');
    await organisation.clock.sleep(DAY_MS);
    const since = organisation.clock.now();
    const execution = await organisation.ran('second');
    expect([broken(organisation, execution, 'again'), writesSince(organisation, since)]).toEqual([[], []]);
  });

  test('does not try a definition again that was rolled back, until it changes or is forgotten', async () => {
    const organisation = new Organisation(organisationOf({ seed: 3, accounts: 1, regions: 1, services: 4, faults: 100, kinds: ['crashing'] }));
    await organisation.ran('first');
    expect(Object.values(outcomes(organisation.results('first')))).toEqual(Array(4).fill('rolledBack'));
    await organisation.clock.sleep(DAY_MS);
    const since = organisation.clock.now();
    await organisation.ran('second');
    expect([Object.values(outcomes(organisation.results('second'))), writesSince(organisation, since)]).toEqual([Array(4).fill('quarantined'), []]);
    const ecs = firstOf(organisation);
    ecs.rolloutsEnd('web-0', () => ({ kind: 'succeeds' }));
    await organisation.ran('third', { forget: [ecs.service('web-0').arn] });
    expect(outcomes(organisation.results('third'))).toEqual({ 'web-0': 'enrolled', 'web-1': 'quarantined', 'web-2': 'quarantined', 'web-3': 'quarantined' });
  });

  test('leaves a service alone that has lost the agent twice to another tool', async () => {
    const organisation = small({}, 2);
    const ecs = firstOf(organisation);
    const deploy = (image: string) => {
      const { described } = ecs.service('web-0').taskDefinition;
      const { taskDefinitionArn: _, revision: __, registeredAt: ___, registeredBy: ____, requiresAttributes: _____, compatibilities: ______, ...body } =
        described;
      ecs.registerTaskDefinition({ ...body, containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80 }] }] });
      ecs.updateService('web-0', { taskDefinition: 'web-0' });
    };
    const seen: string[] = [];
    for (const day of [1, 2, 3, 4]) {
      await organisation.ran(`day-${day}`);
      seen.push(outcomes(organisation.results(`day-${day}`))['web-0']);
      await organisation.clock.sleep(HOUR_MS);
      organisation.network.settle();
      if (day < 3) deploy(`public.ecr.aws/nginx/nginx:1.${day}`);
      await organisation.clock.sleep(DAY_MS);
    }
    expect(seen).toEqual(['enrolled', 'enrolled', 'leftAlone', 'leftAlone']);
    await organisation.ran('forgotten', { forget: [ecs.service('web-0').arn] });
    expect(outcomes(organisation.results('forgotten'))).toEqual({ 'web-0': 'enrolled', 'web-1': 'unchanged' });
  });
});

describe('a place in which too many services fail', () => {
  test('begins nothing further; what was not begun is held', async () => {
    const specs = organisationOf({ seed: 3, accounts: 1, regions: 1, services: 320, faults: 100, kinds: ['crashing'] });
    const organisation = new Organisation(specs, { tolerated: 0 });
    const execution = await organisation.ran('run');
    const ends = Object.values(outcomes(organisation.results('run')));
    const count = (outcome: string) => ends.filter(one => one === outcome).length;
    expect([execution.status, ends.length, count('rolledBack') + count('held')]).toEqual(['FAILED', 320, 320]);
    expect(count('held')).toBeGreaterThan(0);
    expect([...organisation.audit.faults]).toEqual([]);
  });
});

describe('an organisation with a place that cannot be listed', () => {
  test.each(['noRole', 'disabled'] as const)('works on all others, and names it, although one of three is more than is tolerated (%s)', async kind => {
    const specs = organisationOf({ seed: 3, accounts: 3, regions: 1, services: 45 }).map((place, index) => index === 1 ? { ...place, kind } : place);
    const organisation = new Organisation(specs, { toleratedPlaces: 10 });
    const execution = await organisation.ran('run');
    expect(broken(organisation, execution, 'ENROL')).toEqual([]);
    expect([execution.status, execution.error]).toEqual(['FAILED', 'EnrolmentFailed']);
    expect(allOf(execution).filter(({ status }) => status === 'ABORTED')).toEqual([]);
    const summary = JSON.parse(organisation.network.objects.get('executions/run/summary.json')!) as { readonly places: readonly { readonly state: string }[] };
    expect(summary.places.map(({ state }) => state)).toEqual(['done', 'failed', 'done']);
  });
});

describe('an organisation in which too many places fail', () => {
  test('is stopped, and each service of the places that were stopped is in the results', async () => {
    const specs = organisationOf({ seed: 3, accounts: 12, regions: 1, services: 240 }).map((place, index) => index % 3 > 0 ? place
      : { ...place, services: place.services.map(service => ({ ...service, kind: 'crashing' as const })) });
    const organisation = new Organisation(specs, { tolerated: 0, toleratedPlaces: 10, maxConcurrency: 10 });
    // They fail while the others work on theirs.
    for (const { account, region, services } of specs.filter((_, index) => index % 3 > 0)) {
      const { ecs } = organisation.network.member(account).region(region);
      for (const { name } of services) ecs.rolloutsEnd(name, () => neverSettles());
    }
    const execution = await organisation.ran('run');
    expect([execution.status, execution.mapRuns.get('Enrol')!.children.some(child => child?.status === 'ABORTED')]).toEqual(['FAILED', true]);
    expect(organisation.results('run')).toHaveLength(240);
    // What was running at that moment ends by itself.
    await organisation.clock.sleep(LIMIT_MS);
    expect([organisation.lambda.running, [...organisation.audit.faults]]).toEqual([[], []]);
  });
});

test('rollouts that never end are rolled back after their time, in few steps', async () => {
  const organisation = new Organisation(organisationOf({ seed: 3, accounts: 1, regions: 1, services: 3, faults: 100, kinds: ['stuck'] }));
  const execution = await organisation.ran('run');
  expect(broken(organisation, execution, 'ENROL')).toEqual([]);
  expect(Math.max(...allOf(execution).map(({ events }) => events))).toBeLessThan(2000);
});
