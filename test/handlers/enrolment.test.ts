import { BUCKET, EnrolmentWorld, HOME, outcomesOf } from './enrolment-world';
import { arrive } from '../../src/handlers/enrolment/arrivals';
import { essentialExited, JsonObject, tasksFail, taskDefinitionBody, throttled } from '../fakes';
import { HttpCall } from '../fakes/wire/http-call';
import { loadClients } from '../moved-clock/account';

beforeAll(loadClients);
const MEMBER = '111111111111';
const OTHER = '222222222222';
const GOES_BACK = { members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } } };
/** The team's image does not run beside the agent. */
const crashes = (world: EnrolmentWorld, name: string) => world.member(MEMBER).ecs.rolloutsEnd(name, tasksFail(essentialExited('web', 1)));
const arnOf = (name: string, account = MEMBER) => `arn:aws:ecs:eu-west-1:${account}:service/shop/${name}`;

function definitionOf(world: EnrolmentWorld, name: string, account = MEMBER): JsonObject {
  const { ecs } = world.member(account);
  const { taskDefinition: { arn: taskDefinition } } = ecs.service(name, 'shop');
  return (ecs.actions.DescribeTaskDefinition({ taskDefinition, include: ['TAGS'] }) as { readonly taskDefinition: JsonObject }).taskDefinition;
}

const containersIn = (definition: JsonObject) => (definition.containerDefinitions as readonly JsonObject[]).map(({ name }) => name);

/** Another tool deploys the service, from a task definition that it has. */
function deployWithoutAgent(world: EnrolmentWorld, name: string): string {
  const { ecs } = world.member(MEMBER);
  const body = taskDefinitionBody(name, { executionRoleArn: `arn:aws:iam::${MEMBER}:role/execution` }) as unknown as JsonObject;
  const registered = ecs.actions.RegisterTaskDefinition(body) as { readonly taskDefinition: { readonly taskDefinitionArn: string } };
  const { taskDefinitionArn } = registered.taskDefinition;
  ecs.actions.UpdateService({ cluster: 'shop', service: name, taskDefinition: taskDefinitionArn });
  return taskDefinitionArn;
}

async function arrived(world: EnrolmentWorld, name: string, deployment: string): Promise<void> {
  const event = { account: MEMBER, region: 'eu-west-1', service: arnOf(name), deployment };
  await arrive(event, { account: world.homeAccount(), store: world.store() }, `arn:aws:states:eu-west-1:${HOME}:stateMachine:enrolment`);
}

