import { CallBudget } from '../../src/aws/calls/budget';
import { estimate } from '../../src/fleet/estimate';
import { wavesOf } from '../../src/fleet/waves';
import { MovedClock } from '../moved-clock/clock';

const NOTHING = { submitMs: 0, hasUnsubmitted: false, ages: [], later: [], rolloutMs: 60_000 };

describe('the estimate', () => {
  test('is unknown until a rollout has ended', () => {
    expect(estimate({ ...NOTHING, ages: [5000], rolloutMs: undefined })).toBeUndefined();
  });

  test('is what the rollouts on their way still take, and never negative', () => {
    expect([estimate({ ...NOTHING, ages: [10_000, 50_000] }), estimate({ ...NOTHING, ages: [90_000] }), estimate(NOTHING)]).toEqual([50_000, 0, 0]);
  });

  test('has the wait for AWS\'s limits and a rollout for what is not registered, and for each later wave', () => {
    expect(estimate({ ...NOTHING, submitMs: 30_000, hasUnsubmitted: true, ages: [10_000] })).toBe(90_000);
    expect(estimate({ ...NOTHING, ages: [10_000], later: [0, 20_000] })).toBe(50_000 + 60_000 + 80_000);
  });

  test('knows what the budget of an account makes calls wait: registrations are accepted one a second after a burst', async () => {
    const clock = new MovedClock();
    const budget = new CallBudget(clock);
    expect([budget.waitFor('RegisterTaskDefinition', 19), budget.waitFor('RegisterTaskDefinition', 119), budget.waitFor('UpdateService', 149)])
      .toEqual([0, 100_000, 20_000]);
    for (let index = 0; index < 19; index++) await budget.take('RegisterTaskDefinition');
    expect([budget.waitFor('RegisterTaskDefinition', 10), budget.waitFor('ecs:Unknown', 10)]).toEqual([10_000, 0]);
    await clock.sleep(5000);
    expect(budget.waitFor('RegisterTaskDefinition', 10)).toBe(5000);
  });
});

describe('waves', () => {
  const items = [1, 2, 3, 4, 5, 6, 7];

  test('are the canary, and then batches; every service is in one, and none is empty', () => {
    expect(wavesOf(items, {})).toEqual([items]);
    expect(wavesOf(items, { batch: 3 })).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(wavesOf(items, { canary: 2, batch: 3 })).toEqual([[1, 2], [3, 4, 5], [6, 7]]);
    expect(wavesOf(items, { canary: 1 })).toEqual([[1], [2, 3, 4, 5, 6, 7]]);
    expect(wavesOf(items, { canary: 9, batch: 3 })).toEqual([items]);
    expect(wavesOf([], { canary: 1, batch: 3 })).toEqual([]);
  });
});
