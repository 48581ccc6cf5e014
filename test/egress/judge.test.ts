import { CASES } from './cases';
import { explainEgress, judgeEgress } from '../../src/egress';

const TABLE = CASES.map(([reason, facts, outcome, evidence = /./]) => ({ reason, facts, outcome, evidence }));

describe('the verdict', () => {
  test('is tried on at least a hundred networks, each for a reason of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(100);
    expect(new Set(CASES.map(([reason]) => reason)).size).toBe(CASES.length);
  });

  test.each(TABLE)('$reason', ({ facts, outcome, evidence }) => {
    const verdict = judgeEgress(facts);
    const text = verdict.evidence.map(({ finding, remedy }) => `${finding} ${remedy ?? ''}`).join('\n');
    expect({ outcome: verdict.verdict, text }).toEqual({ outcome, text: expect.stringMatching(evidence) });
  });

  test.each(TABLE)('$reason: its evidence carries the outcome, and a remedy for all that is not fine', ({ facts }) => {
    const { verdict, evidence } = judgeEgress(facts);
    expect(evidence.length).toBeGreaterThan(0);
    expect(evidence[0].verdict).toBe(verdict);
    for (const step of evidence) {
      expect(step.finding).toMatch(/^[A-Z\d].*\.$/);
      if (step.verdict !== 'reachable') expect(step.remedy).toMatch(/^[A-Z].*\.$/);
    }
    expect(explainEgress({ verdict, evidence }).length).toBeGreaterThan(0);
  });
});