describe('one place', () => {
  test('PLAN writes nothing, ENROL adds the agent once, and REMOVE gives the task definitions back', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    for (const name of ['web', 'orders', 'stock']) world.addService(MEMBER, name);
    const before = definitionOf(world, 'web');
    world.setMode('PLAN');
    const planned = await world.execute();
    expect(outcomesOf(planned.results[0])).toEqual({ web: 'planned', orders: 'planned', stock: 'planned' });
    expect(world.writes()).toEqual([]);

    world.setMode('ENROL');
    const enrolled = await world.execute();
    expect(enrolled.results[0]).toMatchObject({ state: 'done', counts: { enrolled: 3 } });
    expect(world.writes().sort()).toEqual([...Array(3).fill('RegisterTaskDefinition'), ...Array(3).fill('UpdateService')]);
    expect(containersIn(definitionOf(world, 'web'))).toContain('postman-insights-agent');

    const again = await world.execute();
    expect(again.results[0]).toMatchObject({ state: 'done', counts: { unchanged: 3 } });
    expect(world.writes()).toHaveLength(6);

    world.setMode('REMOVE');
    const removed = await world.execute();
    expect(removed.results[0]).toMatchObject({ state: 'done', counts: { removed: 3 } });
    expect(definitionOf(world, 'web')).toEqual(before);
  });

  test('the input can only make a run smaller', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    world.addService(MEMBER, 'web');
    const { results } = await world.execute({ mode: 'PLAN' });
    expect(results[0].counts).toEqual({ planned: 1 });
    await expect(world.execute({ mode: 'ENROL' as 'PLAN' })).rejects.toThrow('`mode` in the input can only be PLAN, got: ENROL');
    await expect(world.execute({ place: [] } as object)).rejects.toThrow('members that are not known: place');
    await expect(world.execute({ places: ['111111111111-us-east-1'] })).rejects.toThrow('places that the construct does not have: 111111111111-us-east-1');
    await expect(world.execute({ forget: 'web' as unknown as string[] })).rejects.toThrow('`forget` in the input must be a list of texts');
    expect(world.writes()).toEqual([]);
  });

  test('services that are opted out, managed by others or have the agent of others are reported and not touched', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    world.addService(MEMBER, 'web');
    world.addService(MEMBER, 'off', { tags: { 'postman:agent': 'off' } });
    world.addService(MEMBER, 'stack', { tags: { 'aws:cloudformation:stack-name': 'Shop' } });
    world.addService(MEMBER, 'terraform', { tags: { ManagedBy: 'Terraform' } });
    world.addService(MEMBER, 'codedeploy', { members: { deploymentController: { type: 'CODE_DEPLOY' } } });
    world.addService(MEMBER, 'fargate13', { members: { platformVersion: '1.3.0' } });
    const { results: [result] } = await world.execute();
    expect(outcomesOf(result)).toEqual({
      web: 'enrolled', off: 'optedOut', stack: 'managed', terraform: 'managed', codedeploy: 'managed', fargate13: 'refused',
    });
    expect(world.writes()).toHaveLength(2);
    expect(result.rows.find(([, service]) => service === 'terraform')?.[3]).toContain('Terraform');
  });

  test('with `optIn`, only services with the tag are taken', async () => {
    const world = new EnrolmentWorld([MEMBER], { optIn: true });
    world.addService(MEMBER, 'web');
    world.addService(MEMBER, 'on', { tags: { 'postman:agent': 'on' } });
    const { results: [result] } = await world.execute();
    expect(outcomesOf(result)).toEqual({ web: 'optedOut', on: 'enrolled' });
  });

  test('a definition whose rollout failed is not tried again, until it is another one or is forgotten', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    world.addService(MEMBER, 'web', GOES_BACK);
    crashes(world, 'web');
    const first = await world.execute();
    expect(outcomesOf(first.results[0])).toEqual({ web: 'rolledBack' });
    const written = world.writes().length;
    const second = await world.execute();
    expect(outcomesOf(second.results[0])).toEqual({ web: 'quarantined' });
    expect(second.results[0].rows[0][3]).toContain('The rollout of the same definition with the agent has failed before: ');
    expect(world.writes()).toHaveLength(written);
    const third = await world.execute({ forget: [arnOf('web')] });
    expect(outcomesOf(third.results[0])).toEqual({ web: 'rolledBack' });
  });

  test('a service that loses the agent twice to another tool is left alone, until it is forgotten', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    world.addService(MEMBER, 'web');
    expect(outcomesOf((await world.execute()).results[0])).toEqual({ web: 'enrolled' });
    deployWithoutAgent(world, 'web');
    await world.clock.sleep(120_000);
    expect(outcomesOf((await world.execute()).results[0])).toEqual({ web: 'enrolled' });
    // The same look twice counts once.
    deployWithoutAgent(world, 'web');
    await world.clock.sleep(120_000);
    for (let look = 0; look < 2; look++) {
      const { results: [left] } = await world.execute();
      expect(outcomesOf(left)).toEqual({ web: 'leftAlone' });
      expect(left.rows[0][3]).toContain('2 times');
    }
    expect(outcomesOf((await world.execute({ forget: [arnOf('web')] })).results[0])).toEqual({ web: 'enrolled' });
  });

  test('nothing further begins after more services failed than are tolerated', async () => {
    const world = new EnrolmentWorld([MEMBER], { tolerated: 0 });
    const names = Array.from({ length: 200 }, (_, index) => `web-${String(index).padStart(3, '0')}`);
    for (const name of names) world.addService(MEMBER, name, GOES_BACK);
    for (const name of names.slice(0, 5)) crashes(world, name);
    const { results: [result] } = await world.execute();
    expect(result.state).toBe('stopped');
    expect(result.counts.rolledBack).toBe(5);
    expect(result.counts.held).toBeGreaterThan(0);
    expect(Object.values(result.counts).reduce((sum, count) => sum + count, 0)).toBe(200);
  });

  test('a place with a hundred services takes no longer than the limits of AWS ask for', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    for (let index = 0; index < 120; index++) world.addService(MEMBER, `web-${index}`);
    const began = world.clock.now();
    const { results: [result] } = await world.execute();
    const seconds = (world.clock.now() - began) / 1000;
    expect(result.counts).toEqual({ enrolled: 120 });
    // 20 registrations at once and one a second, and the last rollout of a minute.
    expect(seconds / (100 + 60)).toBeLessThan(1.15);
    expect(world.member(MEMBER).calls.filter(({ outcome }) => outcome === 'ThrottlingException').length).toBeLessThan(10);
    expect(world.writes()).toHaveLength(240);
  });
});

