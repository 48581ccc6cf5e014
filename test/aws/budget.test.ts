import { CallBudget } from '../../src/aws/calls/budget';
import { SYSTEM_CLOCK } from '../../src/aws/calls/clock';
import { EGRESS_READS } from '../../src/permissions';

/** A budget whose waits are returned in seconds instead of waited. */
function budgetAt(now: () => number = () => 0) {
  let waited = 0;
  const budget = new CallBudget({ now, sleep: async milliseconds => { waited = milliseconds / 1000; } });
  return async (action: string, count = 1): Promise<number[]> => {
    const all: number[] = [];
    for (let call = 0; call < count; call++) {
      waited = 0;
      await budget.take(action);
      all.push(waited);
    }
    return all;
  };
}

test('nineteen registrations may be made at once, and then one a second', async () => {
  expect(await budgetAt()('RegisterTaskDefinition', 23)).toEqual([...Array<number>(19).fill(0), 1, 2, 3, 4]);
});

test('actions that share a limit are counted together', async () => {
  const wait = budgetAt();
  await wait('DeregisterTaskDefinition', 19);
  expect(await wait('RegisterTaskDefinition')).toEqual([1]);
  expect(await wait('UpdateService')).toEqual([0]);
  await wait('ListTasks', 33);
  await wait('ListContainerInstances', 66);
  expect(await wait('DescribeTasks')).toEqual([1 / 20]);
});

test('a budget fills up while nothing is called, and never beyond its burst', async () => {
  let now = 0;
  const wait = budgetAt(() => now);
  await wait('RegisterTaskDefinition', 19);
  now = 5000;
  expect(await wait('RegisterTaskDefinition', 6)).toEqual([0, 0, 0, 0, 0, 1]);
  now = 10_000_000;
  expect(await wait('RegisterTaskDefinition', 20)).toEqual([...Array<number>(19).fill(0), 1]);
});

test.each([
  ['DescribeTaskDefinition', 49, 20], ['UpdateService', 49, 5], ['DescribeServices', 99, 20], ['ListServiceDeployments', 49, 20],
  ['DescribeTasks', 99, 20], ['GetLogEvents', 9, 10], ['ListHostedZonesByVPC', 4, 5], ['ListResolverRules', 4, 5],
  ['SimulatePrincipalPolicy', 4, 5], ['GetRolePolicy', 49, 20],
] as const)('%s may be called %d times at once, and then %d times a second', async (action, burst, perSecond) => {
  const all = await budgetAt()(action, burst + 1);
  expect(all).toEqual([...Array<number>(burst).fill(0), 1 / perSecond]);
});

test.each(EGRESS_READS.filter(action => action.startsWith('route53')))('%s waits after the few calls that Route 53 allows at once', async action => {
  expect(await budgetAt()(action.split(':')[1], 5)).toEqual([0, 0, 0, 0, 0.2]);
});

test('an action without a limit never waits', async () => {
  expect(await budgetAt()('DescribeLogGroups', 500)).toEqual(Array(500).fill(0));
});

test('a signal ends a wait', async () => {
  const budget = new CallBudget({ ...SYSTEM_CLOCK, now: () => 0 });
  for (let call = 0; call < 19; call++) await budget.take('RegisterTaskDefinition');
  const controller = new AbortController();
  const waiting = budget.take('RegisterTaskDefinition', controller.signal);
  controller.abort();
  await waiting;
});

test('a budget that takes another one over counts what both have spent, and what has filled up since', async () => {
  let now = 0;
  const clock = { now: () => now, sleep: async () => {} };
  const [one, other] = [new CallBudget(clock), new CallBudget(clock)];
  for (const budget of [one, other]) for (let call = 0; call < 15; call++) await budget.take('RegisterTaskDefinition');
  for (let call = 0; call < 40; call++) await other.take('UpdateService');
  now = 3000;
  one.takeOver(other);
  // 19 at once, 30 spent, and three seconds have passed for each.
  expect([one.waitFor('DeregisterTaskDefinition', 0), one.waitFor('UpdateService', 24), one.waitFor('UpdateService', 25)]).toEqual([5000, 0, 200]);
});
