import { EnrolmentWorld } from './enrolment-world';

const MEMBER = '111111111111';

test('services of a member account are planned, enrolled and left alone when they have the agent', async () => {
  const world = new EnrolmentWorld([MEMBER]);
  for (const name of ['web', 'orders', 'stock']) world.addService(MEMBER, name);
  world.setMode('PLAN');
  const planned = await world.execute();
  expect(EnrolmentWorld.outcomes(planned.results[0])).toEqual({ web: 'planned', orders: 'planned', stock: 'planned' });
  expect(world.writes()).toEqual([]);

  world.setMode('ENROL');
  const enrolled = await world.execute();
  expect(enrolled.results[0]).toMatchObject({ state: 'done', counts: { enrolled: 3 } });
  expect(world.writes().sort()).toEqual([...Array(3).fill('RegisterTaskDefinition'), ...Array(3).fill('UpdateService')]);

  const again = await world.execute();
  expect(again.results[0]).toMatchObject({ state: 'done', counts: { unchanged: 3 } });
  expect(world.writes()).toHaveLength(6);

  world.setMode('REMOVE');
  const removed = await world.execute();
  expect(removed.results[0]).toMatchObject({ state: 'done', counts: { removed: 3 } });
});
