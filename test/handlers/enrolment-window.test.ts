import { EnrolmentWorld, HOME } from './enrolment-world';
import { arrive } from '../../src/handlers/enrolment/arrivals';

const MEMBER = '111111111111';
const MACHINE = `arn:aws:states:eu-west-1:${HOME}:stateMachine:enrolment`;

test.each([
  ['of two minutes', undefined, 120],
  ['of the length that a test sets', 4, 4],
])('the events of a window %s start one execution, which waits for its end; the next window starts another', async (_, windowSeconds, expected) => {
  const world = new EnrolmentWorld([MEMBER]);
  const arrives = async (deployment: string) => {
    const service = `arn:aws:ecs:eu-west-1:${MEMBER}:service/shop/web`;
    await arrive({ account: MEMBER, region: 'eu-west-1', service, deployment }, { account: world.homeAccount(), store: world.store() }, MACHINE, windowSeconds);
  };
  const untilEnd = async () => {
    const { waitUntil } = JSON.parse(world.home.stateMachines.started.at(-1)!.input) as { readonly waitUntil: string };
    return Date.parse(waitUntil) - world.clock.now();
  };
  await arrives('ecs-svc/1');
  // The rest of a window, so the next two events are of one.
  await world.clock.sleep(await untilEnd());
  await arrives('ecs-svc/2');
  await arrives('ecs-svc/3');
  expect(await untilEnd()).toBeLessThanOrEqual(expected * 1000);
  expect(await untilEnd()).toBeGreaterThan(expected * 1000 - 1000);
  expect(new Set(world.home.stateMachines.started.map(({ name }) => name)).size).toBe(2);
  expect(world.home.stateMachines.started).toHaveLength(2);
});
