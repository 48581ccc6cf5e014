import { BUCKET, EnrolmentWorld, HOME } from './enrolment-world';
import { arrive } from '../../src/handlers/enrolment/arrivals';
import { BeginAnswer } from '../../src/handlers/enrolment/contract';

const MEMBER = '111111111111';
const MACHINE = `arn:aws:states:eu-west-1:${HOME}:stateMachine:enrolment`;

const PLACES = [{ account: MEMBER, regions: ['eu-west-1'] }];
const IDS = [`${MEMBER}-eu-west-1`];

async function arrives(world: EnrolmentWorld, name: string, deployment: string): Promise<void> {
  const service = `arn:aws:ecs:eu-west-1:${MEMBER}:service/shop/${name}`;
  await arrive({ account: MEMBER, region: 'eu-west-1', service, deployment }, { account: world.homeAccount(), store: world.store() }, MACHINE);
}

const waitingUntil = (world: EnrolmentWorld) => (JSON.parse(world.home.stateMachines.started.at(-1)!.input) as { readonly waitUntil: string }).waitUntil;
const keysOf = (world: EnrolmentWorld) => [...world.home.s3.objects(BUCKET).keys()].filter(key => key.includes('/arrivals/'));

/** An execution that has begun to work on the place. */
async function working(world: EnrolmentWorld): Promise<void> {
  await world.call({ task: 'begin', execution: 'first', input: {}, places: PLACES });
  for (const place of world.places) {
    await world.call({ task: 'discover', execution: 'first', place });
    await world.call({ task: 'step', execution: 'first', place, iteration: 0 });
  }
}

test('while an execution has the place, a window has ten minutes', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  world.addService(MEMBER, 'web');
  await working(world);
  await world.clock.sleep(1000);
  await arrives(world, 'web', 'ecs-svc/1');
  expect(Date.parse(waitingUntil(world)) % 600_000).toBe(0);
  expect(Date.parse(waitingUntil(world)) - world.clock.now()).toBeGreaterThan(120_000);
});

test('an execution of arrivals waits for five minutes, again and again, while another one has the place, and ends if nothing is left', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  world.addService(MEMBER, 'web');
  await working(world);
  const { deployments: [{ id }] } = world.member(MEMBER).ecs.service('web', 'shop');
  await arrives(world, 'web', id);
  const input = { places: IDS, arrivals: true, waitUntil: waitingUntil(world) };
  const begin = async (given = input) => world.call<BeginAnswer>({ task: 'begin', execution: 'second', input: given, waits: true, places: PLACES });
  expect(await begin()).toMatchObject({ count: 1, waitSeconds: 300 });
  expect(await begin()).toMatchObject({ count: 1, waitSeconds: 300 });
  // Not for ever: then it works as every other does.
  const long = { ...input, waitUntil: new Date(world.clock.now() - 6 * 3_600_000 - 1).toISOString() };
  expect(await world.call({ task: 'begin', execution: 'third', input: long, waits: true, places: PLACES })).toMatchObject({ count: 1, waitSeconds: 0 });
  for (const place of world.places) await world.work('first', place);
  expect(await begin()).toMatchObject({ count: 0, waitSeconds: 0 });
  expect(keysOf(world)).toEqual([]);
});

test('an event of others is left to its execution, beside events of the enrolment itself', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  for (const name of ['web', 'orders']) world.addService(MEMBER, name);
  await world.execute();
  for (const name of ['web', 'orders']) await arrives(world, name, world.member(MEMBER).ecs.service(name, 'shop').deployments[0].id);
  await arrives(world, 'web', 'ecs-svc/9');
  const input = { places: IDS, arrivals: true, waitUntil: waitingUntil(world) };
  expect(await world.call({ task: 'begin', execution: 'second', input, waits: true, places: PLACES })).toMatchObject({ count: 1, waitSeconds: 0 });
  expect(keysOf(world)).toHaveLength(1);
});

test('an execution whose definition is of an older version is not told to wait', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  world.addService(MEMBER, 'web');
  await working(world);
  await arrives(world, 'web', 'ecs-svc/9');
  const input = { places: IDS, arrivals: true, waitUntil: waitingUntil(world) };
  expect(await world.call({ task: 'begin', execution: 'second', input, places: PLACES })).toMatchObject({ count: 1, waitSeconds: 0 });
  expect(world.object('executions/second/places.json')).toBeDefined();
});

test('the end of arrivals is told if their place was busy all the time', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  world.addService(MEMBER, 'web');
  await working(world);
  await arrives(world, 'web', 'ecs-svc/9');
  await world.call({ task: 'begin', execution: 'second', input: { places: IDS, arrivals: true }, places: PLACES });
  const [place] = world.places;
  await world.call({ task: 'discover', execution: 'second', place });
  await world.call({ task: 'step', execution: 'second', place, waits: 30 });
  expect(await world.call({ task: 'finish', execution: 'second' })).toMatchObject({ isQuiet: false, failed: false });
});

test.each([
  ['a deployment of a service that has the agent', true],
  ['a service that gets the agent', false],
])('the end of arrivals is told unless they led to nothing: %s', async (_, isQuiet) => {
  const world = new EnrolmentWorld([MEMBER]);
  world.addService(MEMBER, 'web');
  if (isQuiet) await world.execute();
  await arrives(world, 'web', 'ecs-svc/9');
  const { execution } = await world.execute({ places: IDS, arrivals: true });
  expect(await world.call({ task: 'finish', execution })).toMatchObject({ isQuiet, failed: false });
  const { execution: daily } = await world.execute();
  expect(await world.call({ task: 'finish', execution: daily })).toMatchObject({ isQuiet: false });
});

test.each([
  ['of two minutes', undefined, 120],
  ['of the length that a test sets', 4, 4],
])('the events of a window %s start one execution, which waits for its end; the next window starts another', async (_, windowSeconds, expected) => {
  const world = new EnrolmentWorld([MEMBER]);
  const came = async (deployment: string) => {
    const service = `arn:aws:ecs:eu-west-1:${MEMBER}:service/shop/web`;
    await arrive({ account: MEMBER, region: 'eu-west-1', service, deployment }, { account: world.homeAccount(), store: world.store() }, MACHINE, windowSeconds);
  };
  const untilEnd = async () => {
    const { waitUntil } = JSON.parse(world.home.stateMachines.started.at(-1)!.input) as { readonly waitUntil: string };
    return Date.parse(waitUntil) - world.clock.now();
  };
  await came('ecs-svc/1');
  // The rest of a window, so the next two events are of one.
  await world.clock.sleep(await untilEnd());
  await came('ecs-svc/2');
  await came('ecs-svc/3');
  expect(await untilEnd()).toBeLessThanOrEqual(expected * 1000);
  expect(await untilEnd()).toBeGreaterThan(expected * 1000 - 1000);
  expect(new Set(world.home.stateMachines.started.map(({ name }) => name)).size).toBe(2);
  expect(world.home.stateMachines.started).toHaveLength(2);
});
