import { EnrolmentWorld } from './enrolment-world';
import { FinishAnswer } from '../../src/handlers/enrolment/contract';

const [ONE, OTHER] = ['200000000001', '200000000002'];

async function begun(world: EnrolmentWorld): Promise<void> {
  await world.call({ task: 'begin', execution: 'e', input: {}, places: [ONE, OTHER].map(account => ({ account, regions: ['eu-west-1'] })) });
  for (const place of world.places) await world.call({ task: 'discover', execution: 'e', place });
}

const rowsOf = (world: EnrolmentWorld) => world.object('executions/e/results.csv')!.trimEnd().split('\n').slice(1);

test('the state machine tells an empty text if no map was stopped: then the execution has not failed', async () => {
  const world = new EnrolmentWorld([ONE, OTHER]);
  await begun(world);
  for (const place of world.places) await world.work('e', place);
  const finish = async (stopped?: string) => world.call<FinishAnswer>({ task: 'finish', execution: 'e', stopped });
  expect([(await finish('')).failed, (await finish()).failed, (await finish('States.ExceedToleratedFailureThreshold')).failed]).toEqual([false, false, true]);
});

test('each service of a place whose work was ended from outside is in the results, with what is known of it', async () => {
  const world = new EnrolmentWorld([ONE, OTHER]);
  for (const account of [ONE, OTHER]) for (const name of ['a', 'b']) world.addService(account, name);
  await begun(world);
  // The services of one place are on their way, and those of the other have not been begun.
  await world.call({ task: 'step', execution: 'e', place: world.places[0], iteration: 0 });
  const { failed, counts } = await world.call<FinishAnswer>({ task: 'finish', execution: 'e', stopped: 'States.ExceedToleratedFailureThreshold' });
  expect([failed, counts]).toEqual([true, { failed: 2, held: 2 }]);
  const [a, b, ...held] = rowsOf(world);
  const reason = 'The rollout continues in ECS, and is not followed. The execution ended before the place did (States.ExceedToleratedFailureThreshold).';
  expect([a, b]).toEqual(['a', 'b'].map(name => `${ONE},eu-west-1,shop,${name},failed,"${reason}",arn:aws:ecs:eu-west-1:${ONE}:task-definition/${name}:2`));
  expect(held.map(row => row.split(',').slice(0, 5).join(','))).toEqual(['a', 'b'].map(name => `${OTHER},eu-west-1,shop,${name},held`));
});

test('a row of the results is one line, whatever the reason says', async () => {
  const world = new EnrolmentWorld([ONE, OTHER]);
  world.member(ONE).ec2.addIsolatedSubnet('subnet-closed');
  world.addService(ONE, 'closed', { subnets: ['subnet-closed'] });
  await begun(world);
  for (const place of world.places) await world.work('e', place);
  await world.call({ task: 'finish', execution: 'e' });
  expect(rowsOf(world)).toEqual([expect.stringMatching(/,closed,refused,.*subnet-closed has no route to the internet/)]);
});