describe('several places', () => {
  test('one whose role cannot be assumed is reported by name, and the others go on', async () => {
    const world = new EnrolmentWorld([MEMBER, OTHER]);
    world.addService(MEMBER, 'web');
    world.addService(OTHER, 'web');
    world.denyRole(OTHER);
    const { execution, results } = await world.execute();
    expect(results[0]).toMatchObject({ state: 'done', counts: { enrolled: 1 } });
    expect(results[1]).toMatchObject({ state: 'failed', rows: [] });
    expect(results[1].reason).toContain('PostmanAgentEnrolmentMember');
    const csv = world.object(`executions/${execution}/results.csv`);
    const row = `${MEMBER},eu-west-1,shop,web,enrolled,,arn:aws:ecs:eu-west-1:${MEMBER}:task-definition/web:2`;
    expect(csv).toBe(`account,region,cluster,service,outcome,reason,revision\n${row}\n`);
    expect(JSON.parse(world.object(`executions/${execution}/summary.json`)!)).toMatchObject({ mode: 'ENROL', counts: { enrolled: 1 } });
    expect(world.object(`executions/${execution}/report.html`)).toContain('href="places/222222222222-eu-west-1/report.html"');
    expect(world.lines.at(-1)).toMatchObject({ Enrolment: 'Enrolment', Services: 1, Enrolled: 1, Failed: 0, Places: 2, FailedPlaces: 1 });
  });
});

describe('events', () => {
  test('a service that was deployed without the agent gets it back, and the own deployment is no event', async () => {
    const world = new EnrolmentWorld([MEMBER]);
    world.addService(MEMBER, 'web');
    world.addService(MEMBER, 'orders');
    await world.execute();
    const own = world.member(MEMBER).ecs.service('orders', 'shop').deployments[0].id;
    await arrived(world, 'orders', own);
    deployWithoutAgent(world, 'web');
    await arrived(world, 'web', 'ecs-svc/9');
    await arrived(world, 'web', 'ecs-svc/9');
    const [started, ...others] = world.home.stateMachines.started;
    expect(others).toEqual([]);
    const input = JSON.parse(started.input) as { readonly waitUntil: string };
    expect(input).toMatchObject({ places: [`${MEMBER}-eu-west-1`], arrivals: true });
    await world.clock.sleep(Date.parse(input.waitUntil) - world.clock.now());
    const { results: [result] } = await world.execute(input as object, started.name);
    expect(outcomesOf(result)).toEqual({ web: 'enrolled' });
    expect(containersIn(definitionOf(world, 'web'))).toContain('postman-insights-agent');
    expect([...world.home.s3.objects(BUCKET).keys()].filter(key => key.includes('/arrivals/'))).toEqual([]);
  });
});

test('many services that arrive together are kept in several objects, and each gets the agent once', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  const names = Array.from({ length: 120 }, (_, index) => `web-${index}`);
  for (const name of names) {
    world.addService(MEMBER, name);
    const arrival = { service: arnOf(name), cluster: `arn:aws:ecs:eu-west-1:${MEMBER}:cluster/shop`, deployment: 'ecs-svc/1' };
    world.home.s3.objects(BUCKET).set(`places/${MEMBER}-eu-west-1/arrivals/${name}.json`, JSON.stringify(arrival));
  }
  const { results: [result] } = await world.execute({ arrivals: true }, 'run');
  expect(result.counts).toEqual({ enrolled: 120 });
  expect(world.writes()).toHaveLength(240);
  const shards = [...world.home.s3.objects(BUCKET)].filter(([key]) => key.includes('/shard-'));
  expect(shards.map(([, text]) => (JSON.parse(text) as { readonly items: object[] }).items.length)).toEqual([50, 50, 20]);
  expect([...world.home.s3.objects(BUCKET).keys()].filter(key => key.includes('/arrivals/'))).toEqual([]);
});

