import { CASES } from './cases';
import { FOUND } from './found';
import { EgressFacts, EgressJudge, explainEgress } from '../../src/egress';

const judgeEgress = (facts: EgressFacts) => new EgressJudge().judge(facts);

const ALL = [...CASES, ...FOUND];
const TABLE = ALL.map(([network, facts, verdict, evidence = /./]) => ({ network, facts, verdict, evidence }));

test('the verdict is tried on at least a hundred networks, each for its own reason', () => {
  expect(ALL.length).toBeGreaterThanOrEqual(100);
  expect(new Set(ALL.map(([network]) => network)).size).toBe(ALL.length);
});

test.each(TABLE)('the verdict is $verdict for $network', ({ facts, verdict, evidence }) => {
  const judged = judgeEgress(facts);
  const text = judged.evidence.map(({ finding, remedy }) => `${finding} ${remedy ?? ''}`).join('\n');
  expect({ verdict: judged.verdict, text }).toEqual({ verdict, text: expect.stringMatching(evidence) });
});

test.each(TABLE)('each step that is not reachable has a remedy, and the first step decides, for $network', ({ facts }) => {
  const { verdict, evidence } = judgeEgress(facts);
  expect(evidence.length).toBeGreaterThan(0);
  expect(evidence[0].verdict).toBe(verdict);
  for (const step of evidence) {
    expect(step.finding).toMatch(/^[A-Z\d].*\.$/);
    if (step.verdict !== 'reachable') expect(step.remedy).toMatch(/^[A-Z].*\.$/);
  }
  expect(explainEgress({ verdict, evidence }).length).toBeGreaterThan(0);
});
