import { CASES } from './cases';
import { account, judge } from './given';

const TABLE = CASES.map(([network, change, placement, verdict, evidence = /./]) => ({ network, change, placement, verdict, evidence }));

test('the verdict on a live network is tried on at least a hundred networks, each for its own reason', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(100);
  expect(new Set(CASES.map(([network]) => network)).size).toBe(CASES.length);
});

test.each(TABLE)('the verdict on a live network is $verdict for $network', async ({ change, placement, verdict, evidence }) => {
  const state = account();
  change(state);
  const judged = await judge(state, placement);
  expect({ verdict: judged.verdict.verdict, text: judged.text }).toEqual({ verdict, text: expect.stringMatching(evidence) });
});