test('two executions at once: the second waits, says which one it waits for, and makes no second revision', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  for (let index = 0; index < 30; index++) world.addService(MEMBER, `web-${index}`);
  const executions = await Promise.all([world.execute({}, 'first'), world.execute({}, 'second')]);
  const counts = executions.map(({ results: [result] }) => result.counts);
  expect(counts).toContainEqual({ enrolled: 30 });
  expect(counts).toContainEqual({ unchanged: 30 });
  expect(world.writes()).toHaveLength(60);
});

test('what was granted for a service whose registration is throttled all the time is revoked', async () => {
  const world = new EnrolmentWorld([MEMBER], { agent: { generation: 'insights', options: { discovery: true }, grantSecretAccess: true } });
  world.addService(MEMBER, 'web');
  const role = world.member(MEMBER).iam.role('execution');
  role.inline.clear();
  world.member(MEMBER).inject('ecs:RegisterTaskDefinition', throttled(), { times: Infinity });
  const { results: [result] } = await world.execute();
  expect([outcomesOf(result), [...role.inline.keys()]]).toEqual([{ web: 'failed' }, []]);
  expect(world.writes()).toEqual(expect.arrayContaining(['PutRolePolicy', 'DeleteRolePolicy']));
});

test('an execution that was stopped keeps its place only for a while', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  world.addService(MEMBER, 'web');
  await world.call({ task: 'begin', execution: 'stopped', input: {}, places: [{ account: MEMBER, regions: ['eu-west-1'] }] });
  const [place] = world.places;
  await world.call({ task: 'discover', execution: 'stopped', place });
  await world.call({ task: 'step', execution: 'stopped', place });
  const { results: [result] } = await world.execute({}, 'next');
  expect(result).toMatchObject({ state: 'done' });
});

/** A prime number apart, so different kinds of calls are met. */
const EVERY = process.env.SWEEP === 'all' ? 1 : 37;

describe('a process of the function that is ended at any call', () => {
  const build = () => {
    const world = new EnrolmentWorld([MEMBER]);
    for (const name of ['orders', 'stock', 'web']) world.addService(MEMBER, name, GOES_BACK);
    crashes(world, 'stock');
    return world;
  };

  test.each<[string, (call: HttpCall) => boolean]>([
    // The next process comes after the lease of this one, and ECS has gone back by then.
    ['has begun a rollout that fails', ({ headers, body }) => /UpdateService$/.test(String(headers['x-amz-target'])) && body.includes('/stock"')],
    ['has kept that a service went back, while others are on their way', ({ method, url, body }) =>
      method === 'PUT' && url.includes('/shard-') && body.includes('"rolledBack"') && body.includes('"following"')],
  ])('right after it %s: the definition is not tried again', async (_, isLast) => {
    const world = build();
    world.endWhen(isLast, 'after');
    const { results: [result] } = await world.execute({}, 'run');
    expect([world.wasEnded, outcomesOf(result).stock]).toEqual([true, 'rolledBack']);
    expect(outcomesOf((await world.execute({}, 'again')).results[0]).stock).toBe('quarantined');
  });

  test.each(['before', 'after'] as const)('%s the call', async when => {
    const whole = build();
    await whole.execute({}, 'run');
    const calls = [...whole.organisation.accounts.values()].reduce((sum, aws) => sum + aws.calls.length, 0);
    expect(calls).toBeGreaterThan(60);
    for (let call = when === 'before' ? 3 : 7; call < calls; call += EVERY) {
      const world = build();
      world.endAt(call, when);
      const { results: [result] } = await world.execute({}, 'run');
      expect(world.wasEnded).toBe(true);
      expect({ call, outcomes: outcomesOf(result) }).toEqual({ call, outcomes: { orders: 'enrolled', stock: 'rolledBack', web: 'enrolled' } });
      // One revision for each service, and one that goes back by an update of its own at most.
      expect({ call, registered: world.writes().filter(action => action === 'RegisterTaskDefinition').length }).toEqual({ call, registered: 3 });
      const again = await world.execute({}, 'again');
      expect({ call, outcomes: outcomesOf(again.results[0]) }).toEqual({ call, outcomes: { orders: 'unchanged', stock: 'quarantined', web: 'unchanged' } });
    }
  });
});
