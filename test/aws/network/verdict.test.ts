import { CASES } from './cases';
import { account, judge } from './given';

const TABLE = CASES.map(([reason, change, placement, outcome, evidence = /./]) => ({ reason, change, placement, outcome, evidence }));

describe('the verdict on a live network', () => {
  test('is tried on at least a hundred networks, each for a reason of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(100);
    expect(new Set(CASES.map(([reason]) => reason)).size).toBe(CASES.length);
  });

  test.each(TABLE)('$reason', async ({ change, placement, outcome, evidence }) => {
    const state = account();
    change(state);
    const { verdict, text } = await judge(state, placement);
    expect({ outcome: verdict.verdict, text }).toEqual({ outcome, text: expect.stringMatching(evidence) });
  });
});
